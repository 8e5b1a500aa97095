// Start-up is a replay: the same fold over the journal that `journal-replay` uses.
//
// One pass over millions of records keeps only what is open: jobs without a final outcome, dead letters, and the keys
// of recent deliveries. A second, short pass reads the few deliveries that are still open (`DeliveryLookup`).
package import Journal
import Queues
package import Webhooks
package import Workflows

/// A delivery (or an operator's action that queued one again) with jobs that are not over.
package struct OpenDelivery: Equatable, Sendable {
    package let jobCount: Int
    /// Jobs that are over, by index; the others are open.
    private var closed: Set<UInt16> = []
    /// The last failed attempt of each open job that has failed.
    package private(set) var retries: [UInt16: Retry] = [:]

    package struct Retry: Equatable, Sendable {
        package let attempts: Int
        /// Microseconds since 1970.
        package let due: Int64
    }

    fileprivate init(jobCount: Int) {
        self.jobCount = jobCount
    }

    package func isOpen(_ index: UInt16) -> Bool { Int(index) < jobCount && !closed.contains(index) }

    fileprivate mutating func retry(_ index: UInt16, _ retry: Retry) {
        if isOpen(index) { retries[index] = retry }
    }

    /// Whether that was the last open job. A job that is over already, or that there never was, ends nothing.
    fileprivate mutating func close(_ index: UInt16) -> Bool {
        guard isOpen(index) else { return false }
        // Nearly every delivery has one job, and then no set is needed.
        if closed.count + 1 == jobCount { return true }
        closed.insert(index)
        retries[index] = nil
        return false
    }
}

package struct DeadLetterNote: Equatable, Sendable {
    package let reason: String
    package let attempts: Int
    /// Microseconds since 1970.
    package let time: Int64
}

