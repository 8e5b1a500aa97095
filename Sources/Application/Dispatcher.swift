// The owner of the queues: places what was accepted, runs what is ready, journals what became of it.
//
// One thread runs `run`. The journal's thread hands over accepted deliveries in journal order (`arrive`), the operator
// listener looks at the queues; both hold the lock for moments. A job's outcome is journaled after the fact: a crash in
// between repeats the job, which is safe, because a job only reads the present state and moves it one step.
package import Commerce
package import Journal
package import POSIX
package import Queues
import Synchronization
import Webhooks

/// An ordering key: a subject of one brand.
package struct QueueKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let brand: String
    package let subject: Subject

    package init(brand: String, subject: Subject) {
        self.brand = brand
        self.subject = subject
    }

    package var description: String { "\(brand)/\(subject)" }

    package static func < (one: QueueKey, other: QueueKey) -> Bool {
        if one.brand != other.brand { return one.brand < other.brand }
        if one.subject.kind != other.subject.kind { return one.subject.kind.rawValue < other.subject.kind.rawValue }
        return one.subject.code < other.subject.code
    }
}

/// What a job is for.
package struct Work: Sendable {
    package let brand: String
    /// Nil for a dead letter whose delivery could not be read.
    package let event: Event?
    /// When its delivery was received, microseconds since 1970.
    package let received: Int64
}

/// What came of one attempt.
package enum WorkResult: Equatable, Sendable {
    case done
    case failed(FailureKind, reason: String)
}

/// A durable delivery (or an operator's action that queues one again) on its way into the queues.
package struct Arrival: Sendable {
    package let sequence: SequenceNumber
    package let brand: String
    package let events: [Event]
    package let notUnderstood: String?
    package let received: Int64

    package init(
        sequence: SequenceNumber, brand: String, events: [Event], notUnderstood: String?, received: Int64
    ) {
        self.sequence = sequence
        self.brand = brand
        self.events = events
        self.notUnderstood = notUnderstood
        self.received = received
    }

    /// What an entry queues, before it has a number; nothing without a delivery.
    init(of delivery: DeliveryRecord?, brand: String, received: Int64) {
        let reason = delivery.flatMap { $0.flags.contains(.notUnderstood) ? $0.reason : nil }
        self.init(
            sequence: 0, brand: brand, events: delivery?.events ?? [], notUnderstood: reason, received: received)
    }

    /// Jobs or dead letters that it becomes.
    package var size: Int { events.count + (notUnderstood == nil ? 0 : 1) }
}

package struct DispatcherStatistics: Equatable, Sendable {
    package var settled: UInt64 = 0
    package var coalesced: UInt64 = 0
    package var retried: UInt64 = 0
    package var deadLettered: UInt64 = 0
}

package typealias BrandQueues = KeyedQueues<QueueKey, Work>

