// A record of the journal in the ledger's words.
import Commerce
import Webhooks
package import Journal
package import Ledger

extension LedgerRecord {
    package init(_ record: RecordView) {
        self.init(
            sequence: record.sequence, checksum: record.checksum, time: record.time,
            brand: String(decoding: record.brand, as: UTF8.self), content: Content(record))
    }
}

extension LedgerRecord.Content {
    /// `other` for what a later Lockstep wrote: what it means is not known here.
    fileprivate init(_ record: RecordView) {
        switch Entry(kind: record.kind, payload: record.payload) {
        case .started(let version): self = .started(version: version)
        case .delivery(let delivery): self = .woken(Wakeup(delivery, action: nil))
        // Nothing begins with it.
        case .operatorAction(let action) where action.action == .carryDeadLetter: self = .other
        case .operatorAction(let action):
            self = action.delivery.map { .woken(Wakeup($0, action: action.action.name)) } ?? .other
        case .outcomes(let outcomes): self = .finished(outcomes.map { JobEnd($0) })
        case .stock(let entry): self = .stock(entry)
        case .reconciliation(let entry): self = .reconciliation(entry)
        case .exception(let entry): self = .exception(entry)
        case .checkpoint(let checkpoint): self = .checkpoint(checkpoint)
        case .quarantined, nil: self = .other
        }
    }
}

extension Wakeup {
    fileprivate init(_ delivery: DeliveryRecord, action: String?) {
        self.init(
            source: delivery.source.description, type: delivery.eventType, action: action, events: delivery.events)
    }
}

extension JobEnd {
    fileprivate init(_ outcome: Outcome) {
        let result: Result =
            switch outcome.result {
            case .settled: .settled
            case .coalesced(let other): .coalesced(into: other.sequence, job: Int(other.index))
            case .retry(let attempt, let due, let reason): .retry(attempt: attempt, due: due, reason: reason)
            case .deadLettered(let attempts, let reason): .deadLettered(attempts: attempts, reason: reason)
            }
        self.init(delivery: outcome.job.sequence, job: Int(outcome.job.index), result)
    }
}
