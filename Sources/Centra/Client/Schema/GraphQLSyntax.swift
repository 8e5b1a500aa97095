// What a document says, as far as a schema can contradict it: its selections, their arguments, and its variables.
//
// It reads our own documents only. They are checked by an independent library in the tests; here a document that cannot be
// read is a mistake of ours.

/// A document's operation and fragments.
struct GraphQLSyntax {
    struct Field: Equatable {
        let name: String
        let arguments: [String: Value]
        let selections: [Selection]
    }

    indirect enum Selection: Equatable {
        case field(Field)
        case spread(String)
        case inline(type: String, [Selection])
    }

    indirect enum Value: Equatable {
        case variable(String)
        case word(String)
        case object([String: Value])
        case list([Value])
    }

    struct Fragment: Equatable {
        let type: String
        let selections: [Selection]
    }

    private(set) var isMutation = false
    /// By name, the named type that each is of.
    private(set) var variables: [String: String] = [:]
    private(set) var selections: [Selection] = []
    private(set) var fragments: [String: Fragment] = [:]

    init(_ text: String) {
        var reader = TokenReader(text)
        while let word = reader.next() {
            if word == "fragment" {
                let name = reader.next() ?? ""
                _ = reader.next()
                fragments[name] = Fragment(type: reader.next() ?? "", selections: reader.selections())
            } else {
                isMutation = word == "mutation"
                _ = reader.next()
                variables = reader.variables()
                selections = reader.selections()
            }
        }
    }
}

private struct TokenReader {
    private var tokens: ArraySlice<String>

    init(_ text: String) {
        var tokens: [String] = []
        var word = ""
        for sign in text {
            if sign.isLetter || sign.isNumber || sign == "_" || sign == "$"
                || sign == "." && (word.isEmpty || word.hasSuffix("."))
            {
                // A name ends where the dots of a spread begin, and the other way round.
                if word.hasSuffix("..."), sign != "." { tokens.append(word); word = "" }
                word.append(sign)
            } else {
                if !word.isEmpty { tokens.append(word); word = "" }
                if !sign.isWhitespace, sign != "," { tokens.append(String(sign)) }
            }
        }
        self.tokens = tokens[...]
    }

    mutating func next() -> String? { tokens.popFirst() }

    private mutating func take(_ token: String) -> Bool {
        guard tokens.first == token else { return false }
        tokens.removeFirst()
        return true
    }

    /// `($number: [Int!]!, $all: Boolean!)`.
    mutating func variables() -> [String: String] {
        var variables: [String: String] = [:]
        guard take("(") else { return variables }
        while !take(")"), let name = next() {
            var type = ""
            while let token = tokens.first, token != ")", !token.hasPrefix("$") {
                if token.first?.isLetter == true { type = token }
                tokens.removeFirst()
            }
            variables[String(name.dropFirst())] = type
        }
        return variables
    }

    mutating func selections() -> [GraphQLSyntax.Selection] {
        var selections: [GraphQLSyntax.Selection] = []
        guard take("{") else { return selections }
        while !take("}"), let token = next() {
            if token != "..." {
                selections.append(.field(field(token)))
            } else if take("on") {
                let type = next() ?? ""
                selections.append(.inline(type: type, self.selections()))
            } else {
                selections.append(.spread(next() ?? ""))
            }
        }
        return selections
    }

    private mutating func field(_ first: String) -> GraphQLSyntax.Field {
        let name = take(":") ? next() ?? "" : first
        let arguments = arguments()
        if take("@") {
            _ = next()
            _ = self.arguments()
        }
        return GraphQLSyntax.Field(name: name, arguments: arguments, selections: selections())
    }

    private mutating func arguments() -> [String: GraphQLSyntax.Value] {
        take("(") ? members(until: ")") : [:]
    }

    private mutating func members(until end: String) -> [String: GraphQLSyntax.Value] {
        var members: [String: GraphQLSyntax.Value] = [:]
        while !take(end), let name = next() {
            _ = take(":")
            members[name] = value()
        }
        return members
    }

    private mutating func value() -> GraphQLSyntax.Value {
        if take("{") { return .object(members(until: "}")) }
        if take("[") {
            var values: [GraphQLSyntax.Value] = []
            while !take("]"), tokens.first != nil { values.append(value()) }
            return .list(values)
        }
        let word = next() ?? ""
        return word.hasPrefix("$") ? .variable(String(word.dropFirst())) : .word(word)
    }
}
