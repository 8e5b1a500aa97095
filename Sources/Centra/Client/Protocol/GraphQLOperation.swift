// One thing to ask of Centra: what to send, and how to read what comes back. A value; nothing is sent by having one.
package import JSON

package struct GraphQLOperation<Value: Sendable>: Sendable {
    package let document: GraphQLDocument
    package let isMutation: Bool
    /// Points that it typically costs, until the server has said what it really does.
    package let complexity: Int
    /// Members that the server is known to have before this is sent at all.
    package let requirements: [String]
    /// By name, in the spelling of a server that has this schema.
    package let variables: @Sendable (SchemaCapabilities) -> [String: JSONValue]
    /// Reads `data` of a query, or a mutation's payload.
    let read: @Sendable (Node) throws(Misfit) -> Value

    package var name: String { document.name }

    static func query(
        _ document: GraphQLDocument, complexity: Int = 100, requirements: [String] = [],
        variables: @escaping @Sendable (SchemaCapabilities) -> [String: JSONValue] = { _ in [:] },
        read: @escaping @Sendable (Node) throws(Misfit) -> Value
    ) -> GraphQLOperation {
        GraphQLOperation(
            document: document, isMutation: false, complexity: complexity, requirements: requirements,
            variables: variables, read: read)
    }

    static func mutation(
        _ document: GraphQLDocument, complexity: Int = 200, requirements: [String] = [],
        variables: @escaping @Sendable (SchemaCapabilities) -> [String: JSONValue],
        read: @escaping @Sendable (Node) throws(Misfit) -> Value
    ) -> GraphQLOperation {
        GraphQLOperation(
            document: document, isMutation: true, complexity: complexity, requirements: requirements,
            variables: variables, read: read)
    }

    /// The body of the request (Centra, "Integration API").
    package func body(for schema: SchemaCapabilities) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("operationName", name)
            json.field("query", document.text(for: schema))
            json.field("variables", JSONValue.object(variables(schema)))
        }
        return json.octets
    }

    /// The first requirement that this server is not known to meet.
    package func missingRequirement(of schema: SchemaCapabilities) -> String? {
        requirements.first { !schema.surelyHas($0) }
    }
}
