// Looks once a second whether what should agree does, and journals what is raised and cleared. What counts is what is
// durable: entries reach the book on the journal's thread, in journal order, as a restart reads them (`Fold`).
//
// Everything that knows something is a source: it judges conditions and says nothing of what it does not know. What other
// parts find out in their own time, such as a comparison of both systems, they report.
package import Journal
package import Operations
package import POSIX
import Synchronization
package import Workflows

package final class ExceptionWatch: Sendable {
    /// Called on the watch's thread. `now` in microseconds since 1970.
    package typealias Source = @Sendable (_ conditions: inout ExceptionConditions, _ now: Int64) -> Void
    /// Milliseconds.
    package typealias Thresholds = [String: [ExceptionClass: Int64]]

    struct State: Sendable {
        var desk: ExceptionDesk
        var thresholds: Thresholds
        var sources: [Source] = []
        var reports = StandingReports()
        var counts = ExceptionCounts()
        /// Acknowledged until a time that has not come yet.
        var silenced: Set<ExceptionID> = []
        var isStopping = false
    }

    /// Records of one commit.
    private static let batchLimit = 200
    /// Milliseconds from one turn to the next.
    private static let interval = 1_000

    let state: Mutex<State>
    private let commits: GroupCommit
    let clock: any Clock
    let log: Log
    /// Milliseconds after which an open one is journaled anew, so that old segments may go.
    private let restating: Int64
    private let bell = Bell()

    /// - Parameter replayWindow: milliseconds; what is older may be removed from the journal.
    package init(
        _ book: ExceptionBook, thresholds: Thresholds, replayWindow: Int64, commits: GroupCommit, clock: any Clock,
        log: Log
    ) {
        state = Mutex(State(desk: ExceptionDesk(book), thresholds: thresholds))
        restating = replayWindow / 2
        self.commits = commits
        self.clock = clock
        self.log = log
    }

    package func add(_ source: @escaping Source) { state.withLock { $0.sources.append(source) } }
    package func set(_ thresholds: Thresholds) { state.withLock { $0.thresholds = thresholds } }

    /// The thread's life.
    package func run() {
        while !state.withLock({ $0.isStopping }) {
            turn()
            bell.wait(milliseconds: ExceptionWatch.interval)
        }
    }

    package func stop() {
        state.withLock { $0.isStopping = true }
        bell.ring()
    }

    /// Looks once, and returns when all that follows is durable, or cannot be just now: then the next turn tries again.
    package func turn() {
        let now = clock.wallMicroseconds()
        let (sources, reports, open) = state.withLock { ($0.sources, $0.reports, $0.desk.openKeys) }
        var conditions = ExceptionConditions(open: open)
        for source in sources { source(&conditions, now) }
        reports.judge(&conditions)
        let entries = state.withLock { state in
            let thresholds = state.thresholds
            let entries = state.desk.judge(conditions, now: now) { kind, brand in
                thresholds[brand]?[kind] ?? kind.threshold.milliseconds
            }
            return entries.map { Planned($0.brand, $0.entry) }
        }
        if commit(entries) { commit(restatements(now)) }
        remind(now)
    }

    struct Planned: Sendable {
        let brand: String
        let entry: ExceptionEntry

        init(_ brand: String, _ entry: ExceptionEntry) {
            self.brand = brand
            self.entry = entry
        }
    }

    /// - Returns: whether all of it is durable.
    @discardableResult
    func commit(_ planned: [Planned]) -> Bool {
        var rest = planned[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(ExceptionWatch.batchLimit))
            rest = rest.dropFirst(part.count)
            let time = clock.wallMicroseconds()
            var batch = RecordBatch()
            for one in part {
                batch.append(kind: EntryKind.exception.rawValue, brand: one.brand, time: time) {
                    Entry.exception(one.entry).encode(into: &$0)
                }
            }
            let outcome = commits.commitAndWait(batch) { [self] first in apply(part, from: first, time: time) }
            guard case .durable(let first) = outcome else { return false }
            say(part, from: first)
        }
        return true
    }

    private func apply(_ part: [Planned], from first: SequenceNumber, time: Int64) {
        state.withLock { state in
            for (index, one) in part.enumerated() {
                state.counts.count(one.entry, state.desk.book)
                state.desk.apply(one.entry, brand: one.brand, sequence: first + UInt64(index), time: time)
            }
        }
    }

    private func restatements(_ now: Int64) -> [Planned] {
        guard let old = commits.store.endOfRecords(before: now - restating * 1_000) else { return [] }
        return state.withLock { state in
            state.desk.book.stated(before: old).map { Planned($0.key.brand, .restated($0)) }
        }
    }

    /// Everything below is not needed to know what is open; nil when nothing is open.
    package var floor: SequenceNumber? { state.withLock { $0.desk.book.floor } }
}

/// Since the start.
package struct ExceptionCounts: Equatable, Sendable {
    package private(set) var raised: [ExceptionClass: UInt64] = [:]
    package private(set) var cleared: [ExceptionClass: UInt64] = [:]

    /// - Parameter book: before the entry is applied.
    fileprivate mutating func count(_ entry: ExceptionEntry, _ book: ExceptionBook) {
        switch entry {
        case .raised(let kind, _, _, _, _): raised[kind, default: 0] += 1
        case .cleared(let id, _): if let kind = book.open[id]?.key.kind { cleared[kind, default: 0] += 1 }
        case .acknowledged, .noted, .restated: break
        }
    }
}
