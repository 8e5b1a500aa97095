// Saving through the client: what is sent, in how many calls, and what each row is told.
import Commerce
import Outbound
import Testing
import XML

@testable import Peoplevox

private let templates: TenantTemplates = {
    var templates = TenantTemplates()
    templates[.itemTypes] = ["ItemCode", "Barcode", "Name", "Weight"]
    templates[.salesOrders] = ["SalesOrderNumber", "Status", "OnHold", "StopShip", "ContactName"]
    templates[.salesOrderItems] = ["SalesOrderNumber", "ItemCode", "QuantityOrdered", "Line"]
    return templates
}()

private let target = SaveTarget(templates, lane: .orderExport)

private func partner(_ answers: FakePartner.Answer...) -> FakePartner {
    FakePartner(["Authenticate": [login], "SaveData": answers])
}

private func save(
    id: Int = 0, total: Int = 0, _ detail: String, _ statuses: [(String, Bool)], queue: String? = nil
) -> FakePartner.Answer {
    soapReply("SaveData", id: id, total: total, detail, statuses: statuses, queue: queue)
}

private func save(id: Int = 0, total: Int, _ statuses: [(String, Bool)], queue: String? = nil) -> FakePartner.Answer {
    soapReply("SaveData", id: id, total: total, statuses: statuses, queue: queue)
}

private func items(_ codes: String...) -> [ItemTypeRecord] { codes.map { ItemTypeRecord($0, barcode: "1") } }

/// Template, CSV and action of each call.
private func sent(_ partner: FakePartner) throws -> [[String]] {
    try partner.bodies("SaveData").map { $0.children.flatMap { $0.children.map(\.text) } }
}

private let lost = FakePartner.Answer.failure(TransportFailure(.timedOut, mayHaveArrived: true, "timed out"))
private let unreachable = FakePartner.Answer.failure(
    TransportFailure(.unreachable, mayHaveArrived: false, "unreachable"))

extension RowOutcome {
    fileprivate var word: String {
        switch self {
        case .saved: "saved"
        case .refused: "refused"
        case .unknown: "unknown"
        case .failed: "failed"
        }
    }
}

