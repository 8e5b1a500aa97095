/// The strings, numbers and words of JSON, and the text that they stand for (RFC 8259, sections 3, 6 and 7).
import Commerce

/// A value as it stands in the octets.
struct JSONToken: Equatable, Sendable {
    enum Kind: Sendable {
        case string
        case escapedString
        /// A whole number without sign or exponent, which is how an id is written.
        case digits
        case number
        /// `true`, `false` or `null`.
        case word
        case composite
    }

    let kind: Kind
    /// Without the quotes of a string.
    let range: Range<Int>

    init(_ kind: Kind, _ range: Range<Int>) {
        self.kind = kind
        self.range = range
    }

    var isString: Bool { kind == .string || kind == .escapedString }
}

extension JSONReader {
    /// The octets that a token stands for: a string's text without its quotes, a number as it is written.
    func text(of token: JSONToken) -> ArraySlice<UInt8> {
        token.kind == .escapedString ? unescaped(token)[...] : octets[token.range]
    }

    /// Looks at the same octets where they stand.
    func withText<Answer>(of token: JSONToken, _ look: (Span<UInt8>) -> Answer) -> Answer {
        guard token.kind == .escapedString else { return look(octets.span.extracting(token.range)) }
        return look(unescaped(token).span)
    }

    mutating func readScalar() throws(JSONFault) -> JSONToken {
        switch try current() {
        case UInt8(ascii: "\""): return try readString()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try readNumber()
        case UInt8(ascii: "t"): return try readWord("true")
        case UInt8(ascii: "f"): return try readWord("false")
        case UInt8(ascii: "n"): return try readWord("null")
        default: throw JSONFault(.unexpected, at: position)
        }
    }

    mutating func readString() throws(JSONFault) -> JSONToken {
        position += 1
        let start = position
        var kind = JSONToken.Kind.string
        position = octets.span.endOfPlainText(from: position)
        while try current() == UInt8(ascii: "\\") {
            kind = .escapedString
            _ = try readEscape()
            position = octets.span.endOfPlainText(from: position)
        }
        guard octets[position] == UInt8(ascii: "\"") else { throw JSONFault(.unexpected, at: position) }
        defer { position += 1 }
        return JSONToken(kind, start..<position)
    }
}

// MARK: - Numbers and words

extension JSONReader {
    /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
    private mutating func readNumber() throws(JSONFault) -> JSONToken {
        let start = position
        var kind = JSONToken.Kind.digits
        if passIf(UInt8(ascii: "-"), UInt8(ascii: "-")) { kind = .number }
        if !passIf(UInt8(ascii: "0"), UInt8(ascii: "0")) { try passDigits() }
        if passIf(UInt8(ascii: "."), UInt8(ascii: ".")) {
            kind = .number
            try passDigits()
        }
        if passIf(UInt8(ascii: "e"), UInt8(ascii: "E")) {
            kind = .number
            _ = passIf(UInt8(ascii: "+"), UInt8(ascii: "-"))
            try passDigits()
        }
        return JSONToken(kind, start..<position)
    }

    private mutating func passIf(_ one: UInt8, _ other: UInt8) -> Bool {
        guard position < octets.count, octets[position] == one || octets[position] == other else { return false }
        position += 1
        return true
    }

    private mutating func passDigits() throws(JSONFault) {
        guard try current().isDigit else { throw JSONFault(.unexpected, at: position) }
        while position < octets.count, octets[position].isDigit { position += 1 }
    }

    private mutating func readWord(_ word: StaticString) throws(JSONFault) -> JSONToken {
        let start = position
        for index in 0..<word.utf8CodeUnitCount {
            let letter = word.withUTF8Buffer { $0[index] }
            guard try current() == letter else { throw JSONFault(.unexpected, at: position) }
            position += 1
        }
        return JSONToken(.word, start..<position)
    }
}

// MARK: - Escapes

extension JSONReader {
    /// Reads one escape of a string, from its backslash on.
    private mutating func readEscape() throws(JSONFault) -> Unicode.Scalar {
        let start = position
        position += 1
        let octet = try current()
        position += 1
        switch octet {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(octet)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try readUnicodeEscape(from: start)
        default: throw JSONFault(.badEscape, at: start)
        }
    }

    /// `\uXXXX`, or two of them that are a surrogate pair. Half a pair is no character.
    private mutating func readUnicodeEscape(from start: Int) throws(JSONFault) -> Unicode.Scalar {
        let unit = try readFourDigits(from: start)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xDC00, try current() == UInt8(ascii: "\\") else { throw JSONFault(.badEscape, at: start) }
        position += 1
        guard try current() == UInt8(ascii: "u") else { throw JSONFault(.badEscape, at: start) }
        position += 1
        let second = try readFourDigits(from: start)
        guard 0xDC00...0xDFFF ~= second,
            let scalar = Unicode.Scalar(0x10000 + (UInt32(unit - 0xD800) << 10 | UInt32(second - 0xDC00)))
        else { throw JSONFault(.badEscape, at: start) }
        return scalar
    }

    private mutating func readFourDigits(from start: Int) throws(JSONFault) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(try current())).hexDigitValue else {
                throw JSONFault(.badEscape, at: start)
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }

    /// Every escape was checked when the token was read, so none is left out here.
    private func unescaped(_ token: JSONToken) -> [UInt8] {
        var reader = self
        reader.position = token.range.lowerBound
        var text: [UInt8] = []
        while reader.position < token.range.upperBound {
            if octets[reader.position] == UInt8(ascii: "\\") {
                guard let scalar = try? reader.readEscape() else { break }
                text.append(contentsOf: Array(String(scalar).utf8))
            } else {
                text.append(octets[reader.position])
                reader.position += 1
            }
        }
        return text
    }
}