package final class Dispatcher: Sendable {
    package typealias Worker = @Sendable (Work, _ attempt: Int) -> WorkResult

    /// Jobs started under one hold of the lock.
    private static let batchLimit = 256
    /// Milliseconds to wait before outcomes are offered again to a full journal.
    private static let fullJournalPause: Int64 = 1_000

    fileprivate struct State: Sendable {
        var queues: BrandQueues
        var inbox: [Arrival] = []
        var inboxSize = 0
        var outcomes: [Outcome] = []
        /// Outcomes that are with the journal's thread.
        var committing: [Outcome] = []
        var retryCommitAt: Int64?
        /// Jobs and dead letters whose end is not in the journal, by delivery: what retention must keep.
        var unsettled: [SequenceNumber: Int] = [:]
        var statistics = DispatcherStatistics()
        var stopBy: Int64?
    }

    private let state: Mutex<State>
    private let bell: Bell
    private let mailbox: CommitMailbox
    private let commits: GroupCommit
    private let clock: any Clock
    private let worker: Worker
    private let chance: @Sendable () -> Double

    package init(
        queues: BrandQueues, unsettled: [SequenceNumber: Int], commits: GroupCommit, clock: any Clock,
        chance: @escaping @Sendable () -> Double, worker: @escaping Worker
    ) throws(Errno) {
        var state = State(queues: queues)
        state.unsettled = unsettled
        self.state = Mutex(state)
        bell = try Bell()
        mailbox = CommitMailbox(bell: bell)
        self.commits = commits
        self.clock = clock
        self.worker = worker
        self.chance = chance
    }

    /// Takes durable deliveries, in journal order; called by the journal's thread.
    package func arrive(_ arrivals: [Arrival]) {
        state.withLock { state in
            state.inbox += arrivals
            state.inboxSize += arrivals.reduce(0) { $0 + $1.size }
        }
        bell.ring()
    }

    /// Whether so many more jobs may be accepted; what was accepted and is not placed yet counts.
    package func hasRoom(for count: Int) -> Bool {
        state.withLock { $0.queues.hasRoom(for: count + $0.inboxSize) }
    }

    /// Looks at the queues under the lock.
    package func inspect<Result>(_ body: (borrowing BrandQueues, Instant) -> sending Result) -> sending Result {
        let now = instant()
        return state.withLock { body($0.queues, now) }
    }

    package var statistics: DispatcherStatistics { state.withLock { $0.statistics } }

    /// Everything below this number is settled and journaled as such.
    package func settledFloor(durable: SequenceNumber) -> SequenceNumber {
        state.withLock { state in
            let oldest = min(state.unsettled.keys.min() ?? .max, state.inbox.first?.sequence ?? .max)
            return min(oldest, durable + 1)
        }
    }

    /// Takes a dead letter out: an operator discarded it, or its record to be queued again is durable.
    package func removeDeadLetter(_ id: JobID) -> Bool {
        state.withLock { state in
            guard state.queues.discardDeadLetter(id) else { return false }
            state.close(id.sequence)
            return true
        }
    }

    package func deadLetter(_ id: JobID) -> DeadLetter<QueueKey, Work>? {
        state.withLock { $0.queues.deadLetters[id] }
    }

    /// Ends `run` when nothing is ready, or at `deadline` (monotonic milliseconds); what is left is in the journal.
    package func stop(by deadline: Int64) {
        state.withLock { $0.stopBy = deadline }
        bell.ring()
    }

    private func instant() -> Instant { Instant(milliseconds: clock.monotonicMilliseconds()) }
}

// MARK: The dispatcher's thread

extension Dispatcher {
    package func run() {
        while true {
            takeCompletions()
            placeArrivals()
            let ranAny = runReady()
            offerOutcomes()
            if hasStopped(isIdle: !ranAny) { return flush() }
            if ranAny { continue }
            bell.wait(milliseconds: waitingTime())
        }
    }

    private func placeArrivals() {
        let now = instant()
        state.withLock { state in
            guard !state.inbox.isEmpty else { return }
            for arrival in state.inbox { state.place(arrival, now: now) }
            state.inbox.removeAll(keepingCapacity: true)
            state.inboxSize = 0
        }
    }

    /// Runs a batch of ready jobs; false when none was ready.
    private func runReady() -> Bool {
        let now = instant()
        let started = state.withLock { state in
            var started: [BrandQueues.Started] = []
            while started.count < Dispatcher.batchLimit, let job = state.queues.next(now: now) { started.append(job) }
            return started
        }
        if started.isEmpty { return false }
        let results = started.map { worker($0.work, $0.attempt) }
        let (finished, wall) = (instant(), clock.wallMicroseconds())
        let chances = results.map { $0 == .done ? 0 : chance() }
        state.withLock { state in
            for (index, job) in started.enumerated() {
                state.finish(job, results[index], at: finished, wall: wall, chance: chances[index])
            }
        }
        return true
    }

    private func waitingTime() -> Int {
        let now = clock.monotonicMilliseconds()
        let next = state.withLock { state -> Int64? in
            [state.queues.nextWakeUp()?.milliseconds, state.retryCommitAt, state.stopBy].compactMap { $0 }.min()
        }
        return next.map { Int(clamping: max(1, $0 - now)) } ?? -1
    }

    private func hasStopped(isIdle: Bool) -> Bool {
        let now = clock.monotonicMilliseconds()
        return state.withLock { state in
            guard let deadline = state.stopBy else { return false }
            return now >= deadline || (isIdle && state.inbox.isEmpty)
        }
    }
}

// MARK: Journaling outcomes

extension Dispatcher {
    /// Hands what has collected to the journal, one record at a time: the next collects while this one is synced. What
    /// has collected while the journal was full can be more than a segment holds, and then goes in parts.
    ///
    /// Nobody is told anything because of an outcome, and one that is lost is work done again: it need not be synced at
    /// once, and goes with the next delivery.
    private func offerOutcomes(canWait: Bool = true) {
        let now = clock.monotonicMilliseconds()
        let outcomes = state.withLock { state -> [Outcome] in
            guard state.committing.isEmpty, now >= state.retryCommitAt ?? .min else { return [] }
            state.retryCommitAt = nil
            state.committing = Array(state.outcomes.prefix(Outcome.limitPerRecord))
            state.outcomes.removeFirst(state.committing.count)
            return state.committing
        }
        guard !outcomes.isEmpty else { return }
        commits.submit(batch(of: outcomes), to: mailbox, canWait: canWait)
    }

