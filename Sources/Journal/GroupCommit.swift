// Group commit: whole batches come in, one write and one `fdatasync` cover all that came while the last one ran.
//
// Nobody waits for a timer: a batch forms by itself while the disk is busy. A client hands a batch over (one lock, one
// eventfd) and finds its outcome in its mailbox (one lock, one eventfd), so the cost is per batch, never per record.
package import POSIX
import Synchronization

/// What became of a batch.
package enum CommitOutcome: Equatable, Sendable {
    /// Every record is durable; the first has this number. Only now may anything be acknowledged (P1).
    case durable(first: SequenceNumber)
    /// The journal or the disk is full; nothing was taken. It may work again later.
    case noRoom
    /// The journal has failed for good (P10).
    case failed
}

/// Where a client of the group commit finds the outcomes, in the order of its submissions.
package final class CommitMailbox: Sendable {
    package struct Completion: Sendable {
        /// Handed back so that its memory is used again.
        package var batch: RecordBatch
        package let outcome: CommitOutcome
    }

    private let bell: Bell
    private let completions = Mutex<[Completion]>([])

    /// `bell` may be shared with other things that its thread waits for.
    package init(bell: Bell) {
        self.bell = bell
    }

    package func take() -> [Completion] {
        completions.withLock { completions in
            defer { completions.removeAll() }
            return completions
        }
    }

    /// Blocks until the next outcome; for clients that have nothing else to do.
    package func wait() -> Completion {
        while true {
            if let first = completions.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return first }
            bell.wait(milliseconds: -1)
        }
    }

    fileprivate func put(_ completion: Completion) {
        completions.withLock { $0.append(completion) }
        bell.ring()
    }
}

package struct CommitStatistics: Equatable, Sendable {
    package var commits: UInt64 = 0
    package var records: UInt64 = 0
    package var octets: UInt64 = 0
    /// Microseconds spent in write and sync, in total and at the most.
    package var busyMicroseconds: UInt64 = 0
    package var longestMicroseconds: UInt64 = 0
}

