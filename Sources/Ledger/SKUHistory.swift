// All that happened to one SKU, in the order of the journal: from the ledger, from the journal itself, or from the one and
// then the other. Both give the same.
import Commerce
package import Workflows

/// What a record of the journal says of a SKU.
package struct Happening: Equatable, Sendable {
    package let sequence: JournalPosition
    /// Microseconds since 1970.
    package let time: Int64
    package let fact: Fact

    package enum Fact: Equatable, Sendable {
        /// Of any SKU: a server started.
        case started
        case woken(Waking)
        case finished(JobEnd)
        /// The part of the entry that is about this SKU.
        case stock(StockEntry)
        /// The part of it that is about this SKU; every checkpoint of the brand is there, whether it names the SKU or not.
        case restated(StockCheckpoint)
        /// Of any SKU: both sides were compared; `isWhole` where all of both, and every difference is listed.
        case compared(isWhole: Bool)
        case differed(Differing)
        case excepted(ExceptionEvent)
    }

    package init(sequence: JournalPosition, time: Int64, fact: Fact) {
        self.sequence = sequence
        self.time = time
        self.fact = fact
    }
}

/// One job that a delivery made for the SKU.
package struct Waking: Equatable, Sendable {
    package let job: Int
    package let source: String
    /// The sender's word for it; empty when it has none.
    package let type: String
    package let event: String
    /// What an operator did, when it was queued again.
    package let action: String?
}

/// What a reconciliation lists of the SKU.
package struct Differing: Equatable, Sendable {
    package let run: JournalPosition
    package let warehouse: Int?
    /// `StockDifference.Explanation`'s word.
    package let explanation: String
    /// What Centra should have shown, and what it showed.
    package let should: Int?
    package let shows: Int?
    /// When Centra was read, microseconds since 1970; nil where nothing was there.
    package let seen: Int64?
    package let detail: String

    /// The explanation of what neither side has any more.
    static let gone = "gone"
}

package struct SKUHistory: Equatable, Sendable {
    package let brand: String
    package let sku: String
    package private(set) var happenings: [Happening] = []
    private var jobs: Set<JobPlace> = []
    private var exceptions: Set<ExceptionID> = []

    private struct JobPlace: Hashable {
        let delivery: JournalPosition
        let job: Int
    }

    package init(brand: String, sku: String) {
        self.brand = brand
        self.sku = sku
    }

    /// Whether anything is known of this SKU at all.
    package var isEmpty: Bool { happenings.allSatisfy(\.fact.isOfAnySKU) }

    /// What was known at that time (microseconds since 1970).
    package func until(_ time: Int64) -> SKUHistory {
        var earlier = self
        earlier.happenings.removeAll { $0.time > time }
        return earlier
    }

    /// Takes in what the record says of the SKU; records come in order.
    package mutating func add(_ record: LedgerRecord) {
        switch record.content {
        case .started: add(record.sequence, record.time, .started)
        case .woken(let wakeup) where record.brand == brand:
            let subject = Subject(.sku, sku)
            for (job, event) in wakeup.events.enumerated() where event.subjects.contains(subject) {
                let waking = Waking(
                    job: job, source: wakeup.source, type: wakeup.type, event: event.name.rawValue,
                    action: wakeup.action)
                add(record.sequence, record.time, .woken(waking))
            }
        case .finished(let ends):
            for end in ends where jobs.contains(JobPlace(delivery: end.delivery, job: end.job)) {
                add(record.sequence, record.time, .finished(end))
            }
        case .stock(let entry) where record.brand == brand:
            if let part = entry.part(about: sku) { add(record.sequence, record.time, .stock(part)) }
        case .checkpoint(let checkpoint) where record.brand == brand:
            add(record.sequence, record.time, .restated(checkpoint.part(about: sku)))
        case .reconciliation(.ended(let report)) where record.brand == brand:
            add(record.sequence, record.time, .compared(isWhole: report.isComplete && report.unlisted == 0))
            for one in report.rows where one.sku == sku {
                add(record.sequence, record.time, .differed(Differing(one, in: report.run)))
            }
            if report.gone.contains(sku) {
                add(record.sequence, record.time, .differed(Differing(goneIn: report.run)))
            }
        case .exception(let entry) where record.brand == brand:
            let event = ExceptionEvent(entry, record.sequence)
            if event.sku == sku || exceptions.contains(event.exception) {
                add(record.sequence, record.time, .excepted(event))
            }
        case .woken, .stock, .checkpoint, .reconciliation, .exception, .other: break
        }
    }

    mutating func add(_ sequence: JournalPosition, _ time: Int64, _ fact: Happening.Fact) {
        happenings.append(Happening(sequence: sequence, time: time, fact: fact))
        switch fact {
        case .woken(let waking): jobs.insert(JobPlace(delivery: sequence, job: waking.job))
        case .excepted(let event): exceptions.insert(event.exception)
        case .started, .finished, .stock, .restated, .compared, .differed: break
        }
    }
}

