// Group commit: whole batches come in, one write and one `fdatasync` cover all that came while the last one ran.
//
// Nobody waits for a timer: a batch forms by itself while the disk is busy. A client hands a batch over (one lock, one
// ring) and finds its outcome in its mailbox (one lock, one ring), so the cost is per batch, never per record. With one
// sender each delivery is a batch of its own: so what passes through here keeps its memory and is used again.
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

    /// Nil when there is none. A client that submits one batch at a time finds one at most.
    package func next() -> Completion? {
        completions.withLock { $0.count > 1 ? $0.removeFirst() : $0.popLast() }
    }

    /// Blocks until the next outcome; for clients that have nothing else to do.
    package func wait() -> Completion {
        while true {
            if let first = next() { return first }
            bell.wait(milliseconds: -1)
        }
    }

    fileprivate func put(_ completion: consuming Completion) {
        var given: Completion? = completion
        completions.withLock { $0.append(taking: &given) }
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
        var outcome = CommitOutcome.failed
    }

    fileprivate struct Inbox: Sendable {
        var submissions: [Submission] = []
        /// Whether one of them must not wait for company.
        var isUrgent = false
        /// Whether the journal's thread sleeps until the bell rings, so that even what can wait must ring it.
        var sleepsUntilRung = false
        var isStopping = false
        /// Nobody commits any more.
        var isOver = false
    }

    private struct Report: Sendable {
        var failure: JournalFailure?
        var statistics = CommitStatistics()
    }

    package let store: SegmentStore
    private let clock: any Clock
    private let inbox = Mutex(Inbox())
    /// Only after `commitAtOnce`.
    private let inlineWriter = Mutex<JournalWriter?>(nil)
    private let isInline = Atomic(false)
    private let report = Mutex(Report())
    private let failed = Atomic(false)
    private let arrival = Bell()
    private let preparation = Bell()
    /// Rings when the disk begins to work: a good moment for what nobody waits for, because many threads wait now. One
    /// thread may wait for it.
    package let lull = Bell()
    private let onFailure: @Sendable (JournalFailure) -> Void

    /// `onFailure` is called once, on the journal's thread, before any client learns of the failure.
    package init(
        store: SegmentStore, clock: any Clock, onFailure: @escaping @Sendable (JournalFailure) -> Void
    ) {
        self.store = store
        self.clock = clock
        self.onFailure = onFailure
    }

    /// `onDurable` gets the first record's number on the journal's thread, in journal order with that of every other
    /// batch, before the mailbox rings. It must be short.
    ///
    /// What `canWait` is committed with the next batch that cannot, or after `patience`: nobody is answered because of
    /// it, so it need not cost a sync of its own.
    package func submit(
        _ batch: consuming RecordBatch, to mailbox: CommitMailbox, leaving reserve: Int = 0, canWait: Bool = false,
        onDurable: (@Sendable (SequenceNumber) -> Void)? = nil
    ) {
        precondition(!batch.isEmpty)
        var given: Submission? = Submission(batch: batch, mailbox: mailbox, reserve: reserve, onDurable: onDurable)
        let rings = inbox.withLock { inbox in
            if inbox.isOver { return false }
            inbox.submissions.append(taking: &given)
            if !canWait { inbox.isUrgent = true }
            return !canWait || inbox.sleepsUntilRung
        }
        if var refused = given.take() { return refused.reply() }
        if isInline.load(ordering: .relaxed) { return commitInline(all: !canWait) }
        if rings { arrival.ring() }
    }

    package var failure: JournalFailure? { report.withLock { $0.failure } }
    /// The same question without a lock, for each request.
    package var hasFailed: Bool { failed.load(ordering: .acquiring) }
    package var statistics: CommitStatistics { report.withLock { $0.statistics } }

    /// Ends `run` after what was submitted is committed, and ends `prepareSegments`. What comes after that has failed.
    package func stop() {
        inbox.withLock { $0.isStopping = true }
        arrival.ring()
        preparation.ring()
    }

    /// The journal thread's life.
    package func run(_ writer: consuming JournalWriter) {
        var writer = writer
        var group: [Submission] = []
        var hasWaited = false
        while true {
            let isStopping = inbox.withLock { inbox in
                inbox.move(into: &group, all: hasWaited)
                inbox.isOver = inbox.isStopping && group.isEmpty
                return inbox.isStopping
            }
            if group.isEmpty {
                if isStopping { return }
                arrival.wait(milliseconds: hasWaited ? -1 : GroupCommit.patience)
                hasWaited.toggle()
            } else {
                if !hasFailed { commit(&group, with: &writer) }
                for index in group.indices { group[index].reply() }
                group.removeAll(keepingCapacity: true)
                if store.wantsNext { preparation.ring() }
                hasWaited = false
            }
        }
    }

    /// Instead of `run`: whoever submits commits as well, in its own thread, so that a simulation has only one. What can
    /// wait does so until something comes that cannot, or until `commitWaiting`.
    package func commitAtOnce(with writer: consuming JournalWriter) {
        var handed: JournalWriter? = consume writer
        inlineWriter.withLock { swap(&$0, &handed) }
        isInline.store(true, ordering: .relaxed)
    }

    /// After `commitAtOnce`: what can wait has waited long enough.
    package func commitWaiting() { commitInline(all: true) }

    private func commitInline(all: Bool) {
        guard var writer = inlineWriter.withLock({ $0.take() }) else { return }
        var group: [Submission] = []
        inbox.withLock { $0.move(into: &group, all: all) }
        if !hasFailed, !group.isEmpty { commit(&group, with: &writer) }
        var back: JournalWriter? = consume writer
        inlineWriter.withLock { swap(&$0, &back) }
        for index in group.indices { group[index].reply() }
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

    private func commit(_ group: inout [Submission], with writer: inout JournalWriter) {
        let start = clock.monotonicMicroseconds()
        do throws(JournalFailure) {
            for index in group.indices {
                group[index].outcome = try append(&group[index].batch, leaving: group[index].reserve, to: &writer)
            }
            lull.ring()
            _ = try writer.commit()
            count(group, since: start)
        } catch {
            // Some of it may be durable, but nobody can say which part: none of it is promised.
            for index in group.indices { group[index].outcome = .failed }
            report.withLock { $0.failure = error }
            failed.store(true, ordering: .releasing)
            onFailure(error)
        }
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

    /// Counts what became durable; a journal that is full commits nothing.
    private func count(_ group: [Submission], since start: Int64) {
        let took = UInt64(clamping: clock.monotonicMicroseconds() - start)
        var (records, octets) = (0, 0)
        for index in group.indices where group[index].outcome != .noRoom {
            records += group[index].batch.count
            octets += group[index].batch.octets
        }
        if records == 0 { return }
        report.withLock { $0.statistics.add(records: records, octets: octets, microseconds: took) }
    }
}

extension CommitStatistics {
    fileprivate mutating func add(records: Int, octets: Int, microseconds: UInt64) {
        commits += 1
        self.records += UInt64(records)
        self.octets += UInt64(octets)
        busyMicroseconds += microseconds
        longestMicroseconds = max(longestMicroseconds, microseconds)
    }
}

extension GroupCommit.Inbox {
    /// Gives what is to be committed now: nothing while all of it can wait, unless `all` has waited long enough.
    fileprivate mutating func move(into group: inout [GroupCommit.Submission], all: Bool) {
        precondition(group.isEmpty)
        let isDue = isUrgent || isStopping || all
        sleepsUntilRung = isDue && submissions.isEmpty
        guard isDue else { return }
        swap(&submissions, &group)
        isUrgent = false
    }
}

extension GroupCommit.Submission {
    /// Once: the batch goes back to its client, who writes into its memory as soon as the bell has rung.
    fileprivate mutating func reply() {
        if case .durable(let first) = outcome { onDurable?(first) }
        var given = RecordBatch()
        swap(&given, &batch)
        mailbox.put(CommitMailbox.Completion(batch: given, outcome: outcome))
    }
}

extension GroupCommit {
    /// For a client without an event loop: submits and waits.
    package func commitAndWait(
        _ batch: RecordBatch, leaving reserve: Int = 0, onDurable: (@Sendable (SequenceNumber) -> Void)? = nil
    ) -> CommitOutcome {
        let mailbox = CommitMailbox(bell: Bell())
        submit(batch, to: mailbox, leaving: reserve, onDurable: onDurable)
        return mailbox.wait().outcome
    }
}

extension Array {
    /// Moves what is there. Nothing keeps a reference to it, so whoever takes it out again need not copy what it holds before
    /// writing into it.
    fileprivate mutating func append(taking element: inout Element?) {
        if let element = element.take() { append(element) }
    }
}
