/// The strings, numbers and words of JSON, and the text that they stand for (RFC 8259, sections 3, 6 and 7).
import Commerce

/// A value as it stands in the form.
struct JSONToken: Equatable, Sendable {
    enum Kind: Sendable {
        case string
        /// A whole number without sign or exponent, which is how an id is written.
        case digits
        case number
        /// `true`, `false` or `null`.
        case word
        case composite
    }

    /// What must be undone to get the text.
    enum Writing: Sendable {
        /// Nothing: the octets are the text.
        case plain
        case formEscapes
        /// Escapes of JSON, and perhaps of the form as well.
        case escapes
    }

    let kind: Kind
    let writing: Writing
    // Not a range of integers: tokens are copied much, and bodies are far smaller than these numbers go.
    private let start: UInt32
    private let end: UInt32

    init(_ kind: Kind, _ range: Range<Int>, _ writing: Writing = .formEscapes) {
        self.kind = kind
        self.writing = writing
        start = UInt32(range.lowerBound)
        end = UInt32(range.upperBound)
    }

    /// Without the quotes of a string.
    var range: Range<Int> { Int(start)..<Int(end) }

    /// Looks at the text that the token stands for: that of a string without its quotes, a number as it is written.
    /// Nil when it has more octets than anything that means something (`Shape.limit`).
    @inline(__always)
    func withText<Answer>(in form: Span<UInt8>, _ look: (Span<UInt8>) -> Answer) -> Answer? {
        if writing == .plain { return range.count <= Shape.limit ? look(form.extracting(range)) : nil }
        var text = InlineArray<64, UInt8>(repeating: 0)
        guard let count = decode(form, into: &text) else { return nil }
        return look(text.span.extracting(..<count))
    }

    /// The number of octets; nil when there are too many. Every escape was checked when the token was read, so none is
    /// left out here.
    private func decode(_ form: Span<UInt8>, into text: inout InlineArray<64, UInt8>) -> Int? {
        precondition(text.count == Shape.limit)
        if writing == .formEscapes, range.count <= text.count {
            return try? FormEncoding.decode(form.extracting(range), into: text.mutableSpan)
        }
        let end = Int(end)
        var (position, count) = (Int(start), 0)
        while position < end {
            guard count < text.count, let next = form.formOctet(at: position) else { return nil }
            position = next.end
            if next.octet == UInt8(ascii: "\\"), kind == .string {
                guard let next = unescape(form, from: position, into: &text, at: count) else { return nil }
                (position, count) = next
            } else {
                text[count] = next.octet
                count += 1
            }
        }
        return count
    }

    /// From behind the backslash; where to go on in both, or nil when there is no room.
    private func unescape(
        _ form: Span<UInt8>, from position: Int, into text: inout InlineArray<64, UInt8>, at start: Int
    ) -> (position: Int, count: Int)? {
        var reader = JSONReader()
        reader.position = position
        guard let scalar = try? reader.readEscape(in: form, from: position) else { return nil }
        var count = start
        for octet in String(scalar).utf8 {
            guard count < text.count else { return nil }
            text[count] = octet
            count += 1
        }
        return (reader.position, count)
    }
}

extension JSONReader {
    mutating func readScalar(in form: Span<UInt8>) throws(JSONFault) -> JSONToken {
        let next = try current(in: form)
        switch next.octet {
        case UInt8(ascii: "\""):
            position = next.end
            return try readString(in: form)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try readNumber(in: form)
        case UInt8(ascii: "t"): return try readWord("true", in: form)
        case UInt8(ascii: "f"): return try readWord("false", in: form)
        case UInt8(ascii: "n"): return try readWord("null", in: form)
        default: throw JSONFault(.unexpected, at: position)
        }
    }

    /// From behind the opening quote.
    mutating func readString(in form: Span<UInt8>) throws(JSONFault) -> JSONToken {
        let start = position
        var writing = JSONToken.Writing.plain
        while true {
            position = form.endOfPlainText(from: position)
            let end = position
            if passUsual(.quote, in: form) { return JSONToken(.string, start..<end, writing) }
            let next = try current(in: form)
            position = next.end
            switch next.octet {
            case JSONMark.quote.octet:
                return JSONToken(.string, start..<end, writing)
            case UInt8(ascii: "\\"):
                writing = .escapes
                _ = try readEscape(in: form, from: end)
            case 0..<0x20:
                throw JSONFault(.unexpected, at: end)
            default:
                if form[end] != next.octet, writing == .plain { writing = .formEscapes }
                if next.octet >= 0x80 { isASCII = false }
            }
        }
    }
}

