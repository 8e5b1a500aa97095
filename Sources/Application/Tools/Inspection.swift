// What stands in a journal, filtered, as a table for people or JSON lines for machines. Bodies and signatures are not
// shown: what a delivery is about says its events.
package import Commerce
import JSON
package import Journal
import Ledger
package import Operations
import Queues
package import Webhooks
import Workflows

/// Which records to show. Every condition that is set must hold.
package struct RecordFilter: Sendable {
    package var from: Timestamp?
    package var to: Timestamp?
    /// Exclusive.
    package var after: SequenceNumber?
    /// Exclusive.
    package var before: SequenceNumber?
    package var brand: String?
    package var source: Source?
    package var kind: EntryKind?
    package var sku: String?
    package var order: String?
    /// Deliveries of which an attempt has failed and that are not settled, dead letters included.
    package var failed = false
    package var dead = false

    package init() {}

    func matches(_ row: InspectedRecord) -> Bool {
        matchesPlace(row) && matchesContent(row) && matchesState(row)
    }

    private func matchesPlace(_ row: InspectedRecord) -> Bool {
        (from.map { row.time >= $0.microseconds } ?? true) && (to.map { row.time < $0.microseconds } ?? true)
            && (after.map { row.sequence > $0 } ?? true) && (before.map { row.sequence < $0 } ?? true)
            && (brand.map { row.brand == $0 } ?? true)
    }

    private func matchesContent(_ row: InspectedRecord) -> Bool {
        (source.map { row.source == $0 } ?? true) && (kind.map { row.kind == $0 } ?? true)
            && (sku.map { row.names(Subject(.sku, $0)) } ?? true)
            && (order.map { row.names(Subject(.order, $0)) } ?? true)
    }

    private func matchesState(_ row: InspectedRecord) -> Bool {
        (!failed || row.state == .failing || row.state == .dead) && (!dead || row.state == .dead)
    }
}

