// One run, from its beginning to its report.
import Outbound
import Peoplevox
import Workflows

extension StockSweep {
    /// One that was cancelled has no end: it is begun anew after the next start.
    func make(_ run: SweepMemory.Begun) {
        let calls = CallTally()
        state.withLock { $0.underway = (run, calls) }
        defer { state.withLock { $0.underway = nil } }
        let vague = help.vague()
        do throws(CallFailure) {
            var report = StockReconciliation(
                run: run.run, trigger: run.trigger, isDryRun: run.isDryRun, began: run.time)
            let corrections = try look(&report, calls)
            let before = state.withLock { $0.memory.lastReport()?.incompleteRuns } ?? 0
            report.incompleteRuns = report.isComplete ? 0 : min(before, 1_000) + 1
            noteSilence(&report)
            settle(&report, corrections)
            if report.isComplete, !report.isDryRun { state.withLock { $0.vagueSeen = vague } }
            report.ended = clock.wallMicroseconds()
            report.warehouse.calls = calls.warehouse
            report.shop.calls = calls.shop
            record(.ended(report))
            help.announce(report)
        } catch {}
    }

    // MARK: Looking

    /// Reads both sides and compares them, and looks again at what differs.
    private func look(
        _ report: inout StockReconciliation, _ calls: CallTally
    ) throws(CallFailure) -> StockCorrections {
        var reader = SweepReader(
            partners: partners, formula: settings.formula, clock: clock, cancellation: cancellation, calls: calls)
        try reader.acquaint(state.withLock { $0.schema })
        let schema = reader.partners.centra.schema
        state.withLock { $0.schema = schema }
        let before = help.book()
        let shop = try reader.shop()
        report.shop = shop.side
        report.basis = shop.reading.basis
        // One side alone is not worth the other's quota.
        guard shop.side.isComplete else { return StockCorrections() }
        let warehouse = try reader.warehouse(at: report.run)
        if !report.isDryRun { try tellApart(comparison(before, warehouse.reading, shop.reading).identities, reader) }
        report.warehouse = warehouse.side
        report.take(sitesOf: warehouse.reading.observation, settings.formula)
        let first = compare(before, warehouse.reading, shop.reading)
        let findings = try lookAgain(at: first, reader, shop.reading, report)
        report.take(findings)
        report.gone = Array(
            comparison(before, warehouse.reading, shop.reading).gone.prefix(StockReconciliation.rowLimit))
        if !report.isDryRun { recognise(before, warehouse.reading, shop.reading) }
        return StockCorrections(findings, isComplete: report.isComplete)
    }

    /// What nobody else can tell apart: SKUs that only Centra has, and those that nobody has.
    private func recognise(_ before: StockBook, _ warehouse: WarehouseReading, _ shop: ShopReading) {
        let strangers = comparison(before, warehouse, shop).strangers()
        help.recognise(strangers.without(help.waiting(strangers.skus)).entries)
    }

    /// A size can lose its SKU to another one while the pages are read, and only one of them has it then.
    private func tellApart(_ identities: StockIdentities, _ reader: SweepReader) throws(CallFailure) {
        guard !identities.sizes.isEmpty else { return help.recognise(identities.entries) }
        let again = try reader.skus(ofSizes: identities.ids)
        help.recognise((again.map(identities.confirmed) ?? identities).entries)
    }

    private func comparison(
        _ before: StockBook, _ warehouse: WarehouseReading, _ shop: ShopReading
    ) -> StockComparison {
        StockComparison(
            settings.formula, before: before, after: help.book(), warehouse: warehouse, shop: shop,
            now: clock.wallMicroseconds())
    }

    private func compare(
        _ before: StockBook, _ warehouse: WarehouseReading, _ shop: ShopReading
    ) -> StockFindings {
        var comparison = comparison(before, warehouse, shop)
        let findings = comparison.findings()
        comparison.waiting = help.waiting(findings.doubtful)
        return comparison.waiting.isEmpty ? findings : comparison.findings()
    }

    /// What a race could have made is read once more, both sides of it together.
    private func lookAgain(
        at first: StockFindings, _ reader: SweepReader, _ shop: ShopReading, _ report: StockReconciliation
    ) throws(CallFailure) -> StockFindings {
        let skus = first.doubtful.filter { SearchText($0) != nil }
        let sizes = skus.flatMap { shop.sizes[$0] ?? [] }.map(\.id)
        guard report.isComplete, !sizes.isEmpty else { return first }
        let before = help.book()
        guard let again = try reader.shop(sizes, basis: shop.basis),
            let warehouse = try reader.warehouse(skus, at: report.run)
        else { return first }
        return first.lookedAtAgain(compare(before, warehouse, again), of: skus)
    }

    // MARK: Acting

