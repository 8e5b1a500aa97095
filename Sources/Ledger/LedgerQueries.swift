// The ledger's rows back as what they came from.
import Workflows

extension Ledger {
    /// All that the ledger has of a SKU.
    package func history(of sku: String, brand: String) throws(DatabaseFailure) -> SKUHistory {
        var found: [Found] = []
        try database.query("SELECT record, part, time FROM starts") { row in
            found.append(Found(row, .started))
        }
        try wakings(of: sku, brand, into: &found)
        try ends(of: sku, brand, into: &found)
        try comparisons(brand, into: &found)
        try differences(of: sku, brand, into: &found)
        try exceptions(of: sku, brand, into: &found)
        try checkpoints(of: sku, brand, into: &found)
        for table in LedgerTable.ofStock { try entries(in: table, of: sku, brand, into: &found) }
        var history = SKUHistory(brand: brand, sku: sku)
        for one in found.sorted(by: { ($0.sequence, $0.part) < ($1.sequence, $1.part) }) {
            history.add(one.sequence, one.time, one.fact)
        }
        return history
    }

    /// Every SKU of a brand of which anything is known, in order.
    package func skus(of brand: String) throws(DatabaseFailure) -> [String] {
        var skus: [String] = []
        let unions = (LedgerTable.ofStock + [.checkpoints, .differences, .exceptions]).map { table in
            " UNION SELECT sku FROM \(table.rawValue) WHERE brand = ?1 AND sku IS NOT NULL"
        }.joined()
        try database.query(
            "SELECT code FROM wakeups WHERE brand = ?1 AND kind = 'sku'\(unions) ORDER BY 1", [.text(brand)]
        ) { skus.append($0.text(0)) }
        return skus
    }

    fileprivate struct Found {
        let sequence: JournalPosition
        let part: Int64
        let time: Int64
        let fact: Happening.Fact

        /// A row that begins with record, part and time.
        init(_ row: Row, _ fact: Happening.Fact) {
            (sequence, part, time) = (row.position(0), row.integer(1) ?? 0, row.integer(2) ?? 0)
            self.fact = fact
        }

        init(_ place: Found, _ fact: Happening.Fact) {
            (sequence, part, time) = (place.sequence, place.part, place.time)
            self.fact = fact
        }
    }

    private func wakings(of sku: String, _ brand: String, into found: inout [Found]) throws(DatabaseFailure) {
        try database.query(
            """
            SELECT record, part, time, job, source, type, event, action FROM wakeups
            WHERE brand = ? AND kind = 'sku' AND code = ?
            """, [.text(brand), .text(sku)]
        ) { row in
            let waking = Waking(
                job: row.number(3), source: row.text(4), type: row.text(5), event: row.text(6),
                action: row.optionalText(7))
            found.append(Found(row, .woken(waking)))
        }
    }

    private func ends(of sku: String, _ brand: String, into found: inout [Found]) throws(DatabaseFailure) {
        try database.query(
            """
            SELECT jobs.record, jobs.part, jobs.time, delivery, jobs.job, result, attempts, due, reason, other, other_job
            FROM wakeups JOIN jobs ON delivery = wakeups.record AND jobs.job = wakeups.job
            WHERE brand = ? AND kind = 'sku' AND code = ?
            """, [.text(brand), .text(sku)]
        ) { row in
            guard let result = JobEnd.Result(row) else { return }
            let end = JobEnd(delivery: row.position(3), job: row.number(4), result)
            found.append(Found(row, .finished(end)))
        }
    }

    private func comparisons(_ brand: String, into found: inout [Found]) throws(DatabaseFailure) {
        try database.query(
            "SELECT record, part, time, verdict, unlisted FROM reconciliations WHERE brand = ? AND event = 'ended'",
            [.text(brand)]
        ) { row in
            let isComplete = row.text(3) != StockReconciliation.Verdict.incomplete.rawValue
            found.append(Found(row, .compared(isWhole: isComplete && row.number(4) == 0)))
        }
    }

    private func differences(of sku: String, _ brand: String, into found: inout [Found]) throws(DatabaseFailure) {
        try database.query(
            """
            SELECT record, part, time, run, warehouse, explanation, should, shows, shows_at, detail FROM differences
            WHERE brand = ? AND sku = ?
            """, [.text(brand), .text(sku)]
        ) { row in
            let difference = Differing(
                run: row.position(3), warehouse: row.optionalNumber(4), explanation: row.text(5),
                should: row.optionalNumber(6), shows: row.optionalNumber(7), seen: row.integer(8), detail: row.text(9))
            found.append(Found(row, .differed(difference)))
        }
    }

