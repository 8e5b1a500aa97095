// A pretend Peoplevox on a desk: a clock that stands, requests written by hand and not by the product's client, answers
// taken apart by nothing but an XML reader.
import CSV
import JSON
import Outbound
import Testing
import XML

@testable import Sandbox

struct WarehouseDesk {
    static let soap = "http://schemas.xmlsoap.org/soap/envelope/"
    static let peoplevox = "http://www.peoplevox.net/"
    /// 2026-02-05 12:00:00 UTC.
    static let noon = 1_770_292_800

    let clock = SandboxClock(standingAt: Int64(WarehouseDesk.noon) * 1_000_000)
    let outbox: Outbox
    let sandbox: PeoplevoxSandbox
    var session = "00000000-desk"

    init(seed: UInt64 = 1) {
        outbox = Outbox(clock: clock, seed: seed)
        sandbox = .ulvmark(clock: clock, outbox: outbox, seed: seed)
        _ = try? sandbox.act("adopt-session", .object(["session": .string(session)]))
        sandbox.withSwitches { $0.requestsPerWindow = 0 }
    }

    struct Answer: Equatable {
        var responseId = 0
        var totalCount = 0
        var detail: String?
        var statuses: [String] = []
        var names: [String] = []

        var table: CSVTable? {
            try? CSVTable(reading: Array((detail ?? "").utf8), lastLine: .mustEnd)
        }

        func column(_ name: String) -> [String] { table?.rows.compactMap { $0[name] } ?? [] }
    }

    // MARK: - Asking

    func call(_ operation: String, _ body: String) throws -> Answer {
        let reply = try #require(send(operation, envelope(operation, body)))
        try #require(reply.status == 200)
        return try answer(operation, reply.body)
    }

    func envelope(_ operation: String, _ body: String) -> String {
        """
        <s:Envelope xmlns:s="\(WarehouseDesk.soap)"><s:Header><UserSessionCredentials xmlns="\(WarehouseDesk.peoplevox)">\
        <UserId>0</UserId><ClientId>ulvmark</ClientId><SessionId>\(session)</SessionId></UserSessionCredentials>\
        </s:Header><s:Body><\(operation) xmlns="\(WarehouseDesk.peoplevox)">\(body)</\(operation)></s:Body></s:Envelope>
        """
    }

    /// Nil when there is no answer.
    func send(_ operation: String, _ document: String) -> OutboundReply? {
        let request = OutboundRequest(
            .post, "http://127.0.0.1:1/Ulvmark/Resources/IntegrationServicev4.asmx",
            fields: [
                ("Content-Type", "text/xml; charset=utf-8"),
                ("SOAPAction", "\"\(WarehouseDesk.peoplevox)\(operation)\""),
            ],
            body: Array(document.utf8), limits: OutboundRequest.Limits(timeout: 1_000))
        return switch sandbox.answer(request) {
        case .reply(let reply), .late(let reply, _): reply
        case .never: nil
        }
    }

    private func answer(_ operation: String, _ document: [UInt8]) throws -> Answer {
        func name(_ local: String) -> XMLElement.Name { .init(WarehouseDesk.peoplevox, local) }
        let body = try #require(try XMLElement(document)[.init(WarehouseDesk.soap, "Body")])
        let result = try #require(body[name("\(operation)Response")]?[name("\(operation)Result")])
        return Answer(
            responseId: try #require(result[name("ResponseId")].flatMap { Int($0.text) }),
            totalCount: try #require(result[name("TotalCount")].flatMap { Int($0.text) }),
            detail: result[name("Detail")]?.text,
            statuses: result[name("Statuses")]?.children.map { status in
                "\(status[name("Reference")]?.text ?? "") \(status[name("Status")]?.text ?? "")"
            } ?? [], names: result.children.map(\.name.local))
    }

    // MARK: - What is asked for most

    func save(_ template: String, _ csv: String, action: Int = 0) throws -> Answer {
        let body =
            "<TemplateName>\(template)</TemplateName><CsvData>\(escaped(csv))</CsvData><Action>\(action)</Action>"
        return try call("SaveData", "<saveRequest>\(body)</saveRequest>")
    }

    func data(_ template: String, _ clause: String = "", page: Int = 1, size: Int = 100) throws -> Answer {
        try call("GetData", "<getRequest>\(reading(template, clause, page, size))</getRequest>")
    }

    func report(
        _ name: String, _ clause: String = "", page: Int = 1, size: Int = 100, order: String = "", columns: String = ""
    ) throws -> Answer {
        let more = "<OrderBy>\(order)</OrderBy><Columns>\(columns)</Columns>"
        return try call(
            "GetReportData", "<getReportRequest>\(reading(name, clause, page, size))\(more)</getReportRequest>")
    }

    private func reading(_ name: String, _ clause: String, _ page: Int, _ size: Int) -> String {
        "<TemplateName>\(name)</TemplateName><PageNo>\(page)</PageNo><ItemsPerPage>\(size)</ItemsPerPage>"
            + "<SearchClause>\(escaped(clause))</SearchClause>"
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    // MARK: - Looking

    func status(_ order: String) throws -> String {
        let answer = try data("Sales orders", "SalesOrderNumber.Equals(\"\(order)\")")
        return answer.column("Status").first ?? "none"
    }

    /// "on hand/allocated/available"
    func stock(_ itemCode: String) throws -> String {
        let clause = "[Item code].Equals(\"\(itemCode)\") AND [Site reference].Equals(\"PrimarySite\")"
        let answer = try report("Item inventory summary", clause)
        return ["On hand", "Allocated", "Available"].map { answer.column($0).first ?? "?" }.joined(separator: "/")
    }

    /// What went to subscribers since the last time: "GET url" or "POST url body".
    func callbacks() -> [String] {
        let attempts = outbox.takeDue()
        for attempt in attempts { outbox.settle(attempt, isDelivered: true) }
        return attempts.map { attempt in
            let body = String(decoding: attempt.request.body, as: UTF8.self)
            return "\(attempt.request.method.rawValue) \(attempt.request.url)" + (body.isEmpty ? "" : " \(body)")
        }
    }

    /// An order with these lines, allocated as far as stock goes.
    func order(_ number: String, _ lines: [(String, Int)]) throws {
        _ = try save("Sales orders", "SalesOrderNumber,CustomerPurchaseOrderReferenceNumber\n\(number),1\n")
        let rows = lines.enumerated().map { "\(number),\($0.element.0),\($0.element.1),\($0.offset + 1)\n" }.joined()
        _ = try save("Sales order items", "SalesOrderNumber,ItemCode,QuantityOrdered,Line\n" + rows)
    }
}
