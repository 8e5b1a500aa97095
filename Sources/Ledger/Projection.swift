// A record of the journal as rows of the ledger: pure, and the same for the same record whatever came before it.
import Commerce
import Workflows

/// A row without the record's number, its place there and the time, which every row begins with.
struct LedgerRow: Equatable {
    let table: LedgerTable
    let cells: [Cell]

    init(_ table: LedgerTable, _ cells: Cell...) {
        self.table = table
        self.cells = cells
    }
}

extension LedgerRecord {
    /// In the order of their places.
    var rows: [LedgerRow] {
        switch content {
        case .started(let version): [LedgerRow(.starts, .text(version))]
        case .woken(let wakeup): wakeup.rows(brand)
        case .finished(let ends): ends.map(\.row)
        case .stock(let entry): entry.rows(brand)
        case .checkpoint(let checkpoint): checkpoint.rows(.text(brand), sequence)
        case .reconciliation(let entry): entry.rows(.text(brand), sequence)
        case .exception(let entry): [ExceptionEvent(entry, sequence).row(brand)]
        case .other: []
        }
    }
}

extension ExceptionEvent {
    fileprivate func row(_ brand: String) -> LedgerRow {
        LedgerRow(
            .exceptions, .text(brand), .text(event.rawValue), .number(exception), .text(optional: kind),
            .text(optional: subject), .text(optional: sku), .text(optional: note),
            .number(optional: acknowledgement.map { Int($0.user) }),
            acknowledgement?.until.map { .integer($0) } ?? .null)
    }
}

extension ReconciliationEntry {
    fileprivate func rows(_ brand: Cell, _ record: JournalPosition) -> [LedgerRow] {
        func row(_ event: String, _ run: JournalPosition, _ report: StockReconciliation? = nil) -> LedgerRow {
            LedgerRow(
                .reconciliations, brand, .text(event), .number(run), .text(optional: report?.verdict.rawValue),
                .number(optional: report?.compared), .number(optional: report?.agreed),
                .number(optional: report?.disagreements), .number(optional: report?.unlisted))
        }
        return switch self {
        case .began: [row("began", record)]
        case .confirmed(let run, _): [row("confirmed", run)]
        case .kept, .acted: []
        case .ended(let report):
            [row("ended", report.run, report)]
                + report.rows.map { difference in
                    LedgerRow(
                        .differences, brand, .text(difference.sku), .number(optional: difference.warehouse),
                        .number(report.run), .text(difference.explanation.rawValue),
                        .number(optional: difference.should?.quantity), .number(optional: difference.shows?.quantity),
                        difference.shows.map { .integer($0.time) } ?? .null, .text(difference.detail))
                }
                + report.gone.map { sku in
                    LedgerRow(
                        .differences, brand, .text(sku), .null, .number(report.run), .text(Differing.gone), .null,
                        .null,
                        .null, .text(""))
                }
        }
    }
}

extension Wakeup {
    fileprivate func rows(_ brand: String) -> [LedgerRow] {
        events.enumerated().flatMap { job, event in
            event.subjects.map { subject in
                LedgerRow(
                    .wakeups, .text(brand), .text(subject.kind.rawValue), .text(subject.code), .number(job),
                    .text(source),
                    .text(type), .text(event.name.rawValue), .text(optional: action))
            }
        }
    }
}

extension JobEnd {
    fileprivate var row: LedgerRow {
        func row(
            _ result: String, attempts: Cell = .null, due: Cell = .null, reason: Cell = .null,
            other: Cell = .null, otherJob: Cell = .null
        ) -> LedgerRow {
            LedgerRow(.jobs, .number(delivery), .number(job), .text(result), attempts, due, reason, other, otherJob)
        }
        return switch result {
        case .settled: row("settled")
        case .coalesced(let other, let job): row("coalesced", other: .number(other), otherJob: .number(job))
        case .retry(let attempt, let due, let reason):
            row("retry", attempts: .number(attempt), due: .integer(due), reason: .text(reason))
        case .deadLettered(let attempts, let reason):
            row("dead-lettered", attempts: .number(attempts), reason: .text(reason))
        }
    }
}

