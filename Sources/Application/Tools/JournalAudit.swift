// Re-checks the promises over a journal: for each "holds for N", or a counter-example.
//
// The audit believes nothing that the server computed: it keeps its own naive queues, one list for each key, and looks
// whether every job that ended stood at the head of all of its keys' lists (P2).
import Commerce
package import Journal
import Queues
import Webhooks

package struct JournalAudit {
    package struct Check: Equatable, Sendable {
        package let promise: String
        package let statement: String
        package fileprivate(set) var holdsFor = 0
        package fileprivate(set) var counterExamples: [String] = []

        package var holds: Bool { counterExamples.isEmpty }

        mutating func note(_ isRight: Bool, _ example: @autoclosure () -> String) {
            if isRight {
                holdsFor += 1
            } else if counterExamples.count < JournalAudit.exampleLimit {
                counterExamples.append(example())
            }
        }
    }

    /// Counter-examples kept for each promise; the first ones say enough.
    package static let exampleLimit = 20

    private var chain = Check(promise: "chain", statement: "records follow each other without a gap or an alteration")
    private var durable = Check(
        promise: "P1", statement: "every outcome belongs to a delivery that was journaled before it")
    private var once = Check(promise: "once", statement: "no job ended twice, and no redelivery was queued again")
    private var order = Check(promise: "P2", statement: "jobs with a key in common ended in journal order")
    private var private9 = Check(promise: "P9", statement: "no e-mail address stands in a journaled delivery")
    private var known = Check(promise: "format", statement: "every record is of a known kind and version")

    private var raisings = ExceptionAudit()
    private var stock = StockAudits(isWhole: true)
    private var first: SequenceNumber?
    private var previous: SequenceNumber?
    private var lines: [String: Line] = [:]
    private var open: [JobID: [String]] = [:]
    private var ended: Set<JobID> = []
    private var keys: [ContentKey: (SequenceNumber, Int64)] = [:]
    private let redeliveryWindow: Int64

    /// `redeliveryWindow` in microseconds: how long a redelivery is sure to be recognised.
    package init(redeliveryWindow: Int64) {
        self.redeliveryWindow = redeliveryWindow
    }

    package mutating func apply(_ record: RecordView) {
        if first == nil {
            first = record.sequence
            stock = StockAudits(isWhole: record.sequence == 1)
        }
        let before = previous
        previous = record.sequence
        chain.note(before.map { $0 + 1 == record.sequence } ?? true, "record \(record.sequence) follows \(before ?? 0)")
        let entry = Entry(kind: record.kind, payload: record.payload)
        known.note(entry != nil, "record \(record.sequence) has kind \(record.kind)")
        let brand = String(decoding: record.brand, as: UTF8.self)
        switch entry {
        case .delivery(let delivery): received(delivery, record.sequence, record.time, brand)
        case .quarantined(let kept): checkPrivacy(kept.body[...], record.sequence)
        case .outcomes(let outcomes): for outcome in outcomes { apply(outcome, at: record.sequence) }
        case .operatorAction(let action): acted(action, record.sequence, brand)
        case .exception(let entry): raisings.apply(entry, brand: brand, record.sequence, record.time)
        case .stock(let entry): stock.apply(entry, brand, record.sequence, record.time)
        case .checkpoint(let checkpoint): stock.apply(checkpoint, brand, record.sequence)
        case .started: stock.noteRestart()
        case .reconciliation, nil: break
        }
    }

    /// The verdict on all that was read.
    package func checks(findings: [JournalReader.Finding]) -> [Check] {
        var chain = chain
        for finding in findings where finding.isDamage { chain.note(false, finding.description) }
        return [chain, known, durable, once, order] + stock.checks + [raisings.check, private9]
    }

    private mutating func received(
        _ delivery: DeliveryRecord, _ sequence: SequenceNumber, _ time: Int64, _ brand: String
    ) {
        checkPrivacy(delivery.body, sequence)
        if delivery.flags.contains(.hasKey) {
            let original = keys[delivery.key]
            let isNew = original.map { time - $0.1 > redeliveryWindow / 2 } ?? true
            once.note(isNew, "delivery \(sequence) is a redelivery of \(original?.0 ?? 0) and was queued again")
            keys[delivery.key] = (sequence, time)
        }
        place(delivery, sequence, brand)
    }

    private mutating func acted(_ action: OperatorAction, _ sequence: SequenceNumber, _ brand: String) {
        guard let delivery = action.delivery else { return }
        checkPrivacy(delivery.body, sequence)
        // A dead letter under a new number is no job.
        if action.action != .carryDeadLetter { place(delivery, sequence, brand) }
    }

    private mutating func place(_ delivery: DeliveryRecord, _ sequence: SequenceNumber, _ brand: String) {
        for (index, event) in delivery.events.enumerated() {
            let job = JobID(sequence: sequence, index: UInt16(clamping: index))
            let keys = Set(event.subjects.map { "\(brand)/\($0)" })
            open[job] = Array(keys)
            for key in keys { lines[key, default: Line()].jobs.append(job) }
        }
    }

    private mutating func apply(_ outcome: Outcome, at sequence: SequenceNumber) {
        let job = outcome.job
        // What was retired with old segments cannot be checked any more.
        if let first, job.sequence < first { return }
        durable.note(
            job.sequence < sequence && (open[job] != nil || ended.contains(job)),
            "record \(sequence) reports on job \(job), which no delivery before it made")
        switch outcome.result {
        case .retry: return
        case .settled, .deadLettered: leave(job, at: sequence, mustBeFirst: true)
        case .coalesced: leave(job, at: sequence, mustBeFirst: false)
        }
    }

    private mutating func leave(_ job: JobID, at sequence: SequenceNumber, mustBeFirst: Bool) {
        guard let keys = open.removeValue(forKey: job) else {
            once.note(!ended.contains(job), "job \(job) ended again in record \(sequence)")
            return
        }
        once.note(ended.insert(job).inserted, "job \(job) ended again in record \(sequence)")
        for key in keys {
            let first = lines[key]?.first
            if mustBeFirst {
                order.note(first == job, "job \(job) ended before \(first.map(\.description) ?? "?") on \(key)")
            }
            lines[key]?.remove(job)
            if lines[key]?.first == nil { lines[key] = nil }
        }
    }

    /// The open jobs of one key, in journal order.
    private struct Line {
        var jobs: [JobID] = []
        private var head = 0

        var first: JobID? { head < jobs.count ? jobs[head] : nil }

        mutating func remove(_ job: JobID) {
            if first == job {
                head += 1
            } else {
                jobs.removeSubrange(..<head)
                head = 0
                jobs.removeAll { $0 == job }
            }
        }
    }

    private mutating func checkPrivacy(_ body: ArraySlice<UInt8>, _ sequence: SequenceNumber) {
        private9.note(!JournalAudit.holdsAddress(body), "record \(sequence) holds what looks like an e-mail address")
    }

    /// An at-sign, as it is or percent-encoded.
    static func holdsAddress(_ body: ArraySlice<UInt8>) -> Bool {
        for index in body.indices {
            if body[index] == UInt8(ascii: "@") { return true }
            if body[index] == UInt8(ascii: "%"), body.endIndex - index > 2, body[index + 1] == UInt8(ascii: "4"),
                body[index + 2] == UInt8(ascii: "0")
            {
                return true
            }
        }
        return false
    }
}
