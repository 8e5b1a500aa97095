// A brand's full reconciliation of stock: both sides are read, compared with the book, and what differs is woken. It writes
// nothing itself: every correction goes the way of every other change.
//
//     schedule, or a person -> began -> read Centra, read Peoplevox -> compare -> read again what differs -> compare
//                                                                                                              |
//              ended <- wake-ups and doubts, unless they are too many at once <- explained <------------------+
//
// The one thing to know: a run that a restart has cut off has no end in the journal, and is begun anew. Corrections that
// wait, for a person or for a quiet hour, are in the journal, and go away when it says that they were put right.
package import Centra
package import Journal
package import Outbound
package import POSIX
package import Peoplevox
import Synchronization
package import Workflows

/// The partners, as the running server has them: with the governors of everybody's calls.
package struct SweepPartners: Sendable {
    package var centra: CentraClient
    package var peoplevox: PeoplevoxClient
    package var report: StockReport

    package init(centra: CentraClient, peoplevox: PeoplevoxClient, report: StockReport) {
        // Nobody waits for a sweep, so its calls let all others go first for as long as it takes.
        self.centra = centra.having(patience: nil)
        self.peoplevox = peoplevox.having(patience: nil)
        self.report = report
    }
}

package struct SweepSettings: Sendable {
    package var formula: StockFormula
    package var schedule: SweepSchedule
    package var limit: StockCorrections.Limit
    /// When what is not urgent is put right; nil for always.
    package var quiet: QuietHours?

    package init(
        _ formula: StockFormula, schedule: SweepSchedule, limit: StockCorrections.Limit, quiet: QuietHours? = nil
    ) {
        (self.formula, self.schedule, self.limit, self.quiet) = (formula, schedule, limit, quiet)
    }
}

/// What a sweep asks of the rest of the server.
package struct SweepHelp: Sendable {
    /// The book as it is now.
    package var book: @Sendable () -> StockBook
    /// Which of these SKUs have a wake-up that is not over.
    package var waiting: @Sendable ([String]) -> Set<String>
    /// Wakes SKUs; how many, from the first. Nil where nothing may be changed.
    package var wake: (@Sendable ([String]) -> Int)?
    /// Journals doubts; whether that is done.
    package var doubt: @Sendable ([StockDoubt]) -> Bool
    /// Journals what is said of SKUs that one side alone has, or several sizes share.
    package var recognise: @Sendable ([StockEntry]) -> Void
    /// How many events of Peoplevox's came since the start.
    package var heard: @Sendable () -> UInt64
    /// How many of them since the start said that stock has changed, and not of what.
    package var vague: @Sendable () -> UInt64 = { 0 }
    /// Subscribes anew to what stays away, and says in a few words what came of it; nil where that is not ours to do.
    package var resubscribe: (@Sendable () -> String)?
    /// Told what each run came to.
    package var announce: @Sendable (StockReconciliation) -> Void

    package init(
        book: @escaping @Sendable () -> StockBook, waiting: @escaping @Sendable ([String]) -> Set<String> = { _ in [] },
        wake: (@Sendable ([String]) -> Int)? = nil, doubt: @escaping @Sendable ([StockDoubt]) -> Bool = { _ in true },
        recognise: @escaping @Sendable ([StockEntry]) -> Void = { _ in },
        heard: @escaping @Sendable () -> UInt64 = { 0 }, resubscribe: (@Sendable () -> String)? = nil,
        announce: @escaping @Sendable (StockReconciliation) -> Void = { _ in }
    ) {
        (self.book, self.waiting, self.wake, self.doubt) = (book, waiting, wake, doubt)
        (self.recognise, self.heard, self.resubscribe, self.announce) = (recognise, heard, resubscribe, announce)
    }
}

