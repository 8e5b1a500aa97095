// Requests have to be as the WSDL wants them: each row is one way to be wrong, and what the server makes of it.
import Outbound
import Testing

@testable import Sandbox

private struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let operation: String
    let body: String
    /// The HTTP status in strict mode, and where it is lenient.
    var strict = 500
    var lenient = 500
    var violations = 0
    var isNewer = false

    var testDescription: String { name }
}

private let name = "<TemplateName>Sites</TemplateName>"
private let page = "<PageNo>1</PageNo><ItemsPerPage>9</ItemsPerPage>"

private let cases = [
    Case(
        name: "right", operation: "GetData", body: "<getRequest>\(name)\(page)</getRequest>", strict: 200, lenient: 200),
    Case(
        name: "out of order", operation: "GetData", body: "<getRequest>\(page)\(name)</getRequest>", lenient: 200,
        violations: 1),
    Case(
        name: "twice", operation: "GetData", body: "<getRequest>\(name)\(name)\(page)</getRequest>", lenient: 200,
        violations: 1),
    Case(
        name: "lacking", operation: "GetData", body: "<getRequest>\(name)<PageNo>1</PageNo></getRequest>", lenient: 200,
        violations: 1),
    Case(
        name: "a stranger", operation: "GetData", body: "<getRequest>\(name)\(page)<Colour/></getRequest>",
        lenient: 200,
        violations: 1),
    Case(
        name: "another case", operation: "GetData",
        body: "<getRequest><templateName>Sites</templateName>\(page)</getRequest>",
        lenient: 200, violations: 1),
    Case(
        name: "another namespace", operation: "GetData",
        body: "<getRequest xmlns=\"urn:x\">\(name)\(page)</getRequest>", lenient: 200, violations: 1),
    Case(
        name: "no number", operation: "GetData",
        body: "<getRequest>\(name)<PageNo>one</PageNo><ItemsPerPage>9</ItemsPerPage></getRequest>"),
    Case(
        name: "a number beyond 32 bit", operation: "GetData",
        body: "<getRequest>\(name)<PageNo>1</PageNo><ItemsPerPage>2147483648</ItemsPerPage></getRequest>"),
    Case(name: "unknown operation", operation: "ListSubscriptions", body: ""),
    Case(name: "unknown event", operation: "SubscribeEvent", body: "<eventType>PickFaulty</eventType>"),
    Case(
        name: "a newer event on an older server", operation: "SubscribeEvent",
        body: "<eventType>DespatchPackageDespatched</eventType><callbackUrl>http://x/</callbackUrl>"),
    Case(
        name: "a newer event", operation: "SubscribeEvent",
        body: "<eventType>DespatchPackageDespatched</eventType><callbackUrl>http://x/</callbackUrl>", strict: 200,
        lenient: 200, isNewer: true),
    Case(
        name: "a newer parameter on an older server", operation: "SubscribeEvent",
        body:
            "<eventType>Returns</eventType><callbackUrl>http://x/</callbackUrl><encodeParameterData>true</encodeParameterData>",
        lenient: 200, violations: 1),
    Case(
        name: "a newer parameter", operation: "SubscribeEvent",
        body:
            "<eventType>Returns</eventType><callbackUrl>http://x/</callbackUrl><encodeParameterData>true</encodeParameterData>",
        strict: 200, lenient: 200, isNewer: true),
    Case(
        name: "an element around the id", operation: "UnsubscribeEvent",
        body: "<UnsubscribeEvent><subscriptionId>1</subscriptionId></UnsubscribeEvent>", lenient: 200, violations: 2),
    Case(name: "not closed", operation: "GetData", body: "<getRequest>"),
]

@Test(arguments: cases)
private func theEnvelopeIsChecked(_ example: Case) throws {
    for (isStrict, status) in [(true, example.strict), (false, example.lenient)] {
        let desk = WarehouseDesk()
        try desk.set(["isStrict": .bool(isStrict), "isNewer": .bool(example.isNewer)])
        let reply = try #require(desk.send(example.operation, desk.envelope(example.operation, example.body)))
        #expect(reply.status == status)
        let counters = desk.sandbox.counters()
        #expect(counters["violations"]?.integer == (isStrict ? 0 : example.violations))
        #expect(counters["faults"]?.integer == (status == 500 ? 1 : 0))
    }
}

