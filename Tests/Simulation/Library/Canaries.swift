// The simulation is tested as well: each of these is the real program with one rule broken, and is to be caught.
package import Workflows

package struct Canary: Sendable {
    package let name: String
    package let rules: StockRules

    private init(_ name: String, _ spoil: (inout StockRules) -> Void) {
        self.name = name
        var rules = StockRules.standard
        spoil(&rules)
        self.rules = rules
    }

    /// The first seed that catches it, and how.
    package func caught(within seeds: UInt64) throws -> (seed: UInt64, violation: Violation)? {
        for seed in 1...seeds {
            let simulation = Simulation(Plan(seed: seed), rules: rules)
            try simulation.run()
            if let violation = simulation.trace.violations.first { return (seed, violation) }
        }
        return nil
    }

    package static let all = [
        Canary("arrival order instead of read order") { $0.position = { _, answered in answered } },
        Canary("missing is zero") { $0.decide = missingIsZero },
        Canary("our own orders are deducted twice") {
            $0.decide = { formula, seen, book, now in
                formula.targets(of: seen, in: book, now: now).map(withoutOwn)
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

    @Sendable private static func missingIsZero(
        _ formula: StockFormula, _ seen: StockObservation, _ book: StockBook, _ now: Int64
    ) -> [StockTarget] {
        let nothing = SiteLevels(onHand: 0, allocated: 0, available: 0)
        var rows: [StockObservation.Row] = []
        for (sku, sites) in seen.levels {
            for (site, levels) in sites { rows.append(StockObservation.Row(sku, site: site, levels)) }
        }
        for sku in seen.absent {
            for site in formula.warehouses.keys { rows.append(StockObservation.Row(sku, site: site, nothing)) }
        }
        let zero = StockObservation(at: seen.position, asked: Array(seen.levels.keys) + seen.absent, rows: rows)
        return formula.targets(of: zero, in: book, now: now)
    }

    @Sendable private static func withoutOwn(_ target: StockTarget) -> StockTarget {
        guard case .quantity(_, let parts) = target.outcome else { return target }
        let less = StockTarget.Parts(base: parts.base, own: 0, buffer: parts.buffer)
        return StockTarget(target.shelf, at: target.position, .quantity(less.quantity, less))
    }
}