package final class StockSweep: Sendable {
    struct State: Sendable {
        var memory: SweepMemory
        /// A run that is journaled and is to be made.
        var next: SweepMemory.Begun?
        var underway: (run: SweepMemory.Begun, calls: CallTally)?
        /// Events that had come when the run before ended; nil before the first of this process.
        var heardBefore: UInt64?
        /// Vague ones that had come when the last whole run began.
        var vagueSeen: UInt64 = 0
        /// What Centra's schema has, once it was asked.
        var schema: SchemaCapabilities?
        /// Whether one is due whatever the schedule says.
        var isDue: Bool
        /// Runs in a row that found events missing.
        var silences = 0
        /// Whether this process has said what the journal left for a person.
        var hasReminded = false
    }

    package let brand: String
    let settings: SweepSettings
    let partners: SweepPartners
    let help: SweepHelp
    let commits: GroupCommit
    let clock: any Clock
    let cancellation: Cancellation
    let state: Mutex<State>
    /// Held while a run is chosen and its beginning journaled, so that no two begin.
    private let choice = Mutex(())
    /// Rung when there may be something to do.
    package let bell = Bell()

    /// - Parameter isDue: whether to compare at once, though the schedule does not ask for it.
    package init(
        brand: String, settings: SweepSettings, partners: SweepPartners, help: SweepHelp, memory: SweepMemory,
        commits: GroupCommit, clock: any Clock, cancellation: Cancellation, isDue: Bool = false
    ) {
        self.brand = brand
        self.settings = settings
        self.partners = partners
        self.help = help
        self.commits = commits
        self.clock = clock
        self.cancellation = cancellation
        state = Mutex(State(memory: memory, isDue: isDue))
    }

    /// Makes the run that is asked for or due, or does what waited for a person or an hour. Blocks.
    ///
    /// - Returns: when to come again, monotonic microseconds; nil when there is nothing to do until `bell` rings.
    package func turn() -> Int64? {
        if cancellation.isCancelled { return nil }
        remind()
        guard putRightWhatWaited() else { return clock.monotonicMicroseconds() + StockSweep.retry }
        switch takeNext() {
        case .run(let run): make(run)
        case .nothing: break
        // What is due stays due meanwhile, so its time says nothing of when to come again.
        case .notJournaled: return clock.monotonicMicroseconds() + StockSweep.retry
        }
        return wakeTime()
    }

    private enum Next {
        case run(SweepMemory.Begun)
        case nothing
        case notJournaled
    }

    private func takeNext() -> Next {
        choice.withLock { _ in
            let next = chooseNext()
            if case .run(let run) = next { state.withLock { $0.underway = (run, CallTally()) } }
            return next
        }
    }

    private func chooseNext() -> Next {
        if let asked = state.withLock({ $0.next.take() }) { return .run(asked) }
        let (open, last) = state.withLock { ($0.memory.open, $0.memory.began) }
        // What was cut off is made anew, as it was asked for.
        if let open {
            guard open.mayBegin(at: clock.wallMicroseconds()) else { return .nothing }
            return begin(open.trigger, isDryRun: open.isDryRun).map(Next.run) ?? .notJournaled
        }
        guard isDue(after: last) else { return .nothing }
        return begin(.schedule, isDryRun: false).map(Next.run) ?? .notJournaled
    }

    private func isDue(after last: Int64?) -> Bool {
        if settings.schedule.when == .off || help.wake == nil { return false }
        guard let last, !state.withLock({ $0.isDue }) else { return true }
        let now = clock.wallMicroseconds()
        if settings.schedule.next(after: last, now: now).map({ $0 <= now }) ?? false { return true }
        let age = now.subtractingReportingOverflow(last).partialValue
        return help.vague() > state.withLock { $0.vagueSeen } && !(0..<StockSweep.vaguePause).contains(age)
    }

    /// Microseconds from the beginning of one run to that of the next, when events ask for it that name no item.
    private static let vaguePause: Int64 = 3_600_000_000

    /// The clock of the wall can be set, so it is looked at again now and then.
    private func wakeTime() -> Int64? {
        let now = Moment(clock)
        let (open, last, waits) = state.withLock {
            ($0.memory.open, $0.memory.began, $0.memory.waiting?.reason == .quietHour)
        }
        let quiet = waits ? settings.quiet?.from.next(after: now.wall, settings.schedule.zone) : nil
        let due: Int64? =
            if let open { open.notBefore } else {
                help.wake == nil ? nil : last.flatMap { settings.schedule.next(after: $0, now: now.wall) }
            }
        guard let soonest = [quiet, due].compactMap(\.self).min() else { return nil }
        return min(now.monotonic(of: soonest), now.monotonic + StockSweep.longestSleep)
    }

    /// Microseconds.
    private static let longestSleep: Int64 = 600_000_000

    /// Journals that a run begins, unless one is chosen or under way; nil when that is not durable.
    func beginUnlessBusy(_ trigger: StockReconciliation.Trigger, isDryRun: Bool) -> Asked {
        choice.withLock { _ in
            if let busy = state.withLock({ $0.underway?.run.run ?? $0.next?.run }) { return .busy(busy) }
            guard let begun = begin(trigger, isDryRun: isDryRun) else { return .notJournaled }
            state.withLock { $0.next = begun }
            return .run(begun.run)
        }
    }

    private func begin(_ trigger: StockReconciliation.Trigger, isDryRun: Bool) -> SweepMemory.Begun? {
        let entry = ReconciliationEntry.began(trigger, isDryRun: isDryRun)
        guard let run = record(entry) else { return nil }
        // Who only looks puts nothing right.
        if !isDryRun { state.withLock { $0.isDue = false } }
        return SweepMemory.Begun(run: run, trigger: trigger, isDryRun: isDryRun, time: clock.wallMicroseconds())
    }

    /// Journals and remembers; nil when that is not durable.
    @discardableResult
    func record(_ entry: ReconciliationEntry) -> JournalPosition? {
        let time = clock.wallMicroseconds()
        var batch = RecordBatch()
        batch.append(kind: EntryKind.reconciliation.rawValue, brand: brand, time: time) {
            Entry.reconciliation(entry).encode(into: &$0)
        }
        guard case .durable(let sequence) = commits.commitAndWait(batch) else { return nil }
        state.withLock { $0.memory.apply(entry, sequence: sequence, time: time) }
        return sequence
    }
}