/// One record in words.
package struct InspectedRecord: Sendable {
    package enum State: String, Sendable {
        case settled, open, failing, dead
        case quarantined, released
    }

    package let sequence: SequenceNumber
    /// Microseconds since 1970.
    package let time: Int64
    package let kind: EntryKind
    package let brand: String
    package let source: Source?
    package let state: State?
    package let events: [Event]
    /// What else it is about: SKUs that were read, written or compared, and the order that moved them.
    let others: [Subject]
    package let summary: String

    func names(_ subject: Subject) -> Bool {
        events.contains { $0.subjects.contains(subject) } || others.contains(subject)
    }

    package var json: [UInt8] {
        JSONWriter.line { json in
            json.field("sequence", sequence)
            json.field("time", Timestamp(microseconds: time).description)
            json.field("kind", kind.name)
            json.field("brand", brand.isEmpty ? nil : brand)
            json.field("source", source?.description)
            json.field("state", state?.rawValue)
            json.array("events") { json in
                for event in events {
                    json.object { json in
                        json.field("name", event.name.rawValue)
                        json.array("subjects") { for subject in event.subjects { $0.value(subject.description) } }
                    }
                }
            }
            json.field("summary", summary)
        }
    }

    package static let tableHead =
        "  SEQUENCE  TIME                         KIND            BRAND         SOURCE     STATE        WHAT"

    package var tableRow: String {
        [
            String(repeating: " ", count: max(0, 10 - String(sequence).count)) + String(sequence),
            Timestamp(microseconds: time).description.padded(to: 27), kind.name.padded(to: 14), brand.padded(to: 12),
            (source?.description ?? "").padded(to: 9), (state?.rawValue ?? "").padded(to: 11), what,
        ].joined(separator: "  ")
    }

    private var what: String {
        let shown = events.prefix(3).map(\.description)
        let more = events.count > 3 ? ["and \(events.count - 3) more"] : []
        return (shown + more + (summary.isEmpty ? [] : [summary])).joined(separator: "; ")
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}

extension Entry {
    /// Of what is no delivery. A checkpoint names every SKU there is, and so none.
    fileprivate func subjects(_ record: RecordView) -> [Subject] {
        switch self {
        case .delivery, .quarantined, .outcomes, .operatorAction, .started, .checkpoint: []
        case .stock, .reconciliation, .exception:
            (order.map { [Subject(.order, $0)] } ?? [])
                + LedgerRecord(record).skus(of: String(decoding: record.brand, as: UTF8.self)).map { Subject(.sku, $0) }
        }
    }

    private var order: String? { if case .stock(.moved(let movement)) = self { movement.order } else { nil } }
}

/// Knows, from a first pass, what has become of each delivery.
package struct Inspection {
    private let fold: Fold
    private let deadBySequence: Set<SequenceNumber>
    private let released: Set<SequenceNumber>

    package init(fold: Fold, released: Set<SequenceNumber>) {
        self.fold = fold
        deadBySequence = Set(fold.deadLetters.keys.map(\.sequence))
        self.released = released
    }

    /// Nil for a record of a kind or version that this Lockstep does not know.
    package func describe(_ record: RecordView) -> InspectedRecord? {
        guard let entry = Entry(kind: record.kind, payload: record.payload) else { return nil }
        let brand = String(decoding: record.brand, as: UTF8.self)
        func row(
            _ source: Source?, _ state: InspectedRecord.State?, _ events: [Event], _ summary: String
        ) -> InspectedRecord {
            InspectedRecord(
                sequence: record.sequence, time: record.time, kind: entry.kind, brand: brand, source: source,
                state: state, events: events, others: entry.subjects(record), summary: summary)
        }
        switch entry {
        case .delivery(let delivery):
            return row(delivery.source, state(of: record.sequence), delivery.events, summary(of: delivery))
        case .quarantined(let kept):
            let state: InspectedRecord.State = released.contains(record.sequence) ? .released : .quarantined
            return row(.centra, state, [], "\(kept.reason), \(counted(kept.body.count, "octet"))")
        case .outcomes(let outcomes):
            return row(nil, nil, [], summary(of: outcomes))
        case .operatorAction(let action) where action.action == .carryDeadLetter:
            return row(
                action.delivery?.source, state(of: record.sequence), action.delivery?.events ?? [],
                "dead letter \(action.target), carried forward")
        case .operatorAction(let action):
            return row(
                action.delivery?.source, action.delivery.map { _ in state(of: record.sequence) },
                action.delivery?.events ?? [], "\(action.action.name) \(action.target) by user \(action.user)")
        case .started(let version):
            return row(nil, nil, [], "lockstep \(version) opened the journal")
        case .stock(let entry):
            return row(nil, nil, [], "\(entry)")
        case .reconciliation(let entry):
            return row(nil, nil, [], "\(entry)")
        case .exception(let entry):
            return row(nil, nil, [], entry.words { "\(Timestamp(microseconds: $0))" })
        case .checkpoint(let checkpoint):
            return row(nil, nil, [], summary(of: checkpoint))
        }
    }

    private func summary(of checkpoint: StockCheckpoint) -> String {
        switch checkpoint {
        case .begun: "stock is restated from here"
        case .part(let part): "part \(part.number) of \(part.count) of the checkpoint of \(part.begun)"
        }
    }

    private func state(of sequence: SequenceNumber) -> InspectedRecord.State {
        if deadBySequence.contains(sequence) { return .dead }
        guard let open = fold.open[sequence] else { return .settled }
        return open.retries.isEmpty ? .open : .failing
    }

    private func summary(of delivery: DeliveryRecord) -> String {
        var parts: [String] = []
        if !delivery.eventType.isEmpty { parts.append(delivery.eventType) }
        if delivery.flags.contains(.notUnderstood) { parts.append("not understood: \(delivery.reason)") }
        if delivery.events.isEmpty && parts.isEmpty { parts.append("nothing to do") }
        return parts.joined(separator: ", ")
    }

    private func summary(of outcomes: [Outcome]) -> String {
        let shown = outcomes.prefix(4).map { outcome in
            switch outcome.result {
            case .settled: "\(outcome.job) settled"
            case .coalesced(let into): "\(outcome.job) coalesced into \(into)"
            case .retry(let attempt, _, let reason): "\(outcome.job) failed at attempt \(attempt): \(reason)"
            case .deadLettered(_, let reason): "\(outcome.job) dead-lettered: \(reason)"
            }
        }
        let more = outcomes.count > 4 ? ["and \(outcomes.count - 4) more"] : []
        return (shown + more).joined(separator: "; ")
    }
}
