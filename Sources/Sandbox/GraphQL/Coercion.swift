// From what was sent to what a field is given: variables checked, single values wrapped in lists, defaults filled in
// (October 2021, sections 3 and 6.1).
import JSON

struct Coercion {
    private let schema: Schema

    init(_ schema: Schema) {
        self.schema = schema
    }

    func variables(
        _ definitions: [VariableDefinition], from given: JSONValue?
    ) throws(GraphQLError) -> [String: JSONValue] {
        var variables: [String: JSONValue] = [:]
        for definition in definitions {
            let value = given?[definition.name] ?? definition.defaultValue?.json(with: [:])
            guard let value else {
                guard !definition.type.isNonNull else {
                    throw GraphQLError(
                        "Variable \"$\(definition.name)\" of required type \"\(definition.type)\" was not provided.",
                        at: definition.location)
                }
                continue
            }
            do throws(GraphQLError) {
                variables[definition.name] = try coerce(value, definition.type)
            } catch {
                throw GraphQLError(
                    "Variable \"$\(definition.name)\" got an invalid value; \(error.message)", at: definition.location)
            }
        }
        return variables
    }

    func arguments(
        _ given: [GivenArgument], _ definitions: [InputDefinition], _ variables: [String: JSONValue]
    ) throws(GraphQLError) -> Arguments {
        var values: [String: JSONValue] = [:]
        for definition in definitions {
            let literal = given.first { $0.name == definition.name }?.value ?? definition.defaultValue
            guard let value = literal?.json(with: variables) ?? definition.defaultValue?.json(with: [:]) else {
                continue
            }
            values[definition.name] = try coerce(value, definition.type)
        }
        return Arguments(values)
    }

    private func coerce(_ value: JSONValue, _ type: TypeReference) throws(GraphQLError) -> JSONValue {
        if value == .null {
            guard !type.isNonNull else { throw GraphQLError("Expected type \(type) not to be null.") }
            return .null
        }
        if case .list(let element) = type.nullable {
            guard case .array(let elements) = value else { return .array([try coerce(value, element)]) }
            var coerced: [JSONValue] = []
            for one in elements { coerced.append(try coerce(one, element)) }
            return .array(coerced)
        }
        guard let named = schema[type.name] else { throw GraphQLError("Unknown type \"\(type.name)\".") }
        switch named.kind {
        case .input: return try object(value, named)
        case .enumeration:
            guard let word = value.string, named.values.contains(where: { $0.name == word }) else {
                throw GraphQLError("Value does not exist in \"\(named.name)\" enum.")
            }
            return value
        default:
            guard let scalar = Coercion.scalar(value, named.name) else {
                throw GraphQLError("\(named.name) cannot represent this value.")
            }
            return scalar
        }
    }

    private func object(_ value: JSONValue, _ type: SchemaType) throws(GraphQLError) -> JSONValue {
        guard case .object(let given) = value else { throw GraphQLError("Expected type \(type.name) to be an object.") }
        for name in given.keys.sorted() where type.input(name) == nil {
            throw GraphQLError("Field \"\(name)\" is not defined by type \"\(type.name)\".")
        }
        var fields: [String: JSONValue] = [:]
        for input in type.inputs {
            if let value = given[input.name] ?? input.defaultValue?.json(with: [:]) {
                fields[input.name] = try coerce(value, input.type)
            } else if input.type.isNonNull {
                throw GraphQLError("Field \"\(input.name)\" of required type \"\(input.type)\" was not provided.")
            }
        }
        if type.isOneOf, fields.values.count(where: { $0 != .null }) != 1 {
            throw GraphQLError("Exactly one input field should be provided")
        }
        return .object(fields)
    }

    private static func scalar(_ value: JSONValue, _ name: String) -> JSONValue? {
        switch (name, value) {
        case ("Int", .integer(let integer)): Int32(exactly: integer) == nil ? nil : value
        case ("Int64", .integer), ("Float", .integer), ("Float", .decimal), ("Boolean", .bool), ("ID", .string): value
        case ("ID", .integer(let integer)): .string(String(integer))
        case ("Int", _), ("Int64", _), ("Float", _), ("Boolean", _), ("ID", _): nil
        case (_, .string): value
        default: nil
        }
    }
}

extension Literal {
    /// Nil for a variable that was left out. Words of enums are strings from here on.
    func json(with variables: [String: JSONValue]) -> JSONValue? {
        switch self {
        case .variable(let name): variables[name]
        case .integer(let integer): .integer(integer)
        case .decimal(let text): .decimal(text)
        case .string(let text), .word(let text): .string(text)
        case .bool(let bool): .bool(bool)
        case .null: .null
        case .list(let elements): .array(elements.map { $0.json(with: variables) ?? .null })
        case .object(let fields): .object(fields.compactMapValues { $0.json(with: variables) })
        }
    }
}

/// What a field or an input object was given. Null is the same as nothing, but for `has`.
struct Arguments: Sendable {
    private let values: [String: JSONValue]

    init(_ values: [String: JSONValue] = [:]) {
        self.values = values
    }

    init(_ value: JSONValue?) {
        if case .object(let fields)? = value { values = fields } else { values = [:] }
    }

    subscript(name: String) -> JSONValue? {
        let value = values[name]
        return value == .null ? nil : value
    }

    func has(_ name: String) -> Bool { values[name] != nil }
    func integer(_ name: String) -> Int? { self[name]?.integer }
    func string(_ name: String) -> String? { self[name]?.string }
    func bool(_ name: String) -> Bool? { self[name]?.bool }
    func object(_ name: String) -> Arguments? { self[name].map(Arguments.init) }
    func objects(_ name: String) -> [Arguments]? { self[name]?.array.map { $0.map(Arguments.init) } }
    func integers(_ name: String) -> [Int]? { self[name]?.array.map { $0.compactMap(\.integer) } }
    func strings(_ name: String) -> [String]? { self[name]?.array.map { $0.compactMap(\.string) } }
}
