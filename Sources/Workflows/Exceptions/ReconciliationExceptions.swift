// What the report of a reconciliation says of exceptions. A run that was not whole says nothing: what it did not read is
// not known.

extension ExceptionConditions {
    /// What asks for a person, of the differences; everything else mends itself, or the book tells of it. That several sizes
    /// share a SKU the book of a brand that only looks does not know.
    private static func kind(of explanation: StockDifference.Explanation) -> ExceptionClass? {
        switch explanation {
        case .unexplained: .unexplainedDifference
        case .duplicate: .skuAmbiguousInCentra
        default: nil
        }
    }

    package mutating func judge(_ report: StockReconciliation, brand: String) {
        judgeWholeness(report, brand)
        guard report.isComplete else { return }
        judge(.unexplainedDifference, .skuAmbiguousInCentra, brand: brand)
        for row in report.rows {
            guard let kind = ExceptionConditions.kind(of: row.explanation) else { continue }
            let subject = row.warehouse.map { .shelf(Shelf(row.sku, $0)) } ?? ExceptionSubject.sku(row.sku)
            let key = ExceptionKey(kind, brand: brand, subject)
            if holding[key] == nil { hold(Condition(key, since: report.ended, row.evidence)) }
        }
        judgeSilence(report, brand)
        if !report.isDryRun { judgeCorrection(report, brand) }
    }

    /// So many in a row that were not whole are no accident.
    package static let incompleteRuns = 2

    private mutating func judgeWholeness(_ report: StockReconciliation, _ brand: String) {
        let key = ExceptionKey(.reconciliationIncomplete, brand: brand)
        guard report.incompleteRuns > 0 else { return rule(out: key) }
        guard report.incompleteRuns >= ExceptionConditions.incompleteRuns else { return }
        let evidence = ExceptionEvidence([
            "runs in a row": .number(report.incompleteRuns), "run": .number(Int(clamping: report.run)),
            "Peoplevox": report.warehouse.trouble.map { .text($0) }, "Centra": report.shop.trouble.map { .text($0) },
        ])
        hold(Condition(key, since: report.ended, evidence))
    }

    /// The first run after a start cannot tell whether anybody listened.
    private mutating func judgeSilence(_ report: StockReconciliation, _ brand: String) {
        let key = ExceptionKey(.eventsSilent, brand: brand)
        if let done = report.silence {
            let evidence = ExceptionEvidence([
                "changes without an event": .number(report.missed), "events": .number(report.heard),
                "compared": .time(report.ended), "done": done.isEmpty ? nil : .text(done),
            ])
            hold(Condition(key, since: report.ended, evidence))
        } else if report.missed == 0 || report.heard > 0 {
            rule(out: key)
        }
    }

    private mutating func judgeCorrection(_ report: StockReconciliation, _ brand: String) {
        let key = ExceptionKey(.reconciliationNeedsConfirmation, brand: brand)
        guard case .held(let reason) = report.correction else { return rule(out: key) }
        let evidence = ExceptionEvidence([
            "run": .number(Int(clamping: report.run)), "reason": .text(reason),
            "differences": .number(report.disagreements), "compared": .number(report.compared),
        ])
        hold(Condition(key, since: report.ended, evidence))
    }
}

extension StockDifference {
    /// Both figures and the time of each.
    fileprivate var evidence: ExceptionEvidence {
        ExceptionEvidence([
            "why": .text(explanation.rawValue), "should show": should.map { .number($0.quantity) },
            "read": should.map { .time($0.time) }, "shows": shows.map { .number($0.quantity) },
            "shown": shows.map { .time($0.time) }, "believed": believed.map { .number($0.quantity) },
            "detail": detail.isEmpty ? nil : .text(detail),
        ])
    }
}
