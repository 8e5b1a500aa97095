// What a comparison of both systems says of exceptions, and what one that was not whole does not.
import Testing
import Workflows

private let silent = ExceptionKey(.eventsSilent, brand: "demo")
private let held = ExceptionKey(.reconciliationNeedsConfirmation, brand: "demo")
private let different = ExceptionKey(.unexplainedDifference, brand: "demo", .shelf(Shelf(sku, 3)))
private let ambiguous = ExceptionKey(.skuAmbiguousInCentra, brand: "demo", .sku(sku))
private let incomplete = ExceptionKey(.reconciliationIncomplete, brand: "demo")
private let all = [silent, held, different]

private struct Row: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let holding: Set<ExceptionKey>
    let gone: Set<ExceptionKey>
    let change: @Sendable (inout StockReconciliation) -> Void

    init(
        _ name: String, holds: Set<ExceptionKey> = [], gone: Set<ExceptionKey> = [],
        _ change: @escaping @Sendable (inout StockReconciliation) -> Void
    ) {
        (testDescription, holding, self.gone, self.change) = (name, holds, gone, change)
    }
}

private func difference(_ explanation: StockDifference.Explanation) -> StockDifference {
    StockDifference(sku, 3, explanation, should: .init(5, at: start), shows: .init(7, at: start + minute))
}

private let rows: [Row] = [
    Row("all agree", gone: Set(all)) { _ in },
    Row("it was not whole") { $0.shop.isComplete = false },
    Row("the second in a row was not whole", holds: [incomplete]) {
        ($0.shop.isComplete, $0.incompleteRuns) = (false, 2)
    },
    Row("it was not whole, and found something") {
        $0.shop.isComplete = false
        $0.rows = [difference(.unexplained)]
        $0.silence = ""
    },
    Row("nobody can say why", holds: [different], gone: [silent, held]) { $0.rows = [difference(.unexplained)] },
    Row("one SKU twice", holds: [ambiguous], gone: Set(all)) { $0.rows = [StockDifference(sku, nil, .duplicate)] },
    Row("changed by hand, which mends itself", gone: Set(all)) { $0.rows = [difference(.changedInCentra)] },
    Row("events stay away", holds: [silent], gone: [held, different]) {
        ($0.missed, $0.silence) = (40, "subscribed anew")
    },
    Row("nobody knows whether events stay away", gone: [held, different]) { $0.missed = 40 },
    Row("few were missed beside many that came", gone: Set(all)) { ($0.missed, $0.heard) = (2, 400) },
    Row("it holds back", holds: [held], gone: [silent, different]) { $0.correction = .held("too many") },
    Row("one that only looks does not say what waits", gone: [silent, different]) { $0.isDryRun = true },
]

@Test(arguments: rows) private func whatAReportSays(_ row: Row) {
    var report = StockReconciliation(run: 9, trigger: .schedule, isDryRun: false, began: start)
    (report.warehouse.isComplete, report.shop.isComplete) = (true, true)
    row.change(&report)
    var conditions = ExceptionConditions()
    conditions.judge(report, brand: "demo")
    #expect(Set(conditions.holding.keys) == row.holding)
    #expect(Set(all.filter(conditions.isGone)) == row.gone)
}

@Test func whatIsWithdrawnIsGoneWhateverAReportSaid() {
    var report = StockReconciliation(run: 9, trigger: .schedule, isDryRun: false, began: start)
    (report.warehouse.isComplete, report.shop.isComplete) = (true, true)
    report.correction = .held("too many")
    var conditions = ExceptionConditions()
    conditions.judge(report, brand: "demo")
    conditions.rule(out: held)
    #expect(conditions.isGone(held))
}

struct ReportTests {
    @Test(arguments: [
        (0, 0, false), (1, 0, true), (2, 3, false), (3, 12, true), (3, 13, false), (200, 100_000, true),
    ])
    func eventsThatStayAwayAreNoticed(missed: Int, heard: Int, isLikely: Bool) {
        #expect(EventSilence.isLikely(missed: missed, heard: heard) == isLikely)
    }

    @Test(arguments: [
        "", "{}", #"{"v":2,"began":{"dry":true}}"#, #"{"v":1,"ended":{"run":1}}"#, #"{"v":1,"began":{}}"#,
    ])
    func whatIsNoEntryIsNone(_ text: String) {
        #expect(ReconciliationEntry(Array(text.utf8)) == nil)
    }
}