extension Happening.Fact {
    /// Says nothing of this SKU by itself.
    fileprivate var isOfAnySKU: Bool {
        switch self {
        case .started, .compared, .restated(.begun): true
        case .restated(.part(let part)): part.items.isEmpty && part.shelves.isEmpty
        case .woken, .finished, .stock, .differed, .excepted: false
        }
    }
}

extension Differing {
    fileprivate init(goneIn run: JournalPosition) {
        self.init(
            run: run, warehouse: nil, explanation: Differing.gone, should: nil, shows: nil, seen: nil, detail: "")
    }

    fileprivate init(_ difference: StockDifference, in run: JournalPosition) {
        self.init(
            run: run, warehouse: difference.warehouse, explanation: difference.explanation.rawValue,
            should: difference.should?.quantity, shows: difference.shows?.quantity, seen: difference.shows?.time,
            detail: difference.detail)
    }
}

extension StockEntry {
    /// Nil when it says nothing of this SKU.
    package func part(about sku: String) -> StockEntry? {
        switch self {
        case .readStarted(let skus): skus.contains(sku) ? .readStarted(skus: [sku]) : nil
        case .observed(let position, let levels, let absent):
            if levels[sku] == nil && !absent.contains(sku) {
                nil
            } else {
                .observed(
                    position: position, levels: levels.filter { $0.key == sku },
                    absent: absent.contains(sku) ? [sku] : [])
            }
        case .readFailed(let position, let skus, let reason):
            skus.contains(sku) ? .readFailed(position: position, skus: [sku], reason: reason) : nil
        case .targeted(let targets): some(targets.filter { $0.shelf.sku == sku }).map { .targeted($0) }
        case .writing(let writes): some(writes.filter { $0.shelf.sku == sku }).map { .writing($0) }
        case .written(let results): some(results.filter { $0.write.shelf.sku == sku }).map { .written($0) }
        case .refused(let writes, let applied):
            some(writes.filter { $0.shelf.sku == sku }).map { writes in
                .refused(writes, applied: applied.filter { $0.key.sku == sku })
            }
        case .moved(let movement):
            some(Array(movement.units.filter { $0.key.sku == sku })).map { units in
                .moved(StockMovement(movement.kind, order: movement.order, Dictionary(units) { $0 + $1 }))
            }
        case .doubted(let doubts): some(doubts.filter { $0.shelf.sku == sku }).map { .doubted($0) }
        // As the ledger has it: the report of that run tells it.
        case .strangers(let shown, let gone):
            shown[sku] == nil && !gone.contains(sku)
                ? nil : .strangers(shown: shown.filter { $0.key == sku }, gone: gone.contains(sku) ? [sku] : [])
        case .ambiguous(let sizes, let unique):
            sizes[sku] == nil && !unique.contains(sku)
                ? nil : .ambiguous(sizes.filter { $0.key == sku }, unique: unique.contains(sku) ? [sku] : [])
        }
    }
}

private func some<Element>(_ elements: [Element]) -> [Element]? { elements.isEmpty ? nil : elements }

extension LedgerRecord {
    /// The SKUs of a brand that it names.
    package func skus(of brand: String) -> [String] {
        guard self.brand == brand else { return [] }
        switch content {
        case .woken(let wakeup):
            return wakeup.events.flatMap { $0.subjects.filter { $0.kind == .sku }.map(\.code) }
        case .stock(let entry): return entry.skus
        case .checkpoint(.part(let part)): return part.bySKU.map(\.sku)
        case .reconciliation(.ended(let report)): return report.rows.map(\.sku) + report.gone
        case .exception(let entry): return ExceptionEvent(entry, sequence).sku.map { [$0] } ?? []
        case .started, .finished, .checkpoint, .reconciliation, .other: return []
        }
    }
}

extension StockEntry {
    fileprivate var skus: [String] {
        switch self {
        case .readStarted(let skus), .readFailed(_, let skus, _): skus
        case .observed(_, let levels, let absent): levels.keys + absent
        case .targeted(let targets): targets.map(\.shelf.sku)
        case .writing(let writes), .refused(let writes, _): writes.map(\.shelf.sku)
        case .written(let results): results.map(\.write.shelf.sku)
        case .moved(let movement): movement.units.keys.map(\.sku)
        case .doubted(let doubts): doubts.map(\.shelf.sku)
        case .strangers(let shown, let gone): shown.keys + gone
        case .ambiguous(let sizes, let unique): sizes.keys + unique
        }
    }
}
