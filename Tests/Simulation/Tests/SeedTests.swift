// Some seeds of the simulation, those that once failed, and figures that are promised.
import Simulation
import Testing

/// What once failed, by what was wrong. A change of the generator gives a number another run; the promise stays.
private let regressions: [(String, UInt64)] = [
    ("a wake-up merged into a job that an older read had answered, and was forgotten with it", 64),
    ("the same, with two sites behind two warehouses", 118),
    ("somebody set by hand, to what is allocated, what should be less", 303832),
]

@Test(arguments: regressions)
func whatOnceFailedHolds(_ story: String, _ seed: UInt64) throws {
    let simulation = Simulation(Plan(seed: seed))
    try simulation.run()
    #expect(simulation.trace.violations.first == nil, "\(story)")
}

@Test(arguments: [7, 11] as [UInt64])
func aSeedIsTheSameRunTwice(_ seed: UInt64) throws {
    // Others between the two, which leave nothing behind.
    let digests = try [seed, 1, 2, 3, seed].map { seed in
        let simulation = Simulation(Plan(seed: seed))
        try simulation.run()
        return simulation.trace.digest
    }
    #expect(digests.first == digests.last)
}

/// Median from the change in the warehouse to Centra, with all callbacks and no sweep, in the sandbox's time.
@Test func aChangeIsInCentraWithinSeconds() throws {
    let latencies = try Simulation(.calm(skus: 20)).latencies(of: 40)
    #expect(latencies.count >= 35)
    #expect(latencies[latencies.count / 2] < 3_000)
}
