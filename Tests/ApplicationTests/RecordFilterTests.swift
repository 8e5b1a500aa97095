// What `journal-replay inspect` shows: every condition alone and together, and the state of each delivery.
import Commerce
import Journal
import Operations
import Queues
import Testing
import Webhooks
import Workflows

@testable import Application

/// Ten records of one journal, a second apart.
private let records: [Written] = {
    var peoplevox = DeliveryRecord.of([Event(.returnChanged, Subject(.return, "R1"), and: Subject(.order, "2"))])
    peoplevox.source = .peoplevox
    peoplevox.eventType = "Returns"
    let quarantined = QuarantineRecord(
        reason: "signature_mismatch", signatureField: [], isMinimised: false, body: Array("a=1".utf8))
    let entries: [(Entry, String)] = [
        (.started(version: "1.0"), ""),
        (.delivery(sku("A"), order("2")), "acme"),
        (.delivery(peoplevox), "acme"),
        (.delivery(sku("A")), "other"),
        (.delivery(notUnderstood: "payload is not an object"), "acme"),
        (.quarantined(quarantined), "acme"),
        (.quarantined(quarantined), "acme"),
        (
            .outcomes([
                Outcome(job(2), .retry(attempt: 1, due: 0, reason: "away")), Outcome(job(3), .settled),
            ]), ""
        ),
        (.action(.releaseQuarantined, job(6)), "acme"),
        (.action(.replay, job(3), .of([order("3")])), "acme"),
    ]
    return entries.enumerated().map { Written($1.0, brand: $1.1, time: Int64($0 + 1) * 1_000_000) }
}()

private func rows(_ records: [Written]) -> [InspectedRecord] {
    var fold = Fold(now: 0, redeliveryWindow: 1)
    visit(records) { fold.apply($0) }
    let inspection = Inspection(fold: fold, released: [6])
    var rows: [InspectedRecord] = []
    visit(records) { if let row = inspection.describe($0) { rows.append(row) } }
    return rows
}

private struct Case: CustomTestStringConvertible {
    let testDescription: String
    let filter: @Sendable (inout RecordFilter) -> Void
    let shown: [SequenceNumber]

    init(_ what: String, _ shown: [SequenceNumber], _ filter: @escaping @Sendable (inout RecordFilter) -> Void) {
        testDescription = what
        self.filter = filter
        self.shown = shown
    }
}

private func time(_ second: Int64) -> Timestamp { Timestamp(microseconds: second * 1_000_000) }

private let cases = [
    Case("nothing set", Array(1...10)) { _ in },
    Case("from is inclusive", Array(4...10)) { $0.from = time(4) },
    Case("to is exclusive", Array(1...3)) { $0.to = time(4) },
    Case("from and to", [4, 5]) { ($0.from, $0.to) = (time(4), time(6)) },
    Case("after is exclusive", [9, 10]) { $0.after = 8 },
    Case("before is exclusive", [1, 2]) { $0.before = 3 },
    Case("nothing is between", []) { ($0.after, $0.before) = (4, 5) },
    Case("brand", [4]) { $0.brand = "other" },
    Case("no such brand", []) { $0.brand = "acm" },
    Case("source", [3]) { $0.source = .peoplevox },
    Case("Centra, with what an operator queued of it", [2, 4, 5, 6, 7, 10]) { $0.source = .centra },
    Case("kind", [6, 7]) { $0.kind = .quarantined },
    Case("SKU", [2, 4]) { $0.sku = "A" },
    Case("a SKU is written as it was sent", []) { $0.sku = "a" },
    Case("order", [2, 3]) { $0.order = "2" },
    Case("an order is no SKU", []) { $0.sku = "2" },
    Case("failed, dead ones included", [2, 5]) { $0.failed = true },
    Case("dead", [5]) { $0.dead = true },
    Case("all together", [2]) { filter in
        (filter.brand, filter.sku, filter.order, filter.failed, filter.source) = ("acme", "A", "2", true, .centra)
    },
    Case("all together but one", []) { filter in
        (filter.brand, filter.sku, filter.order, filter.dead) = ("acme", "A", "2", true)
    },
]

@Test(arguments: cases)
private func aFilterShowsWhatMatches(_ example: Case) {
    var filter = RecordFilter()
    example.filter(&filter)
    #expect(rows(records).filter { filter.matches($0) }.map(\.sequence) == example.shown)
}

/// What was read, written, compared or raised is about its SKUs as a delivery is; a checkpoint names all of them.
@Test
func stockIsAboutItsSKUs() {
    var report = StockReconciliation(run: 3, trigger: .schedule, isDryRun: false, began: 1)
    report.rows = [StockDifference("A", 1, .unexplained)]
    let moved = StockMovement(.exported, order: "7", [Shelf("A", 1): 2])
    let entries: [Entry] = [
        .stock(.readStarted(skus: ["A", "B"])), .stock(.readStarted(skus: ["B"])), .stock(.moved(moved)),
        .reconciliation(.ended(report)),
        .exception(.raised(.stockMismatch, .shelf(Shelf("A", 1)), ExceptionEvidence(), since: 1, previous: nil)),
        .checkpoint(.begun),
    ]
    let all = rows(entries.map { Written($0) })
    func shown(_ set: (inout RecordFilter) -> Void) -> [SequenceNumber] {
        var filter = RecordFilter()
        set(&filter)
        return all.filter { filter.matches($0) }.map(\.sequence)
    }
    #expect(shown { $0.sku = "A" } == [1, 3, 4, 5])
    #expect(shown { $0.sku = "B" } == [1, 2])
    #expect(shown { $0.order = "7" } == [3])
}

@Test
func aRowSaysWhatHasBecomeOfIt() {
    let states = rows(records).map(\.state)
    #expect(states == [nil, .failing, .settled, .open, .dead, .released, .quarantined, nil, nil, .open])
}

@Test
func aRowShowsNoBodyAndNoSignature() {
    for row in rows(records) {
        for text in [row.tableRow, row.jsonLine] {
            #expect(!text.contains("payload=1") && !text.contains("a=1"), "\(text)")
        }
    }
}

@Test
func anExceptionSaysWhenAndNotHowManySeconds() throws {
    let evidence = ExceptionEvidence(["read": .time(1_795_474_448_000_000), "shows": .number(40)])
    let entries: [Entry] = [
        .exception(.raised(.stockMismatch, .sku("A"), evidence, since: 1, previous: nil)),
        .exception(.acknowledged(7, by: 1_000, until: 1_795_474_448_000_000)),
        .exception(.cleared(7, seen: 1_795_474_448_000_000)),
    ]
    for row in rows(entries.map { Written($0) }) {
        #expect(row.summary.contains("2026-11-23T22:54:08.000000Z") && !row.summary.contains("1795474448"))
    }
}

/// Whatever the kind, the columns stand below their titles.
@Test
func theColumnsStandBelowTheirTitles() throws {
    let stock = Entry.stock(.readStarted(skus: ["A"]))
    let reconciliation = Entry.reconciliation(.began(.schedule, isDryRun: false))
    let place = try #require(InspectedRecord.tableHead.range(of: "BRAND")).lowerBound
    for row in rows([stock, reconciliation, .checkpoint(.begun)].map { Written($0) }) {
        #expect(row.tableRow[place...].hasPrefix("acme "), "\(row.tableRow)")
    }
}

@Test
func aRowOfALaterVersionIsNotShown() {
    #expect(rows([Written(kind: 99, payload: [1]), Written(kind: 1, payload: [9])]).isEmpty)
}
