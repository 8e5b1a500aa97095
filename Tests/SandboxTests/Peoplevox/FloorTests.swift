// The warehouse floor: stock that is reserved, picked, despatched, received, counted, returned.
import JSON
import Testing

@testable import Sandbox

extension WarehouseDesk {
    func set(_ switches: [String: JSONValue]) throws { _ = try sandbox.act("switches", .object(switches)) }

    @discardableResult
    func act(_ verb: String, _ json: String) throws -> JSONValue {
        try sandbox.act(verb, try JSONValue(Array(json.utf8)))
    }
}

@Test
func anOrderGoesThroughItsLife() throws {
    let desk = WarehouseDesk()
    try desk.order("C-30", [("UM1001REDL", 3), ("UM2040BLKOS", 1)])
    #expect(try desk.status("C-30") == "Allocated")
    #expect(try desk.stock("UM1001REDL") == "9/3/6")

    try desk.act("pick", "{\"order\":\"C-30\"}")
    #expect(try desk.status("C-30") == "In picking")

    let first = try desk.act("despatch", "{\"order\":\"C-30\",\"units\":[{\"line\":\"1\",\"quantity\":2}]}")
    #expect(first["despatch"] == .string("DES10300"))
    #expect(try desk.status("C-30") == "Part despatched")
    #expect(try desk.stock("UM1001REDL") == "7/1/6")

    try desk.act("despatch", "{\"order\":\"C-30\",\"tracking\":\"T2\"}")
    #expect(try desk.status("C-30") == "Despatched")
    #expect(try desk.stock("UM1001REDL") == "6/0/6")

    try desk.act("track", "{\"despatch\":\"DES10300\",\"tracking\":\"T1\"}")
    let summary = try desk.report(
        "Despatch summary", "[Salesorder number].Equals(\"C-30\")", order: "[Despatch number]")
    let rows = summary.table?.rows.map { row in
        ["Despatch number", "Line", "No of items", "Tracking number", "Despatch date"].map { row[$0] ?? "" }
    }
    #expect(
        rows == [
            ["DES10300", "1", "2", "T1", "'05/02/2026 12:00:00'"],
            ["DES10301", "1", "1", "T2", "'05/02/2026 12:00:00'"],
            ["DES10301", "2", "1", "T2", "'05/02/2026 12:00:00'"],
        ])
}

@Test
func oneDespatchMayHaveSeveralPackages() throws {
    let desk = WarehouseDesk()
    try desk.order("C-31", [("UM1001REDL", 2), ("UM2040BLKOS", 1)])
    try desk.act("despatch", "{\"order\":\"C-31\",\"units\":[{\"line\":\"1\",\"quantity\":2}],\"tracking\":\"A\"}")
    try desk.act("despatch", "{\"order\":\"C-31\",\"despatch\":\"DES10300\",\"tracking\":\"B\"}")
    let summary = try desk.report("Despatch summary", "[Despatch number] = \"DES10300\"")
    #expect(summary.column("Tracking number") == ["A", "B"])
}

private struct CancelCase: Sendable, CustomTestStringConvertible {
    let stage: String
    var policy: String = "refused"
    let isReportedAsDone: Bool
    let status: String
    let stock: String

    var testDescription: String { "\(stage), \(policy)" }
}

private let cancels = [
    CancelCase(stage: "allocated", isReportedAsDone: true, status: "Cancelled", stock: "9/0/9"),
    CancelCase(stage: "picking", isReportedAsDone: false, status: "In picking", stock: "9/2/7"),
    CancelCase(stage: "picking", policy: "ignored", isReportedAsDone: true, status: "In picking", stock: "9/2/7"),
    CancelCase(stage: "picking", policy: "accepted", isReportedAsDone: true, status: "Cancelled", stock: "9/0/9"),
    CancelCase(stage: "despatched", isReportedAsDone: false, status: "Despatched", stock: "7/0/7"),
    CancelCase(stage: "despatched", policy: "ignored", isReportedAsDone: true, status: "Despatched", stock: "7/0/7"),
]

@Test(arguments: cancels)
private func aCancellationIsARequest(_ example: CancelCase) throws {
    let desk = WarehouseDesk()
    let policies = JSONValue.string(example.policy)
    try desk.set(["cancelWhilePicking": policies])
    if example.policy != "accepted" { try desk.set(["cancelAfterDespatch": policies]) }
    try desk.order("C-32", [("UM1001REDL", 2)])
    if example.stage == "picking" { try desk.act("pick", "{\"order\":\"C-32\"}") }
    if example.stage == "despatched" { try desk.act("despatch", "{\"order\":\"C-32\"}") }
    let answer = try desk.save("Sales orders", "SalesOrderNumber,Status\nC-32,Cancelled\n")
    #expect((answer.responseId == 0) == example.isReportedAsDone)
    #expect(try desk.status("C-32") == example.status)
    #expect(try desk.stock("UM1001REDL") == example.stock)
}

