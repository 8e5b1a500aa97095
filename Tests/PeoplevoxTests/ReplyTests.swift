// Every recorded reply is decoded, or classified, as its index says; and so are those that nobody recorded.
import Foundation
import Outbound
import Testing

@testable import Peoplevox

struct RecordedPair: Decodable, Sendable, CustomTestStringConvertible {
    let name, operation, soapAction: String
    let request, response: String
    let httpStatus: Int
    let outcome: String
    var testDescription: String { name }

    static let all: [RecordedPair] = {
        struct Index: Decodable { let pairs: [RecordedPair] }
        let file = Fixture.folder.appending(path: "soap/index.json")
        return (try? JSONDecoder().decode(Index.self, from: Data(contentsOf: file)))?.pairs ?? []
    }()

    func reply() throws -> OutboundReply {
        OutboundReply(status: httpStatus, body: try Fixture.octets("soap/\(response)"))
    }
}

/// One request of each operation; what it asks for does not matter to its reply.
private let requests: [String: SOAPRequest] = [
    "Authenticate": .authenticate(credentials),
    "GetData": .getData(DataQuery("Sales orders", rows: 10)),
    "GetReportData": .getReportData(DataQuery("Despatch summary", rows: 10), report: ReportQuery()),
    "GetReportColumns": .getReportColumns("Despatch summary"), "GetSaveTemplate": .getSaveTemplate("Sales orders"),
    "SaveData": .saveData(template: "Sales orders", csv: "SalesOrderNumber\nC-1\n", .save),
    "SubscribeEvent": .subscribeEvent(Subscribing(.returns, url: "https://a/", encodesParameters: nil)),
    "SubscribePostEvent": .subscribePostEvent(
        Subscribing(.returns, url: "https://a/", encodesParameters: nil), parameters: ""),
    "UnsubscribeEvent": .unsubscribeEvent(1),
]

/// What an operation makes of a reply, without saying what.
private func read(_ reply: OutboundReply, _ request: SOAPRequest) -> Result<ServiceReply, CallFailure> {
    let ask = Ask(request.operation, .sweep, isWrite: request.isWrite)
    return ServiceReply.read(reply, to: request, ask).flatMap { reply in
        func checked<Value>(_ operation: PeoplevoxOperation<Value>) -> Result<ServiceReply, CallFailure> {
            operation.read(reply).map { _ in reply }
        }
        if reply.refusesSession(isNew: false), request.operation != "Authenticate" { return .success(reply) }
        return switch request {
        case .authenticate(let credentials):
            PeoplevoxOperation.authenticate(credentials).read(reply).flatMap { answer in
                if case .refused(let failure) = answer { .failure(failure) } else { .success(reply) }
            }
        case .getData(let query): checked(.data(query))
        case .getReportData(let query, let report): checked(.report(query, report))
        case .getReportColumns(let name): checked(.reportColumns(name))
        case .getSaveTemplate(let name): checked(.templateColumns(name))
        case .subscribeEvent(let subscribing): checked(.subscribe(subscribing))
        case .subscribePostEvent(let subscribing, let parameters):
            checked(.subscribe(subscribing, parameters: parameters))
        case .unsubscribeEvent(let id): checked(.unsubscribe(id))
        case .saveData: .success(reply)
        }
    }
}

private func reply(_ body: String, status: Int = 200) -> OutboundReply {
    OutboundReply(status: status, body: Array(body.utf8))
}

struct ReplyTests {
    @Test
    func theRecordedPairsAreThere() {
        #expect(RecordedPair.all.count == 52)
    }

