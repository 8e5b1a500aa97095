// Why do the figures of one place differ? The questions are asked in this order, and the first that is answered explains.

extension StockComparison {
    func judge(_ place: ComparedPlace, _ levels: [String: SiteLevels], _ findings: inout StockFindings) {
        guard !place.targets.isEmpty else { return elsewhere(place, &findings) }
        let quantities = place.targets.compactMap(\.quantity)
        guard quantities.count == place.targets.count else { return unknown(place, &findings) }
        let should = quantities.sum
        let states = place.targets.map { after.shelves[$0.shelf] }
        let facts = Facts(
            place: place, should: should, states: states, isStale: isStale(place.sku, levels),
            isMoving: isMoving(place.sku, place.shelves))
        if place.shows ?? 0 == should { return agreeing(facts, &findings) }
        explain(facts, &findings)
    }

    struct Facts {
        let place: ComparedPlace
        let should: Int
        let states: [StockBook.ShelfState?]
        /// Peoplevox differs from the newest that the book has of it.
        let isStale: Bool
        let isMoving: Bool

        /// What the book wants Centra to show, and what it believes that it shows; nil where it does not know.
        var due: Int? { sum { $0.due } }
        var believed: Int? { sum { $0.shown } }

        private func sum(_ figure: (StockBook.ShelfState) -> Int?) -> Int? {
            let figures = states.compactMap { $0.flatMap(figure) }
            return figures.count == states.count ? figures.sum : nil
        }
    }

    /// Rows at sites that are not ours, and something in a warehouse that is.
    private func elsewhere(_ place: ComparedPlace, _ findings: inout StockFindings) {
        guard let shows = place.shows, shows > 0, !place.isSum else { return }
        let difference = StockDifference(
            place.sku, place.warehouse, .mapping, shows: .init(shows, at: shop.time),
            detail: "Peoplevox has it at other sites alone")
        findings.add(difference, wakes: false)
    }

    private func unknown(_ place: ComparedPlace, _ findings: inout StockFindings) {
        let reason = place.targets.lazy.compactMap { target in
            if case .unknown(let reason) = target.outcome { reason } else { nil }
        }.first
        let isNews = place.targets.contains { after.shelves[$0.shelf]?.target?.outcome != $0.outcome }
        let difference = StockDifference(
            place.sku, place.warehouse, isNews && isMoving(place.sku, place.shelves) ? .inFlight : .unknownValue,
            shows: place.shows.map { .init($0, at: shop.time) }, detail: reason?.words ?? "")
        findings.add(difference, wakes: isNews && difference.explanation != .inFlight)
    }

    /// Both sides agree. Where the book believes something else of Centra it would leave out a write that is needed later.
    private func agreeing(_ facts: Facts, _ findings: inout StockFindings) {
        guard let believed = facts.believed, believed != facts.should, believed == facts.due, !facts.isMoving else {
            let isUndecided = facts.states.contains { $0?.target == nil }
            return findings.agree(facts.place.sku, isUndecided: isUndecided)
        }
        report(facts, .changedInCentra, "and it is right now", wakes: true, &findings)
    }

    private func explain(_ facts: Facts, _ findings: inout StockFindings) {
        let states = facts.states.compactMap(\.self)
        if facts.isMoving { return report(facts, .inFlight, "it changed meanwhile, or waits to be read", &findings) }
        // What waits to be written, or was refused, is not what is due: Peoplevox has changed, and nobody has read that.
        let isOutdated = facts.isStale && facts.due.map { $0 != facts.should } ?? false
        if !isOutdated, explainWaiting(facts, states, &findings) { return }
        guard let due = facts.due else { return undecided(facts, states, &findings) }
        if due != facts.should, facts.isStale { findings.miss(facts.place.sku) }
        if facts.place.isSum, facts.place.shows ?? 0 > facts.should {
            return report(facts, .otherWarehouses, "", wakes: due != facts.should, &findings)
        }
        due == facts.should ? changed(facts, &findings) : outdated(facts, states, &findings)
    }

    /// False when nothing waits.
    private func explainWaiting(
        _ facts: Facts, _ states: [StockBook.ShelfState], _ findings: inout StockFindings
    ) -> Bool {
        // Of a quantity that is not wanted any more a refusal says nothing, and must not hide what others have changed.
        if let refusal = states.lazy.filter({ $0.wanted != nil }).compactMap(\.refusal).first {
            // Centra did not know the SKU, and now it has a size of it: it is worth another write at once.
            let isMended = StockRefusals.sayThatSKUIsUnknown(refusal.text)
            report(facts, .refusedByCentra, refusal.text, isDoubtful: isMended, &findings)
            return true
        }
        guard states.contains(where: { $0.wanted != nil }) else { return false }
        report(facts, .inFlight, "it waits to be written", &findings)
        return true
    }