    /// Events that stay away: subscribed to anew, and not for ever.
    private func noteSilence(_ report: inout StockReconciliation) {
        let heard = help.heard()
        let (before, silences) = state.withLock { state in
            // A look changes nothing, also not from when on events are counted.
            defer { if !report.isDryRun { state.heardBefore = heard } }
            return (state.heardBefore, state.silences)
        }
        // What was missed while nobody listened says nothing.
        guard let before, report.isComplete else { return }
        report.heard = Int(clamping: heard &- before)
        let isSilent = EventSilence.isLikely(missed: report.missed, heard: report.heard)
        guard !report.isDryRun else { return }
        state.withLock { $0.silences = isSilent ? silences + 1 : 0 }
        guard isSilent else { return }
        let mayAct = silences < StockSweep.resubscriptions
        report.silence = mayAct ? help.resubscribe?() ?? "" : ""
    }

    /// In a row, without an event in between.
    private static let resubscriptions = 3

    private func settle(_ report: inout StockReconciliation, _ corrections: StockCorrections) {
        guard !report.isDryRun, help.wake != nil else { return }
        // What an earlier run kept is among what this one has found, if it has seen everything.
        if report.isComplete, let old = state.withLock({ $0.memory.waiting?.run }) {
            record(.acted(run: old, isAll: true))
        }
        if corrections.isEmpty { return }
        if let objection = corrections.objection(settings.limit, compared: report.compared) {
            report.correction = keep(corrections, isHeld: true) ? .held(objection) : .partly
        } else {
            report.take(putRight(corrections, later: keep))
        }
    }

    /// Journals what has to wait; false when that is not durable, and then the next run finds it again.
    private func keep(_ corrections: StockCorrections, isHeld: Bool) -> Bool {
        corrections.parts.allSatisfy { record(.kept($0, isHeld: isHeld)) != nil }
    }

    private func keep(_ others: StockCorrections.Part) -> Bool {
        var corrections = StockCorrections()
        corrections.others = others
        return keep(corrections, isHeld: false)
    }

    struct Done {
        var correction = StockReconciliation.Correction.woken
        var corrected = 0
        var deferred = 0
    }

    /// What is urgent at once, the rest when the hour is quiet.
    ///
    /// - Parameter later: sees to it that the rest is not forgotten until then.
    private func putRight(_ corrections: StockCorrections, later: (StockCorrections.Part) -> Bool) -> Done {
        var done = Done()
        put(right: corrections.urgent, &done)
        if isQuiet || corrections.others.isEmpty {
            put(right: corrections.others, &done)
        } else if later(corrections.others) {
            done.deferred = corrections.others.count
        } else {
            done.correction = .partly
        }
        return done
    }

    /// What a person has agreed to, and what waited for this hour. It is done before the journal says so: a crash in between
    /// does it twice, which does no harm.
    ///
    /// - Returns: false when not all of it could be done now.
    func putRightWhatWaited() -> Bool {
        guard help.wake != nil, let waiting = state.withLock({ $0.memory.waiting }) else { return true }
        switch waiting.reason {
        case .word: return true
        case .quietHour where !isQuiet: return true
        case .nothing, .quietHour: break
        }
        let done = putRight(waiting.corrections) { _ in true }
        guard done.correction != .partly, record(.acted(run: waiting.run, isAll: done.deferred == 0)) != nil else {
            return false
        }
        if waiting.reason == .nothing, var report = state.withLock({ $0.memory.lastReport() }),
            report.run == waiting.run
        {
            report.take(done)
            help.announce(report)
        }
        return true
    }

    /// Tells again, once after a start, of what waits for a person: the process before may have ended before it did.
    func remind() {
        let held = state.withLock { state -> StockReconciliation? in
            defer { state.hasReminded = true }
            guard !state.hasReminded, let run = state.memory.held, let last = state.memory.lastReport(), last.run == run
            else { return nil }
            return last
        }
        if let held { help.announce(held) }
    }

    private var isQuiet: Bool { settings.quiet?.contains(clock.wallMicroseconds(), settings.schedule.zone) ?? true }

    private func put(right part: StockCorrections.Part, _ done: inout Done) {
        if part.isEmpty { return }
        // First what needs no reading: it waits to be written from now on.
        let isDoubted = part.doubts.isEmpty || help.doubt(part.doubts)
        let woken = part.skus.isEmpty ? 0 : help.wake?(part.skus) ?? 0
        if !isDoubted || woken < part.skus.count { done.correction = .partly }
        done.corrected += part.count - (part.skus.count - woken)
    }
}

extension StockReconciliation {
    fileprivate mutating func take(_ done: StockSweep.Done) {
        (correction, corrected, deferred) = (done.correction, done.corrected, done.deferred)
    }
}
