// `__schema` and `__type`, from the same table that documents are checked against (October 2021, section 4).
import JSON

enum Introspection {
    /// Nil when it is not a question about the schema.
    static func root(_ field: String, of type: String, _ schema: Schema, _ arguments: Arguments) -> Resolved? {
        guard type == "Query" else { return nil }
        switch field {
        case "__schema": return .object(IntrospectedSchema(schema: schema))
        case "__type":
            guard let name = arguments.string("name"), schema[name] != nil else { return .null }
            return .object(IntrospectedType(schema: schema, type: .named(name)))
        default: return nil
        }
    }
}

private struct IntrospectedSchema: GraphQLObject {
    let schema: Schema
    let typeName = "__Schema"

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "types":
            let names = schema.names.filter { $0 != "__Root" }
            return .objects(names.map { IntrospectedType(schema: schema, type: .named($0)) })
        case "queryType": return .object(IntrospectedType(schema: schema, type: .named("Query")))
        case "mutationType": return .object(IntrospectedType(schema: schema, type: .named("Mutation")))
        case "directives": return .objects(["include", "skip"].map { IntrospectedDirective(schema: schema, name: $0) })
        default: return .null
        }
    }
}

private struct IntrospectedType: GraphQLObject {
    let schema: Schema
    let type: TypeReference
    let typeName = "__Type"

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        switch type {
        case .nonNull(let inner): return wrapper("NON_NULL", inner, field)
        case .list(let inner): return wrapper("LIST", inner, field)
        case .named(let name):
            guard let type = schema[name] else { return .null }
            return named(type, field, arguments.bool("includeDeprecated") ?? false)
        }
    }

    private func wrapper(_ kind: String, _ inner: TypeReference, _ field: String) -> Resolved {
        switch field {
        case "kind": .string(kind)
        case "ofType": .object(IntrospectedType(schema: schema, type: inner))
        default: .null
        }
    }

    private func named(_ type: SchemaType, _ field: String, _ includesDeprecated: Bool) -> Resolved {
        switch field {
        case "kind": return .string(type.kind.rawValue)
        case "name": return .string(type.name)
        case "description": return .string(type.description)
        case "fields":
            guard [.object, .interface].contains(type.kind) else { return .null }
            let fields = type.fields.filter { includesDeprecated || $0.deprecation == nil }
            return .objects(fields.map { IntrospectedField(schema: schema, field: $0) })
        case "inputFields":
            guard type.kind == .input else { return .null }
            return .objects(type.inputs.map { IntrospectedInput(schema: schema, input: $0) })
        case "enumValues":
            guard type.kind == .enumeration else { return .null }
            let values = type.values.filter { includesDeprecated || $0.deprecation == nil }
            return .objects(values.map(IntrospectedEnumValue.init))
        case "interfaces":
            guard [.object, .interface].contains(type.kind) else { return .null }
            return .objects(type.interfaces.map { IntrospectedType(schema: schema, type: .named($0)) })
        case "possibleTypes":
            guard [.union, .interface].contains(type.kind) else { return .null }
            return .objects(
                schema.possibleTypes(of: type.name).map { IntrospectedType(schema: schema, type: .named($0)) })
        default: return .null
        }
    }
}

private struct IntrospectedField: GraphQLObject {
    let schema: Schema
    let field: FieldDefinition
    let typeName = "__Field"

    func resolve(_ name: String, _ arguments: Arguments) -> Resolved {
        switch name {
        case "name": .string(field.name)
        case "description": .string(field.description)
        case "args": .objects(field.arguments.map { IntrospectedInput(schema: schema, input: $0) })
        case "type": .object(IntrospectedType(schema: schema, type: field.type))
        case "isDeprecated": .bool(field.deprecation != nil)
        case "deprecationReason": .string(field.deprecation)
        default: .null
        }
    }
}

private struct IntrospectedInput: GraphQLObject {
    let schema: Schema
    let input: InputDefinition
    let typeName = "__InputValue"

    func resolve(_ name: String, _ arguments: Arguments) -> Resolved {
        switch name {
        case "name": .string(input.name)
        case "type": .object(IntrospectedType(schema: schema, type: input.type))
        case "defaultValue": .string(input.defaultValue?.written)
        case "isDeprecated": .bool(input.deprecation != nil)
        case "deprecationReason": .string(input.deprecation)
        default: .null
        }
    }
}

private struct IntrospectedEnumValue: GraphQLObject {
    let value: EnumValue
    let typeName = "__EnumValue"

    func resolve(_ name: String, _ arguments: Arguments) -> Resolved {
        switch name {
        case "name": .string(value.name)
        case "isDeprecated": .bool(value.deprecation != nil)
        case "deprecationReason": .string(value.deprecation)
        default: .null
        }
    }
}

private struct IntrospectedDirective: GraphQLObject {
    let schema: Schema
    let name: String
    let typeName = "__Directive"

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "name": .string(name)
        case "isRepeatable": .bool(false)
        case "locations": .strings(["FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"])
        case "args": .objects([IntrospectedInput(schema: schema, input: Schema.ifArgument)])
        default: .null
        }
    }
}

extension Literal {
    /// As a schema writes it; defaults are plain values.
    fileprivate var written: String {
        switch self {
        case .integer(let integer): "\(integer)"
        case .decimal(let text), .word(let text): text
        case .bool(let bool): "\(bool)"
        case .string(let text):
            "\"\(text.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\"))\""
        case .null, .variable: "null"
        case .list(let elements): "[\(elements.map(\.written).joined(separator: ", "))]"
        case .object: "{}"
        }
    }
}
