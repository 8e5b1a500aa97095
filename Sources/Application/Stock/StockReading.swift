// The first half of the work: what was woken is read at Peoplevox, and decided.
//
//     taken -> readStarted (durable) -> report read, all of it -> observed + targeted (durable) -> jobs are done
//                                            |
//                                   trouble: readFailed, and the jobs wait in their queues
import Outbound
import POSIX
import Peoplevox
import Queues
import Workflows

extension StockEngine {
    /// Reads a batch of what was taken, journals what was found and what should be shown, and finishes the jobs. Blocks.
    ///
    /// - Returns: when to come again, monotonic microseconds; nil when there is nothing to do until `readBell` rings.
    package func readTurn() -> Int64? {
        if cancellation.isCancelled { return nil }
        let now = clock.monotonicMicroseconds()
        let isPeak = isPeak(now)
        let next = state.withLock { $0.nextReading(now, isPeak: isPeak, settings) }
        switch next {
        case .nothing: return nil
        case .wait(let until): return until
        case .read(let jobs):
            read(jobs)
            return clock.monotonicMicroseconds()
        }
    }

    /// Whether wake-ups come faster than they can be read, so that longer waits for company save calls.
    func isPeak(_ now: Int64) -> Bool {
        let (peak, waiting) = state.withLock { ($0.peak, $0.taken.count) }
        switch peak {
        case .on: return true
        case .off: return false
        case .auto:
            guard waiting > 0 else { return false }
            return peoplevox.governor.caughtUp(after: 1, of: Cost()) > clock.wallMicroseconds() + StockEngine.peakDelay
        }
    }

    /// Microseconds that a call waits for its turn when there is more to do than Peoplevox lets through.
    private static let peakDelay: Int64 = 2_000_000

    private func read(_ jobs: [TakenJob]) {
        let skus = jobs.flatMap(\.skus).distinct
        guard let began = record([.readStarted(skus: skus)]) else { return putOff(jobs, .noRoom) }
        do throws(CallFailure) {
            let found = try ask(skus)
            let answered = commits.store.state.durable + 1
            let position = rules.position(began, answered)
            guard settle(found, asked: skus, at: position) else { return putOff(jobs, .noRoom) }
            state.withLock { state in
                state.read.succeeded()
                state.readLimit = state.readLimit.map { $0 * 2 }.flatMap { $0 < settings.readBatch ? $0 : nil }
                state.counts.reads += 1
                state.counts.skusRead += skus.count
            }
            finish(jobs.map { ($0.job, .done) })
            writeBell.ring()
        } catch {
            if error.kind != .cancelled { _ = record([.readFailed(position: began, skus: skus, reason: error.text)]) }
            putOff(jobs, .failure(error))
        }
    }

    private enum Obstacle {
        case noRoom
        case failure(CallFailure)
    }

    /// The partner's trouble, or the disk's, is not the jobs' failure: they wait.
    private func putOff(_ jobs: [TakenJob], _ obstacle: Obstacle) {
        let now = clock.monotonicMicroseconds()
        let until = state.withLock { state in
            state.counts.failedReads += 1
            switch obstacle {
            case .noRoom: return now + settings.firstPause
            case .failure(let failure) where failure.kind == .permanent:
                // One SKU that Peoplevox chokes on must not keep the others waiting: it is found, and waits by itself.
                state.readLimit = max(1, jobs.flatMap(\.skus).count / 2)
                return now + state.pause(after: jobs, settings)
            case .failure(let failure):
                state.read.failed(
                    now: now, first: settings.firstPause, longest: settings.longestPause,
                    until: clock.monotonic(of: failure.kind))
                return state.read.restsUntil
            }
        }
        finish(jobs.map { ($0.job, .later(until: until)) })
    }
}

// MARK: The report

extension StockEngine {
    private struct Found {
        var rows: [StockObservation.Row] = []
        /// Peoplevox cannot be asked for them.
        var unsearchable: [String] = []
    }

