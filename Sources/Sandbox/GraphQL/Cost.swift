// The complexity of an operation, which the real server counts against a quota: how is not published. Here a field costs its
// points (`@cost`, else 1), a list what its elements cost times its limit, a mutation 100 more.
import JSON

struct Cost {
    private static let ceiling = 1_000_000_000
    private static let mutationPoints = 100
    /// Elements that a list without a limit is taken for.
    private static let usualElements = 3

    private let schema: Schema
    private let document: Document
    private let variables: [String: JSONValue]

    init(_ document: Document, _ schema: Schema, variables: [String: JSONValue]) {
        self.schema = schema
        self.document = document
        self.variables = variables
    }

    func points(of operation: Operation) -> Int {
        guard let root = Schema.root(of: operation.kind).flatMap({ schema[$0] }) else { return 0 }
        return points(operation.selections, root) + Cost.mutationPoints * mutations(in: operation)
    }

    func mutations(in operation: Operation) -> Int {
        operation.kind == .mutation ? operation.selections.count : 0
    }

    private func points(_ selections: [Selection], _ type: SchemaType) -> Int {
        min(selections.map { points($0, type) }.reduce(0) { min($0 + $1, Cost.ceiling) }, Cost.ceiling)
    }

    private func points(_ selection: Selection, _ type: SchemaType) -> Int {
        switch selection {
        case .field(let field):
            guard let definition = schema.field(field.name, of: type), let inner = schema[definition.type.name] else {
                return 0
            }
            return definition.cost + min(points(field.selections, inner) * elements(field, definition), Cost.ceiling)
        case .inline(let condition, _, let inner, _):
            return points(inner, condition.flatMap { schema[$0] } ?? type)
        case .spread(let name, _, _):
            guard let fragment = document.fragments[name], let inner = schema[fragment.type] else { return 0 }
            return points(fragment.selections, inner)
        }
    }

    private func elements(_ field: SelectedField, _ definition: FieldDefinition) -> Int {
        let limit = field.arguments.first { ["limit", "first", "last"].contains($0.name) }
        if let limit = limit?.value.json(with: variables)?.integer { return min(max(limit, 1), 200) }
        guard definition.type.isList else { return 1 }
        return definition.arguments.contains { $0.name == "limit" } ? 20 : Cost.usualElements
    }
}
