// A SOAP 1.1 request, read as strictly as a careful server could: names, namespace, types and order as in the WSDL. The
// real one forgives more; what it would forgive is counted, and refused unless a switch says otherwise.
import XML

/// What the server answers instead of a result, with HTTP 500.
struct SOAPFault: Error, Equatable {
    var isClients = true
    let text: String
}

struct SOAPRequest {
    let operation: SOAPOperation
    /// By the element's name; elements of the inner request stand beside the others.
    var values: [String: String] = [:]
    var clientId = ""
    var sessionId: String?
    /// What is not as the WSDL wants it, and would have been let through.
    var violations: [String] = []

    func int(_ name: String) -> Int { values[name].flatMap { Int($0) } ?? 0 }
}

struct SOAPRequestReader {
    private static let envelope = "http://schemas.xmlsoap.org/soap/envelope/"
    private static let instance = "http://www.w3.org/2001/XMLSchema-instance"

    let operations: [SOAPOperation]
    let eventTypes: [String]
    let isStrict: Bool

    func read(_ document: [UInt8], action: String?) throws(SOAPFault) -> SOAPRequest {
        let root = try element(document)
        guard root.name == .init(Self.envelope, "Envelope") else { throw SOAPFault(text: "no SOAP 1.1 envelope") }
        guard let body = root.children.first(where: { $0.name == .init(Self.envelope, "Body") }),
            let call = body.children.first
        else { throw SOAPFault(text: "no body") }
        guard let operation = operations.first(where: { call.name == .init(SOAPOperation.namespace, $0.name) }) else {
            throw SOAPFault(text: "unknown operation \(call.name.local)")
        }
        var request = SOAPRequest(operation: operation)
        try check(action, of: operation, &request)
        if body.children.count > 1 { try violate("more than one element in the body", &request) }
        try readHeader(root, &request)
        try readElements(call, operation.elements, &request)
        return request
    }

    private func element(_ document: [UInt8]) throws(SOAPFault) -> XMLElement {
        do throws(XMLMistake) {
            return try XMLElement(document)
        } catch {
            throw SOAPFault(text: "Server was unable to read request. ---> \(error)")
        }
    }

    /// Quoted or not, both are in production use (peoplevox.md, 1.2).
    private func check(_ action: String?, of operation: SOAPOperation, _ request: inout SOAPRequest) throws(SOAPFault) {
        let wanted = SOAPOperation.namespace + operation.name
        guard action == wanted || action == "\"\(wanted)\"" else {
            throw SOAPFault(text: "Server did not recognize the value of HTTP Header SOAPAction: \(action ?? "").")
        }
    }

    private func readHeader(_ root: XMLElement, _ request: inout SOAPRequest) throws(SOAPFault) {
        let header = root.children.first { $0.name == .init(Self.envelope, "Header") }
        let name = XMLElement.Name(SOAPOperation.namespace, "UserSessionCredentials")
        guard request.operation.needsSession else { return }
        guard let credentials = header?.children.first(where: { $0.name == name }) else {
            return request.violations.append("no UserSessionCredentials in the header")
        }
        try readElements(credentials, SOAPOperation.credentials, &request)
        request.clientId = request.values.removeValue(forKey: "ClientId") ?? ""
        request.sessionId = request.values.removeValue(forKey: "SessionId")
    }

    /// The children in the order of `elements`, each at most once, nothing else among them.
    private func readElements(
        _ parent: XMLElement, _ elements: [SOAPElement], _ request: inout SOAPRequest
    ) throws(SOAPFault) {
        var lastPlace = -1
        for child in parent.children {
            guard child.name.namespace == SOAPOperation.namespace,
                let place = elements.firstIndex(where: { $0.name == child.name.local })
            else {
                try violate("\(child.name.local) does not belong into \(parent.name.local)", &request)
                continue
            }
            if place == lastPlace { try violate("\(child.name.local) stands twice", &request) }
            if place < lastPlace { try violate("\(child.name.local) stands out of order", &request) }
            lastPlace = max(lastPlace, place)
            try readValue(child, elements[place], &request)
        }
        for element in elements where element.isRequired {
            let isThere = parent.children.contains { $0.name == .init(SOAPOperation.namespace, element.name) }
            if !isThere { try violate("\(element.name) is lacking in \(parent.name.local)", &request) }
        }
    }

    private func readValue(
        _ child: XMLElement, _ element: SOAPElement, _ request: inout SOAPRequest
    ) throws(SOAPFault) {
        if case .complex(_, let elements) = element.kind { return try readElements(child, elements, &request) }
        if let stranger = child.children.first {
            return try violate("\(stranger.name.local) does not belong into \(element.name)", &request)
        }
        let isNil = child.attributes[.init(Self.instance, "nil")].map { ["true", "1"].contains($0) } ?? false
        if isNil, element.isNillable { return }
        guard element.kind.holds(child.text, eventTypes) else {
            throw SOAPFault(
                text: "Server was unable to read request. ---> Instance validation error in \(element.name).")
        }
        request.values[element.name] = child.text
    }

    private func violate(_ text: String, _ request: inout SOAPRequest) throws(SOAPFault) {
        if isStrict { throw SOAPFault(text: "Server was unable to read request. ---> \(text)") }
        request.violations.append(text)
    }
}

extension SOAPElement.Kind {
    fileprivate func holds(_ text: String, _ eventTypes: [String]) -> Bool {
        switch self {
        case .string: true
        case .int: Int32(text) != nil
        case .boolean: ["true", "false", "1", "0"].contains(text)
        case .eventType: eventTypes.contains(text)
        case .complex: false
        }
    }
}
