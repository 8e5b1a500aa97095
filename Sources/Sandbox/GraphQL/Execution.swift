// Runs an operation: asks objects for their fields, and completes what they say by its type (October 2021, section 6).
import JSON

/// Something with fields. What it is asked for has been checked against the schema.
protocol GraphQLObject {
    var typeName: String { get }
    func resolve(_ field: String, _ arguments: Arguments) -> Resolved
}

enum Resolved {
    case value(JSONValue)
    case object(any GraphQLObject)
    case list([Resolved])
    case failure(String)

    static var null: Resolved { .value(.null) }
    static func string(_ text: String?) -> Resolved { .value(text.map(JSONValue.string) ?? .null) }
    static func integer(_ integer: Int?) -> Resolved { .value(integer.map(JSONValue.integer) ?? .null) }
    static func bool(_ bool: Bool?) -> Resolved { .value(bool.map(JSONValue.bool) ?? .null) }
    static func object(_ object: (any GraphQLObject)?) -> Resolved { object.map { .object($0) } ?? .null }
    static func objects(_ objects: some Sequence<any GraphQLObject>) -> Resolved { .list(objects.map { .object($0) }) }
    static func strings(_ texts: [String]) -> Resolved { .value(.array(texts.map(JSONValue.string))) }
}

struct Execution {
    private let schema: Schema
    private let document: Document
    private let variables: [String: JSONValue]
    /// Nil: all of them.
    private let granted: Set<String>?
    private(set) var errors: [GraphQLError] = []
    private(set) var permissionsUsed: [String] = []
    private(set) var deprecatedFieldsUsed: [String] = []

    init(_ document: Document, _ schema: Schema, variables: [String: JSONValue], granted: Set<String>?) {
        self.schema = schema
        self.document = document
        self.variables = variables
        self.granted = granted
    }

    /// - Returns: `data`; nil when an error took all of it.
    mutating func run(_ operation: Operation, on root: any GraphQLObject) -> JSONValue? {
        complete(root, [operation.selections], path: [])
    }

    private mutating func complete(
        _ object: any GraphQLObject, _ selections: [[Selection]], path: [JSONValue]
    ) -> JSONValue? {
        var result: [String: JSONValue] = [:]
        for (key, fields) in collect(selections, of: object.typeName) {
            guard let value = field(fields, of: object, path: path + [.string(key)]) else { return nil }
            result[key] = value
        }
        return .object(result)
    }

    private func collect(_ selections: [[Selection]], of type: String) -> [(key: String, fields: [SelectedField])] {
        var order: [(key: String, fields: [SelectedField])] = []
        var places: [String: Int] = [:]
        func visit(_ selections: [Selection]) {
            for selection in selections {
                switch selection {
                case .field(let field) where isIncluded(field.directives):
                    if let place = places[field.key] {
                        order[place].fields.append(field)
                    } else {
                        places[field.key] = order.count
                        order.append((field.key, [field]))
                    }
                case .inline(let condition, let directives, let inner, _) where isIncluded(directives):
                    if condition == nil || schema.possibleTypes(of: condition ?? type).contains(type) { visit(inner) }
                case .spread(let name, let directives, _) where isIncluded(directives):
                    guard let fragment = document.fragments[name] else { continue }
                    if schema.possibleTypes(of: fragment.type).contains(type) { visit(fragment.selections) }
                case .field, .inline, .spread: break
                }
            }
        }
        for one in selections { visit(one) }
        return order
    }

    private func isIncluded(_ directives: [AppliedDirective]) -> Bool {
        directives.allSatisfy { directive in
            let condition = directive.arguments.first?.value.json(with: variables)?.bool ?? true
            return directive.name == "skip" ? !condition : condition
        }
    }

    private mutating func field(
        _ fields: [SelectedField], of object: any GraphQLObject, path: [JSONValue]
    ) -> JSONValue? {
        let first = fields[0]
        if first.name == "__typename" { return .string(object.typeName) }
        guard let type = schema[object.typeName], let definition = schema.field(first.name, of: type) else {
            return fail(GraphQLError("\(object.typeName) has no \(first.name)", .internal, path: path), .named(""))
        }
        note(definition, of: type)
        guard isPermitted(definition) else {
            let permission = permission(of: definition) ?? ""
            return fail(
                GraphQLError(
                    "You need \(permission) permission to access \(first.name).", .authorization, at: first.location,
                    path: path), definition.type)
        }
        do throws(GraphQLError) {
            let arguments = try Coercion(schema).arguments(first.arguments, definition.arguments, variables)
            let resolved =
                Introspection.root(first.name, of: object.typeName, schema, arguments)
                ?? object.resolve(first.name, arguments)
            return complete(resolved, definition.type, fields, path: path)
        } catch {
            return fail(GraphQLError(error.message, at: first.location, path: path), definition.type)
        }
    }

    private mutating func complete(
        _ resolved: Resolved, _ type: TypeReference, _ fields: [SelectedField], path: [JSONValue]
    ) -> JSONValue? {
        if case .nonNull(let inner) = type {
            let count = errors.count
            let value = complete(resolved, inner, fields, path: path)
            if value == .null, errors.count == count {
                errors.append(GraphQLError("Cannot return null for a non-nullable field.", .internal, path: path))
            }
            return value == .null ? nil : value
        }
        switch resolved {
        case .value(.null): return .null
        case .failure(let text):
            errors.append(GraphQLError(text, at: fields[0].location, path: path))
            return .null
        case .value(.array(let values)) where type.isList:
            return complete(values.map(Resolved.value), type, fields, path)
        case .list(let elements): return complete(elements, type, fields, path)
        case .value(let value): return value
        case .object(let object): return complete(object, fields.map(\.selections), path: path) ?? .null
        }
    }

    private mutating func complete(
        _ elements: [Resolved], _ type: TypeReference, _ fields: [SelectedField], _ path: [JSONValue]
    ) -> JSONValue {
        guard case .list(let element) = type else { return .null }
        var values: [JSONValue] = []
        for (index, one) in elements.enumerated() {
            guard let value = complete(one, element, fields, path: path + [.integer(index)]) else { return .null }
            values.append(value)
        }
        return .array(values)
    }

    private mutating func fail(_ error: GraphQLError, _ type: TypeReference) -> JSONValue? {
        errors.append(error)
        return type.isNonNull ? nil : .null
    }
}

// Permissions and deprecations.
extension Execution {
    private func permission(of field: FieldDefinition) -> String? {
        field.permission ?? schema[field.type.name]?.permission
    }

    private func isPermitted(_ field: FieldDefinition) -> Bool {
        guard let permission = permission(of: field), let granted else { return true }
        return granted.contains(permission)
    }

    private mutating func note(_ field: FieldDefinition, of type: SchemaType) {
        if let permission = permission(of: field), !permissionsUsed.contains(permission) {
            permissionsUsed.append(permission)
        }
        guard let reason = field.deprecation else { return }
        let text = "Field: \(type.name).\(field.name), reason: \(reason)"
        if !deprecatedFieldsUsed.contains(text) { deprecatedFieldsUsed.append(text) }
    }
}
