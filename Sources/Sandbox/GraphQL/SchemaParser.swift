// Reads the schema's text. Its own directives:
//
//     @needs(permission: "Order:read")     on a type or a field
//     @cost(points: "20")                  on a field
//     @spelling(of: "EAN")                 there only when that spelling is switched on; `@spelling(of: "GTIN")` beside it
//     @oneOf                               on an input: exactly one field is to be given
//     @deprecated(reason: "...")           as everywhere

extension GraphQLParser {
    /// - Parameter spellings: those that are switched on.
    static func schema(_ texts: [[UInt8]], spellings: Set<String>) throws(GraphQLError) -> Schema {
        var schema = Schema()
        for name in ["Int", "Float", "String", "Boolean", "ID"] { schema.add(SchemaType(kind: .scalar, name: name)) }
        for text in texts {
            var parser = try GraphQLParser(text)
            while !parser.isAtEnd {
                let (type, directives) = try parser.typeDefinition(spellings)
                if directives.isSpelled(spellings) { schema.add(type) }
            }
        }
        schema.finish()
        return schema
    }

    private mutating func typeDefinition(
        _ spellings: Set<String>
    ) throws(GraphQLError) -> (SchemaType, [AppliedDirective]) {
        let description = description()
        let location = self.location
        let word = try name()
        guard let kind = GraphQLParser.kinds[word] else {
            throw GraphQLError(syntax: "Unexpected Name \"\(word)\"", location)
        }
        var type = SchemaType(kind: kind, name: try name())
        type.description = description
        if isWord("implements") { type.interfaces = try implemented() }
        let directives = try directives()
        type.permission = directives.text("needs", "permission")
        type.isOneOf = directives.contains { $0.name == "oneOf" }
        switch kind {
        case .scalar: break
        case .object, .interface:
            type.fields = try braced(spellings) { parser throws(GraphQLError) in try parser.fieldDefinition() }
        case .input: type.inputs = try braced(spellings) { parser throws(GraphQLError) in try parser.inputDefinition() }
        case .enumeration: type.values = try braced(spellings) { parser throws(GraphQLError) in try parser.enumValue() }
        case .union:
            try expect("=")
            repeat { type.members.append(try name()) } while take("|")
        }
        return (type, directives)
    }

    private static let kinds: [String: SchemaType.Kind] = [
        "scalar": .scalar, "type": .object, "interface": .interface, "union": .union, "enum": .enumeration,
        "input": .input,
    ]

    private mutating func implemented() throws(GraphQLError) -> [String] {
        try expectWord("implements")
        var names: [String] = []
        repeat { names.append(try name()) } while take("&")
        return names
    }

    private mutating func braced<Item>(
        _ spellings: Set<String>,
        _ item: (inout GraphQLParser) throws(GraphQLError) -> (Item, [AppliedDirective])
    ) throws(GraphQLError) -> [Item] {
        var items: [Item] = []
        try expect("{")
        repeat {
            let (one, directives) = try item(&self)
            if directives.isSpelled(spellings) { items.append(one) }
        } while !take("}")
        return items
    }

    private mutating func fieldDefinition() throws(GraphQLError) -> (FieldDefinition, [AppliedDirective]) {
        let description = description()
        let name = try name()
        var arguments: [InputDefinition] = []
        if take("(") { repeat { arguments.append(try inputDefinition().0) } while !take(")") }
        try expect(":")
        let type = try type()
        let directives = try directives()
        let field = FieldDefinition(
            name: name, description: description, type: type, arguments: arguments,
            permission: directives.text("needs", "permission"), deprecation: directives.text("deprecated", "reason"),
            cost: directives.text("cost", "points").flatMap { Int($0) } ?? 1)
        return (field, directives)
    }

    private mutating func inputDefinition() throws(GraphQLError) -> (InputDefinition, [AppliedDirective]) {
        _ = description()
        let name = try name()
        try expect(":")
        let type = try type()
        let defaultValue = take("=") ? try value() : nil
        let directives = try directives()
        let input = InputDefinition(
            name: name, type: type, defaultValue: defaultValue, deprecation: directives.text("deprecated", "reason"))
        return (input, directives)
    }

    private mutating func enumValue() throws(GraphQLError) -> (EnumValue, [AppliedDirective]) {
        _ = description()
        let name = try name()
        let directives = try directives()
        return (EnumValue(name: name, deprecation: directives.text("deprecated", "reason")), directives)
    }
}

extension [AppliedDirective] {
    fileprivate func text(_ directive: String, _ argument: String) -> String? {
        first { $0.name == directive }?.text(argument)
    }

    fileprivate func isSpelled(_ spellings: Set<String>) -> Bool {
        text("spelling", "of").map(spellings.contains) ?? true
    }
}
