// A brand's stock, kept in lockstep: reads at Peoplevox what was woken, decides what Centra should show, and writes what
// it does not show.
//
//     wake-ups -> take -> readTurn -> book -> writeTurn -> Centra
//                            |          ^        |
//                            +-> journal -> fold-+
//
// Reading and writing are two threads that share nothing but the book, and the book is a fold over the journal: each entry
// is applied to it on the journal's thread, when it is durable and in journal order, exactly as a restart does. So what
// the engine believes is never more than what a restart would believe. A turn does one unit of work and blocks; a
// simulation calls the turns itself.
package import Centra
package import Journal
package import Outbound
package import POSIX
package import Peoplevox
package import Queues
import Synchronization
package import Workflows

/// One brand's. The state is behind a lock that is never held during a call or a commit.
package final class StockEngine: Sendable {
    struct State: Sendable {
        var book: StockBook
        /// What of the journal the book needs.
        var retention: StockRetention
        var taken: [TakenJob] = []
        /// Wake-ups without a reading, those that wait for a partner included: when each was received, microseconds since 1970.
        var unread: [JobID: Int64] = [:]
        var peak: PeakMode
        /// SKUs of one reading, when it must be fewer than is set.
        var readLimit: Int?
        /// Readings in a row that Peoplevox refused, whichever SKUs they were of.
        var refusedReads = 0
        var read = Course()
        var write = Course()
        /// Warehouses of which Centra refuses everything, and whether it has taken anything since the start.
        var refusing: [Int: RefusingWarehouse] = [:]
        var hasWritten = false
        /// Writes of these shelves wait: an order is changing them.
        var held: [Shelf: Int] = [:]
        /// Chosen by the writer, and not yet answered and journaled.
        var sending: Set<Shelf> = []
        /// Rung when `sending` shrinks.
        var waiters: [Bell] = []
        /// What became of the last writes, until it is journaled.
        var answers: [StockWriteResult] = []
        /// Writes that the fence stopped, by shelf: the same one is not tried again.
        var outdated: [Shelf: JournalPosition] = [:]
        /// When to look for quantities that have been unknown for too long, monotonic microseconds.
        var floorsAt: Int64 = 0
        /// When to ask Centra for its limits again, monotonic microseconds.
        var limitsAt: Int64 = .min
        var counts = StockCounts()
    }

    /// A wake-up that is with the engine.
    struct TakenJob: Sendable {
        let job: StartedJob
        let skus: [String]
        /// When it was received, microseconds since 1970.
        let since: Int64
    }

    package let brand: String
    let settings: StockSettings
    let report: StockReport
    let rules: StockRules
    let commits: GroupCommit
    let centra: CentraClient
    let peoplevox: PeoplevoxClient
    let clock: any Clock
    let cancellation: Cancellation
    let finish: @Sendable ([(StartedJob, WorkResult)]) -> Void
    let state: Mutex<State>
    /// Rung when there may be something to do.
    package let readBell = Bell()
    package let writeBell = Bell()

    /// - Parameters:
    ///   - stock: as the journal leaves it, after `noteRestart`.
    ///   - finish: hands back what became of jobs that were taken.
    package init(
        brand: String, settings: StockSettings, report: StockReport, rules: StockRules = .standard, stock: FoldedStock,
        commits: GroupCommit, centra: CentraClient, peoplevox: PeoplevoxClient, clock: any Clock,
        cancellation: Cancellation, finish: @escaping @Sendable ([(StartedJob, WorkResult)]) -> Void
    ) {
        self.brand = brand
        self.settings = settings
        self.report = report
        self.rules = rules
        self.commits = commits
        self.centra = centra
        self.peoplevox = peoplevox
        self.clock = clock
        self.cancellation = cancellation
        self.finish = finish
        state = Mutex(State(book: stock.book, retention: stock.retention, peak: PeakMode(settings.peak)))
    }

    /// Takes a job over: these SKUs are to be read, after which the job is finished. One that a reading has answered that
    /// began after it was journaled is done already; `newest` is the last wake-up that has merged into it.
    ///
    /// - Parameter received: when its delivery was, microseconds since 1970.
    package func take(_ job: StartedJob, skus: [String], newest: SequenceNumber, received: Int64) -> WorkResult {
        let clockTime = clock.monotonicMicroseconds()
        let result = state.withLock { state -> WorkResult in
            state.peak.arrived(skus.count, now: clockTime)
            let isCovered = skus.allSatisfy { sku in
                state.book.items[sku]?.seen.map { rules.covers(newest, $0.moment.position) } ?? false
            }
            state.unread[job.id] = isCovered ? nil : received
            if isCovered { return .done }
            state.taken.append(TakenJob(job: job, skus: skus, since: received))
            return .taken
        }
        readBell.ring()
        return result
    }

    /// Looks at the book under the lock.
    package func inspect<Result>(_ body: (borrowing StockBook) -> sending Result) -> sending Result {
        state.withLock { body($0.book) }
    }

    package func setPeak(_ choice: PeakChoice) {
        state.withLock { $0.peak.choose(choice) }
        readBell.ring()
        writeBell.ring()
    }

    /// What kept it from reading may be mended.
    func tryAgain() {
        state.withLock { $0.read.succeeded() }
        readBell.ring()
    }

    package var counts: StockCounts { state.withLock { $0.counts } }

    /// Journals entries, in one commit, and applies them to the book. Blocks until they are durable.
    ///
    /// - Returns: the number of the first's record; nil when nothing is durable, and then nothing was applied.
    package func record(_ entries: [StockEntry]) -> JournalPosition? {
        let time = clock.wallMicroseconds()
        var batch = RecordBatch()
        for entry in entries {
            batch.append(kind: EntryKind.stock.rawValue, brand: brand, time: time) {
                Entry.stock(entry).encode(into: &$0)
            }
        }
        let outcome = commits.commitAndWait(batch) { [self] first in
            state.withLock { state in
                for (index, entry) in entries.enumerated() {
                    let sequence = first + JournalPosition(index)
                    state.book.apply(entry, sequence: sequence, time: time)
                    state.retention.note(entry: sequence, time: time)
                }
            }
        }
        guard case .durable(let first) = outcome else { return nil }
        return first
    }
}