    /// Everything that Peoplevox has of these SKUs at one moment, or nothing.
    private func ask(_ skus: [String]) throws(CallFailure) -> Found {
        var found = Found()
        guard let column = ReportColumn(report.names[.itemCode]) else {
            throw CallFailure(.configuration, "the item code's column cannot be searched")
        }
        let search = SearchClause.anyOf(column, skus)
        found.unsearchable = search.unsearchable
        for clause in search.clauses {
            let query = RowQuery<InventoryLayout>(
                report.name, clause: clause, names: report.names, format: report.format, available: report.columns)
            let answer = try peoplevox.rows(query, .readBack, cancellation)
            guard answer.completeness == .proven else {
                throw CallFailure(.transient, "not all rows were read: \(answer.completeness)")
            }
            found.rows += answer.rows.map(StockObservation.Row.init)
            for mistake in answer.unreadable { found.rows.append(try row(of: mistake, among: skus)) }
        }
        return found
    }

    /// A row that is there and says nothing is not absent.
    private func row(of mistake: RowMistake, among skus: [String]) throws(CallFailure) -> StockObservation.Row {
        for sku in skus where mistake.key.hasPrefix(sku + " / ") {
            return StockObservation.Row(sku, site: String(mistake.key.dropFirst(sku.count + 3)), .unreadable)
        }
        throw CallFailure(.transient, "a row could not be read: \(mistake)")
    }

    /// Journals what was found and what it means; false when nothing is durable.
    private func settle(_ found: Found, asked: [String], at position: JournalPosition) -> Bool {
        let searched = Set(asked).subtracting(found.unsearchable)
        let observation = StockObservation(at: position, asked: Array(searched), rows: found.rows)
        let now = clock.wallMicroseconds()
        var targets = state.withLock { rules.decide(settings.formula, observation, $0.book, now) }
        for sku in found.unsearchable {
            targets += settings.formula.sites.keys.sorted().map {
                StockTarget(Shelf(sku, $0), at: position, .unknown(.unsearchable))
            }
        }
        return record([observation.entry] + (targets.isEmpty ? [] : [.targeted(targets)])) != nil
    }
}

extension StockObservation.Row {
    fileprivate init(_ row: InventoryRow) {
        self.init(
            row.itemCode.text, site: row.site,
            SiteLevels(onHand: row.onHand, allocated: row.allocated, available: row.available))
    }
}

extension StockEngine.State {
    enum Reading {
        case nothing
        case wait(until: Int64)
        case read([StockEngine.TakenJob])
    }

    /// What to read now: as many as fit, from the first that came, when there are enough or the first has waited enough.
    /// At a peak all of them wait as long, since what is woken meanwhile is read at once with it.
    fileprivate mutating func nextReading(_ now: Int64, isPeak: Bool, _ settings: StockSettings) -> Reading {
        guard let first = taken.first else { return .nothing }
        guard now >= read.restsUntil else { return .wait(until: read.restsUntil) }
        let limit = readLimit ?? settings.readBatch
        var (count, skus) = (0, 0)
        for job in taken {
            guard count == 0 || skus + job.skus.count <= limit else { break }
            (count, skus) = (count + 1, skus + job.skus.count)
        }
        let isFull = skus >= limit || count < taken.count
        let due = first.since + (isPeak ? settings.peakWindow : settings.window)
        guard now >= due || isFull && !isPeak else { return .wait(until: due) }
        defer { taken.removeFirst(count) }
        return .read(Array(taken.prefix(count)))
    }

    /// By how often in a row these could not be read.
    fileprivate func pause(after jobs: [StockEngine.TakenJob], _ settings: StockSettings) -> Int64 {
        let failures = jobs.flatMap(\.skus).map { book.items[$0]?.failedReads ?? 0 }.max() ?? 0
        return Course.pause(max(1, failures), first: settings.firstPause, longest: settings.longestPause)
    }
}

extension [String] {
    /// In order, each once.
    fileprivate var distinct: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}

extension Clock {
    /// When a partner wants to be called again, monotonic microseconds; nil when it did not say.
    func monotonic(of kind: Outbound.FailureKind) -> Int64? {
        guard case .throttled(let until?) = kind else { return nil }
        return monotonicMicroseconds() + min(max(0, until - wallMicroseconds()), 86_400_000_000)
    }
}
