// What a journal record means. The record's kind says which payload it has; every payload begins with its version.
//
// The journal tells the whole story of a delivery: what was received, what became of each of its jobs, and what a
// person did about it. Queues, recognised redeliveries and dead letters are folds over these entries (`Fold`).
import Journal
import Queues
package import Webhooks
package import Workflows

package enum EntryKind: UInt8, CaseIterable, Sendable {
    case delivery = 1
    case quarantined = 2
    case outcomes = 3
    case operatorAction = 4
    case started = 5
    case stock = 6
    case exception = 7
    case reconciliation = 8
    case checkpoint = 9

    package var name: String {
        switch self {
        case .delivery: "delivery"
        case .quarantined: "quarantined"
        case .outcomes: "outcome"
        case .operatorAction: "operator"
        case .started: "started"
        case .stock: "stock"
        case .reconciliation: "reconciliation"
        case .exception: "exception"
        case .checkpoint: "checkpoint"
        }
    }
}

package enum Entry: Equatable, Sendable {
    case delivery(DeliveryRecord)
    case quarantined(QuarantineRecord)
    case outcomes([Outcome])
    case operatorAction(OperatorAction)
    /// A server opened the journal; the version is for people.
    case started(version: String)
    /// What the stock workflow of a brand read, decided, sent and was answered.
    case stock(StockEntry)
    /// That a brand's stock is compared on both sides, and what that came to.
    case reconciliation(ReconciliationEntry)
    /// What does not agree: raised, cleared, and what a person said of it.
    case exception(ExceptionEntry)
    /// What a brand's stock entries come to, so that the old ones may go.
    case checkpoint(StockCheckpoint)

    /// Nil for a kind or version that this Lockstep does not know.
    package init?(kind: UInt8, payload: UnsafeRawBufferPointer) {
        switch EntryKind(rawValue: kind) {
        case .delivery:
            guard let record = DeliveryRecord(payload) else { return nil }
            self = .delivery(record)
        case .quarantined:
            guard let record = QuarantineRecord(payload) else { return nil }
            self = .quarantined(record)
        case .outcomes:
            guard let outcomes = Outcome.decodeAll(payload) else { return nil }
            self = .outcomes(outcomes)
        case .operatorAction:
            guard let action = OperatorAction(payload) else { return nil }
            self = .operatorAction(action)
        case .started:
            self = .started(version: String(decoding: payload, as: UTF8.self))
        case .stock:
            guard let entry = StockEntry(payload) else { return nil }
            self = .stock(entry)
        case .reconciliation:
            guard let entry = ReconciliationEntry(payload) else { return nil }
            self = .reconciliation(entry)
        case .exception:
            guard let entry = ExceptionEntry(payload) else { return nil }
            self = .exception(entry)
        case .checkpoint:
            guard let checkpoint = StockCheckpoint(payload) else { return nil }
            self = .checkpoint(checkpoint)
        case nil:
            return nil
        }
    }

    package var kind: EntryKind {
        switch self {
        case .delivery: .delivery
        case .quarantined: .quarantined
        case .outcomes: .outcomes
        case .operatorAction: .operatorAction
        case .started: .started
        case .stock: .stock
        case .reconciliation: .reconciliation
        case .exception: .exception
        case .checkpoint: .checkpoint
        }
    }

    /// The delivery whose events this entry queues.
    package var delivery: DeliveryRecord? {
        switch self {
        case .delivery(let record): record
        case .operatorAction(let action): action.delivery
        case .quarantined, .outcomes, .started, .stock, .exception, .reconciliation, .checkpoint: nil
        }
    }

    package func encode(into bytes: inout [UInt8]) {
        switch self {
        case .delivery(let record): record.encode(into: &bytes)
        case .quarantined(let record): record.encode(into: &bytes)
        case .outcomes(let outcomes): Outcome.encode(outcomes, into: &bytes)
        case .operatorAction(let action): action.encode(into: &bytes)
        case .started(let version): bytes += version.utf8
        case .stock(let entry): bytes += entry.encoded
        case .reconciliation(let entry): bytes += entry.encoded
        case .exception(let entry): bytes += entry.encoded
        case .checkpoint(let checkpoint): bytes += checkpoint.encoded
        }
    }
}

