// The owner of the queues: places what was accepted, runs what is ready, journals what became of it.
//
// One thread runs `run`. The journal's thread hands over accepted deliveries in journal order (`arrive`), the operator
// listener looks at the queues; both hold the lock for moments. A job's outcome is journaled after the fact: a crash in
// between repeats the job, which is safe, because a job only reads the present state and moves it one step.
import Commerce
package import Journal
package import POSIX
package import Queues
import Synchronization

package struct DispatcherStatistics: Equatable, Sendable {
    package var settled: UInt64 = 0
    package var coalesced: UInt64 = 0
    package var retried: UInt64 = 0
    package var deadLettered: UInt64 = 0
}

package typealias BrandQueues = KeyedQueues<QueueKey, Work>

package final class Dispatcher: Sendable {
    /// Does a job's work. `newest` is the number of the last wake-up that it stands for: its own, or that of one that has
    /// merged into it. Only what begins after that one does what it asks for.
    package typealias Worker = @Sendable (Work, StartedJob, _ newest: SequenceNumber) -> WorkResult

    /// Jobs started under one hold of the lock.
    private static let batchLimit = 256
    /// Milliseconds to wait before outcomes are offered again to a full journal.
    private static let fullJournalPause: Int64 = 1_000

    package let deadLetters: DeadLetterTally
    /// Held by whoever takes a dead letter out or gives it another number, until that is journaled and done.
    let deadLetterActions = Mutex(())
    private let state: Mutex<State>
    /// `State.room`, for those who ask often. Changed only under the lock.
    private let room: Atomic<Int>
    private let handback: Handback
    private let mailbox: CommitMailbox
    private let commits: GroupCommit
    private let clock: any Clock
    private let worker: Worker
    private let chance: @Sendable () -> Double

    package init(
        queues: BrandQueues, deadLetterLimit: Int, restoredUpTo: SequenceNumber = 0, commits: GroupCommit,
        clock: any Clock, handback: Handback = Handback(), chance: @escaping @Sendable () -> Double,
        worker: @escaping Worker
    ) {
        deadLetters = DeadLetterTally(queues, limit: deadLetterLimit)
        let state = State(queues: queues, deadLetters: deadLetters, restoredUpTo: restoredUpTo)
        room = Atomic(state.room)
        self.state = Mutex(state)
        self.handback = handback
        mailbox = CommitMailbox(bell: handback.bell)
        self.commits = commits
        self.clock = clock
        self.worker = worker
        self.chance = chance
    }

    /// Takes the durable deliveries of a commit, in journal order; called by the journal's thread. `first` is the number
    /// of the commit's first record, from which those of the arrivals are counted.
    package func arrive(_ arrivals: [Arrival], from first: SequenceNumber) {
        if arrivals.isEmpty { return }
        change { state in
            state.inbox.append((first, arrivals))
            state.inboxSize += arrivals.count
        }
        bell.ring()
    }

    /// Whether so many more jobs may be accepted; what was accepted and is not placed yet counts. Costs next to nothing.
    package func hasRoom(for count: Int) -> Bool {
        // Who was told that a commit is durable sees the room that is left after it: the lock orders the two.
        count <= room.load(ordering: .relaxed)
    }

    /// Looks at the queues under the lock.
    package func inspect<Result>(_ body: (borrowing BrandQueues, Instant) -> sending Result) -> sending Result {
        let now = instant()
        return state.withLock { body($0.queues, now) }
    }

    package var statistics: DispatcherStatistics { state.withLock { $0.statistics } }

    /// Everything below this number is settled and journaled as such: what retention need not keep.
    package func settledFloor(durable: SequenceNumber) -> SequenceNumber {
        state.withLock { min($0.oldestUnsettled ?? .max, durable + 1) }
    }

    /// Takes a dead letter out: an operator discarded it, or its record to be queued again is durable.
    package func removeDeadLetter(_ id: JobID) -> Bool {
        change { $0.removeDeadLetter(id) }
    }

    /// A dead letter has a new number: its delivery is journaled anew.
    package func moveDeadLetter(_ id: JobID, to new: JobID) {
        change { state in
            guard let letter = state.queues.deadLetters[id], state.queues.discardDeadLetter(id) else { return }
            state.queues.addDeadLetter(
                new, keys: letter.keys, work: letter.work, coalescing: letter.coalescing, reason: letter.reason,
                attempts: letter.attempts, at: letter.at)
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

    /// Changes the state, and says what room that leaves.
    private func change<Result>(_ body: (inout State) -> sending Result) -> sending Result {
        state.withLock { state in
            defer { room.store(state.room, ordering: .relaxed) }
            return body(&state)
        }
    }

    private var bell: Bell { handback.bell }

    private func instant() -> Instant { Instant(milliseconds: clock.monotonicMilliseconds()) }
}

// MARK: The dispatcher's thread

extension Dispatcher {
    package func run() {
        while true {
            let count = round()
            if hasStopped(isIdle: count == 0) { return flush() }
            if count == 0 {
                bell.wait(milliseconds: waitingTime())
            } else if count < Dispatcher.batchLimit {
                takeBreath()
            }
        }
    }

    /// Lets arrivals collect, and then waits for the disk to be busy: the network thread has less to do meanwhile.
    private func takeBreath() {
        Thread.sleep(milliseconds: Dispatcher.breath)
        commits.lull.silence()
        commits.lull.wait(milliseconds: Dispatcher.patience)
    }

    /// One turn of it, without waiting: places what arrived, runs a batch of what is ready, and offers the outcomes to the
    /// journal. Returns how many jobs were ready.
    @discardableResult
    package func round() -> Int {
        takeCompletions()
        placeArrivals()
        takeFinished()
        let count = runReady()
        offerOutcomes()
        return count
    }

    /// Milliseconds from one round to the next while there is little to do: what arrives meanwhile is placed in one go,
    /// and the journal's thread wakes nobody for it.
    private static let breath = 2
    /// Milliseconds that a round then waits for the disk to be busy.
    private static let patience = 1

    private func placeArrivals() {
        let now = instant()
        change { state in
            guard !state.inbox.isEmpty else { return }
            for (first, arrivals) in state.inbox {
                for arrival in arrivals { state.place(arrival, from: first, now: now) }
            }
            state.inbox.removeAll(keepingCapacity: true)
            state.inboxSize = 0
        }
    }

    private func takeFinished() {
        let finished = handback.take()
        if finished.isEmpty { return }
        let (now, wall) = (instant(), clock.wallMicroseconds())
        change { state in
            for (job, result) in finished { state.finish(job, result, at: now, wall: wall, chance: chance) }
        }
    }

    /// Runs a batch of ready jobs; returns how many were ready.
    private func runReady() -> Int {
        let now = instant()
        let jobs = state.withLock { $0.start(atMost: Dispatcher.batchLimit, now: now) }
        if jobs.isEmpty { return 0 }
        let results = jobs.map { worker($0.work, $0.job, $0.newest) }
        let (finished, wall) = (instant(), clock.wallMicroseconds())
        change { state in
            for index in jobs.indices {
                state.finish(jobs[index].job, results[index], at: finished, wall: wall, chance: chance)
            }
        }
        return jobs.count
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
            state.takeToCommit()
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
        while let completion = mailbox.next() {
            let later = clock.monotonicMilliseconds() + Dispatcher.fullJournalPause
            state.withLock { state in
                switch completion.outcome {
                case .durable:
                    break
                case .noRoom:
                    state.outcomes = state.committing + state.outcomes
                    state.retryCommitAt = later
                case .failed:
                    // The process is about to end; the jobs will be run again from the journal.
                    state.unknown = state.oldestUnsettled
                }
                state.committing.removeAll(keepingCapacity: true)
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
