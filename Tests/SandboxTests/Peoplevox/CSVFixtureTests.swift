// The recorded tables of the demonstration shop: the sandbox's answers hold the same rows under the same headings.
import Foundation
import Testing

@testable import Sandbox

private let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/peoplevox/csv")

private struct Case: Sendable, CustomTestStringConvertible {
    let file: String
    let name: String
    var clause = ""
    var isReport = true

    var testDescription: String { file }
}

private let cases = [
    Case(file: "item-types", name: "Item types", isReport: false),
    Case(file: "sales-orders", name: "Sales orders", isReport: false),
    Case(file: "sales-orders-lf", name: "Sales orders", isReport: false),
    Case(file: "sales-order-items", name: "Sales order items", isReport: false),
    Case(file: "sales-orders-empty", name: "Sales orders", clause: "SalesOrderNumber = \"none\"", isReport: false),
    Case(file: "item-inventory-summary", name: "Item inventory summary"),
    Case(file: "despatch-summary", name: "Despatch summary", clause: "[Despatch date] > DateTime(2026,02,01,00,00,00)"),
    Case(file: "return-summary", name: "Return summary"),
    Case(file: "sales-orders-by-status", name: "Sales orders by status"),
]

@Test(arguments: cases)
private func theTableHoldsTheRecordedRows(_ example: Case) throws {
    let desk = WarehouseDesk()
    let answer =
        example.isReport ? try desk.report(example.name, example.clause) : try desk.data(example.name, example.clause)
    let right = try String(contentsOf: folder.appending(path: "\(example.file).csv"), encoding: .utf8)
    compareTables(answer.detail ?? "", right)
    #expect(answer.totalCount == answer.table?.count)
}

/// What the sources show of an import, sent as it stands.
@Test(arguments: [
    ("import-sales-orders", "Sales orders"), ("import-release-hold", "Sales orders"), ("import-cancel", "Sales orders"),
    ("import-item-types", "Item types"), ("import-sales-order-items", "Sales order items"),
])
func theRecordedImportIsTaken(_ file: String, _ template: String) throws {
    let desk = WarehouseDesk()
    try desk.sandbox.withWarehouse { $0.orders = Register() }
    _ = try desk.save("Sales orders", "SalesOrderNumber\nC-10001\nC-10003\nC-10008\n")
    let csv = try String(contentsOf: folder.appending(path: "\(file).csv"), encoding: .utf8)
    #expect(try desk.save(template, csv).responseId == 0)
}
