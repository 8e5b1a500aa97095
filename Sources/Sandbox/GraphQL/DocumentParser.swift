// Reads a GraphQL document. What it shares with schemas (values, types, directives) stands in `GraphQLParser.swift`.

extension GraphQLParser {
    static func document(_ text: [UInt8]) throws(GraphQLError) -> Document {
        var parser = try GraphQLParser(text)
        var document = Document()
        repeat { try parser.definition(into: &document) } while !parser.isAtEnd
        return document
    }

    private mutating func definition(into document: inout Document) throws(GraphQLError) {
        let location = self.location
        if isSign("{") {
            let selections = try selectionSet()
            document.operations.append(
                Operation(kind: .query, name: nil, variables: [], selections: selections, location: location))
            return
        }
        let word = try name()
        if word == "fragment" {
            let fragment = try fragment(location)
            guard document.fragments.updateValue(fragment, forKey: fragment.name) == nil else {
                throw GraphQLError("There can be only one fragment named \"\(fragment.name)\".", at: location)
            }
        } else if let kind = Operation.Kind(rawValue: word) {
            document.operations.append(try operation(kind, location))
        } else {
            throw GraphQLError(syntax: "Unexpected Name \"\(word)\"", location)
        }
    }

    private mutating func operation(_ kind: Operation.Kind, _ location: Location) throws(GraphQLError) -> Operation {
        let name = isName ? try name() : nil
        var variables: [VariableDefinition] = []
        if take("(") { repeat { variables.append(try variable()) } while !take(")") }
        _ = try directives()
        return Operation(
            kind: kind, name: name, variables: variables, selections: try selectionSet(), location: location)
    }

    private mutating func variable() throws(GraphQLError) -> VariableDefinition {
        let location = self.location
        try expect("$")
        let name = try name()
        try expect(":")
        let type = try type()
        let defaultValue = take("=") ? try value() : nil
        return VariableDefinition(name: name, type: type, defaultValue: defaultValue, location: location)
    }

    private mutating func fragment(_ location: Location) throws(GraphQLError) -> Fragment {
        let name = try name()
        try expectWord("on")
        let type = try self.name()
        _ = try directives()
        return Fragment(name: name, type: type, selections: try selectionSet(), location: location)
    }

    private mutating func selectionSet() throws(GraphQLError) -> [Selection] {
        try descend()
        defer { ascend() }
        try expect("{")
        var selections: [Selection] = []
        repeat { selections.append(try selection()) } while !take("}")
        return selections
    }

    private mutating func selection() throws(GraphQLError) -> Selection {
        let location = self.location
        guard take("...") else { return .field(try field(location)) }
        if isName, !isWord("on") {
            let name = try name()
            return .spread(name, try directives(), location)
        }
        var type: String?
        if isWord("on") {
            try expectWord("on")
            type = try name()
        }
        let directives = try directives()
        return .inline(type, directives, try selectionSet(), location)
    }

    private mutating func field(_ location: Location) throws(GraphQLError) -> SelectedField {
        let first = try name()
        let second = take(":") ? try name() : nil
        let arguments = try arguments()
        let directives = try directives()
        return SelectedField(
            alias: second == nil ? nil : first, name: second ?? first, arguments: arguments, directives: directives,
            selections: isSign("{") ? try selectionSet() : [], location: location)
    }
}
