// A server's schema, as far as an introspection tells it: types with their members, and what each member is of.

package struct Introspection: Sendable, Equatable {
    /// A type as it is referred to: its name, and whether something must be given for it.
    struct Reference: Sendable, Equatable {
        /// Of what is inside lists and `!`.
        let name: String
        let isRequired: Bool
    }

    struct Member: Sendable, Equatable {
        let type: Reference
        let arguments: [String: Argument]
    }

    struct Argument: Sendable, Equatable {
        let type: Reference
        let hasDefault: Bool
    }

    struct Kind: Sendable, Equatable {
        let fields: [String: Member]
        let inputs: [String: Argument]
        let values: Set<String>
        let isEnum: Bool
        let isInput: Bool
        /// Of an interface or union.
        let possibleTypes: Set<String>
    }

    let query: String
    let mutation: String?
    let types: [String: Kind]

    init(_ data: Node) throws(Misfit) {
        let schema = try data.member("__schema")
        query = try schema.member("queryType").text("name")
        mutation = try schema.optional("mutationType")?.text("name")
        let pairs = try schema.list("types") { type throws(Misfit) in (try type.text("name"), try Kind(type)) }
        types = Dictionary(pairs) { first, _ in first }
    }

    /// Whether `Type.field`, `Type.field(argument)` or `Enum.VALUE` is there; `Query` and `Mutation` are the roots,
    /// whatever they are called.
    package func has(_ member: String) -> Bool {
        let parts = member.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let type = types[realName(String(parts[0]))] else { return false }
        let names = parts[1].split { $0 == "(" || $0 == ")" }.map(String.init)
        guard let name = names.first else { return false }
        if names.count == 2 { return type.fields[name]?.arguments[names[1]] != nil }
        return type.fields[name] != nil || type.inputs[name] != nil || type.values.contains(name)
    }

    private func realName(_ name: String) -> String {
        switch name {
        case "Query": query
        case "Mutation": mutation ?? name
        default: name
        }
    }
}

extension Introspection.Kind {
    init(_ type: Node) throws(Misfit) {
        let kind = try type.text("kind")
        (isEnum, isInput) = (kind == "ENUM", kind == "INPUT_OBJECT")
        let fields = try type.listOrNothing("fields") { field throws(Misfit) in
            let arguments = try Introspection.Argument.all("args", of: field)
            return (
                try field.text("name"),
                Introspection.Member(type: try .init(field.member("type")), arguments: arguments)
            )
        }
        self.fields = Dictionary(fields) { first, _ in first }
        inputs = try Introspection.Argument.all("inputFields", of: type)
        values = Set(try type.listOrNothing("enumValues") { value throws(Misfit) in try value.text("name") })
        possibleTypes = Set(try type.listOrNothing("possibleTypes") { value throws(Misfit) in try value.text("name") })
    }
}

extension Introspection.Argument {
    fileprivate static func all(_ name: String, of node: Node) throws(Misfit) -> [String: Introspection.Argument] {
        let pairs = try node.listOrNothing(name) { argument throws(Misfit) in
            let type = try Introspection.Reference(argument.member("type"))
            let hasDefault = argument.optional("defaultValue") != nil
            return (try argument.text("name"), Introspection.Argument(type: type, hasDefault: hasDefault))
        }
        return Dictionary(pairs) { first, _ in first }
    }
}

extension Introspection.Reference {
    fileprivate init(_ node: Node) throws(Misfit) {
        isRequired = try node.text("kind") == "NON_NULL"
        var inner = node
        while let next = inner.optional("ofType") { inner = next }
        name = try inner.text("name")
    }
}

extension Node {
    /// A list that is null for the kinds that have none.
    fileprivate func listOrNothing<Value>(
        _ name: String, _ read: (Node) throws(Misfit) -> Value
    ) throws(Misfit) -> [Value] {
        optional(name) == nil ? [] : try list(name, read)
    }
}
