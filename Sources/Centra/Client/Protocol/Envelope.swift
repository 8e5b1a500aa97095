// What came back, and what it means: HTTP 200 is not success. `errors`, `data`, `userErrors`, `userWarnings` and
// `extensions` are all read, in this order (Centra, "Integration API").
import JSON
package import Outbound

/// What a mutation came to, and the same for a query, which is never refused.
package enum CentraAnswer<Value: Sendable>: Sendable {
    /// Done, though parts of it may not have been: the warnings say so.
    case done(Value, warnings: [CentraMessage])
    /// Nothing was done, or of a list, such as stock, nothing of what the messages name. Repeating it as it is helps only
    /// where a verdict says so.
    case refused([CentraMessage])
}

extension CentraAnswer {
    /// The value, for whoever has no use for a refusal.
    package func value() throws(CallFailure) -> Value {
        switch self {
        case .done(let value, _): return value
        case .refused(let messages):
            throw CallFailure(.permanent, "Centra refuses: " + messages.map(\.description).joined(separator: "; "))
        }
    }

    package var warnings: [CentraMessage] {
        if case .done(_, let warnings) = self { warnings } else { [] }
    }
}

/// A whole reply to one operation. Pure: what it means depends on nothing else.
package struct Envelope<Value: Sendable> {
    private let operation: GraphQLOperation<Value>
    private let schema: SchemaCapabilities

    package init(_ operation: GraphQLOperation<Value>, schema: SchemaCapabilities) {
        self.operation = operation
        self.schema = schema
    }

    package struct Reading {
        package let result: Result<CentraAnswer<Value>, CallFailure>
        package let extensions: CentraExtensions
    }

    /// - Parameter octetLimit: of the body, in octets.
    package func read(_ reply: OutboundReply, octetLimit: Int = 32 << 20) -> Reading {
        if let refusal = refusal(of: reply) { return Reading(result: .failure(refusal), extensions: .none) }
        let body: JSONValue
        do throws(JSONMistake) {
            body = try JSONValue(reply.body, octetLimit: octetLimit, depthLimit: 64)
        } catch {
            let problem = "Centra's answer to \(operation.name) is no JSON: \(error)"
            return Reading(result: .failure(lost(problem)), extensions: .none)
        }
        return Reading(result: answer(in: body), extensions: CentraExtensions(body["extensions"]))
    }

    /// A status other than 200, unless a GraphQL server explains it in its body.
    private func refusal(of reply: OutboundReply) -> CallFailure? {
        let isExplained = (400..<500).contains(reply.status) && ![401, 403, 404, 408, 429].contains(reply.status)
        if isExplained, let body = try? JSONValue(reply.body), body["errors"] != nil { return nil }
        return reply.refusal(of: Ask(operation.name, .sweep, isWrite: operation.isMutation))
    }

    private func answer(in body: JSONValue) -> Result<CentraAnswer<Value>, CallFailure> {
        guard case .object = body else { return .failure(lost("Centra's answer to \(operation.name) is no object")) }
        if let errors = body["errors"], errors != .null, errors != .array([]) {
            return .failure(CentraErrors(errors, data: body["data"]).failure(of: operation))
        }
        guard let data = body["data"], case .object = data else {
            return .failure(lost("Centra's answer to \(operation.name) has no data"))
        }
        do throws(Misfit) {
            return try operation.isMutation
                ? outcome(of: data) : .success(.done(operation.read(root(data)), warnings: []))
        } catch {
            return .failure(unreadable(error))
        }
    }

    /// A mutation's payload is the one member of `data`.
    private func outcome(of data: JSONValue) throws(Misfit) -> Result<CentraAnswer<Value>, CallFailure> {
        guard case .object(let fields) = data, fields.count == 1, let field = fields.first, field.key.isCode else {
            throw root(data).misfit("is not the answer to one mutation")
        }
        let payload = Node(value: field.value, path: "data.\(field.key)", schema: schema)
        let errors = try messages("userErrors", of: payload)
        guard errors.isEmpty else { return refused(errors, payload) }
        let warnings = try messages("userWarnings", of: payload)
        return .success(.done(try operation.read(payload), warnings: warnings))
    }

    /// Nothing was applied, so what can succeed later is transient like any other failure of that kind; unless the
    /// payload has what was to be made beside its errors, which may be there then.
    private func refused(_ errors: [CentraMessage], _ payload: Node) -> Result<CentraAnswer<Value>, CallFailure> {
        guard errors.allSatisfy({ $0.verdict == .retryable }) else { return .success(.refused(errors)) }
        return .failure(
            CallFailure(
                hasResult(payload) ? .ambiguous : .transient,
                "\(operation.name): " + errors.map(\.description).joined(separator: "; ")))
    }

    private func hasResult(_ payload: Node) -> Bool {
        guard case .object(let fields) = payload.value else { return false }
        return fields.contains { name, value in
            !["userErrors", "userWarnings", "__typename"].contains(name) && value != .null && value != .array([])
        }
    }

    private func messages(_ name: String, of payload: Node) throws(Misfit) -> [CentraMessage] {
        try payload.list(name) { message throws(Misfit) in
            let path = message.optional("path")?.value.array ?? []
            return CentraMessage(try message.text("message"), path: path.map(\.pathElement))
        }
    }

    private func root(_ data: JSONValue) -> Node { Node(value: data, path: "data", schema: schema) }

    /// The answer is not one: a query is repeated, a mutation may have been applied.
    private func lost(_ text: String) -> CallFailure {
        CallFailure(operation.isMutation ? .ambiguous : .transient, text)
    }

    /// The answer is one, and it is not what we rely on. Asking again would not change that.
    private func unreadable(_ misfit: Misfit) -> CallFailure {
        CallFailure(operation.isMutation ? .ambiguous : .permanent, "Centra's answer to \(operation.name): \(misfit)")
    }
}

extension JSONValue {
    /// A step of a path: a name or a position.
    var pathElement: String { string ?? integer.map { String($0) } ?? "?" }
}
