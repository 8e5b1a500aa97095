// The recorded SOAP pairs: each request is sent to the sandbox, in the situation that the pair was made for, and the
// answer has the recorded one's shape: its status, its elements, its counts, its outcomes, its table. Texts that nobody
// has published are not compared.
import CSV
import Foundation
import JSON
import Testing
import XML

@testable import Sandbox

private let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/peoplevox/soap")

private struct Pair: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let operation: String
    let request: String
    let response: String
    let httpStatus: Int
    let newerServer: Bool
    let outcome: String

    var testDescription: String { name }

    static func all() throws -> [Pair] {
        struct Index: Decodable { let pairs: [Pair] }
        return try JSONDecoder().decode(Index.self, from: try octets("index.json")).pairs
    }

    static func octets(_ file: String) throws -> Data { try Data(contentsOf: folder.appending(path: file)) }
}

private let expired = [
    ("adopt-session", "{\"session\":\"00000000-0000-0000-0000-00000000dead\"}"),
    ("switches", "{\"sessionMilliseconds\":0}"),
]

/// What has to be so before the request: verbs with their arguments.
private let situations: [String: [(verb: String, arguments: String)]] = [
    "authenticate-plain-password": [("switches", "{\"passwordMode\":\"plain\"}")],
    "get-data-session-expired": expired,
    "get-data-session-expired-newer": expired,
    "get-data-session-invalid": [("end-sessions", "{}")],
    "get-report-data-despatch-incomplete": [("switches", "{\"surplusCount\":2}")],
    "get-report-data-empty-detail": [("incident", "{\"kind\":\"emptyDetail\"}")],
    "get-report-columns-missing-tracking": [
        ("drop-column", "{\"report\":\"Despatch summary\",\"column\":\"Tracking number\"}")
    ],
    "get-save-template-no-hold-column": [
        ("drop-column", "{\"template\":\"Sales orders\",\"column\":\"OnHold\"}"),
        ("drop-column", "{\"template\":\"Sales orders\",\"column\":\"StopShip\"}"),
    ],
    "save-data-partial-missing-status": [("switches", "{\"omitsRefusedStatuses\":true}")],
    "save-data-unknown-item-rejected": [("switches", "{\"unknownItem\":\"refused\"}")],
    "save-data-queued-newer": [("switches", "{\"queuesImports\":true}")],
    "save-data-column-not-configured": [("drop-column", "{\"template\":\"Sales orders\",\"column\":\"StopShip\"}")],
    "soap-fault": [("incident", "{\"kind\":\"fault\"}")],
    "html-error-page": [("incident", "{\"kind\":\"html\"}")],
    "html-error-page-503": [("incident", "{\"kind\":\"unavailable\"}")],
    "empty-body": [("incident", "{\"kind\":\"emptyBody\"}")],
    "truncated-xml": [("incident", "{\"kind\":\"truncated\",\"isCarriedOut\":true}")],
    "wrong-result-element": [("incident", "{\"kind\":\"wrongResult\",\"isCarriedOut\":true}")],
    "other-prefix": [("switches", "{\"usesOtherPrefix\":true}")],
]

/// The pairs about saving were made before their orders were despatched.
private let openOrders = "SalesOrderNumber\nC-10001\nC-10007\nC-10008\n"

