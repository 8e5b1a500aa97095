// SaveData: what is saved, what is refused, and what silently goes wrong.
import Testing

@testable import Sandbox

private struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let template: String
    let csv: String
    var action = 0
    /// "response id/total count", then the statuses.
    let outcome: [String]

    var testDescription: String { name }
}

private let lines = "SalesOrderNumber,ItemCode,QuantityOrdered,Line\n"

private let cases = [
    Case(
        name: "a new order", template: "Sales orders", csv: "SalesOrderNumber,ChannelName\nC-1,Centra",
        outcome: ["0/1", "C-1 Success"]),
    Case(
        name: "a status other than Cancelled", template: "Sales orders",
        csv: "SalesOrderNumber,Status\nC-10001,Despatched",
        outcome: ["-1/0", "C-10001 Error"]),
    Case(
        name: "a cancellation after the despatch", template: "Sales orders",
        csv: "SalesOrderNumber,Status\nC-10001,Cancelled", outcome: ["-1/0", "C-10001 Error"]),
    Case(
        name: "a second cancellation", template: "Sales orders", csv: "SalesOrderNumber,Status\nC-10008,Cancelled",
        outcome: ["0/1", "C-10008 Success"]),
    Case(
        name: "a column that the tenant does not have", template: "Sales orders",
        csv: "SalesOrderNumber,CarrierName\nC-10001,x", outcome: ["-1/0"]),
    Case(name: "an unknown template", template: "Return authorisation", csv: "A\n1", outcome: ["-1/0"]),
    Case(
        name: "a table with a short row", template: "Sales orders", csv: "SalesOrderNumber,Site\nC-1", outcome: ["-1/0"]
    ),
    Case(
        name: "a quote that is not closed", template: "Sales orders", csv: "SalesOrderNumber,Customer\nC-1,\"x",
        outcome: ["-1/0"]),
    Case(
        name: "a column twice", template: "Sales orders",
        csv: "SalesOrderNumber,Site,Site\nC-1,PrimarySite,PrimarySite",
        outcome: ["-1/0"]),
    Case(
        name: "a number that is too long", template: "Sales orders",
        csv: "SalesOrderNumber\n" + String(repeating: "C", count: 31),
        outcome: ["-1/0", String(repeating: "C", count: 31) + " Error"]),
    Case(
        name: "an unknown site", template: "Sales orders", csv: "SalesOrderNumber,Site\nC-1,Elsewhere",
        outcome: ["-1/0", "C-1 Error"]),
    Case(
        name: "a date in another format", template: "Sales orders", csv: "SalesOrderNumber,CreatedDate\nC-1,03/02/2026",
        outcome: ["-1/0", "C-1 Error"]),
    Case(
        name: "a decimal comma", template: "Sales orders", csv: "SalesOrderNumber,TotalSale\nC-1,\"199,00\"",
        outcome: ["-1/0", "C-1 Error"]),
    Case(
        name: "a barcode of another item type among good rows", template: "Item types",
        csv: "ItemCode,Name,Barcode\nUM1001REDL,L,2000000003030\nNEW,N,2000000003030\nUM2040BLKOS,B,2000000003054",
        outcome: ["-1/2", "UM1001REDL Success", "NEW Error", "UM2040BLKOS Success"]),
    Case(
        name: "an item type without barcode", template: "Item types", csv: "ItemCode,Name\nNEW,N",
        outcome: ["-1/0", "NEW Error"]),
    Case(
        name: "a deactivated item type", template: "Item types", csv: "ItemCode,Name\nUM0999GRYM,N",
        outcome: ["-1/0", "UM0999GRYM Error"]),
    Case(
        name: "a line of an unknown order", template: "Sales order items", csv: lines + "C-1,UM1001REDL,1,1",
        outcome: ["-1/0", "C-1 Error"]),
    Case(
        name: "an unknown item vanishes", template: "Sales order items",
        csv: lines + "C-10007,UM3105ECR42,1,1\nC-10007,UM1001REDL,1,3",
        outcome: ["0/2", "C-10007 Success", "C-10007 Success"]),
    Case(
        name: "a line of a cancelled order", template: "Sales order items", csv: lines + "C-10008,UM1001REDL,1,9",
        outcome: ["-1/0", "C-10008 Error"]),
    Case(
        name: "a line of no units", template: "Sales order items", csv: lines + "C-10007,UM1001REDL,0,3",
        outcome: ["-1/0", "C-10007 Error"]),
    Case(
        name: "a carrier", template: "Carriers", csv: "Name,Reference\nNorthline AB,NL", outcome: ["0/1", "NL Success"]),
    Case(
        name: "a deletion", template: "Sales orders", csv: "SalesOrderNumber\nC-10007", action: 2,
        outcome: ["0/1", "C-10007 Success"]),
    Case(
        name: "a deletion after the despatch", template: "Sales orders", csv: "SalesOrderNumber\nC-10001", action: 2,
        outcome: ["-1/0", "C-10001 Error"]),
    Case(
        name: "a deletion of a line that is not there", template: "Sales order items",
        csv: "SalesOrderNumber,Line\nC-10007,7", action: 2, outcome: ["-1/0", "C-10007 Error"]),
    Case(
        name: "an unknown action", template: "Sales orders", csv: "SalesOrderNumber\nC-10001", action: 3,
        outcome: ["-1/0"]),
    Case(name: "no rows", template: "Sales orders", csv: "SalesOrderNumber\n", outcome: ["0/0"]),
]

