// What the program achieves in a world where nothing goes wrong, in the world's own time: how soon a change is in Centra,
// and what a storm of callbacks costs.
import Application
import Sandbox
import TestSupport
import Workflows

extension Plan {
    /// One site, one warehouse, the partners' usual limits, and no mishaps.
    package static func calm(skus: Int, seed: UInt64 = 1) -> Plan {
        var plan = Plan(seed: seed)
        plan.skus = skus
        plan.sites = ["PrimarySite": 3]
        plan.source = .availableAndExported
        plan.buffer = .fixed(0)
        plan.mishaps = DeliveryMishaps()
        plan.centra = CentraSwitches()
        plan.peoplevox = PeoplevoxSwitches()
        plan.hasSecrets = false
        plan.crashes = 0
        plan.turmoil = 0
        return plan
    }
}

extension Simulation {
    package struct Storm: Sendable {
        package var callbacks = 0
        package var reads = 0
        package var calls = 0
        /// Of sandbox time, from the first callback to the last write.
        package var seconds = 0.0
    }

    /// Milliseconds from a change in the warehouse to its quantity in Centra, in order.
    package func latencies(of changes: Int) throws -> [Int] {
        isCalm = true
        try sweep()
        try settle()
        var latencies: [Int] = []
        for _ in 0..<changes {
            pass(milliseconds: chance.number(in: 5_000...15_000))
            guard let sku = chance.pick(world.skus) else { continue }
            let counted = chance.number(in: 0...200)
            let start = world.clock.monotonicMicroseconds()
            let known = world.centra.stockLog(after: 0).last?.number ?? 0
            try world.warehouse.withWarehouse { state throws(WarehouseRefusal) in
                try state.count(sku, site: "PrimarySite", counted: counted)
            }
            for _ in 0..<2_000 {
                try tick(milliseconds: 10)
                if world.centra.stockLog(after: known).contains(where: { $0.sku == sku }) {
                    latencies.append(Int(world.clock.monotonicMicroseconds() - start) / 1_000)
                    break
                }
            }
        }
        return latencies.sorted()
    }

    /// Two callbacks for each change of stock, all of them in twenty seconds.
    package func storm(of changes: Int) throws -> Storm {
        isCalm = true
        try sweep()
        try settle()
        var storm = Storm()
        let before = (callbacks: world.callbacks.counters.attempts, reads: reports, calls: requests)
        let start = world.clock.monotonicMicroseconds()
        for change in 0..<changes {
            let sku = world.skus[chance.number(below: world.skus.count)]
            try world.warehouse.withWarehouse { state throws(WarehouseRefusal) in
                let place = StockPlace("PrimarySite", sku)
                let onHand = state.stock[place]?.onHand ?? 0
                try state.count(sku, site: "PrimarySite", counted: (onHand + 1 + change % 50) % 60)
            }
            if change % (changes / 400) == 0 { try tick(milliseconds: 50) }
        }
        try settle()
        storm.callbacks = world.callbacks.counters.attempts - before.callbacks
        storm.reads = reports - before.reads
        storm.calls = requests - before.calls
        storm.seconds = Double(world.clock.monotonicMicroseconds() - start) / 1_000_000
        oracle.compare(world, try program(), trace, isSwept: true)
        return storm
    }

    private var reports: Int { world.warehouse.counters()["byOperation"]?["GetReportData"]?.integer ?? 0 }
    private var requests: Int { world.centra.counters()["requests"]?.integer ?? 0 }

    /// What the program's threads do when they have something to do.
    private func tick(milliseconds: Int) throws {
        let life = try program()
        pass(milliseconds: milliseconds)
        world.warehouse.turn()
        deliver(life, most: .max)
        answer(life)
        life.dispatcher.round()
        _ = life.engine.readTurn()
        _ = life.engine.writeTurn()
    }
}
