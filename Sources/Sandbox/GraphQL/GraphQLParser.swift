// The parts that documents and schemas have in common: names, values, types, arguments, directives.

struct GraphQLParser {
    /// Selections, lists and objects inside one another.
    private static let depthLimit = 32

    private let tokens: [Token]
    private var index = 0
    private var depth = 0

    init(_ text: [UInt8]) throws(GraphQLError) {
        tokens = try Lexer.tokens(of: text)
    }

    /// The last token is the end, and nothing passes it.
    private var token: Token { tokens[index] }
    var location: Location { token.location }
    var isAtEnd: Bool { token.kind == .end }

    var isName: Bool {
        if case .name = token.kind { true } else { false }
    }

    func isWord(_ word: String) -> Bool { token.kind == .name(word) }
    func isSign(_ sign: String) -> Bool { token.kind == .sign(sign) }

    private mutating func pass() {
        if !isAtEnd { index += 1 }
    }

    mutating func take(_ sign: String) -> Bool {
        guard isSign(sign) else { return false }
        pass()
        return true
    }

    mutating func expect(_ sign: String) throws(GraphQLError) {
        guard take(sign) else { throw GraphQLError(syntax: "Expected \(sign)", location) }
    }

    mutating func expectWord(_ word: String) throws(GraphQLError) {
        guard isWord(word) else { throw GraphQLError(syntax: "Expected \"\(word)\"", location) }
        pass()
    }

    mutating func name() throws(GraphQLError) -> String {
        guard case .name(let name) = token.kind else { throw GraphQLError(syntax: "Expected Name", location) }
        pass()
        return name
    }

    /// The description before a definition; empty when there is none.
    mutating func description() -> String {
        guard case .string(let text) = token.kind else { return "" }
        pass()
        return text
    }

    mutating func descend() throws(GraphQLError) {
        depth += 1
        guard depth <= GraphQLParser.depthLimit else { throw GraphQLError(syntax: "too deep", location) }
    }

    mutating func ascend() { depth -= 1 }

    mutating func type() throws(GraphQLError) -> TypeReference {
        try descend()
        defer { ascend() }
        var type: TypeReference
        if take("[") {
            type = .list(try self.type())
            try expect("]")
        } else {
            type = .named(try name())
        }
        if take("!") { type = .nonNull(type) }
        return type
    }

    mutating func arguments() throws(GraphQLError) -> [GivenArgument] {
        var arguments: [GivenArgument] = []
        guard take("(") else { return [] }
        repeat {
            let location = self.location
            let name = try name()
            try expect(":")
            arguments.append(GivenArgument(name: name, value: try value(), location: location))
        } while !take(")")
        return arguments
    }

    mutating func directives() throws(GraphQLError) -> [AppliedDirective] {
        var directives: [AppliedDirective] = []
        while take("@") {
            let name = try name()
            directives.append(AppliedDirective(name: name, arguments: try arguments()))
        }
        return directives
    }

    mutating func value() throws(GraphQLError) -> Literal {
        try descend()
        defer { ascend() }
        if take("$") { return .variable(try name()) }
        if take("[") { return .list(try list()) }
        if take("{") { return .object(try object()) }
        let token = token
        pass()
        switch token.kind {
        case .integer(let text):
            guard let integer = Int(text) else { throw GraphQLError(syntax: "a number is too large", token.location) }
            return .integer(integer)
        case .decimal(let text):
            guard Double(text)?.isFinite == true else {
                throw GraphQLError(syntax: "a number is wrong", token.location)
            }
            return .decimal(text)
        case .string(let text): return .string(text)
        case .name("true"): return .bool(true)
        case .name("false"): return .bool(false)
        case .name("null"): return .null
        case .name(let word): return .word(word)
        case .sign, .end: throw GraphQLError(syntax: "Expected a value", token.location)
        }
    }

    private mutating func list() throws(GraphQLError) -> [Literal] {
        var elements: [Literal] = []
        while !take("]") { elements.append(try value()) }
        return elements
    }

    private mutating func object() throws(GraphQLError) -> [String: Literal] {
        var fields: [String: Literal] = [:]
        while !take("}") {
            let location = self.location
            let name = try name()
            try expect(":")
            guard fields.updateValue(try value(), forKey: name) == nil else {
                throw GraphQLError("There can be only one input field named \"\(name)\".", at: location)
            }
        }
        return fields
    }
}