struct SavingTests {
    @Test
    func whatIsSentIsTheTemplateTheRowsAndTheAction() throws {
        let partner = partner(save(total: 1, [("C-1", true)]))
        let client = makeClient(partner)
        let cancellation = Cancellation()
        var order = SalesOrderRecord("C-1")
        order.contactName = Personal("Åsa \"A\" & Co")
        let new = client.save(newOrder: order, withoutHold: .refuse, target, cancellation)
        #expect(new == SavedOrder(outcome: .saved([]), isHeld: true))
        #expect(client.release(order: "C-1", target, cancellation) == .saved([]))
        #expect(client.cancel(order: "C-1", target, cancellation) == .saved([]))
        let lines = [
            SalesOrderItemRecord("C-1", itemCode: "a", quantity: 2, line: "1"),
            SalesOrderItemRecord("C-1", itemCode: "b", quantity: 1, line: "2"),
        ]
        _ = client.save(lines: lines, target, cancellation)
        #expect(
            try sent(partner) == [
                ["Sales orders", "SalesOrderNumber,ContactName,OnHold\nC-1,\"Åsa \"\"A\"\" & Co\",true\n", "0"],
                ["Sales orders", "SalesOrderNumber,OnHold,StopShip\nC-1,false,false\n", "0"],
                ["Sales orders", "SalesOrderNumber,Status\nC-1,Cancelled\n", "0"],
                [
                    "Sales order items", "SalesOrderNumber,ItemCode,QuantityOrdered,Line\nC-1,a,2,1\nC-1,b,1,2\n", "0",
                ],
            ])
    }

    static let holds: [(WithoutHold, String?, String)] = [
        (.refuse, nil, "refused"), (.doNotAllocate, "1", "saved"), (.save, "0", "saved"),
    ]

    @Test(arguments: holds)
    func withoutAColumnToHoldAnOrderTheSettingDecides(setting: WithoutHold, action: String?, word: String) throws {
        var templates = templates
        templates[.salesOrders] = ["SalesOrderNumber"]
        let partner = partner(save(total: 1, [("C-1", true)]))
        let target = SaveTarget(templates, lane: .orderExport)
        let new = makeClient(partner).save(
            newOrder: SalesOrderRecord("C-1"), withoutHold: setting, target, Cancellation())
        #expect(new.outcome.word == word && !new.isHeld)
        #expect(try sent(partner).map { $0[1...] } == (action.map { [["SalesOrderNumber\nC-1\n", $0]] } ?? []))
        // Nor can it be released, and that is said instead of sent.
        #expect(
            makeClient(partner).release(order: "C-1", target, Cancellation()) == .refused(.columnMissing("OnHold")))
    }

    /// Three rows a, b and c in one call, and what each is told. Refused ones are sent again alone, and refused again.
    static let replies: [(FakePartner.Answer, [String], Int)] = [
        (save(total: 3, [("c", true), ("a", true), ("b", true)]), ["saved", "saved", "saved"], 1),
        (save(id: -1, total: 2, "no", [("c", true), ("a", true), ("b", false)]), ["saved", "refused", "saved"], 2),
        (save(id: -1, total: 2, "no", [("c", true), ("a", true)]), ["saved", "unknown", "saved"], 1),
        (save(id: -1, total: 0, [("a", true), ("b", true), ("c", true)]), ["unknown", "unknown", "unknown"], 1),
        (save(total: 3, []), ["unknown", "unknown", "unknown"], 1),
        (save(id: -1, total: 0, "Column x is not configured", []), ["refused", "refused", "refused"], 4),
        (save(id: -1, total: 0, "Timeout expired", []), ["unknown", "unknown", "unknown"], 1),
        (save(total: 3, [("a", true), ("b", true), ("c", true)], queue: "7"), ["unknown", "unknown", "unknown"], 1),
        (
            save(total: 3, [("a", true), ("b", true), ("c", true)], queue: "7f0c6a0e"),
            ["unknown", "unknown", "unknown"], 1
        ),
        (save(total: 3, [("a", true), ("b", true), ("c", true)], queue: " 0 "), ["saved", "saved", "saved"], 1),
        (save(id: -1, total: 1, [("a", true), ("a", false), ("b", true)]), ["unknown", "saved", "unknown"], 1),
        (save(id: 0, total: 3, [("a", true), ("b", false), ("c", true)]), ["saved", "refused", "saved"], 2),
        (save(total: 3, [("A", true), ("x", true), ("c", true)]), ["unknown", "unknown", "saved"], 1),
        (lost, ["unknown", "unknown", "unknown"], 1), (unreachable, ["failed", "failed", "failed"], 1),
        (soapReply("GetData", total: 3), ["unknown", "unknown", "unknown"], 1),
    ]

    @Test(arguments: replies)
    func eachRowIsToldWhatBecameOfIt(answer: FakePartner.Answer, words: [String], calls: Int) throws {
        let partner = partner(answer, save(id: -1, total: 0, "its own words", []))
        let outcomes = makeClient(partner).save(items: items("a", "b", "c"), target, Cancellation())
        #expect(outcomes.map(\.word) == words)
        #expect(try sent(partner).count == calls)
    }

    @Test
    func aRefusedRowHearsItsOwnReason() throws {
        let partner = partner(
            save(id: -1, total: 1, "Row 2: many words", [("a", false), ("b", true), ("c", false)]),
            save(id: -1, total: 0, "Barcode 735 is already in use", [("a", false)]), save(total: 1, [("c", true)]))
        let outcomes = makeClient(partner).save(items: items("a", "b", "c"), target, Cancellation())
        #expect(
            outcomes == [
                .refused(.refused(PartnerText("Barcode 735 is already in use"))), .saved([]), .saved([]),
            ])
        #expect("\(outcomes[0])".contains("barcode 999 is already in use"))
        #expect(try sent(partner).map { $0[1] }.dropFirst() == ["ItemCode,Barcode\na,1\n", "ItemCode,Barcode\nc,1\n"])
    }

    /// Lines share their order's number. When some were refused, nobody knows which.
    static let lines: [([(String, Bool)], [String])] = [
        ([("C-1", true), ("C-1", true)], ["saved", "saved"]), ([("C-1", true)], ["unknown", "unknown"]),
        ([("C-1", true), ("C-1", false)], ["unknown", "unknown"]),
        ([("C-1", false), ("C-1", false)], ["refused", "refused"]),
        ([("C-2", true), ("C-2", true)], ["unknown", "unknown"]),
    ]

    @Test(arguments: lines)
    func linesAreCountedByTheirOrder(statuses: [(String, Bool)], words: [String]) {
        let answer = save(id: statuses.allSatisfy(\.1) ? 0 : -1, total: 1, statuses)
        let lines = ["a", "b"].map { SalesOrderItemRecord("C-1", itemCode: $0, quantity: 1) }
        let partner = partner(answer, save(id: -1, total: 0, [("C-1", false)]))
        #expect(makeClient(partner).save(lines: lines, target, Cancellation()).map(\.word) == words)
    }

    @Test
    func rowsOfOtherColumnsAndManyRowsAreOtherCalls() throws {
        var records = (0..<150).map { ItemTypeRecord("a\($0)", barcode: "\($0)") }
        records[7].name = "Named"
        records.append(ItemTypeRecord("", barcode: "1"))
        let partner = partner(save(total: 1, []))
        let outcomes = makeClient(partner).save(items: records, target, Cancellation())
        #expect(try sent(partner).map { $0[1].split(separator: "\n").count } == [101, 2, 50])
        #expect(outcomes.count == 151)
        #expect(outcomes[150] == .refused(.unusable("ItemCode")))
    }

    @Test
    func afterALostReplyNothingMoreIsSent() throws {
        let records = (0..<250).map { ItemTypeRecord("a\($0)", barcode: "\($0)") }
        let partner = partner(save(total: 100, (0..<100).map { ("a\($0)", true) }), lost)
        let outcomes = makeClient(partner).save(items: records, target, Cancellation())
        #expect(
            outcomes.map(\.word)
                == [100, 100, 50].enumerated().flatMap { index, count in
                    Array(repeating: ["saved", "unknown", "failed"][index], count: count)
                })
        #expect(try sent(partner).count == 2)
        if case .failed(let failure) = outcomes[249] { #expect(failure.kind == .transient) }
    }

    @Test
    func onlySoManyRefusedRowsAreExplained() throws {
        let records = (0..<30).map { ItemTypeRecord("a\($0)", barcode: "\($0)") }
        let partner = partner(save(id: -1, total: 0, "no", []))
        let outcomes = makeClient(partner).save(items: records, target, Cancellation())
        #expect(outcomes.allSatisfy { $0.word == "refused" })
        #expect(try sent(partner).count == 1 + PeoplevoxClient.explainedLimit)
    }

    @Test
    func aTemplateThatIsNotThereIsASettingToChange() {
        let partner = partner(save(total: 1, []))
        let target = SaveTarget(TenantTemplates(), lane: .catalogue)
        let outcomes = makeClient(partner).save(items: items("a"), target, Cancellation())
        guard case .failed(let failure) = outcomes[0] else { return #expect(outcomes[0].word == "failed") }
        #expect(failure.kind == .configuration)
        #expect(partner.operations.isEmpty)
    }

    @Test
    func nothingIsSavedOfNothing() {
        let partner = partner(save(total: 1, []))
        #expect(makeClient(partner).save(items: [], target, Cancellation()).isEmpty)
        #expect(partner.operations.isEmpty)
    }
}
