// What a server can do, from a WSDL of our own making.
import Foundation
import Outbound
import Testing

@testable import Peoplevox

private func wsdl(_ extra: String) -> FakePartner.Answer {
    let text = """
        <w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/"><w:types><x:schema xmlns:x="http://www.w3.org/2001/XMLSchema">
        <x:element name="Authenticate"><x:complexType><x:sequence><x:element name="clientId" type="x:string"/></x:sequence>
        </x:complexType></x:element><x:element name="SubscribeEvent"><x:complexType><x:sequence>
        <x:element name="eventType"/>\(extra)</x:sequence></x:complexType></x:element><x:element name="SubscribePostEvent">
        <x:complexType><x:sequence><x:element name="postUrl"/>\(extra)</x:sequence></x:complexType></x:element>
        <x:simpleType name="SubscriptionEventTypes"><x:restriction base="x:string"><x:enumeration value="Returns"/>
        <x:enumeration value="SomethingNew"/></x:restriction></x:simpleType></x:schema></w:types></w:definitions>
        """
    return .success(OutboundReply(status: 200, body: [0xEF, 0xBB, 0xBF] + Array(text.utf8)))
}

struct ServiceDescriptionTests {
    @Test(arguments: [("", false), ("<x:element name='encodeParameterData'/>", true)])
    func aServerSaysWhatItCanDo(extra: String, asks: Bool) throws {
        let partner = FakePartner(["": [wsdl(extra)]])
        let described = try makeClient(partner).describe(.catalogue, Cancellation())
        #expect(described.operations["Authenticate"] == ["clientId"])
        #expect(described.eventTypes == ["Returns", "SomethingNew"])
        #expect(described.events == [.returns])
        #expect(described.asksForEncoding == asks)
        #expect(partner.received.map(\.url) == ["http://127.0.0.1/ulvmark/service.asmx?wsdl"])
    }

    /// Names of events may stand elsewhere, as in a schema that is imported: none is not the same as not saying which.
    @Test
    func aServerThatNamesNoEventsDoesNotLackThem() throws {
        let body = try wsdl("").get().body
        let text = String(decoding: body, as: UTF8.self).replacing("SubscriptionEventTypes", with: "Elsewhere")
        let partner = FakePartner(["": [.success(OutboundReply(status: 200, body: Array(text.utf8)))]])
        #expect(try makeClient(partner).describe(.catalogue, Cancellation()).events == nil)
    }

    static let others: [(Int, String, FailureKind)] = [
        (200, "<html/>", .configuration), (200, "", .configuration), (200, "<definitions/>", .configuration),
        (404, "", .configuration), (500, "", .transient),
    ]

    @Test(arguments: others)
    func whatIsNoSuchServiceIsAWrongAddress(status: Int, body: String, kind: FailureKind) {
        let partner = FakePartner(["": [.success(OutboundReply(status: status, body: Array(body.utf8)))]])
        #expect(
            failure { () throws(CallFailure) in try makeClient(partner).describe(.catalogue, Cancellation()) }?.kind
                == kind)
    }
}