package struct Fold: Sendable {
    package private(set) var open = OpenDeliveries()
    package private(set) var deadLetters: [JobID: DeadLetterNote] = [:]
    /// By brand.
    package private(set) var stock: [String: FoldedStock] = [:]
    package private(set) var sweeps: [String: SweepMemory] = [:]
    package private(set) var exceptions = ExceptionBook()
    private var recalled: Deduplication
    private var counts = [Int](repeating: 0, count: Int(UInt8.max) + 1)
    /// Records of a kind or version that this Lockstep does not know: written by a later one.
    package private(set) var unknownRecords = 0
    package private(set) var last: SequenceNumber = 0
    /// Of the last record, microseconds since 1970; 0 in an empty journal.
    package private(set) var lastTime: Int64 = 0
    /// The last start before which nothing was journaled for long; 0 when there was none.
    private(set) var cameBack: SequenceNumber = 0
    private let keysSince: Int64

    /// `now` and `redeliveryWindow` in microseconds.
    package init(now: Int64, redeliveryWindow: Int64) {
        recalled = Deduplication(window: redeliveryWindow)
        keysSince = now - redeliveryWindow
    }

    package mutating func apply(_ record: RecordView) {
        if record.kind == EntryKind.started.rawValue, wasAway(until: record.time) { cameBack = record.sequence }
        last = record.sequence
        lastTime = record.time
        guard let kind = EntryKind(rawValue: record.kind) else { return unknownRecords += 1 }
        counts[Int(record.kind)] += 1
        switch kind {
        case .delivery: received(record)
        case .outcomes: finished(record)
        case .operatorAction: acted(record)
        case .stock, .checkpoint: changedStock(record)
        case .reconciliation: reconciled(record)
        case .exception: changedExceptions(record)
        case .started: restarted()
        case .quarantined: break
        }
    }

    private mutating func received(_ record: RecordView) {
        // Only the head is decoded: this runs for every delivery there ever was.
        guard let head = DeliveryRecord.Head(record.payload) else { return unknownRecords += 1 }
        if head.flags.contains(.hasKey), record.time >= keysSince {
            recalled.recall(head.key, now: record.time)
        }
        if head.eventCount > 0 { open[record.sequence] = OpenDelivery(jobCount: head.eventCount) }
        if head.flags.contains(.notUnderstood) {
            let id = JobID(sequence: record.sequence, index: UInt16(clamping: head.eventCount))
            let reason = DeliveryRecord(record.payload)?.reason ?? ""
            deadLetters[id] = DeadLetterNote(reason: reason, attempts: 0, time: record.time)
        }
    }

    private mutating func finished(_ record: RecordView) {
        guard case .outcomes(let outcomes) = Entry(kind: record.kind, payload: record.payload) else {
            return unknownRecords += 1
        }
        for outcome in outcomes {
            switch outcome.result {
            case .settled, .coalesced:
                close(outcome.job)
            case .retry(let attempt, let due, _):
                open[outcome.job.sequence]?.retry(outcome.job.index, .init(attempts: attempt, due: due))
            case .deadLettered(let attempts, let reason):
                close(outcome.job)
                deadLetters[outcome.job] = DeadLetterNote(reason: reason, attempts: attempts, time: record.time)
            }
        }
    }

    private mutating func acted(_ record: RecordView) {
        guard case .operatorAction(let action) = Entry(kind: record.kind, payload: record.payload) else {
            return unknownRecords += 1
        }
        switch action.action {
        case .retryDeadLetter, .discardDeadLetter: deadLetters[action.target] = nil
        case .replay, .releaseQuarantined: break
        case .carryDeadLetter:
            deadLetters[action.target] = nil
            deadLetters[JobID(sequence: record.sequence, index: 0)] = action.note
            return
        }
        guard let delivery = action.delivery else { return }
        if !delivery.events.isEmpty { open[record.sequence] = OpenDelivery(jobCount: delivery.events.count) }
        if delivery.flags.contains(.notUnderstood) {
            let id = JobID(sequence: record.sequence, index: UInt16(clamping: delivery.events.count))
            deadLetters[id] = DeadLetterNote(reason: delivery.reason, attempts: 0, time: record.time)
        }
    }

    private mutating func changedStock(_ record: RecordView) {
        guard let entry = Entry(kind: record.kind, payload: record.payload) else { return unknownRecords += 1 }
        let brand = String(decoding: record.brand, as: UTF8.self)
        stock[brand, default: FoldedStock()].apply(entry, sequence: record.sequence, time: record.time)
    }

    private mutating func reconciled(_ record: RecordView) {
        let brand = String(decoding: record.brand, as: UTF8.self)
        let isKnown = sweeps[brand, default: SweepMemory()].apply(record.payload, record.sequence, record.time)
        if !isKnown { unknownRecords += 1 }
    }

    private mutating func changedExceptions(_ record: RecordView) {
        guard let entry = ExceptionEntry(record.payload) else { return unknownRecords += 1 }
        let brand = String(decoding: record.brand, as: UTF8.self)
        exceptions.apply(entry, brand: brand, sequence: record.sequence, time: record.time)
    }

    /// Whether so much time has passed since the last record that the server was probably down.
    func wasAway(until time: Int64) -> Bool {
        let (tenMinutesLater, isFar) = lastTime.addingReportingOverflow(600_000_000)
        return last > 0 && !isFar && tenMinutesLater < time
    }

    private mutating func restarted() {
        for brand in stock.keys { stock[brand]?.noteRestart() }
    }

    /// All brands' stock as a server that starts now takes it over.
    package var restartedStock: [String: FoldedStock] {
        var fold = self
        fold.restarted()
        return fold.stock
    }

    private mutating func close(_ job: JobID) {
        guard var delivery = open[job.sequence] else { return }
        open[job.sequence] = delivery.close(job.index) ? nil : delivery
    }

    /// The keys of recent deliveries, for whoever recognises redeliveries from now on.
    package var deduplication: Deduplication {
        var settled = recalled
        settled.settle()
        return settled
    }

    package func count(of kind: EntryKind) -> Int { counts[Int(kind.rawValue)] }

    /// The deliveries that the second pass must read, in order.
    package var needed: [SequenceNumber] {
        Set(open.all.keys).union(deadLetters.keys.map(\.sequence)).sorted()
    }
}

/// Reads single deliveries back from the journal: rarely, and for few.
package struct DeliveryLookup: Sendable {
    package struct Found: Equatable, Sendable {
        package let brand: String
        /// Microseconds since 1970.
        package let time: Int64
        package let delivery: DeliveryRecord
    }

    private let reader: JournalReader

    package init(_ reader: JournalReader) {
        self.reader = reader
    }

    /// The deliveries at those numbers: received ones, and those that an operator's action carries. With their bodies
    /// where somebody reads these: all that wait at a start could fill the memory.
    package func deliveries(
        _ numbers: [SequenceNumber], withBodies: Bool = true
    ) throws(JournalFailure) -> [SequenceNumber: Found] {
        var found: [SequenceNumber: Found] = [:]
        let wanted = Set(numbers)
        _ = try reader.read(only: numbers) { record in
            guard wanted.contains(record.sequence) else { return }
            guard var delivery = Entry(kind: record.kind, payload: record.payload)?.delivery else { return }
            if !withBodies { delivery.body = [] }
            let brand = String(decoding: record.brand, as: UTF8.self)
            found[record.sequence] = Found(brand: brand, time: record.time, delivery: delivery)
        }
        return found
    }
}
