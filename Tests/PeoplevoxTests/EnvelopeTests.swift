// Everything that can be sent, octet for octet. `Tests/Contract/test_soap_envelopes.py` holds the same files against the
// WSDL. When an envelope is meant to change: LOCKSTEP_RECORD=1 swift test --filter EnvelopeTests
import Foundation
import Outbound
import Testing
import XML

@testable import Peoplevox

struct SentEnvelope: Sendable, CustomTestStringConvertible {
    let name: String
    let request: SOAPRequest
    var testDescription: String { name }

    static let session = SessionID("7f0c6a0e-2d8b-4f4e-9d3a-1b1f0f1d2c3b")

    init(_ name: String, _ request: SOAPRequest) {
        self.name = name
        self.request = request
    }

    var octets: [UInt8] {
        if case .authenticate = request { return Envelope.octets(request, clientID: "ulvmark", session: nil) }
        return Envelope.octets(request, clientID: "ulvmark", session: SentEnvelope.session)
    }

    static let token =
        "https://bridge.example.com/v1/ulvmark/peoplevox/AvailabilityChanges/3f9c5a7e1b2d4c6f8a0e9d7c5b3a1f2e"

    static let all = [
        SentEnvelope("authenticate", .authenticate(credentials)),
        SentEnvelope(
            "authenticate-plain",
            .authenticate(
                PeoplevoxCredentials(
                    clientID: "ulvmark", username: "centra-bridge", password: Password("p<a>&\"s's å€"),
                    passwordMode: .plain))),
        SentEnvelope("get-data", .getData(DataQuery("Item types", page: 3, rows: 500))),
        SentEnvelope(
            "get-data-clause",
            .getData(
                DataQuery(
                    "Sales orders", rows: 100,
                    clause: #"SalesOrderNumber.Equals("C-10001") OR SalesOrderNumber.Equals("C-10002")"#))),
        SentEnvelope(
            "get-report-data", .getReportData(DataQuery("Item inventory summary", rows: 1_000), report: ReportQuery())),
        SentEnvelope(
            "get-report-data-ordered",
            .getReportData(
                DataQuery("Despatch summary", rows: 500, clause: "[Despatch date] >= DateTime(2026,02,02,00,00,00)"),
                report: ReportQuery(orderBy: "[Despatch number] asc", columns: ["Despatch number", "No of items"]))),
        SentEnvelope("get-report-columns", .getReportColumns("Despatch summary")),
        SentEnvelope("get-save-template", .getSaveTemplate("Sales orders")),
        SentEnvelope(
            "save-data",
            .saveData(
                template: "Sales orders",
                csv: "SalesOrderNumber,ContactName,ShippingAddressLine1\nC-10001,Åsa & <Co>,\"Storgatan 1, 2 tr\"\n",
                .save)),
        SentEnvelope(
            "save-data-do-not-allocate",
            .saveData(template: "Sales orders", csv: "SalesOrderNumber\nC-10001\n", .doNotAllocate)),
        SentEnvelope(
            "subscribe-event",
            .subscribeEvent(
                Subscribing(
                    .availabilityChanges, url: token + "?item={ItemCode}&qty={Available}", encodesParameters: nil))
        ),
        SentEnvelope(
            "subscribe-event-newer",
            .subscribeEvent(
                Subscribing(.despatchPackageDespatched, url: token + "?item={ItemCode}", encodesParameters: true))),
        SentEnvelope(
            "subscribe-post-event",
            .subscribePostEvent(
                Subscribing(.returns, url: token, encodesParameters: nil),
                parameters: "return={ReturnCode}&item={ItemCode}")
        ),
        SentEnvelope(
            "subscribe-post-event-newer",
            .subscribePostEvent(
                Subscribing(.availabilityChanges, url: token, encodesParameters: false),
                parameters: "item={ItemCode}&available={Available}")),
        SentEnvelope("unsubscribe-event", .unsubscribeEvent(1060)),
    ]
}

struct EnvelopeTests {
    @Test(arguments: SentEnvelope.all)
    func anEnvelopeIsWhatWasRecorded(_ sent: SentEnvelope) throws {
        let file = Fixture.folder.appending(path: "envelopes/\(sent.name).xml")
        if ProcessInfo.processInfo.environment["LOCKSTEP_RECORD"] != nil { try Data(sent.octets).write(to: file) }
        #expect(
            String(decoding: sent.octets, as: UTF8.self) == String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }

    @Test
    func everyOperationIsRecorded() {
        let operations = Set(SentEnvelope.all.map(\.request.operation))
        #expect(operations.count == 9)
        #expect(operations == Set(RecordedPair.all.map(\.operation)))
    }

    /// Requests that were written down independently of this program.
    static let recorded: [(String, SOAPRequest)] = [
        ("authenticate-ok", .authenticate(credentials)),
        ("get-data-item-types-page-1", .getData(DataQuery("Item types", rows: 5))),
        (
            "get-report-data-despatch",
            .getReportData(
                DataQuery(
                    "Despatch summary", rows: 500,
                    clause:
                        #"([Site reference].Equals("PrimarySite")) AND [Despatch date] >= DateTime(2026,02,02,00,00,00)"#
                ),
                report: ReportQuery(orderBy: "[Despatch number] asc"))
        ),
        ("get-report-columns", .getReportColumns("Despatch summary")),
        ("get-save-template-item-types", .getSaveTemplate("Item types")),
        (
            "save-data-cancel-ok",
            .saveData(template: "Sales orders", csv: "SalesOrderNumber,Status\nC-10008,Cancelled", .save)
        ),
        (
            "subscribe-post-event-newer",
            .subscribePostEvent(
                Subscribing(
                    .availabilityChanges,
                    url: "https://bridge.example.com/pvx/e/AvailabilityChanges/3f9c5a7e1b2d4c6f8a0e9d7c5b3a1f2e",
                    encodesParameters: true), parameters: "item={ItemCode}&available={Available}")
        ), ("unsubscribe-event", .unsubscribeEvent(1060)),
    ]

    @Test(arguments: recorded)
    func anEnvelopeIsWhatAnybodyWouldSend(name: String, request: SOAPRequest) throws {
        let theirs = try XMLElement(try Fixture.octets("soap/\(name).request.xml"))
        let ours = try XMLElement(SentEnvelope("", request).octets)
        #expect(withoutLayout(ours) == withoutLayout(theirs))
    }

    /// White space between elements is nobody's.
    private func withoutLayout(_ element: XMLElement) -> XMLElement {
        XMLElement(
            element.name, attributes: element.attributes, children: element.children.map(withoutLayout),
            text: element.children.isEmpty ? element.text : "")
    }

    @Test
    func theActionIsQuotedAndTheTypeIsXML() {
        let request = OutboundRequest(
            .getSaveTemplate("a"), to: "https://b/", clientID: "c", session: SentEnvelope.session, timeout: 7)
        #expect(request.fields.map(\.name) == ["Content-Type", "SOAPAction"])
        #expect(
            request.fields.map(\.value) == ["text/xml; charset=utf-8", "\"http://www.peoplevox.net/GetSaveTemplate\""])
        #expect(request.limits.timeout == 7)
    }

    @Test
    func nothingSecretIsPrinted() {
        let secret = "fixture-password"
        let session = "7f0c6a0e"
        let request = OutboundRequest(
            .authenticate(credentials), to: "https://b/", clientID: "c", session: SentEnvelope.session, timeout: 7)
        let settings = PeoplevoxSettings(address: "https://b/", credentials: credentials)
        for value in [
            credentials, credentials.password, SentEnvelope.session, request, settings,
            SentEnvelope.all[0].request, SentEnvelope.all[8].request,
            Session(number: 1, id: SentEnvelope.session),
        ] as [Any] {
            var dumped = "\(value) \(String(reflecting: value)) "
            dump(value, to: &dumped)
            #expect(!dumped.contains(secret) && !dumped.contains(session) && !dumped.contains("Storgatan"))
            #expect(!dumped.contains(Base64.encode(Array(secret.utf8))))
        }
    }

    static let base64: [(String, String)] = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy"),
        ("\u{FF}\u{3FF}ÿ?>", "w7/Pv8O/Pz4="),
    ]

    /// RFC 4648, section 10, and the alphabet's end.
    @Test(arguments: base64)
    func base64IsAsWritten(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Data(text.utf8).base64EncodedString() == encoded)
    }
}