    @Test(arguments: RecordedPair.all)
    func everyRecordedReplyIsWhatItsIndexSays(_ pair: RecordedPair) throws {
        let request = try #require(requests[pair.operation])
        #expect(pair.soapAction == "\"\(Envelope.service)\(request.operation)\"")
        let isSave = pair.operation == "SaveData"
        let kind: FailureKind?
        switch read(try pair.reply(), request) {
        case .success(let reply):
            kind = nil
            #expect(reply.refusesSession(isNew: false) == (pair.outcome == "session"))
            #expect(reply.isSuccess == ["ok", "ok-but-verify", "incomplete"].contains(pair.outcome))
            #expect((!reply.isSuccess && reply.totalCount > 0) == (pair.outcome == "partial"))
        case .failure(let failure): kind = failure.kind
        }
        let expected: FailureKind? =
            switch pair.outcome {
            case "ok", "ok-but-verify", "incomplete", "partial", "session": nil
            case "auth-failed": .configuration
            case "business-failure": isSave ? nil : .permanent
            case "fault": pair.name == "soap-fault" ? .transient : .permanent
            case "transport": isSave ? .ambiguous : .transient
            default: .cancelled
            }
        #expect(kind == expected)
    }

    static let bodies: [(String, Int, String, FailureKind, FailureKind)] = [
        ("", 200, "empty", .transient, .ambiguous),
        ("  <!DOCTYPE HTML><p>", 200, "web page", .transient, .ambiguous),
        ("<html></html>", 200, "web page", .transient, .ambiguous),
        ("{}", 200, "no XML", .transient, .ambiguous),
        ("<a/>", 200, "no GetDataResult", .transient, .ambiguous),
        ("", 302, "302", .configuration, .ambiguous), ("", 401, "401", .configuration, .configuration),
        ("", 404, "404", .configuration, .configuration), ("", 400, "400", .permanent, .permanent),
        ("", 500, "500", .transient, .ambiguous), ("<html/>", 502, "502", .transient, .ambiguous),
        ("", 503, "503", .transient, .ambiguous), ("", 408, "408", .transient, .transient),
    ]

    @Test(arguments: bodies)
    func whatIsNoAnswerIsNone(body: String, status: Int, says: String, read: FailureKind, write: FailureKind) {
        let request = SOAPRequest.getData(DataQuery("Sales orders", rows: 1))
        for (isWrite, expected) in [(false, read), (true, write)] {
            let ask = Ask("GetData", .sweep, isWrite: isWrite)
            let result = ServiceReply.read(reply(body, status: status), to: request, ask)
            #expect(failure { () throws(CallFailure) in try result.get() }?.kind == expected)
            #expect(failure { () throws(CallFailure) in try result.get() }?.text.contains(says) == true)
        }
    }

    /// A result is found by its namespace, whatever else is there, and each number must be one.
    static let results: [(String, Bool)] = [
        ("<ResponseId> 0 </ResponseId><TotalCount>0</TotalCount>", true),
        (
            "<New/><ResponseId>0</ResponseId><x:ResponseId xmlns:x='urn:1'>7</x:ResponseId><TotalCount>0</TotalCount>",
            true
        ),
        ("<TotalCount>0</TotalCount><ResponseId>0</ResponseId>", true),
        ("<ResponseId>0</ResponseId>", false), ("<TotalCount>0</TotalCount>", false),
        ("<ResponseId>none</ResponseId><TotalCount>0</TotalCount>", false),
        ("<ResponseId>0</ResponseId><TotalCount>-1</TotalCount>", false),
        ("<ResponseId>0</ResponseId><TotalCount>99999999999</TotalCount>", false),
        ("<x:ResponseId xmlns:x='urn:1'>0</x:ResponseId><TotalCount>0</TotalCount>", false),
    ]

    @Test(arguments: results)
    func aResultHasItsTwoNumbers(content: String, isOne: Bool) {
        let document =
            "<e:Envelope xmlns:e='\(Envelope.soap)'><e:Body><GetDataResponse xmlns='\(Envelope.service)'>"
            + "<GetDataResult>\(content)</GetDataResult></GetDataResponse></e:Body></e:Envelope>"
        let request = SOAPRequest.getData(DataQuery("Sales orders", rows: 1))
        let result = ServiceReply.read(reply(document), to: request, .read("GetData", .sweep))
        #expect(((try? result.get()) != nil) == isOne)
    }

