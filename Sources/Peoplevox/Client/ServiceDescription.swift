// What a tenant's server can do, as its own WSDL says: newer ones know more operations, more events and more questions, and
// an event type that a server does not know ends in a fault. (peoplevox.md, section 10, item 25.)
package import Outbound
import XML

package struct ServiceDescription: Sendable, Equatable {
    /// Names of elements that are requests, such as `GetData`, and the names of the elements in each.
    package let operations: [String: [String]]
    /// All event types, also such as we do not know.
    package let eventTypes: [String]

    /// Nil when it names no type at all: then it does not say which ones there are.
    package var events: Set<CallbackEvent>? {
        eventTypes.isEmpty ? nil : Set(eventTypes.compactMap(CallbackEvent.init))
    }

    /// Whether the subscribing operations ask if inserted values are to be encoded.
    package var asksForEncoding: Bool {
        ["SubscribeEvent", "SubscribePostEvent"].allSatisfy { operations[$0]?.contains("encodeParameterData") == true }
    }

    /// Nil when the document describes no such service.
    init?(_ wsdl: XMLElement) {
        guard wsdl.name.local == "definitions" else { return nil }
        let schemas = wsdl.children.filter { $0.name.local == "types" }.flatMap(\.children)
        let parts = schemas.flatMap(\.children)
        let requests = parts.filter { $0.name.local == "element" && !$0.children.isEmpty }
        operations = Dictionary(
            requests.compactMap { request in
                request.attribute("name").map { ($0, request.all("element").compactMap { $0.attribute("name") }) }
            }, uniquingKeysWith: { first, _ in first })
        eventTypes = parts.filter { $0.attribute("name") == "SubscriptionEventTypes" }.flatMap { $0.all("enumeration") }
            .compactMap { $0.attribute("value") }
        guard operations["Authenticate"] != nil else { return nil }
    }
}

extension XMLElement {
    fileprivate func attribute(_ local: String) -> String? { attributes[Name("", local)] }

    /// Of that local name, at any depth below.
    fileprivate func all(_ local: String) -> [XMLElement] {
        children.flatMap { ($0.name.local == local ? [$0] : []) + $0.all(local) }
    }
}

extension PeoplevoxClient {
    /// Reads the WSDL, which needs no session.
    package func describe(_ lane: Lane, _ cancellation: Cancellation) throws(CallFailure) -> ServiceDescription {
        let request = OutboundRequest(.get, wsdlAddress, limits: OutboundRequest.Limits(timeout: readTimeout))
        let ask = Ask.read("WSDL", lane)
        return try caller.call(request, ask, cancellation) { reply in
            if let refusal = reply.refusal(of: ask) { return .failure(refusal) }
            guard let document = try? XMLElement(reply.body), let description = ServiceDescription(document) else {
                return .failure(CallFailure(.configuration, "what is at the address describes no such service"))
            }
            return .success(description)
        }
    }
}