    /// The book has no figure of it.
    private func undecided(_ facts: Facts, _ states: [StockBook.ShelfState], _ findings: inout StockFindings) {
        let reasons = states.compactMap { state in
            if case .unknown(let reason)? = state.target?.outcome { reason } else { nil }
        }
        guard !reasons.isEmpty else { return report(facts, .notDecided, "", wakes: true, &findings) }
        if reasons.contains(.unsearchable) {
            return report(facts, .unknownValue, StockTarget.Reason.unsearchable.words, &findings)
        }
        findings.miss(facts.place.sku)
        report(facts, .missedEvent, "it was not known before", wakes: true, &findings)
    }

    /// The book wants the right figure, and Centra shows another one.
    private func changed(_ facts: Facts, _ findings: inout StockFindings) {
        if let shows = facts.place.shows, shows > facts.should, shows == facts.place.allocated {
            return report(facts, .raisedToAllocated, "", &findings)
        }
        guard facts.believed == facts.should else {
            return report(facts, .unexplained, "", wakes: true, isDoubtful: true, &findings)
        }
        report(facts, .changedInCentra, "", isDoubtful: true, &findings)
    }

    /// The book wants another figure than Peoplevox and the settings ask for.
    private func outdated(_ facts: Facts, _ states: [StockBook.ShelfState], _ findings: inout StockFindings) {
        let explanation: StockDifference.Explanation =
            if isChangedByOthers(facts) {
                .changedInCentra
            } else if facts.isStale {
                .missedEvent
            } else {
                isSetAnew(facts, states) ? .settings : .unexplained
            }
        report(facts, explanation, "", wakes: true, &findings)
    }

    /// Whether Centra certainly shows something else than the book believes: in a sum there may be more, and not less.
    private func isChangedByOthers(_ facts: Facts) -> Bool {
        guard let believed = facts.believed else { return false }
        let shows = facts.place.shows ?? 0
        return facts.place.isSum ? shows < believed : shows != believed
    }

    private func isStale(_ sku: String, _ levels: [String: SiteLevels]) -> Bool {
        guard let seen = after.items[sku]?.seen?.levels else { return true }
        return formula.warehouses.keys.contains { seen[$0].flatMap(formula.base) != levels[$0].flatMap(formula.base) }
    }

    /// The same rows and the same orders gave another target than they do now.
    private func isSetAnew(_ facts: Facts, _ states: [StockBook.ShelfState]) -> Bool {
        zip(facts.place.targets, states).contains { target, state in
            guard case .quantity(_, let new) = target.outcome, case .quantity(_, let old)? = state.target?.outcome
            else {
                return true
            }
            return new.own == old.own && (new.base, new.buffer) != (old.base, old.buffer)
        }
    }

    private func report(
        _ facts: Facts, _ explanation: StockDifference.Explanation, _ detail: String, wakes: Bool = false,
        isDoubtful: Bool = false, _ findings: inout StockFindings
    ) {
        let written = facts.states.compactMap { $0?.applied?.time }.max()
        let believed = facts.believed.flatMap { quantity in written.map { StockDifference.Figure(quantity, at: $0) } }
        let difference = StockDifference(
            facts.place.sku, facts.place.warehouse, explanation, should: .init(facts.should, at: warehouse.time),
            shows: facts.place.shows.map { .init($0, at: shop.time) }, believed: believed, detail: detail)
        let doubts = isDoubtful ? facts.place.shelves.map { StockDoubt($0, shown: shown(facts.place)) } : []
        findings.add(difference, wakes: wakes, doubts: doubts, isCertain: explanation.needsOneLook)
    }

    /// What one shelf shows, where the figure is one shelf's.
    private func shown(_ place: ComparedPlace) -> Int? { place.shelves.count == 1 && !place.isSum ? place.shows : nil }
}

extension StockDifference.Explanation {
    /// Whether nothing that moved while it was looked at could have made it.
    fileprivate var needsOneLook: Bool {
        switch self {
        case .unexplained, .changedInCentra, .raisedToAllocated, .missedEvent, .settings, .otherWarehouses: false
        case .refusedByCentra, .duplicate, .mapping, .unknownValue, .unknownInPeoplevox, .unknownInCentra, .notDecided,
            .nothingToSell, .inFlight:
            true
        }
    }
}

extension StockTarget.Reason {
    fileprivate var words: String {
        switch self {
        case .absent: "Peoplevox has no row of it"
        case .siteAbsent: "a site that is mapped has no row of it any more"
        case .unreadable: "a cell that counts is empty or no quantity"
        case .unsearchable: "its code has a sign that no search in Peoplevox can hold"
        }
    }
}
