// Who watches the watchman: a program with a rule broken does not get past the simulation.
import Simulation
import Testing

@Test(arguments: Canary.all.indices)
func aBrokenRuleIsCaught(_ index: Int) throws {
    let canary = Canary.all[index]
    #expect(try canary.caught(within: 40) != nil, "\(canary.name)")
}
