// SOAP 1.1 around a request, and its HTTP fields.
import Outbound
import XML

/// How long Peoplevox may take, in milliseconds: it can be very slow, and a save that was given up on is one whose
/// outcome nobody knows. (peoplevox.md, section 1.6.)
package struct PeoplevoxTimeouts: Sendable, Equatable {
    package var login = 60_000
    package var read = 120_000
    package var save = 300_000

    package init() {}
}

enum Envelope {
    static let soap = "http://schemas.xmlsoap.org/soap/envelope/"
    static let service = "http://www.peoplevox.net/"

    /// - Parameter session: nil for a login.
    static func octets(_ request: SOAPRequest, clientID: String, session: SessionID?) -> [UInt8] {
        var xml = XMLWriter()
        xml.element("soap:Envelope", ["xmlns:soap": soap]) { xml in
            if let session { xml.element("soap:Header") { header(clientID, session, into: &$0) } }
            xml.element("soap:Body") { xml in
                xml.element(request.operation, ["xmlns": service]) { request.write(into: &$0) }
            }
        }
        return xml.octets
    }

    private static func header(_ clientID: String, _ session: SessionID, into xml: inout XMLWriter) {
        xml.element("UserSessionCredentials", ["xmlns": service]) { xml in
            xml.element("UserId", "0")
            xml.element("ClientId", clientID)
            xml.element("SessionId", session.reveal())
        }
    }
}

extension OutboundRequest {
    init(_ request: SOAPRequest, to address: String, clientID: String, session: SessionID?, timeout: Int) {
        self.init(
            .post, address,
            fields: [
                ("Content-Type", "text/xml; charset=utf-8"),
                // RFC-style quotes are part of SOAP 1.1's field (section 6.1.1).
                ("SOAPAction", "\"\(Envelope.service)\(request.operation)\""),
            ],
            body: Envelope.octets(request, clientID: clientID, session: session), limits: Limits(timeout: timeout))
    }
}
