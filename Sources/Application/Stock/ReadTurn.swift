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
        let now = Moment(clock)
        let floors = lowerFloors(now)
        let delay = delay(of: peoplevox.governor, Cost(), now)
        switch state.withLock({ $0.nextReading(now, delay: delay, settings) }) {
        case .wait(let until): return [until, floors].compactMap { $0 }.min()
        case .read(let jobs):
            read(jobs)
            return clock.monotonicMicroseconds()
        }
    }

    /// Microseconds until a partner's limits let some dozens of calls more through.
    func delay(of governor: Governor, _ cost: Cost, _ now: Moment) -> Int64 {
        max(0, governor.caughtUp(after: PeakMode.calls, of: cost) - now.wall)
    }

    /// What has been unknown for too long is shown as none, where that is set. Returns when to look again.
    private func lowerFloors(_ now: Moment) -> Int64? {
        guard settings.formula.floorAfter != nil else { return nil }
        let floors = state.withLock { state -> [StockTarget] in
            guard now.monotonic >= state.floorsAt else { return [] }
            state.floorsAt = now.monotonic + StockEngine.floorsEvery
            return settings.formula.overdueFloors(in: state.book, now: now.wall)
        }
        if !floors.isEmpty, record([.targeted(floors)]) != nil { writeBell.ring() }
        return state.withLock { $0.book.unknown.isEmpty ? nil : $0.floorsAt }
    }

    /// Microseconds.
    private static let floorsEvery: Int64 = 60_000_000

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
                state.refusedReads = 0
                state.readLimit = state.readLimit.map { $0 * 2 }.flatMap { $0 < settings.reading.batch ? $0 : nil }
                state.counts.reads += 1
                state.counts.skusRead += skus.count
                for job in jobs { state.unread[job.job.id] = nil }
            }
            finish(jobs.map { ($0.job, .done) })
            writeBell.ring()
        } catch {
            if error.kind != .cancelled { _ = record([.readFailed(position: began, skus: skus, reason: error.text)]) }
            putOff(jobs, .failure(error))
        }
    }

    /// After so many refusals in a row one SKU that Peoplevox chokes on stands alone, whatever the batch.
    private static let halvings = 10

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
                state.refusedReads += 1
                let until = now + state.pause(after: jobs, settings)
                // Nothing else was read meanwhile, so it is not the SKUs: the report is gone, or nobody may read it.
                guard state.refusedReads > StockEngine.halvings else { return until }
                state.read.failed(now: now, first: settings.firstPause, longest: settings.longestPause)
                return max(until, state.read.restsUntil)
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
                throw CallFailure(
                    answer.completeness.isDoubtfulForGood ? .permanent : .transient,
                    "not all rows were read: \(answer.completeness)")
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
        throw CallFailure(.permanent, "a row could not be read: \(mistake)")
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

extension Completeness {
    /// Rows whose identity is not unique never add up, so whose they are is to be found: everybody else is to be read.
    fileprivate var isDoubtfulForGood: Bool {
        if case .incomplete(.keptChanging, _, _) = self { true } else { false }
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
        case wait(until: Int64?)
        case read([StockEngine.TakenJob])
    }

    /// What to read now: the jobs of the SKUs that `StockReading` chooses.
    fileprivate mutating func nextReading(_ now: Moment, delay: Int64, _ settings: StockSettings) -> Reading {
        if taken.isEmpty { return .wait(until: nil) }
        guard now.monotonic >= read.restsUntil else { return .wait(until: read.restsUntil) }
        peak.look(backlog: taken.count + book.late.count, delay: delay, now: now.monotonic)
        var reading = StockReading(settings.reading)
        reading.settings.batch = readLimit ?? settings.reading.batch
        let waiting = taken.flatMap { job in job.skus.map { StockReading.WakeUp($0, since: job.since) } }
        let turn = reading.next(
            waiting, in: book, warehouses: settings.writing.warehouses, now: now.wall, isPeak: peak.isPeak)
        switch turn {
        case .wait(let until): return .wait(until: until.map(now.monotonic(of:)))
        case .read(let skus):
            let chosen = Set(skus)
            defer { taken.removeAll { !chosen.isDisjoint(with: $0.skus) } }
            return .read(taken.filter { !chosen.isDisjoint(with: $0.skus) })
        }
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

/// The present, by both clocks.
struct Moment {
    let monotonic: Int64
    let wall: Int64

    init(_ clock: any Clock) {
        (monotonic, wall) = (clock.monotonicMicroseconds(), clock.wallMicroseconds())
    }

    /// The monotonic time of a moment of the other clock that is not more than a day off.
    func monotonic(of time: Int64) -> Int64 {
        let (distance, isFar) = time.subtractingReportingOverflow(wall)
        return monotonic + (isFar ? 0 : min(max(0, distance), 86_400_000_000))
    }
}

extension Clock {
    /// When a partner wants to be called again, monotonic microseconds; nil when it did not say.
    func monotonic(of kind: Outbound.FailureKind) -> Int64? {
        guard case .throttled(let until?) = kind else { return nil }
        return Moment(self).monotonic(of: until)
    }
}