/// What became of a job, or of one attempt at it.
package struct Outcome: Equatable, Sendable {
    package enum Result: Equatable, Sendable {
        case settled
        /// An equal wake-up that had not started does its work too.
        case coalesced(into: JobID)
        /// A transient failure; the next attempt is due at that time (microseconds since 1970).
        case retry(attempt: Int, due: Int64, reason: String)
        case deadLettered(attempts: Int, reason: String)

        package var name: String {
            switch self {
            case .settled: "settled"
            case .coalesced: "coalesced"
            case .retry: "retry"
            case .deadLettered: "dead-lettered"
            }
        }
    }

    package let job: JobID
    package let result: Result

    package init(_ job: JobID, _ result: Result) {
        self.job = job
        self.result = result
    }

    /// Outcomes in one record and one commit; with the longest reasons they are a tenth of the smallest segment.
    static let limitPerRecord = 4_096
    private static let version: UInt8 = 1

    static func encode(_ outcomes: [Outcome], into bytes: inout [UInt8]) {
        bytes.append(version)
        bytes += [UInt8](unsafeUninitializedCapacity: outcomes.reduce(0) { $0 + $1.octets }) { buffer, count in
            var writer = PayloadWriter(UnsafeMutableRawBufferPointer(buffer))
            for outcome in outcomes { outcome.encode(into: &writer) }
            count = writer.offset
        }
    }

    private var octets: Int {
        switch result {
        case .settled: 11
        case .coalesced: 21
        case .retry(_, _, let reason): 28 + min(reason.utf8.count, PayloadWriter.textLimit)
        case .deadLettered(_, let reason): 20 + min(reason.utf8.count, PayloadWriter.textLimit)
        }
    }

    private func encode(into writer: inout PayloadWriter) {
        writer.append(result.code)
        writer.append(job)
        switch result {
        case .settled: break
        case .coalesced(let job): writer.append(job)
        case .retry(let attempt, let due, let reason):
            writer.append(UInt64(attempt))
            writer.append(UInt64(bitPattern: due))
            writer.append(reason)
        case .deadLettered(let attempts, let reason):
            writer.append(UInt64(attempts))
            writer.append(reason)
        }
    }

    static func decodeAll(_ payload: UnsafeRawBufferPointer) -> [Outcome]? {
        var reader = PayloadReader(payload)
        guard reader.octet() == version else { return nil }
        var outcomes: [Outcome] = []
        while !reader.isAtEnd {
            guard let code = reader.octet(), let job = reader.job(), let result = Result(code, &reader) else {
                return nil
            }
            outcomes.append(Outcome(job, result))
        }
        return outcomes
    }
}

extension Outcome.Result {
    fileprivate var code: UInt8 {
        switch self {
        case .settled: 1
        case .coalesced: 2
        case .retry: 3
        case .deadLettered: 4
        }
    }

    fileprivate init?(_ code: UInt8, _ reader: inout PayloadReader) {
        switch code {
        case 1:
            self = .settled
        case 2:
            guard let job = reader.job() else { return nil }
            self = .coalesced(into: job)
        case 3:
            guard let attempt = reader.number(), let due = reader.number(), let reason = reader.text() else {
                return nil
            }
            self = .retry(attempt: Int(clamping: attempt), due: Int64(bitPattern: due), reason: reason)
        case 4:
            guard let attempts = reader.number(), let reason = reader.text() else { return nil }
            self = .deadLettered(attempts: Int(clamping: attempts), reason: reason)
        default:
            return nil
        }
    }
}

/// What a person did, and who it was. Actions that make work carry the delivery, so that they stand on their own. So does
/// what the server does of itself to keep a dead letter.
package struct OperatorAction: Equatable, Sendable {
    package enum Action: UInt8, Sendable, CaseIterable {
        /// A dead letter's job is queued again, as job 0... of this record.
        case retryDeadLetter = 1
        case discardDeadLetter = 2
        /// A delivery's jobs are queued again, as jobs 0... of this record.
        case replay = 3
        /// A quarantined delivery was admitted; the delivery's record follows this one.
        case releaseQuarantined = 4
        /// A dead letter that old segments were kept for is job 0 of this record from now on.
        case carryDeadLetter = 5

        package var name: String {
            switch self {
            case .retryDeadLetter: "retry-dead-letter"
            case .discardDeadLetter: "discard-dead-letter"
            case .replay: "replay"
            case .releaseQuarantined: "release-quarantined"
            case .carryDeadLetter: "carry-dead-letter"
            }
        }
    }

    package let action: Action
    /// The dead letter's job, or job 0 of the delivery or quarantined record that is meant.
    package let target: JobID
    /// The user id of who asked, from the kernel.
    package let user: UInt32
    /// The delivery to queue again, with the events that are to be queued.
    package let delivery: DeliveryRecord?
    /// What was known of a dead letter that is carried on; nil for all other actions.
    package let note: DeadLetterNote?

    package init(_ action: Action, target: JobID, user: UInt32, delivery: DeliveryRecord?) {
        self.init(action, target: target, user: user, delivery: delivery, note: nil)
    }

    /// The delivery is what is left of it for this one dead letter.
    package init(carrying target: JobID, _ delivery: DeliveryRecord, _ note: DeadLetterNote) {
        self.init(.carryDeadLetter, target: target, user: 0, delivery: delivery, note: note)
    }

    private init(_ action: Action, target: JobID, user: UInt32, delivery: DeliveryRecord?, note: DeadLetterNote?) {
        self.action = action
        self.target = target
        self.user = user
        self.delivery = delivery
        self.note = note
    }

    private static let version: UInt8 = 1

    func encode(into bytes: inout [UInt8]) {
        bytes += [OperatorAction.version, action.rawValue]
        bytes.append(job: target)
        bytes.append(UInt64(user))
        if let note {
            bytes.append(UInt64(note.attempts))
            bytes.append(UInt64(bitPattern: note.time))
            bytes.append(text: note.reason)
        }
        delivery?.encode(into: &bytes)
    }

    init?(_ payload: UnsafeRawBufferPointer) {
        var reader = PayloadReader(payload)
        guard reader.octet() == OperatorAction.version, let action = reader.octet().flatMap(Action.init(rawValue:)),
            let target = reader.job(), let user = reader.number()
        else { return nil }
        var note: DeadLetterNote?
        if action == .carryDeadLetter {
            note = reader.note()
            if note == nil { return nil }
        }
        var delivery: DeliveryRecord?
        if !reader.isAtEnd {
            guard let record = DeliveryRecord(reader.rest) else { return nil }
            delivery = record
        }
        self.init(action, target: target, user: UInt32(clamping: user), delivery: delivery, note: note)
    }
}