package struct StockCounts: Equatable, Sendable {
    /// Readings, and SKUs in them.
    package var reads = 0
    package var skusRead = 0
    package var failedReads = 0
    /// Calls that wrote, one or more rows each.
    package var writes = 0
    /// Rows by what became of them.
    package var applied = 0
    package var refused = 0
    package var failed = 0
    package var unknown = 0
    /// Not sent, because something newer was (P3).
    package var outdated = 0

    package init() {}
}

/// A warehouse into which Centra takes nothing, for no item's fault.
struct RefusingWarehouse: Sendable {
    /// Microseconds since 1970.
    let since: Int64
    var text: String
    var course = Course()
}

/// How often in a row something went wrong, and until when it rests.
struct Course: Sendable {
    private(set) var failures = 0
    /// Monotonic microseconds.
    private(set) var restsUntil: Int64 = 0

    mutating func succeeded() { self = Course() }

    /// - Parameter until: when the partner says when, monotonic microseconds.
    mutating func failed(now: Int64, first: Int64, longest: Int64, until: Int64? = nil) {
        failures += 1
        restsUntil = max(until ?? 0, now + Course.pause(failures, first: first, longest: longest))
    }

    /// The pause after so many failures in a row: the first, then twice the one before.
    static func pause(_ failures: Int, first: Int64, longest: Int64) -> Int64 {
        var pause = first
        for _ in 1..<max(2, min(failures, 64)) where failures > 1 { pause = pause > longest / 2 ? longest : pause * 2 }
        return min(pause, longest)
    }
}