private struct DoorCase: Sendable, CustomTestStringConvertible {
    let name: String
    var url = "http://127.0.0.1/ulvmark/resources/integrationservicev4.asmx"
    var type: String? = "text/xml; charset=utf-8"
    var action: String? = "\"http://www.peoplevox.net/GetSaveTemplate\""
    let status: Int

    var testDescription: String { name }
}

private let doors = [
    DoorCase(name: "right", status: 200),
    DoorCase(name: "any case", url: "http://h/ULVMARK/Resources/IntegrationServiceV4.asmx", status: 200),
    DoorCase(name: "an action without quotes", action: "http://www.peoplevox.net/GetSaveTemplate", status: 200),
    DoorCase(name: "another client", url: "http://h/other/resources/integrationservicev4.asmx", status: 404),
    DoorCase(name: "another action", action: "\"http://www.peoplevox.net/GetData\"", status: 500),
    DoorCase(name: "no action", action: nil, status: 500),
    DoorCase(name: "JSON", type: "application/json", status: 415),
    DoorCase(name: "no type", type: nil, status: 415),
]

@Test(arguments: doors)
private func theDoorIsChecked(_ example: DoorCase) {
    let desk = WarehouseDesk()
    var request = OutboundRequest(.post, example.url, limits: OutboundRequest.Limits(timeout: 1))
    if let type = example.type { request.fields.append(("Content-Type", type)) }
    if let action = example.action { request.fields.append(("soapaction", action)) }
    request.body = Array(desk.envelope("GetSaveTemplate", "<templateName>Sites</templateName>").utf8)
    guard case .reply(let reply) = desk.sandbox.answer(request) else {
        Issue.record("there is no answer")
        return
    }
    #expect(reply.status == example.status)
}

@Test
func aDocumentTypeIsRefused() throws {
    let desk = WarehouseDesk()
    let document = "<!DOCTYPE a [<!ENTITY b \"c\">]>" + desk.envelope("GetSaveTemplate", "")
    #expect(try #require(desk.send("GetSaveTemplate", document)).status == 500)
}

/// Whatever is done to good requests, there is an answer, and it is one of the service's.
@Test(arguments: UInt64(1)...4)
func anyOctetsAreAnswered(seed: UInt64) throws {
    let desk = WarehouseDesk(seed: seed)
    try desk.set(["isStrict": .bool(seed.isMultiple(of: 2)), "wholeTableRows": .integer(0)])
    var chance = SeededChance(seed: seed)
    let good = [
        (
            "SaveData",
            "<saveRequest><TemplateName>Sales order items</TemplateName><CsvData>\(lines)</CsvData>"
                + "<Action>0</Action></saveRequest>"
        ),
        (
            "GetReportData",
            "<getReportRequest><TemplateName>Despatch summary</TemplateName>\(page)"
                + "<SearchClause>([Line] = \"1\") AND [Despatch date] &gt;= DateTime(2026,02,01)</SearchClause>"
                + "<OrderBy>[Line] desc</OrderBy><Columns>[Line],[Item code]</Columns></getReportRequest>"
        ),
    ].map { ($0.0, Array(desk.envelope($0.0, $0.1).utf8)) }
    let odd = Array("\"',;<>&[]()!=-0123456789\r\n\t {}".utf8)
    for _ in 0..<1_500 {
        var (operation, octets) = good[chance.number(upTo: 1)]
        for _ in 0...chance.number(upTo: 2) {
            let place = chance.number(upTo: octets.count - 1)
            switch chance.number(upTo: 2) {
            case 0: octets[place] = odd[chance.number(upTo: odd.count - 1)]
            case 1: octets.insert(odd[chance.number(upTo: odd.count - 1)], at: place)
            default: octets.removeSubrange(place..<min(octets.count, place + 1 + chance.number(upTo: 8)))
            }
        }
        let status = try #require(desk.send(operation, String(decoding: octets, as: UTF8.self))).status
        #expect([200, 500].contains(status))
    }
}

private let lines =
    "SalesOrderNumber,ItemCode,QuantityOrdered,Line\nC-10007,UM1001REDL,2,1\nC-10007,\"UM2040BLKOS\",1,2\n"