@Test
func stockIsReservedOnlyWhereItMayBe() throws {
    let desk = WarehouseDesk()
    _ = try desk.save("Sales orders", "SalesOrderNumber,OnHold\nC-33,true\n")
    let line = "SalesOrderNumber,ItemCode,QuantityOrdered,Line\nC-33,UM1001REDL,2,1\n"
    _ = try desk.save("Sales order items", line)
    #expect(try desk.stock("UM1001REDL") == "9/0/9")
    _ = try desk.save("Sales orders", "SalesOrderNumber,OnHold\nC-33,false\n")
    #expect(try desk.stock("UM1001REDL") == "9/2/7")

    _ = try desk.save("Sales orders", "SalesOrderNumber\nC-34\n", action: 1)
    _ = try desk.save("Sales order items", line.replacing("C-33", with: "C-34"), action: 1)
    #expect(try desk.status("C-34") == "New")
    try desk.act("allocate", "{\"order\":\"C-34\"}")
    #expect(try desk.status("C-34") == "Allocated")
}

@Test
func goodsThatComeInGoToTheOldestOrder() throws {
    let desk = WarehouseDesk()
    try desk.order("C-35", [("UM3105ECR40", 2)])
    try desk.order("C-36", [("UM3105ECR40", 2)])
    try desk.act("receive", "{\"items\":[{\"itemCode\":\"UM3105ECR40\",\"quantity\":3}],\"purchaseOrder\":\"PO-1\"}")
    #expect(try desk.status("C-35") == "Allocated")
    #expect(try desk.status("C-36") == "New")
    #expect(try desk.stock("UM3105ECR40") == "3/3/0")
    try desk.act("count", "{\"itemCode\":\"UM3105ECR40\",\"quantity\":1}")
    #expect(try desk.stock("UM3105ECR40") == "1/3/-2")
    let goodsIn = try desk.report("Goods in summary")
    #expect(goodsIn.column("Goods in reference number") == ["GI-2100"] && goodsIn.column("Quantity") == ["3"])
}

@Test
func returnsGoBackIntoStockWhenTheyAreReusable() throws {
    let desk = WarehouseDesk()
    try desk.act(
        "return",
        """
        {"lines":[{"itemCode":"UM1001REDM","quantity":1,"order":"C-10001","condition":"NEW","isReusable":true},
        {"itemCode":"UM1001REDM","order":"C-10001","condition":"DAMAGED","isReusable":false,"comments":"torn, \\"badly\\""}]}
        """)
    try desk.act("return", "{\"code\":\"RET600\",\"lines\":[{\"itemCode\":\"UM1001REDM\"}]}")
    #expect(try desk.stock("UM1001REDM") == "23/0/23")
    let summary = try desk.report("Return summary", "[Return code] = \"RET600\"")
    #expect(summary.column("Is Reusable") == ["True", "False", ""])
    #expect(summary.column("Return comments") == ["", "torn, \"badly\"", ""])
    #expect(summary.column("Days since despatch") == ["2", "2", ""])
    #expect(summary.column("Sales order number") == ["C-10001", "C-10001", ""])
}

@Test
func theHistoryRises() throws {
    let desk = WarehouseDesk()
    try desk.order("C-37", [("UM1001REDL", 1)])
    try desk.act("despatch", "{\"order\":\"C-37\"}")
    try desk.act("remove", "{\"itemCode\":\"UM1001REDL\",\"quantity\":2,\"reason\":\"Moth\"}")
    try desk.act("count", "{\"itemCode\":\"UM1001REDL\",\"quantity\":9}")
    let history = try desk.report("Item movement history", order: "[History Id] asc")
    #expect(history.column("History Id") == ["991000", "991001", "991002"])
    #expect(history.column("Quantity") == ["-1", "-2", "3"])
    #expect(history.column("Comments") == ["Despatched", "Moth", "Stock take"])
    #expect(history.column("Sales order number") == ["C-37", "", ""])
}

@Test(arguments: [
    ("pick", "{\"order\":\"C-10008\"}"), ("pick", "{\"order\":\"C-10007\"}"), ("pick", "{\"order\":\"C-1\"}"),
    ("despatch", "{\"order\":\"C-10001\"}"), ("track", "{\"despatch\":\"DES1\",\"tracking\":\"T\"}"),
    ("track", "{\"despatch\":\"DES10234\",\"package\":1,\"tracking\":\"T\"}"),
    ("receive", "{\"items\":[{\"itemCode\":\"NONE\",\"quantity\":3}]}"),
    ("remove", "{\"itemCode\":\"UM1001REDL\",\"quantity\":10}"), ("cancel", "{\"order\":\"C-10001\"}"),
    ("count", "{\"itemCode\":\"UM1001REDL\",\"quantity\":1,\"site\":\"Elsewhere\"}"),
    ("fly", "{}"), ("despatch", "{}"), ("incident", "{\"kind\":\"flood\"}"), ("switches", "{\"isNewer\":1}"),
])
func whatTheFloorCannotDoIsRefused(_ verb: String, _ json: String) throws {
    let desk = WarehouseDesk()
    let before = desk.sandbox.state()
    #expect(throws: ControlMistake.self) { try desk.act(verb, json) }
    #expect(desk.sandbox.state() == before)
}
