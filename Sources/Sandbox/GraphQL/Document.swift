// A parsed GraphQL document: operations, fragments, selections (October 2021, section 2).

struct Document: Sendable {
    var operations: [Operation] = []
    var fragments: [String: Fragment] = [:]
}

struct Operation: Sendable {
    enum Kind: String, Sendable {
        case query, mutation, subscription
    }

    let kind: Kind
    let name: String?
    let variables: [VariableDefinition]
    let selections: [Selection]
    let location: Location
}

struct VariableDefinition: Sendable {
    let name: String
    let type: TypeReference
    let defaultValue: Literal?
    let location: Location
}

struct Fragment: Sendable {
    let name: String
    let type: String
    let selections: [Selection]
    let location: Location
}

indirect enum Selection: Sendable {
    case field(SelectedField)
    case spread(String, [AppliedDirective], Location)
    /// On a type, or on the same one.
    case inline(String?, [AppliedDirective], [Selection], Location)
}

struct SelectedField: Sendable {
    let alias: String?
    let name: String
    let arguments: [GivenArgument]
    let directives: [AppliedDirective]
    let selections: [Selection]
    let location: Location

    /// Its name in the reply.
    var key: String { alias ?? name }
}

struct GivenArgument: Sendable {
    let name: String
    let value: Literal
    let location: Location
}

struct AppliedDirective: Sendable {
    let name: String
    let arguments: [GivenArgument]

    func text(_ name: String) -> String? {
        guard case .string(let text)? = arguments.first(where: { $0.name == name })?.value else { return nil }
        return text
    }
}

/// A value as it is written.
indirect enum Literal: Equatable, Sendable {
    case variable(String)
    case integer(Int)
    case decimal(String)
    case string(String)
    case bool(Bool)
    case null
    case word(String)
    case list([Literal])
    case object([String: Literal])
}

/// `String`, `[Int!]!`
indirect enum TypeReference: Equatable, Sendable, CustomStringConvertible {
    case named(String)
    case list(TypeReference)
    case nonNull(TypeReference)

    var description: String {
        switch self {
        case .named(let name): name
        case .list(let element): "[\(element)]"
        case .nonNull(let type): "\(type)!"
        }
    }

    /// Without lists and exclamation marks.
    var name: String {
        switch self {
        case .named(let name): name
        case .list(let type), .nonNull(let type): type.name
        }
    }

    var isNonNull: Bool {
        if case .nonNull = self { true } else { false }
    }

    var nullable: TypeReference {
        if case .nonNull(let type) = self { type } else { self }
    }

    var isList: Bool {
        if case .list = nullable { true } else { false }
    }
}
