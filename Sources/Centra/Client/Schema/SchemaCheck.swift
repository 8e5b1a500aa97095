// Whether a server has everything that an operation uses: asked at the start, so that a flow that could not work is
// switched off with a reason instead of failing on its first order.
import JSON

/// Walks one operation over an introspected schema and notes what is not there, as `Type.member`.
package struct SchemaCheck {
    private let schema: Introspection
    private var missing: Set<String> = []

    private init(_ schema: Introspection) {
        self.schema = schema
    }

    /// - Returns: the members that are missing, or required by the server and not given; sorted.
    package static func missing<Value>(
        for operation: GraphQLOperation<Value>, in schema: Introspection, spelled capabilities: SchemaCapabilities
    ) -> [String] {
        var check = SchemaCheck(schema)
        let syntax = GraphQLSyntax(operation.document.text(for: capabilities))
        check.walk(syntax, variables: operation.variables(capabilities))
        check.missing.formUnion(operation.requirements.filter { !capabilities.surelyHas($0) })
        return check.missing.sorted()
    }

    private mutating func walk(_ syntax: GraphQLSyntax, variables: [String: JSONValue]) {
        guard let root = syntax.isMutation ? schema.mutation : schema.query else { return note("Mutation") }
        walk(syntax.selections, on: root, syntax)
        for (name, type) in syntax.variables {
            if let value = variables[name] { check(value, of: type) }
        }
    }

    private mutating func walk(_ selections: [GraphQLSyntax.Selection], on type: String, _ syntax: GraphQLSyntax) {
        for selection in selections {
            switch selection {
            case .field(let field): walk(field, on: type, syntax)
            case .spread(let name):
                if let fragment = syntax.fragments[name] { enter(fragment.type, fragment.selections, syntax) }
            case .inline(let type, let selections): enter(type, selections, syntax)
            }
        }
    }

    private mutating func enter(_ type: String, _ selections: [GraphQLSyntax.Selection], _ syntax: GraphQLSyntax) {
        guard schema.types[type] != nil else { return note(type) }
        walk(selections, on: type, syntax)
    }

    private mutating func walk(_ field: GraphQLSyntax.Field, on type: String, _ syntax: GraphQLSyntax) {
        // Every type has `__typename`, and every root the schema itself.
        if field.name.hasPrefix("__") { return }
        guard let member = schema.types[type]?.fields[field.name] else { return note("\(type).\(field.name)") }
        for (name, value) in field.arguments {
            guard let argument = member.arguments[name] else { note("\(type).\(field.name)(\(name))"); continue }
            check(value, of: argument.type.name)
        }
        for (name, argument) in member.arguments where argument.type.isRequired && !argument.hasDefault {
            if field.arguments[name] == nil { note("\(type).\(field.name)(\(name)) is required") }
        }
        walk(field.selections, on: member.type.name, syntax)
    }

    private mutating func note(_ member: String) { missing.insert(member) }
}

// Values: those that stand in documents and those of variables.
extension SchemaCheck {
    private mutating func check(_ value: GraphQLSyntax.Value, of type: String) {
        switch value {
        case .variable: break
        case .word(let word): check(word, of: type)
        case .list(let values): for value in values { check(value, of: type) }
        case .object(let members):
            for (name, value) in members {
                if let input = input(name, of: type) { check(value, of: input) }
            }
            checkRequired(of: type, given: Set(members.keys))
        }
    }

    private mutating func check(_ value: JSONValue, of type: String) {
        switch value {
        case .null, .bool, .integer, .decimal: break
        case .string(let text): check(text, of: type)
        case .array(let values): for value in values { check(value, of: type) }
        case .object(let members):
            for (name, value) in members {
                if let input = input(name, of: type) { check(value, of: input) }
            }
            checkRequired(of: type, given: Set(members.keys))
        }
    }

    private mutating func check(_ word: String, of type: String) {
        guard let kind = schema.types[type], kind.isEnum, !kind.values.contains(word) else { return }
        note("\(type).\(word)")
    }

    /// The type of an input's member; notes it when it is not there.
    private mutating func input(_ name: String, of type: String) -> String? {
        guard let kind = schema.types[type], kind.isInput else { return nil }
        if let input = kind.inputs[name] { return input.type.name }
        note("\(type).\(name)")
        return nil
    }

    private mutating func checkRequired(of type: String, given: Set<String>) {
        guard let kind = schema.types[type], kind.isInput else { return }
        for (name, input) in kind.inputs where input.type.isRequired && !input.hasDefault && !given.contains(name) {
            note("\(type).\(name) is required")
        }
    }
}

extension Introspection {
    /// What the server's schema has of everything on which our spelling depends.
    package var capabilities: SchemaCapabilities {
        let documents = CentraOperations.all.map(\.document.members).reduce(into: Set()) { $0.formUnion($1) }
        let requirements = CentraOperations.all.flatMap(\.requirements).flatMap(SchemaCapabilities.alternatives)
        let members = documents.union(requirements).union(SchemaCapabilities.membersOfVariables)
        return SchemaCapabilities(members: Dictionary(uniqueKeysWithValues: members.map { ($0, has($0)) }))
    }
}