    @Test
    func statusesAreAListAndMayBeNil() throws {
        let document =
            "<e:Envelope xmlns:e='\(Envelope.soap)' xmlns:i='http://www.w3.org/2001/XMLSchema-instance'><e:Body>"
            + "<SaveDataResponse xmlns='\(Envelope.service)'><SaveDataResult><ResponseId>-1</ResponseId>"
            + "<TotalCount>1</TotalCount><Statuses><IntegrationStatusResponse i:nil='true'/>"
            + "<IntegrationStatusResponse><Status>Success</Status></IntegrationStatusResponse>"
            + "<IntegrationStatusResponse><Reference> a </Reference><Status>Later</Status><Why/>"
            + "</IntegrationStatusResponse></Statuses><ErrorCode/></SaveDataResult></SaveDataResponse></e:Body></e:Envelope>"
        let request = SOAPRequest.saveData(template: "Sales orders", csv: "", .save)
        let read = try ServiceReply.read(reply(document), to: request, .write("SaveData", .orderExport)).get()
        #expect(
            read.statuses == [
                ServiceReply.RowStatus(reference: nil, isSuccess: true),
                ServiceReply.RowStatus(reference: "a", isSuccess: nil),
            ])
    }

    /// Whether the first session was refused, and whether one that was opened because of that was.
    static let sessions: [(Int, Int, String, [(String, Bool)], Bool, Bool)] = [
        (-1, 0, "System : Security - Invalid Session", [], true, true), (-1, 0, "SESSION EXPIRED", [], true, true),
        (-1, 0, "The session has expired", [], true, true), (-1, 0, "INVALID SESSION", [], true, true),
        (-1, 0, "No session", [], true, false), (-1, 0, "Item Session Tee is unknown", [], true, false),
        (0, 0, "Session", [], false, false), (-1, 0, "Security", [], false, false),
        (-1, 1, "Row 2: Session Tee is unknown", [], false, false),
        (-1, 0, "Row 1: Session Tee is unknown", [("Session Tee", false)], false, false),
    ]

    @Test(arguments: sessions)
    func aSessionIsRefusedInWordsAlone(
        id: Int, total: Int, detail: String, statuses: [(String, Bool)], refuses: Bool, refusesNew: Bool
    ) throws {
        let answer = try soapReply("GetData", id: id, total: total, detail, statuses: statuses).get()
        let request = SOAPRequest.getData(DataQuery("Sales orders", rows: 1))
        let read = try ServiceReply.read(answer, to: request, .read("GetData", .sweep)).get()
        #expect(read.refusesSession(isNew: false) == refuses)
        #expect(read.refusesSession(isNew: true) == refusesNew)
    }

    static let texts: [(String, String)] = [
        ("System : Security - Session Expired", "system : security - session expired"),
        ("Row 12: Barcode 2000000003030 is already in use.", "row 99: barcode 9999999999999 is already in use."),
        ("Customer Åsa Lindström <asa@example.com> not found", "customer xxxx xxxxxxxxxx <xxx#xxxxxxx.xxx> not found"),
        (
            "Column StopShip is not configured for template Sales orders.",
            "column stopship is not configured for template sales orders."
        ),
        (String(repeating: "Berg ", count: 1_000), String(repeating: "xxxx ", count: 60)),
    ]

    @Test(arguments: texts)
    func aPartnersTextShowsOnlyItsOwnWords(text: String, masked: String) {
        let text = PartnerText(text)
        #expect(text.masked == masked)
        #expect("\(text)" == masked)
        #expect(String(reflecting: text) == masked)
        var dumped = ""
        dump(text, to: &dumped)
        #expect(!dumped.contains("Lindström") && !dumped.contains("2000000003030"))
    }
}
