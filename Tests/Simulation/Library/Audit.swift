// The whole journal at the end, entry by entry: what was read is what was there, what was decided follows from it, and what
// was sent is what was decided.
import Application
import Journal
import Sandbox
import Workflows

extension Simulation {
    func audit() throws {
        let life = try program()
        life.commits.commitWaiting()
        oracle.searchForShoppers(life, trace)
        var audit = JournalAudit(redeliveryWindow: 172_800_000_000)
        var review = Review(plan: plan, oracle: oracle, trace: trace)
        let findings = try JournalReader(disk: life.disk).read { record in
            audit.apply(record)
            if case .stock(let entry) = Entry(kind: record.kind, payload: record.payload) {
                review.take(entry, at: record.sequence)
            }
        }
        for check in audit.checks(findings: findings) where !check.holds {
            trace.violate(check.promise, nil, "\(check.statement): \(check.counterExamples.first ?? "")")
        }
    }
}

/// A fold of its own over the stock entries.
private struct Review {
    let plan: Plan
    let oracle: Oracle
    let trace: Trace
    private var observations: [JournalPosition: [String: [String: SiteLevels]]] = [:]
    private var seenSites: [String: Set<String>] = [:]
    private var exported: [Shelf: Int] = [:]
    private var despatched: [Shelf: Int] = [:]
    private var completed: [Shelf: Int] = [:]
    private var targets: [Shelf: (target: StockTarget, completed: Int)] = [:]
    private var fences: [Shelf: JournalPosition] = [:]

    init(plan: Plan, oracle: Oracle, trace: Trace) {
        self.plan = plan
        self.oracle = oracle
        self.trace = trace
    }

    mutating func take(_ entry: StockEntry, at sequence: JournalPosition) {
        switch entry {
        case .observed(let position, let levels, let absent): observe(position, levels, absent, at: sequence)
        case .targeted(let targets): for target in targets { decide(target) }
        case .moved(let movement): for (shelf, units) in movement.units { move(movement.kind, shelf, units) }
        case .writing(let writes): for write in writes { send(write) }
        default: break
        }
    }

    /// What was read was there while it was read; what was not there is absent.
    private mutating func observe(
        _ position: JournalPosition, _ levels: [String: [String: SiteLevels]], _ absent: [String],
        at sequence: JournalPosition
    ) {
        let moments = oracle.levels(from: position, to: sequence)
        for (sku, sites) in levels.sorted(by: { $0.key < $1.key }) {
            for (site, level) in sites.sorted(by: { $0.key < $1.key }) {
                let isTrue = moments.contains { $0[StockPlace(site, sku)].map(SiteLevels.init) == level }
                if !isTrue {
                    trace.violate(
                        "P4", sku, "read \(position) found \(level) of \(sku) in \(site), which was never there")
                }
                seenSites[sku, default: []].insert(site)
            }
        }
        for sku in absent where !moments.contains(where: { moment in !moment.keys.contains { $0.itemCode == sku } }) {
            trace.violate("P4", sku, "read \(position) found nothing of \(sku), which was there")
        }
        observations[position] = levels
    }

    private mutating func decide(_ target: StockTarget) {
        let (shelf, sku) = (target.shelf, target.shelf.sku)
        defer {
            if target.position >= targets[shelf]?.target.position ?? 0 {
                targets[shelf] = (target, completed[shelf, default: 0])
            }
        }
        guard let quantity = target.quantity else { return }
        let sites = observations[target.position]?[sku] ?? [:]
        let counting = plan.sites(of: shelf.warehouse).filter { seenSites[sku]?.contains($0) ?? false }
        let rows = counting.compactMap { sites[$0] }
        guard !rows.isEmpty, rows.count == counting.count else {
            return trace.violate("P4", sku, "\(shelf) should show \(quantity), although a site has no row")
        }
        let base = rows.reduce(0) {
            $0 + ((plan.source == .onHandAndDespatched ? $1.onHand : $1.available) ?? -1_000_000)
        }
        let own = plan.source == .availableAndExported ? exported[shelf, default: 0] : despatched[shelf, default: 0]
        let right = max(0, base + own - World.pieces(plan.buffer, of: base))
        if right != quantity {
            trace.violate("formula", sku, "\(shelf) should show \(quantity), and by the formula \(right)")
        }
    }

    private mutating func move(_ kind: StockMovement.Kind, _ shelf: Shelf, _ units: Int) {
        switch kind {
        case .exported: exported[shelf, default: 0] += units
        case .cancelled: exported[shelf, default: 0] -= units
        case .despatched: despatched[shelf, default: 0] += units
        case .completed:
            exported[shelf, default: 0] -= units
            despatched[shelf, default: 0] -= units
            completed[shelf, default: 0] += units
        }
    }

    private mutating func send(_ write: StockWrite) {
        let (shelf, sku) = (write.shelf, write.shelf.sku)
        if write.position < fences[shelf] ?? 0 {
            trace.violate("P3", sku, "\(write) was sent after one from \(fences[shelf] ?? 0)")
        }
        fences[shelf] = max(fences[shelf] ?? 0, write.position)
        guard let (target, before) = targets[shelf], let quantity = target.quantity else {
            return trace.violate("P4", sku, "\(write) was sent while the quantity was not known")
        }
        let right = max(0, quantity - (completed[shelf, default: 0] - before))
        if right != write.quantity { trace.violate("formula", sku, "\(write) was sent instead of \(right)") }
    }
}

extension SiteLevels {
    fileprivate init(_ stock: Stock) {
        self.init(onHand: stock.onHand, allocated: stock.allAllocated, available: stock.available)
    }
}
