// How JSON text becomes a `JSONValue`: recursive descent over octets, one function for each rule of RFC 8259.

/// The depth limit bounds the recursion.
struct JSONReader {
    private let octets: [UInt8]
    private let depthLimit: Int
    private var index = 0
    private var depth = 0

    init(_ octets: [UInt8], depthLimit: Int) {
        self.octets = octets
        self.depthLimit = depthLimit
    }

    mutating func text() throws(JSONMistake) -> JSONValue {
        skipBlanks()
        let value = try value()
        skipBlanks()
        guard index == octets.count else { throw mistake("goes on after its end") }
        return value
    }

    private mutating func value() throws(JSONMistake) -> JSONValue {
        // NUL begins no value, so it can stand for the end of the text.
        switch peek ?? 0 {
        case UInt8(ascii: "{"): return try nested { reader throws(JSONMistake) in try reader.object() }
        case UInt8(ascii: "["): return try nested { reader throws(JSONMistake) in try reader.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw mistake("lacks a value")
        }
    }

    private mutating func nested(
        _ read: (inout JSONReader) throws(JSONMistake) -> JSONValue
    ) throws(JSONMistake) -> JSONValue {
        guard depth < depthLimit else { throw mistake("is nested more than \(depthLimit) deep") }
        depth += 1
        index += 1
        skipBlanks()
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(JSONMistake) -> JSONValue {
        var fields: [String: JSONValue] = [:]
        if take("}") { return .object(fields) }
        repeat {
            skipBlanks()
            let start = index
            guard peek == UInt8(ascii: "\"") else { throw mistake("lacks a name in double quotes") }
            let name = try string()
            guard fields[name] == nil else { throw JSONMistake(offset: start, text: "has a name twice in one object") }
            skipBlanks()
            try expect(":")
            skipBlanks()
            fields[name] = try value()
            skipBlanks()
        } while take(",")
        try expect("}")
        return .object(fields)
    }

    private mutating func array() throws(JSONMistake) -> JSONValue {
        var elements: [JSONValue] = []
        if take("]") { return .array(elements) }
        repeat {
            skipBlanks()
            elements.append(try value())
            skipBlanks()
        } while take(",")
        try expect("]")
        return .array(elements)
    }
}

// Words and numbers.
extension JSONReader {
    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONMistake) -> JSONValue {
        let expected = word.withUTF8Buffer(Array.init)
        guard octets[index...].starts(with: expected) else { throw mistake("lacks a value") }
        index += expected.count
        return value
    }

    /// RFC 8259, section 6: no plus sign, no leading zero, a digit on both sides of the point.
    private mutating func number() throws(JSONMistake) -> JSONValue {
        let start = index
        var isInteger = true
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") {
            isInteger = false
            try digits()
        }
        if take("e") || take("E") {
            isInteger = false
            _ = take("+") || take("-")
            try digits()
        }
        let text = String(decoding: octets[start..<index], as: UTF8.self)
        if isInteger, let integer = Int(text) { return .integer(integer) }
        guard Double(text)?.isFinite == true else {
            throw JSONMistake(offset: start, text: "has a number that is too large")
        }
        return .decimal(text)
    }

    private mutating func digits() throws(JSONMistake) {
        let count = octets[index...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
        guard count > 0 else { throw mistake("lacks a digit") }
        index += count
    }
}

// Strings.
extension JSONReader {
    private mutating func string() throws(JSONMistake) -> String {
        let start = index
        try expect("\"")
        var units = Array(plainText())
        while !take("\"") {
            guard let octet = peek else { throw mistake("ends within a string") }
            guard octet >= 0x20 else { throw mistake("has a control character in a string") }
            index += 1
            if octet == UInt8(ascii: "\\") {
                units += try escape()
            } else {
                units.append(octet)
            }
            units += plainText()
        }
        do {
            return String(copying: try UTF8Span(validating: units.span))
        } catch {
            throw JSONMistake(offset: start, text: "has a string that is not UTF-8")
        }
    }

    /// Passes what stands for itself, up to a quote, a backslash or a control.
    private mutating func plainText() -> ArraySlice<UInt8> {
        let start = index
        while index < octets.count {
            let octet = octets[index]
            if octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "\\") || octet < 0x20 { break }
            index += 1
        }
        return octets[start..<index]
    }

    /// What follows a backslash, as UTF-8.
    private mutating func escape() throws(JSONMistake) -> [UInt8] {
        guard let letter = peek else { throw mistake("ends within a string") }
        index += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(Character(try escapedScalar())).utf8)
        default: throw JSONMistake(offset: index - 1, text: "has an unknown escape")
        }
    }

    /// `\u` and four digits, or two of them that are a surrogate pair.
    private mutating func escapedScalar() throws(JSONMistake) -> Unicode.Scalar {
        let start = index
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first), take("\\"), take("u") else {
            throw JSONMistake(offset: start, text: "has half of a surrogate pair")
        }
        let second = try codeUnit()
        guard UTF16.isTrailSurrogate(second) else {
            throw JSONMistake(offset: start, text: "has half of a surrogate pair")
        }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    private mutating func codeUnit() throws(JSONMistake) -> UInt16 {
        let digits = octets[index...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw mistake("lacks four hexadecimal digits") }
        index += 4
        return unit
    }
}

// Single octets.
extension JSONReader {
    private var peek: UInt8? { index < octets.count ? octets[index] : nil }

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: sign) else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ sign: Unicode.Scalar) throws(JSONMistake) {
        guard take(sign) else { throw mistake("lacks \(sign)") }
    }

    /// RFC 8259, section 2.
    private mutating func skipBlanks() {
        while let octet = peek, octet == 0x20 || octet == 0x09 || octet == 0x0A || octet == 0x0D { index += 1 }
    }

    private func mistake(_ text: String) -> JSONMistake {
        JSONMistake(offset: index, text: text)
    }
}
