// What a reply means, before anybody asks what it was for. HTTP 200 is not success: a reply can be a page, half a
// document, a fault, or a result that says no. (peoplevox.md, sections 1.5 and 10, item 2.)
import Outbound
import XML

/// What every operation returns: `IntegrationResponse` in the WSDL. Newer servers add elements, which may be more than
/// those read here.
package struct ServiceReply: Sendable, Equatable {
    /// 0 is success. -1 is failure, or success in part.
    package let responseID: Int32
    /// Rows over all pages, or rows saved.
    package let totalCount: Int32
    /// Nil when absent, which is not the same as empty.
    package let detail: PartnerText?
    package let statuses: [RowStatus]
    /// In a queue for import, whatever its id looks like: rows may be saved later, or not.
    package let isQueued: Bool

    package var isSuccess: Bool { responseID == 0 }

    package struct RowStatus: Sendable, Equatable {
        /// A row's key, as far as it was said.
        package let reference: String?
        /// Nil for a word that nobody knows.
        package let isSuccess: Bool?
    }

    /// Expired, unknown, ended by another login: there is no code for it, and HTTP says 200. Rows that were refused are
    /// another matter, whatever words their texts hold.
    ///
    /// - Parameter isNew: opened because of such a refusal already. Then the word alone is not enough: it can be one of a
    ///   row, such as an item's name, and a further session would be refused as well.
    func refusesSession(isNew: Bool) -> Bool {
        guard !isSuccess, totalCount == 0, statuses.isEmpty, let detail, detail.mentions("session") else {
            return false
        }
        return !isNew || ["security", "invalid session", "expired"].contains(where: detail.mentions)
    }
}

extension ServiceReply {
    /// - Parameter ask: whether a call without an answer may have been applied.
    static func read(_ reply: OutboundReply, to request: SOAPRequest, _ ask: Ask) -> Result<ServiceReply, CallFailure> {
        Result { () throws(CallFailure) in
            let document = Result { () throws(XMLMistake) in try XMLElement(reply.body) }
            // Faults come with 500, where nothing else is worth reading.
            if case .success(let root) = document, let fault = fault(in: root, ask) { throw fault }
            if let refusal = reply.refusal(of: ask) { throw refusal }
            switch document {
            case .failure(let mistake): throw unanswered(ask, page(reply.body) ?? "\(mistake)")
            case .success(let root):
                guard let result = result(in: root, of: request.operation) else {
                    throw unanswered(ask, page(reply.body) ?? "the reply has no \(request.operation)Result")
                }
                guard let reply = ServiceReply(result) else {
                    throw unanswered(ask, "the reply's \(request.operation)Result is not as agreed")
                }
                return reply
            }
        }
    }

    /// No answer of the service, whatever HTTP says.
    private static func unanswered(_ ask: Ask, _ text: String) -> CallFailure {
        CallFailure(ask.isWrite ? .ambiguous : .transient, text)
    }

    private static func page(_ body: [UInt8]) -> String? {
        if body.isEmpty { return "the reply is empty" }
        let start = String(decoding: body.prefix(256), as: UTF8.self).lowercased().drop { $0.isWhitespace }
        return start.hasPrefix("<!doctype html") || start.hasPrefix("<html") ? "the reply is a web page" : nil
    }

    /// SOAP 1.1, section 4.4. A fault of ours would come again.
    private static func fault(in root: XMLElement, _ ask: Ask) -> CallFailure? {
        guard let fault = body(of: root)?[XMLElement.Name(Envelope.soap, "Fault")] else { return nil }
        let code = fault[XMLElement.Name("", "faultcode")]?.text ?? ""
        let text = PartnerText(fault[XMLElement.Name("", "faultstring")]?.text ?? "").masked
        let isOurs = code.split(separator: ":").last == "Client"
        let kind: FailureKind = isOurs ? .permanent : ask.isWrite ? .ambiguous : .transient
        return CallFailure(kind, "\(ask.operation) ended in a \(isOurs ? "Client" : "Server") fault: \(text)")
    }

    private static func result(in root: XMLElement, of operation: String) -> XMLElement? {
        body(of: root)?[service(operation + "Response")]?[service(operation + "Result")]
    }

    private static func body(of root: XMLElement) -> XMLElement? {
        guard root.name == XMLElement.Name(Envelope.soap, "Envelope") else { return nil }
        return root[XMLElement.Name(Envelope.soap, "Body")]
    }

    fileprivate static func service(_ local: String) -> XMLElement.Name { XMLElement.Name(Envelope.service, local) }
}

extension ServiceReply {
    /// Nil when a number is missing or none.
    fileprivate init?(_ result: XMLElement) {
        func number(_ local: String) -> Int32? { result[Self.service(local)].flatMap { Int32($0.text.trimmed) } }
        guard let responseID = number("ResponseId"), let totalCount = number("TotalCount"), totalCount >= 0 else {
            return nil
        }
        self.responseID = responseID
        self.totalCount = totalCount
        detail = result[Self.service("Detail")].map { PartnerText($0.text) }
        statuses = result[Self.service("Statuses")].map(Self.statuses) ?? []
        let queue = result[Self.service("ImportingQueueId")]?.text.trimmed ?? ""
        isQueued = !queue.isEmpty && Int(queue) != 0
    }

    /// One row gives one element, none gives an empty list, and each may be nil.
    private static func statuses(_ list: XMLElement) -> [RowStatus] {
        list.children(service("IntegrationStatusResponse")).filter { !$0.children.isEmpty }.map { status in
            let word = status[service("Status")]?.text.trimmed
            return RowStatus(
                reference: status[service("Reference")]?.text.trimmed,
                isSuccess: word == "Success" ? true : word == "Error" ? false : nil)
        }
    }
}
