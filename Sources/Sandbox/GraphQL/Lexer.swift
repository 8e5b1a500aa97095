// The tokens of GraphQL (October 2021, section 2.1), of documents and of schemas alike.

/// Where something stands in a text, from 1.
struct Location: Equatable, Sendable {
    var line = 1
    var column = 1
}

struct Token: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case name(String)
        case integer(String)
        case decimal(String)
        case string(String)
        /// `! $ & ( ) ... : = @ [ ] { | }`
        case sign(String)
        case end
    }

    let kind: Kind
    let location: Location
}

struct Lexer {
    private let octets: [UInt8]
    private var index = 0
    private var location = Location()

    private init(_ text: [UInt8]) {
        octets = text
    }

    static func tokens(of text: [UInt8]) throws(GraphQLError) -> [Token] {
        var lexer = Lexer(text)
        var tokens: [Token] = []
        repeat { tokens.append(try lexer.next()) } while tokens.last?.kind != .end
        return tokens
    }

    private mutating func next() throws(GraphQLError) -> Token {
        skipIgnored()
        let start = location
        guard let octet = peek else { return Token(kind: .end, location: start) }
        if octet.isNameStart { return Token(kind: .name(word(\.isNamePart)), location: start) }
        if octet.isDigit || octet == UInt8(ascii: "-") { return Token(kind: number(), location: start) }
        if octet == UInt8(ascii: "\"") { return Token(kind: .string(try string(from: start)), location: start) }
        if octets[index...].starts(with: "...".utf8) {
            advance(3)
            return Token(kind: .sign("..."), location: start)
        }
        guard "!$&():=@[]{|}".utf8.contains(octet) else { throw GraphQLError(syntax: "unexpected character", start) }
        advance(1)
        return Token(kind: .sign(String(Unicode.Scalar(octet))), location: start)
    }

    private var peek: UInt8? { index < octets.count ? octets[index] : nil }

    private mutating func advance(_ count: Int) {
        index += count
        location.column += count
    }

    private mutating func word(_ belongs: (UInt8) -> Bool) -> String {
        let word = octets[index...].prefix(while: belongs)
        advance(word.count)
        return String(decoding: word, as: UTF8.self)
    }

    /// White space, line ends, commas, comments, a byte order mark.
    private mutating func skipIgnored() {
        while let octet = peek {
            switch octet {
            case UInt8(ascii: "\n"):
                index += 1
                location = Location(line: location.line + 1, column: 1)
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: ","), 0xEF, 0xBB, 0xBF:
                advance(1)
            case UInt8(ascii: "#"): _ = word { $0 != UInt8(ascii: "\n") }
            default: return
            }
        }
    }

    private mutating func number() -> Token.Kind {
        let text = word { $0.isDigit || "-+.eE".utf8.contains($0) }
        return text.contains { ".eE".contains($0) } ? .decimal(text) : .integer(text)
    }

    private mutating func string(from start: Location) throws(GraphQLError) -> String {
        if octets[index...].starts(with: "\"\"\"".utf8) { return try block(from: start) }
        advance(1)
        var units: [UInt8] = []
        while let octet = peek, octet != UInt8(ascii: "\""), octet != UInt8(ascii: "\n") {
            advance(1)
            if octet == UInt8(ascii: "\\") { units += try escape(start) } else { units.append(octet) }
        }
        guard peek == UInt8(ascii: "\"") else { throw GraphQLError(syntax: "a string does not end", start) }
        advance(1)
        return String(decoding: units, as: UTF8.self)
    }

    /// Its indentation is left as it is.
    private mutating func block(from start: Location) throws(GraphQLError) -> String {
        advance(3)
        let begin = index
        while index < octets.count, !octets[index...].starts(with: "\"\"\"".utf8) {
            if octets[index] == UInt8(ascii: "\n") { location = Location(line: location.line + 1, column: 0) }
            advance(1)
        }
        guard index < octets.count else { throw GraphQLError(syntax: "a string does not end", start) }
        let text = String(decoding: octets[begin..<index], as: UTF8.self)
        advance(3)
        return text
    }

    private mutating func escape(_ start: Location) throws(GraphQLError) -> [UInt8] {
        guard let letter = peek else { throw GraphQLError(syntax: "a string does not end", start) }
        advance(1)
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            let digits = String(decoding: octets[index...].prefix(4), as: UTF8.self)
            guard digits.utf8.count == 4, let unit = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(unit) else {
                throw GraphQLError(syntax: "an escape is wrong", start)
            }
            advance(4)
            return Array(String(Character(scalar)).utf8)
        default: throw GraphQLError(syntax: "an escape is wrong", start)
        }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    fileprivate var isNamePart: Bool { isNameStart || isDigit }
    fileprivate var isNameStart: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
            || self == UInt8(ascii: "_")
    }
}