    private func batch(of outcomes: [Outcome]) -> RecordBatch {
        var batch = RecordBatch()
        batch.append(kind: EntryKind.outcomes.rawValue, brand: "", time: clock.wallMicroseconds()) {
            Entry.outcomes(outcomes).encode(into: &$0)
        }
        return batch
    }

    private func takeCompletions() {
        for completion in mailbox.take() {
            let later = clock.monotonicMilliseconds() + Dispatcher.fullJournalPause
            state.withLock { state in
                let outcomes = state.committing
                state.committing = []
                switch completion.outcome {
                case .durable:
                    for outcome in outcomes where outcome.result.isFinal { state.close(outcome.job.sequence) }
                case .noRoom:
                    state.outcomes = outcomes + state.outcomes
                    state.retryCommitAt = later
                case .failed:
                    // The process is about to end; the jobs will be run again from the journal.
                    break
                }
            }
        }
    }

    /// At the end: waits for what is with the journal, and offers the rest until it is all journaled or refused.
    private func flush() {
        while true {
            offerOutcomes(canWait: false)
            guard isCommitting else { return }
            while isCommitting {
                bell.wait(milliseconds: 1_000)
                takeCompletions()
            }
        }
    }

    private var isCommitting: Bool { state.withLock { !$0.committing.isEmpty } }
}

extension Outcome.Result {
    /// Whether the job needs nothing more. A dead letter still waits for a person.
    fileprivate var isFinal: Bool {
        switch self {
        case .settled, .coalesced: true
        case .retry, .deadLettered: false
        }
    }
}

extension Dispatcher.State {
    fileprivate mutating func place(_ arrival: Arrival, now: Instant) {
        guard arrival.size > 0 else { return }
        unsettled[arrival.sequence] = arrival.size
        for (index, event) in arrival.events.enumerated() {
            let id = JobID(sequence: arrival.sequence, index: UInt16(clamping: index))
            let work = Work(brand: arrival.brand, event: event, received: arrival.received)
            let keys = event.subjects.map { QueueKey(brand: arrival.brand, subject: $0) }
            let placed = queues.enqueue(id, keys: keys, work: work, coalescing: Coalescing(event), now: now)
            if case .coalesced(let into) = placed {
                outcomes.append(Outcome(id, .coalesced(into: into)))
                statistics.coalesced += 1
            }
        }
        if let reason = arrival.notUnderstood {
            let id = JobID(sequence: arrival.sequence, index: UInt16(clamping: arrival.events.count))
            let work = Work(brand: arrival.brand, event: nil, received: arrival.received)
            queues.addDeadLetter(id, keys: [], work: work, coalescing: nil, reason: reason, attempts: 0, at: now)
            statistics.deadLettered += 1
        }
    }

    fileprivate mutating func finish(
        _ job: BrandQueues.Started, _ result: WorkResult, at now: Instant, wall: Int64, chance: Double
    ) {
        switch result {
        case .done:
            queues.succeed(job.id, now: now)
            outcomes.append(Outcome(job.id, .settled))
            statistics.settled += 1
        case .failed(let kind, let reason):
            switch queues.fail(job.id, kind: kind, reason: reason, now: now, chance: chance) {
            case .retry(let at, let attempt):
                let due = wall + (at - now) * 1_000
                outcomes.append(Outcome(job.id, .retry(attempt: attempt, due: due, reason: reason)))
                statistics.retried += 1
            case .deadLettered:
                outcomes.append(Outcome(job.id, .deadLettered(attempts: job.attempt, reason: reason)))
                statistics.deadLettered += 1
            }
        }
    }

    /// One job or dead letter of a delivery is over.
    fileprivate mutating func close(_ sequence: SequenceNumber) {
        guard let count = unsettled[sequence] else { return }
        unsettled[sequence] = count > 1 ? count - 1 : nil
    }
}

extension Coalescing {
    /// Equal wake-ups for the same subjects are one piece of work.
    init(_ event: Event) {
        self.init(kind: event.name.rawValue)
    }
}
