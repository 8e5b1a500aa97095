// Some seeds of the simulation, and those that once failed.
import Simulation
import Testing

@Test func aSeedIsTheSameRunTwice() throws {
    let digests = try (0..<2).map { _ in
        let simulation = Simulation(Plan(seed: 7))
        try simulation.run()
        return simulation.trace.digest
    }
    #expect(digests[0] == digests[1])
}
