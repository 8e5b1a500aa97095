// A request's document, parsed, checked and priced: ready to be run.
import JSON

struct Asked {
    let document: Document
    let operation: Operation
    let variables: [String: JSONValue]
    let schema: Schema
    let complexity: Int
    let mutations: Int

    init(_ text: String, _ body: JSONValue, _ schema: Schema, _ switches: CentraSwitches) throws(GraphQLError) {
        document = try GraphQLParser.document(Array(text.utf8))
        self.schema = schema
        if let error = Validation.errors(in: document, against: schema).first { throw error }
        operation = try Asked.operation(named: body["operationName"]?.string, in: document)
        if !switches.introspectionIsAllowed, text.contains("__schema") || text.contains("__type(") {
            throw GraphQLError("GraphQL introspection is not allowed")
        }
        variables = try Coercion(schema).variables(operation.variables, from: body["variables"])
        let cost = Cost(document, schema, variables: variables)
        complexity = cost.points(of: operation)
        mutations = cost.mutations(in: operation)
    }

    private static func operation(named name: String?, in document: Document) throws(GraphQLError) -> Operation {
        guard let name else {
            guard document.operations.count == 1 else {
                throw GraphQLError("Must provide operation name if query contains multiple operations.")
            }
            return document.operations[0]
        }
        guard let operation = document.operations.first(where: { $0.name == name }) else {
            throw GraphQLError("Unknown operation named \"\(name)\".")
        }
        return operation
    }

    /// Fields of `Query` or `Mutation`, without those in fragments.
    var rootFields: [String] {
        operation.selections.compactMap { selection in
            if case .field(let field) = selection { field.name } else { nil }
        }
    }
}

/// The schema's text, embedded.
enum CentraSchema {
    static func schema(spellings: Set<String>) throws(GraphQLError) -> Schema {
        try GraphQLParser.schema(
            [
                PackageResources.Introspection_graphql, PackageResources.Roots_graphql, PackageResources.Common_graphql,
                PackageResources.Orders_graphql, PackageResources.OrderChanges_graphql,
                PackageResources.Shipments_graphql, PackageResources.Products_graphql, PackageResources.Stock_graphql,
                PackageResources.Returns_graphql, PackageResources.Events_graphql,
            ], spellings: spellings)
    }
}