@Test(arguments: try Pair.all())
private func theAnswerHasTheRecordedShape(_ pair: Pair) throws {
    let desk = WarehouseDesk()
    _ = try desk.act("adopt-session", "{\"session\":\"7f0c6a0e-2d8b-4f4e-9d3a-1b1f0f1d2c3b\"}")
    if pair.operation == "SaveData" {
        try desk.sandbox.withWarehouse { $0.orders = Register() }
        _ = try desk.save("Sales orders", openOrders)
    }
    if pair.operation == "UnsubscribeEvent" { _ = try desk.subscribeOnce() }
    try desk.set(["isNewer": .bool(pair.newerServer)])
    for (verb, arguments) in situations[pair.name] ?? [] { try desk.act(verb, arguments) }

    let request = String(decoding: try Pair.octets(pair.request), as: UTF8.self)
    let reply = try #require(desk.send(pair.operation, request))
    #expect(reply.status == pair.httpStatus)
    let recorded = [UInt8](try Pair.octets(pair.response))
    // A page or half a document: nothing that an answer could be read from.
    guard let right = try? XMLElement(recorded), right.name.local == "Envelope" else {
        return #expect((try? XMLElement(reply.body)) == nil)
    }
    compare(try XMLElement(reply.body), right, pair)
}

extension WarehouseDesk {
    fileprivate func subscribeOnce() throws -> Answer {
        try call("SubscribeEvent", "<eventType>Returns</eventType><callbackUrl>http://h/</callbackUrl>")
    }
}

private func compare(_ element: XMLElement, _ right: XMLElement, _ pair: Pair) {
    #expect(element.name == right.name || pair.name == "wrong-result-element")
    switch right.name.local {
    case "ResponseId", "Status", "Reference": #expect(element.text == right.text)
    case "TotalCount": #expect(element.text == right.text)
    case "ImportingQueueId": #expect((element.text == "0") == (right.text == "0"))
    case "Detail": compareDetail(element.text, right.text, pair)
    // Where a fault stands and whose it is counts; its words do not.
    case "Fault": #expect(element.children.map(\.name) == right.children.map(\.name))
    default:
        #expect(element.children.count == right.children.count)
        for (child, rightChild) in zip(element.children, right.children) { compare(child, rightChild, pair) }
    }
}

private func compareDetail(_ text: String, _ right: String, _ pair: Pair) {
    switch pair.operation {
    case _ where pair.outcome == "session" || pair.name == "authenticate-wrong-encoding": #expect(text == right)
    case _ where !["ok", "incomplete", "ok-but-verify"].contains(pair.outcome): #expect(text.isEmpty == right.isEmpty)
    case "GetData", "GetReportData": compareTables(text, right)
    case "GetSaveTemplate", "GetReportColumns":
        let (columns, rightColumns) = (text.split(separator: ","), right.split(separator: ","))
        // A tenant with fewer columns is here one with a few more, but not the one that matters.
        let isWhole = ["get-report-columns", "get-save-template-item-types"].contains(pair.name)
        #expect(isWhole ? columns == rightColumns : Set(columns).isSuperset(of: rightColumns))
        for lacking in ["OnHold", "Tracking number"]
        where pair.name.contains("no-hold") || pair.name.contains("missing") {
            #expect(!columns.contains { $0 == lacking })
        }
    case "Authenticate": #expect(text.split(separator: ",").count == 2 && text.hasPrefix("ulvmark,"))
    case "SubscribeEvent", "SubscribePostEvent": #expect(Int(text) != nil)
    default: #expect(text == right)
    }
}

/// The same rows, in whatever order, under the recorded columns. Reports may have more, and the name that they show of
/// an item type is not the same in all recordings.
func compareTables(_ text: String, _ right: String) {
    guard let table = try? CSVTable(reading: Array(text.utf8), lastLine: .mustEnd),
        let rightTable = try? CSVTable(reading: Array(right.utf8), lastLine: .mayEndWithText)
    else {
        Issue.record("an answer is no table")
        return
    }
    let columns = rightTable.columns.filter { !["Item name", "Name", "Requested delivery date"].contains($0) }
    func rows(_ table: CSVTable) -> [[String]] {
        // How a line ends inside of a cell differs among the recordings.
        table.rows.map { row in columns.map { (row[$0] ?? "no column \($0)").replacing("\r\n", with: "\n") } }
            .sorted { $0.lexicographicallyPrecedes($1) }
    }
    #expect(rows(table) == rows(rightTable))
}
