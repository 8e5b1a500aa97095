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
        do throws(CallFailure) {
            var report = StockReconciliation(
                run: run.run, trigger: run.trigger, isDryRun: run.isDryRun, began: run.time)
            let corrections = try look(&report, calls)
            noteSilence(&report)
            settle(&report, corrections)
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
        report.warehouse = warehouse.side
        report.take(sitesOf: warehouse.reading.observation, settings.formula)
        let first = compare(before, warehouse.reading, shop.reading)
        let findings = try lookAgain(at: first, reader, shop.reading, report)
        report.take(findings)
        if !report.isDryRun { recognise(before, warehouse.reading, shop.reading) }
        return StockCorrections(findings, isComplete: report.isComplete)
    }

    /// What nobody else can tell apart: SKUs that only Centra has, and those that nobody has.
    private func recognise(_ before: StockBook, _ warehouse: WarehouseReading, _ shop: ShopReading) {
        let strangers = comparison(before, warehouse, shop).strangers()
        help.recognise(strangers.without(help.waiting(strangers.skus)))
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
        state.withLock { $0.held = nil }
        if corrections.isEmpty { return }
        if let objection = corrections.objection(settings.limit, compared: report.compared) {
            report.correction = .held(objection)
            let run = report.run
            return state.withLock { $0.held = (run, corrections) }
        }
        let done = put(right: corrections)
        (report.correction, report.corrected, report.deferred) = (done.correction, done.corrected, done.deferred)
    }

    struct Done {
        var correction = StockReconciliation.Correction.woken
        var corrected = 0
        var deferred = 0
    }

    /// What is urgent at once, the rest when the hour is quiet.
    func put(right corrections: StockCorrections) -> Done {
        var done = Done()
        put(right: corrections.urgent, &done)
        if isQuiet {
            put(right: corrections.others, &done)
        } else {
            done.deferred = corrections.others.count
            state.withLock { $0.deferred = corrections.others }
        }
        return done
    }

    /// A person has agreed, so nobody need be asked any more.
    func goOn(with corrections: StockCorrections) {
        let done = put(right: corrections)
        guard var report = state.withLock({ $0.memory.lastReport() }) else { return }
        (report.correction, report.corrected, report.deferred) = (done.correction, done.corrected, done.deferred)
        help.announce(report)
    }

    func putRightAtAQuietHour() {
        guard isQuiet else { return }
        let part = state.withLock { state in
            defer { state.deferred = StockCorrections.Part() }
            return state.deferred
        }
        var done = Done()
        put(right: part, &done)
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