@Test(arguments: cases)
private func theImportIsAnswered(_ example: Case) throws {
    let answer = try WarehouseDesk().save(example.template, example.csv, action: example.action)
    #expect(["\(answer.responseId)/\(answer.totalCount)"] + answer.statuses == example.outcome)
    #expect((answer.detail ?? "").isEmpty == (answer.responseId == 0))
}

@Test
func onlyNamedColumnsChangeAndAnEmptyCellBlanks() throws {
    let desk = WarehouseDesk()
    _ = try desk.save("Sales orders", "SalesOrderNumber,Email,ContactName\nC-10007,new@example.com,\n")
    var answer = try desk.data("Sales orders", "SalesOrderNumber.Equals(\"C-10007\")")
    #expect(answer.column("Email") == ["new@example.com"])
    #expect(answer.column("ContactName") == [""])
    #expect(answer.column("Customer") == ["Ines Duarte"])

    try desk.set(["emptyCellBlanks": .bool(false)])
    _ = try desk.save("Sales orders", "SalesOrderNumber,Email\nC-10007,\n")
    answer = try desk.data("Sales orders", "SalesOrderNumber.Equals(\"C-10007\")")
    #expect(answer.column("Email") == ["new@example.com"])
}

@Test
func linesAreToldApartByLineOrByItemCode() throws {
    let csv = lines + "C-20,UM1001REDL,1,1\nC-20,UM1001REDL,2,2\nC-20,UM1001REDL,3,1\n"
    for (identity, quantities) in [("line", ["3", "2"]), ("itemCode", ["3"])] {
        let desk = WarehouseDesk()
        try desk.set(["lineIdentity": .string(identity)])
        _ = try desk.save("Sales orders", "SalesOrderNumber\nC-20\n")
        _ = try desk.save("Sales order items", csv)
        let answer = try desk.data("Sales order items", "SalesOrderNumber.Equals(\"C-20\")")
        #expect(answer.column("QuantityOrdered") == quantities)
    }
}

@Test
func linesAreDeletedByActionTwo() throws {
    let desk = WarehouseDesk()
    try desk.order("C-21", [("UM1001REDL", 4), ("UM1001REDM", 1)])
    #expect(try desk.stock("UM1001REDL") == "9/4/5")
    _ = try desk.save("Sales order items", "SalesOrderNumber,ItemCode,Line\nC-21,UM1001REDL,1\n", action: 2)
    #expect(try desk.stock("UM1001REDL") == "9/0/9")
    #expect(
        try desk.data("Sales order items", "SalesOrderNumber.Equals(\"C-21\")").column("ItemCode") == ["UM1001REDM"])
}

@Test
func anItemThatIsRefusedKeepsItsRow() throws {
    let desk = WarehouseDesk()
    try desk.set(["unknownItem": .string("refused"), "omitsRefusedStatuses": .bool(true)])
    let answer = try desk.save("Sales order items", lines + "C-10007,UM3105ECR42,1,1\nC-10007,UM1001REDL,1,3\n")
    #expect(answer.responseId == -1 && answer.totalCount == 1)
    #expect(answer.statuses == ["C-10007 Success"])
}

@Test
func aQueuedImportIsCarriedOutLater() throws {
    let desk = WarehouseDesk()
    try desk.set(["queuesImports": .bool(true), "isNewer": .bool(true), "queueMilliseconds": .integer(5_000)])
    let answer = try desk.save("Sales orders", "SalesOrderNumber\nC-22\n")
    #expect(answer.responseId == 0 && answer.statuses == ["C-22 Success"])
    #expect(answer.names.suffix(3) == ["ImportingQueueId", "SalesOrdersToDespatchIds", "ErrorCode"])
    #expect(try desk.status("C-22") == "none")
    desk.clock.advance(milliseconds: 5_000)
    #expect(try desk.status("C-22") == "New")
}

@Test
func anItemTypeThatIsDeletedIsMarked() throws {
    let desk = WarehouseDesk()
    #expect(try desk.save("Item types", "ItemCode\nUM5000GRY\n", action: 2).responseId == 0)
    #expect(try desk.data("Item types", "ItemCode.EndsWith(\"UM5000GRY\")").column("ItemCode") == ["~D~UM5000GRY"])
}

@Test
func trackingIsWrittenBackOnTheOrder() throws {
    let desk = WarehouseDesk()
    desk.sandbox.withTenant { $0.saveColumns["Sales orders"]?.append("DespatchTrackingNumber") }
    _ = try desk.save("Sales orders", "SalesOrderNumber,DespatchTrackingNumber\nC-10004,IP77\n")
    let summary = try desk.report("Despatch summary", "[Salesorder number].Equals(\"C-10004\")")
    #expect(summary.column("Tracking number") == ["IP77"])
}

@Test
func aStoppedOrderIsReservedButDoesNotLeave() throws {
    let desk = WarehouseDesk()
    try desk.order("C-23", [("UM1001REDL", 1)])
    _ = try desk.save("Sales orders", "SalesOrderNumber,StopShip\nC-23,true\n")
    #expect(try desk.stock("UM1001REDL") == "9/1/8")
    #expect(throws: ControlMistake.self) { try desk.act("despatch", "{\"order\":\"C-23\"}") }
    _ = try desk.save("Sales orders", "SalesOrderNumber,StopShip\nC-23,\n")
    #expect(try desk.act("despatch", "{\"order\":\"C-23\"}")["despatch"] != nil)
}
