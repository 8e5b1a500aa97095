// Entries as a reader of the journal sees them, without a journal: laid out by `RecordBatch`, read back in place.
import Commerce
import Queues
import Testing
import Webhooks

@testable import Application
@testable import Journal

/// One record that a test makes up.
struct Written {
    var kind: UInt8
    var brand = "acme"
    /// Microseconds since 1970.
    var time: Int64 = 1_000_000
    var payload: [UInt8]

    init(_ entry: Entry, brand: String = "acme", time: Int64 = 1_000_000) {
        kind = entry.kind.rawValue
        self.brand = brand
        self.time = time
        payload = entry.octets
    }

    init(kind: UInt8, payload: [UInt8]) {
        self.kind = kind
        self.payload = payload
    }
}

extension Entry {
    var octets: [UInt8] {
        var octets: [UInt8] = []
        encode(into: &octets)
        return octets
    }

    static func read(_ kind: UInt8, _ payload: [UInt8]) -> Entry? {
        payload.withUnsafeBytes { Entry(kind: kind, payload: $0) }
    }
}

/// Visits the records in order, numbered from `first`.
func visit(_ records: [Written], from first: SequenceNumber = 1, _ body: (RecordView) -> Void) {
    guard !records.isEmpty else { return }
    var batch = RecordBatch()
    for record in records {
        batch.append(kind: record.kind, brand: record.brand, time: record.time) { $0 += record.payload }
    }
    _ = batch.number(from: first, previous: 0, durable: 0, seed: 0)
    batch.bytes.withUnsafeBytes { bytes in
        var offset = 0
        while let head = RecordHead(bytes, at: offset, seed: 0) {
            body(RecordView(head, bytes, at: offset))
            offset += head.size
        }
        #expect(offset == bytes.count)
    }
}

// MARK: Values

func job(_ sequence: UInt64, _ index: UInt16 = 0) -> JobID { JobID(sequence: sequence, index: index) }

func sku(_ code: String) -> Event { Event(.stockChanged, Subject(.sku, code)) }
func order(_ code: String) -> Event { Event(.orderChanged, Subject(.order, code)) }

extension DeliveryRecord {
    /// A delivery with these events; `key` nil takes no part in the recognition of redeliveries.
    static func of(
        _ events: [Event], key: UInt64? = nil, notUnderstood: String? = nil, body: String = "payload=1"
    ) -> DeliveryRecord {
        var flags: Flags = []
        if key != nil { flags.insert(.hasKey) }
        if notUnderstood != nil { flags.insert(.notUnderstood) }
        return DeliveryRecord(
            source: .centra, flags: flags, eventType: "", reason: notUnderstood ?? "", signedAt: 1_770_000_000,
            key: key.map { ContentKey(high: $0, low: ~$0) } ?? .none, events: events, body: Array(body.utf8)[...])
    }
}

extension Entry {
    static func delivery(_ events: Event..., key: UInt64? = nil, notUnderstood: String? = nil) -> Entry {
        .delivery(.of(events, key: key, notUnderstood: notUnderstood))
    }

    static func settled(_ jobs: JobID...) -> Entry { .outcomes(jobs.map { Outcome($0, .settled) }) }

    static func outcome(_ job: JobID, _ result: Outcome.Result) -> Entry { .outcomes([Outcome(job, result)]) }

    static func carrying(_ target: JobID, _ delivery: DeliveryRecord, _ note: DeadLetterNote) -> Entry {
        .operatorAction(OperatorAction(carrying: target, delivery, note))
    }

    static func action(_ action: OperatorAction.Action, _ target: JobID, _ delivery: DeliveryRecord? = nil) -> Entry {
        .operatorAction(OperatorAction(action, target: target, user: 1_000, delivery: delivery))
    }
}