package final class GroupCommit: Sendable {
    fileprivate struct Submission: Sendable {
        var batch: RecordBatch
        let mailbox: CommitMailbox
        let reserve: Int
        let onDurable: (@Sendable (SequenceNumber) -> Void)?
    }

    fileprivate struct Inbox: Sendable {
        var submissions: [Submission] = []
        /// Whether one of them must not wait for company.
        var isUrgent = false
        /// Whether the journal's thread sleeps until the bell rings, so that even what can wait must ring it.
        var sleepsUntilRung = false
        var isStopping = false
        var failure: JournalFailure?
        var statistics = CommitStatistics()
    }

    package let store: SegmentStore
    private let clock: any Clock
    private let inbox = Mutex(Inbox())
    private let failed = Atomic(false)
    private let arrival: Bell
    private let preparation: Bell
    private let onFailure: @Sendable (JournalFailure) -> Void

    /// `onFailure` is called once, on the journal's thread, before any client learns of the failure.
    package init(
        store: SegmentStore, clock: any Clock, onFailure: @escaping @Sendable (JournalFailure) -> Void
    ) throws(Errno) {
        self.store = store
        self.clock = clock
        self.onFailure = onFailure
        arrival = try Bell()
        preparation = try Bell()
    }

    /// `onDurable` gets the first record's number on the journal's thread, in journal order with that of every other
    /// batch, before the mailbox rings. It must be short.
    ///
    /// What `canWait` is committed with the next batch that cannot, or after `patience`: nobody is answered because of
    /// it, so it need not cost a sync of its own.
    package func submit(
        _ batch: RecordBatch, to mailbox: CommitMailbox, leaving reserve: Int = 0, canWait: Bool = false,
        onDurable: (@Sendable (SequenceNumber) -> Void)? = nil
    ) {
        precondition(!batch.isEmpty)
        let submission = Submission(batch: batch, mailbox: mailbox, reserve: reserve, onDurable: onDurable)
        let rings = inbox.withLock { inbox in
            inbox.submissions.append(submission)
            if !canWait { inbox.isUrgent = true }
            return !canWait || inbox.sleepsUntilRung
        }
        if rings { arrival.ring() }
    }

    package var failure: JournalFailure? { inbox.withLock { $0.failure } }
    /// The same question without a lock, for each request.
    package var hasFailed: Bool { failed.load(ordering: .acquiring) }
    package var statistics: CommitStatistics { inbox.withLock { $0.statistics } }

    /// Ends `run` after what was submitted is committed, and ends `prepareSegments`.
    package func stop() {
        inbox.withLock { $0.isStopping = true }
        arrival.ring()
        preparation.ring()
    }

    /// The journal thread's life.
    package func run(_ writer: consuming JournalWriter) {
        var writer = writer
        var hasWaited = false
        while true {
            let (submissions, isStopping) = inbox.withLock { ($0.take(all: hasWaited), $0.isStopping) }
            if submissions.isEmpty {
                if isStopping { return }
                arrival.wait(milliseconds: hasWaited ? -1 : GroupCommit.patience)
                hasWaited.toggle()
            } else if failure != nil {
                for submission in submissions { submission.reply(.failed) }
                hasWaited = false
            } else {
                commit(submissions, with: &writer)
                hasWaited = false
            }
        }
    }

    /// Milliseconds for which what can wait is kept for company.
    private static let patience = 50

    /// Keeps a zeroed next segment ready; while the disk is full it tries again every second. The life of a thread
    /// of its own. `retire` is called about once a second, for removing what is old enough.
    package func prepareSegments(retire: () -> Void) {
        while true {
            _ = store.prepareNext()
            retire()
            preparation.wait(milliseconds: 1_000)
            if inbox.withLock({ $0.isStopping }) { return }
        }
    }

    private func commit(_ submissions: [Submission], with writer: inout JournalWriter) {
        let start = clock.monotonicMicroseconds()
        var submissions = submissions
        var outcomes: [CommitOutcome] = []
        do throws(JournalFailure) {
            for index in submissions.indices {
                outcomes.append(try append(&submissions[index].batch, leaving: submissions[index].reserve, to: &writer))
            }
            _ = try writer.commit()
        } catch {
            // Some of it may be durable, but nobody can say which part: none of it is promised.
            outcomes = submissions.map { _ in .failed }
            inbox.withLock { $0.failure = error }
            failed.store(true, ordering: .releasing)
            onFailure(error)
        }
        record(submissions, outcomes, since: start)
        for (submission, outcome) in zip(submissions, outcomes) { submission.reply(outcome) }
        let state = store.state
        if !state.isNextPrepared && state.obstacle == nil { preparation.ring() }
    }

    private func append(
        _ batch: inout RecordBatch, leaving reserve: Int, to writer: inout JournalWriter
    ) throws(JournalFailure) -> CommitOutcome {
        if case .from(let first) = try writer.append(&batch, leaving: reserve) { return .durable(first: first) }
        // The next segment may only be late. After an obstacle the other thread tries again, once a second: filling a
        // full disk to its last octet for every batch would not make room.
        guard store.state.obstacle == nil, store.prepareNext(),
            case .from(let first) = try writer.append(&batch, leaving: reserve)
        else { return .noRoom }
        return .durable(first: first)
    }

    /// Counts what became durable; a journal that is full or has failed commits nothing.
    private func record(_ submissions: [Submission], _ outcomes: [CommitOutcome], since start: Int64) {
        let took = UInt64(clamping: clock.monotonicMicroseconds() - start)
        let durable = zip(submissions, outcomes).filter { $0.1.isDurable }.map(\.0.batch)
        if durable.isEmpty { return }
        inbox.withLock { inbox in
            inbox.statistics.commits += 1
            inbox.statistics.records += durable.reduce(0) { $0 + UInt64($1.count) }
            inbox.statistics.octets += durable.reduce(0) { $0 + UInt64($1.octets) }
            inbox.statistics.busyMicroseconds += took
            inbox.statistics.longestMicroseconds = max(inbox.statistics.longestMicroseconds, took)
        }
    }
}

extension GroupCommit.Inbox {
    /// What is to be committed now: nothing while all of it can wait, unless it `all` has waited long enough.
    fileprivate mutating func take(all: Bool) -> [GroupCommit.Submission] {
        let isDue = isUrgent || isStopping || all
        sleepsUntilRung = isDue && submissions.isEmpty
        guard isDue else { return [] }
        defer {
            submissions = []
            isUrgent = false
        }
        return submissions
    }
}

extension CommitOutcome {
    fileprivate var isDurable: Bool {
        if case .durable = self { return true }
        return false
    }
}

extension GroupCommit.Submission {
    fileprivate func reply(_ outcome: CommitOutcome) {
        if case .durable(let first) = outcome { onDurable?(first) }
        mailbox.put(CommitMailbox.Completion(batch: batch, outcome: outcome))
    }
}

extension GroupCommit {
    /// For a client without an event loop: submits and waits.
    package func commitAndWait(
        _ batch: RecordBatch, onDurable: (@Sendable (SequenceNumber) -> Void)? = nil
    ) throws(Errno) -> CommitOutcome {
        let mailbox = CommitMailbox(bell: try Bell())
        submit(batch, to: mailbox, onDurable: onDurable)
        return mailbox.wait().outcome
    }
}