    /// An exception is known to be about the SKU from where it is raised or restated.
    private func exceptions(of sku: String, _ brand: String, into found: inout [Found]) throws(DatabaseFailure) {
        try database.query(
            """
            SELECT record, part, time, event, exceptions.exception, class, subject, note, user, until
            FROM (SELECT exception, min(record) AS first FROM exceptions WHERE brand = ?1 AND sku = ?2 GROUP BY exception) known
            JOIN exceptions ON exceptions.exception = known.exception AND record >= first WHERE brand = ?1
            """, [.text(brand), .text(sku)]
        ) { row in
            guard let event = ExceptionEvent.Event(rawValue: row.text(3)) else { return }
            let exception = ExceptionEvent(
                event, row.position(4), kind: row.optionalText(5), subject: row.optionalText(6),
                note: row.optionalText(7),
                acknowledgement: row.optionalNumber(8).map { .init(user: UInt32(clamping: $0), until: row.integer(9)) })
            found.append(Found(row, .excepted(exception)))
        }
    }

    /// The row about the SKU stands behind that of the part, and says all that it says.
    private func checkpoints(of sku: String, _ brand: String, into found: inout [Found]) throws(DatabaseFailure) {
        var parts: [Found] = []
        try database.query(
            """
            SELECT record, part, time, begun, number, count, state FROM checkpoints
            WHERE brand = ?1 AND (sku IS NULL OR sku = ?2) ORDER BY record, part
            """, [.text(brand), .text(sku)]
        ) { row in
            guard let checkpoint = StockCheckpoint(row) else { return }
            if parts.last?.sequence == row.position(0) { parts.removeLast() }
            parts.append(Found(row, .restated(checkpoint)))
        }
        found += parts
    }

    /// A record has one entry, so rows of the same record are parts of the same.
    private func entries(
        in table: LedgerTable, of sku: String, _ brand: String, into found: inout [Found]
    ) throws(DatabaseFailure) {
        var parts: [(found: Found, entry: StockEntry)] = []
        try database.query(
            "SELECT * FROM \(table.rawValue) WHERE brand = ? AND sku = ? ORDER BY record, part",
            [.text(brand), .text(sku)]
        ) { row in
            guard let entry = StockEntry(row, of: table) else { return }
            if let last = parts.last, last.found.sequence == row.position(0), let whole = last.entry.joined(entry) {
                parts[parts.count - 1].entry = whole
            } else {
                parts.append((Found(row, .started), entry))
            }
        }
        found += parts.map { Found($0.found, .stock($0.entry)) }
    }
}

extension LedgerTable {
    /// Those that have a column `sku`.
    fileprivate static let ofStock: [LedgerTable] = [
        .reads, .observations, .failedReads, .targets, .writes, .movements, .doubts, .strangers,
        .identities,
    ]
}

extension JobEnd.Result {
    /// Columns 5 to 10 of the query.
    fileprivate init?(_ row: Row) {
        switch row.text(5) {
        case "settled": self = .settled
        case "coalesced": self = .coalesced(into: row.position(9), job: row.number(10))
        case "retry": self = .retry(attempt: row.number(6), due: row.integer(7) ?? 0, reason: row.text(8))
        case "dead-lettered": self = .deadLettered(attempts: row.number(6), reason: row.text(8))
        default: return nil
        }
    }
}

extension StockCheckpoint {
    /// Columns 3 to 6 of the query.
    fileprivate init?(_ row: Row) {
        if let state = row.optionalText(6) {
            self.init(state.utf8)
        } else if let number = row.optionalNumber(4) {
            self = .part(
                Part(begun: row.position(3), number: number, count: row.number(5), items: [:], shelves: []))
        } else {
            self = .begun
        }
    }
}