extension StockEntry {
    fileprivate func rows(_ brand: String) -> [LedgerRow] {
        let brand = Cell.text(brand)
        return switch self {
        case .readStarted(let skus): skus.map { LedgerRow(.reads, brand, .text($0)) }
        case .observed(let position, let levels, let absent):
            levels.sorted { $0.key < $1.key }.flatMap { sku, sites in seen(brand, sku, position, sites) }
                + absent.map { sku in
                    LedgerRow(
                        .observations, brand, .text(sku), .number(position), .integer(1), .null, .null, .null, .null)
                }
        case .readFailed(let position, let skus, let reason):
            skus.map { LedgerRow(.failedReads, brand, .text($0), .number(position), .text(reason)) }
        case .targeted(let targets): targets.map { $0.row(brand) }
        case .writing(let writes): writes.map { $0.row(brand, .sent) }
        case .written(let results): results.map { $0.write.row(brand, $0.outcome.state, $0.outcome.text) }
        case .refused(let writes, let applied):
            writes.map { $0.row(brand, .stale, newer: applied[$0.shelf] ?? 0) }
        case .moved(let movement): movement.rows(brand)
        case .doubted(let doubts):
            doubts.map { doubt in
                LedgerRow(
                    .doubts, brand, .text(doubt.shelf.sku), .number(doubt.shelf.warehouse),
                    .number(optional: doubt.shown))
            }
        case .strangers(let shown, let gone):
            shown.sorted { $0.key < $1.key }.map { LedgerRow(.strangers, brand, .text($0), .number($1)) }
                + gone.map { LedgerRow(.strangers, brand, .text($0), .null) }
        case .ambiguous(let sizes, let unique):
            sizes.sorted { $0.key < $1.key }.map { sku, sizes in
                LedgerRow(.identities, brand, .text(sku), .text(sizes.map(String.init).joined(separator: ",")))
            } + unique.map { LedgerRow(.identities, brand, .text($0), .null) }
        }
    }

    private func seen(
        _ brand: Cell, _ sku: String, _ position: JournalPosition, _ sites: [String: SiteLevels]
    ) -> [LedgerRow] {
        func row(_ site: Cell, _ onHand: Cell, _ allocated: Cell, _ available: Cell) -> LedgerRow {
            LedgerRow(
                .observations, brand, .text(sku), .number(position), .integer(0), site, onHand, allocated, available)
        }
        if sites.isEmpty { return [row(.null, .null, .null, .null)] }
        return sites.sorted { $0.key < $1.key }.map { site, levels in
            row(
                .text(site), .number(optional: levels.onHand), .number(optional: levels.allocated),
                .number(optional: levels.available))
        }
    }
}

extension StockTarget {
    fileprivate func row(_ brand: Cell) -> LedgerRow {
        func row(_ quantity: Cell, _ parts: StockTarget.Parts?, _ unknown: Cell) -> LedgerRow {
            LedgerRow(
                .targets, brand, .text(shelf.sku), .number(shelf.warehouse), .number(position), quantity,
                .number(optional: parts?.base), .number(optional: parts?.own), .number(optional: parts?.buffer),
                .text(optional: parts?.floor?.rawValue), unknown)
        }
        return switch outcome {
        case .quantity(let quantity, let parts):
            row(.number(quantity), parts, .null)
        case .unknown(let reason): row(.null, nil, .text(reason.rawValue))
        }
    }
}

extension StockCheckpoint {
    fileprivate func rows(_ brand: Cell, _ record: JournalPosition) -> [LedgerRow] {
        guard case .part(let part) = self else {
            return [LedgerRow(.checkpoints, brand, .null, .number(record), .null, .null, .null)]
        }
        func row(_ sku: Cell, _ state: Cell) -> LedgerRow {
            LedgerRow(.checkpoints, brand, sku, .number(part.begun), .number(part.number), .number(part.count), state)
        }
        return [row(.null, .null)]
            + part.bySKU.map { sku, part in
                row(.text(sku), .text(String(decoding: StockCheckpoint.part(part).encoded, as: UTF8.self)))
            }
    }
}

/// What stands in `writes.state`.
enum WriteState: String {
    case sent, applied, refused, failed, unanswered, stale
}

extension StockWrite {
    fileprivate func row(
        _ brand: Cell, _ state: WriteState, _ reason: String? = nil, newer: JournalPosition? = nil
    ) -> LedgerRow {
        LedgerRow(
            .writes, brand, .text(shelf.sku), .number(shelf.warehouse), .number(position), .number(quantity),
            .text(state.rawValue), .text(optional: reason), newer.map { .number($0) } ?? .null)
    }
}

extension StockWriteResult.Outcome {
    fileprivate var state: WriteState {
        switch self {
        case .applied: .applied
        case .refused: .refused
        case .failed: .failed
        case .unknown: .unanswered
        }
    }

    fileprivate var text: String? {
        switch self {
        case .applied: nil
        case .refused(let text), .failed(let text), .unknown(let text): text
        }
    }
}

extension StockMovement {
    fileprivate func rows(_ brand: Cell) -> [LedgerRow] {
        units.sorted { $0.key < $1.key }.map { shelf, units in
            LedgerRow(
                .movements, brand, .text(order), .text(kind.rawValue), .text(shelf.sku), .number(shelf.warehouse),
                .number(units))
        }
    }
}

extension Cell {
    fileprivate static func number(_ number: Int) -> Cell { .integer(Int64(number)) }
    fileprivate static func number(_ number: JournalPosition) -> Cell { .integer(Int64(clamping: number)) }
    fileprivate static func number(optional number: Int?) -> Cell { number.map { .number($0) } ?? .null }
    fileprivate static func text(optional text: String?) -> Cell { text.map { .text($0) } ?? .null }
}