// MARK: - Numbers and words

extension JSONReader {
    /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
    private mutating func readNumber(in form: Span<UInt8>) throws(JSONFault) -> JSONToken {
        let start = position
        var kind = JSONToken.Kind.digits
        var next: FormOctet? = try current(in: form)
        if next?.octet == UInt8(ascii: "-") {
            kind = .number
            next = try pass(next, in: form)
        }
        next = next?.octet == UInt8(ascii: "0") ? try pass(next, in: form) : try passDigits(in: form)
        if next?.octet == UInt8(ascii: ".") {
            kind = .number
            _ = try pass(next, in: form)
            next = try passDigits(in: form)
        }
        if let exponent = next, exponent.octet | 0x20 == UInt8(ascii: "e") {
            kind = .number
            next = try pass(next, in: form)
            if next?.octet == UInt8(ascii: "+") || next?.octet == UInt8(ascii: "-") { _ = try pass(next, in: form) }
            _ = try passDigits(in: form)
        }
        let isPlain = (start..<position).allSatisfy { form[$0] != UInt8(ascii: "%") }
        return JSONToken(kind, start..<position, isPlain ? .plain : .formEscapes)
    }

    /// Passes the octet and gives the one after it; nil at the end of the text.
    @inline(__always)
    private mutating func pass(_ octet: FormOctet?, in form: Span<UInt8>) throws(JSONFault) -> FormOctet? {
        if let octet { position = octet.end }
        return position < form.count ? try current(in: form) : nil
    }

    /// One digit or more; gives what comes after them.
    private mutating func passDigits(in form: Span<UInt8>) throws(JSONFault) -> FormOctet? {
        let first = try current(in: form)
        guard first.octet.isDigit else { throw JSONFault(.unexpected, at: position) }
        var next: FormOctet? = first
        while let digit = next, digit.octet.isDigit { next = try pass(digit, in: form) }
        return next
    }

    private mutating func readWord(_ word: StaticString, in form: Span<UInt8>) throws(JSONFault) -> JSONToken {
        let start = position
        for index in 0..<word.utf8CodeUnitCount {
            let letter = word.withUTF8Buffer { $0[index] }
            let next = try current(in: form)
            guard next.octet == letter else { throw JSONFault(.unexpected, at: position) }
            position = next.end
        }
        return JSONToken(.word, start..<position)
    }
}

// MARK: - Escapes

extension JSONReader {
    /// Reads one escape of a string, from behind its backslash, which stands at `start`.
    fileprivate mutating func readEscape(
        in form: Span<UInt8>, from start: Int
    ) throws(JSONFault) -> Unicode.Scalar {
        let next = try current(in: form)
        position = next.end
        switch next.octet {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(next.octet)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try readUnicodeEscape(in: form, from: start)
        default: throw JSONFault(.badEscape, at: start)
        }
    }

    /// `\uXXXX`, or two of them that are a surrogate pair. Half a pair is no character.
    private mutating func readUnicodeEscape(
        in form: Span<UInt8>, from start: Int
    ) throws(JSONFault) -> Unicode.Scalar {
        let unit = try readFourDigits(in: form, from: start)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xDC00 else { throw JSONFault(.badEscape, at: start) }
        for letter in [UInt8(ascii: "\\"), UInt8(ascii: "u")] {
            let next = try current(in: form)
            guard next.octet == letter else { throw JSONFault(.badEscape, at: start) }
            position = next.end
        }
        let second = try readFourDigits(in: form, from: start)
        guard 0xDC00...0xDFFF ~= second,
            let scalar = Unicode.Scalar(0x10000 + (UInt32(unit - 0xD800) << 10 | UInt32(second - 0xDC00)))
        else { throw JSONFault(.badEscape, at: start) }
        return scalar
    }

    private mutating func readFourDigits(in form: Span<UInt8>, from start: Int) throws(JSONFault) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            let next = try current(in: form)
            guard let digit = next.octet.hexadecimalValue else { throw JSONFault(.badEscape, at: start) }
            unit = unit << 4 | UInt16(digit)
            position = next.end
        }
        return unit
    }
}