extension StockEntry {
    /// What one row says. Columns 0 to 3 are record, part, time and brand.
    fileprivate init?(_ row: Row, of table: LedgerTable) {
        switch table {
        case .reads: self = .readStarted(skus: [row.text(4)])
        case .observations: self = StockEntry(observation: row)
        case .failedReads: self = .readFailed(position: row.position(5), skus: [row.text(4)], reason: row.text(6))
        case .targets: self = .targeted([StockTarget(row.shelf, at: row.position(6), StockTarget.Outcome(row))])
        case .writes:
            let write = StockWrite(row.shelf, row.number(7), from: row.position(6))
            guard let entry = StockEntry(write, row) else { return nil }
            self = entry
        case .movements:
            guard let kind = StockMovement.Kind(rawValue: row.text(5)) else { return nil }
            let shelf = Shelf(row.text(6), row.number(7))
            self = .moved(StockMovement(kind, order: row.text(4), [shelf: row.number(8)]))
        case .doubts:
            self = .doubted([StockDoubt(row.shelf, shown: row.optionalNumber(6))])
        case .strangers:
            let sku = row.text(4)
            self =
                row.optionalNumber(5).map { .strangers(shown: [sku: $0], gone: []) }
                ?? .strangers(shown: [:], gone: [sku])
        case .identities:
            let sku = row.text(4)
            let sizes = row.optionalText(5).map { $0.split(separator: ",").compactMap { Int($0) } }
            self = sizes.map { .ambiguous([sku: $0], unique: []) } ?? .ambiguous([:], unique: [sku])
        case .starts, .wakeups, .jobs, .checkpoints, .reconciliations, .differences, .exceptions: return nil
        }
    }

    private init(observation row: Row) {
        let (sku, position) = (row.text(4), row.position(5))
        if row.number(6) == 1 {
            self = .observed(position: position, levels: [:], absent: [sku])
        } else {
            let levels = SiteLevels(
                onHand: row.optionalNumber(8), allocated: row.optionalNumber(9), available: row.optionalNumber(10))
            let sites = row.optionalText(7).map { [$0: levels] } ?? [:]
            self = .observed(position: position, levels: [sku: sites], absent: [])
        }
    }

    private init?(_ write: StockWrite, _ row: Row) {
        let reason = row.text(9)
        switch WriteState(rawValue: row.text(8)) {
        case .sent: self = .writing([write])
        case .applied: self = .written([StockWriteResult(write, .applied)])
        case .refused: self = .written([StockWriteResult(write, .refused(reason))])
        case .failed: self = .written([StockWriteResult(write, .failed(reason))])
        case .unanswered: self = .written([StockWriteResult(write, .unknown(reason))])
        case .stale: self = .refused([write], applied: [write.shelf: row.position(10)])
        case nil: return nil
        }
    }

    /// The two parts of one entry as one; nil when they are not of one kind.
    fileprivate func joined(_ more: StockEntry) -> StockEntry? {
        switch (self, more) {
        case (.readStarted(let skus), .readStarted): .readStarted(skus: skus)
        case (.readFailed, .readFailed): self
        case (.observed(let position, let one, let absent), .observed(_, let other, let alsoAbsent)):
            .observed(
                position: position, levels: one.merging(other) { $0.merging($1) { $1 } },
                absent: absent.isEmpty ? alsoAbsent : absent)
        case (.targeted(let one), .targeted(let other)): .targeted(one + other)
        case (.writing(let one), .writing(let other)): .writing(one + other)
        case (.written(let one), .written(let other)): .written(one + other)
        case (.refused(let one, let newer), .refused(let other, let alsoNewer)):
            .refused(one + other, applied: newer.merging(alsoNewer) { max($0, $1) })
        case (.moved(let one), .moved(let other)):
            .moved(StockMovement(one.kind, order: one.order, one.units.merging(other.units) { $0 + $1 }))
        case (.doubted(let one), .doubted(let other)): .doubted(one + other)
        default: nil
        }
    }
}

extension StockTarget.Outcome {
    fileprivate init(_ row: Row) {
        if let reason = StockTarget.Reason(rawValue: row.text(12)) {
            self = .unknown(reason)
        } else {
            let parts = StockTarget.Parts(
                base: row.number(8), own: row.number(9), buffer: row.number(10),
                floor: StockTarget.Reason(rawValue: row.text(11)))
            self = .quantity(row.number(7), parts)
        }
    }
}

extension Row {
    fileprivate func number(_ column: Int) -> Int { Int(clamping: integer(column) ?? 0) }
    fileprivate func position(_ column: Int) -> JournalPosition { JournalPosition(clamping: integer(column) ?? 0) }

    fileprivate func optionalNumber(_ column: Int) -> Int? { integer(column).map { Int(clamping: $0) } }
    fileprivate func optionalText(_ column: Int) -> String? {
        if case .text(let text) = cell(column) { text } else { nil }
    }

    /// Columns 4 and 5.
    fileprivate var shelf: Shelf { Shelf(text(4), number(5)) }
}
