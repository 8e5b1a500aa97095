// The simulation is tested as well: each of these is the real program with one rule broken, and is caught.
import Simulation
import Testing
import Workflows

private struct Canary: CustomTestStringConvertible {
    let testDescription: String
    let rules: StockRules

    init(_ name: String, _ spoil: (inout StockRules) -> Void) {
        testDescription = name
        var rules = StockRules.standard
        spoil(&rules)
        self.rules = rules
    }
}

private let canaries = [
    Canary("arrival order instead of read order") { $0.position = { _, answered in answered } },
    Canary("missing is zero") {
        $0.decide = { formula, seen, book, now in
            let nothing = SiteLevels(onHand: 0, allocated: 0, available: 0)
            let rows = seen.levels.flatMap { sku, sites in
                sites.map { StockObservation.Row(sku, site: $0.key, $0.value) }
            }
            let none = seen.absent.flatMap { sku in
                formula.warehouses.keys.map { StockObservation.Row(sku, site: $0, nothing) }
            }
            let asked = Array(seen.levels.keys) + seen.absent
            let zero = StockObservation(at: seen.position, asked: asked, rows: rows + none)
            return formula.targets(of: zero, in: book, now: now)
        }
    },
    Canary("our own orders are deducted twice") {
        $0.decide = { formula, seen, book, now in
            formula.targets(of: seen, in: book, now: now).map { target in
                guard case .quantity(_, let parts) = target.outcome else { return target }
                let twice = StockTarget.Parts(base: parts.base, own: 0, buffer: parts.buffer)
                return StockTarget(target.shelf, at: target.position, .quantity(twice.quantity, twice))
            }
        }
    },
    Canary("a wake-up counts as answered whatever was read before it") { $0.covers = { _, _ in true } },
    Canary("a write without its position") {
        $0.decide = { formula, seen, book, now in
            formula.targets(of: seen, in: book, now: now).map { StockTarget($0.shelf, at: 0, $0.outcome) }
        }
        $0.maySend = { _, _ in true }
    },
]

@Test(arguments: canaries)
private func aBrokenRuleIsCaught(_ canary: Canary) throws {
    for seed in 1...UInt64(40) {
        let simulation = Simulation(Plan(seed: seed), rules: canary.rules)
        try simulation.run()
        if !simulation.trace.violations.isEmpty { return }
    }
    Issue.record("\(canary.testDescription) was not caught")
}
