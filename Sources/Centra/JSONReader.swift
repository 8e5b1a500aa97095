/// A strict reader of JSON (RFC 8259) that walks over it where it stands in a form and makes nothing: no decoded copy, no
/// tree, no strings.
///
/// The one thing to know: the caller asks for what it expects, member by member, and gets tokens, which are ranges of
/// the form's octets. Whatever it does not want is passed over without recursion and checked all the same, so text that
/// the grammar does not allow is refused wherever it stands. Refused too are octets that are not UTF-8, escapes that name
/// no character (half a surrogate pair) and brackets more than `depthLimit` deep. A name that comes twice is the
/// caller's to judge.
///
/// It holds a position and no octets: each call is given the same form.
import Commerce

struct JSONReader: Sendable {
    /// Brackets open at once in a value that is passed over. A webhook has three.
    static let depthLimit = 64

    var position = 0
    /// Whether nothing read so far could be anything else than UTF-8.
    var isASCII = true

    /// Passes an opening bracket, if that is what comes next.
    mutating func open(_ bracket: JSONMark, in form: Span<UInt8>) throws(JSONFault) -> Bool {
        if passUsual(bracket, in: form) { return true }
        try skipSpace(in: form)
        return position < form.count ? try pass(bracket, in: form) : false
    }

    /// Inside an object: the next member's name, or nil past the closing brace. Its value must be read next.
    @inline(__always)
    mutating func nextMember(in form: Span<UInt8>, isFirst: inout Bool) throws(JSONFault) -> JSONToken? {
        if isFirst, passUsual(.quote, in: form) {
            isFirst = false
        } else {
            guard try hasAnother(before: .closingBrace, in: form, isFirst: &isFirst) else { return nil }
            guard try pass(.quote, in: form) else { throw JSONFault(.unexpected, at: position) }
        }
        let name = try readString(in: form)
        guard try pass(.colon, in: form) else { throw JSONFault(.unexpected, at: position) }
        return name
    }

    /// Inside a list: whether an element follows, which must be read next; false past the closing bracket.
    mutating func nextElement(in form: Span<UInt8>, isFirst: inout Bool) throws(JSONFault) -> Bool {
        try hasAnother(before: .closingBracket, in: form, isFirst: &isFirst)
    }

    /// Reads a string, number or word, or passes over a whole object or list.
    mutating func readValue(in form: Span<UInt8>) throws(JSONFault) -> JSONToken {
        if passUsual(.quote, in: form) { return try readString(in: form) }
        try skipSpace(in: form)
        let start = position
        guard try current(in: form).opensBracket else { return try readScalar(in: form) }
        try passBrackets(in: form)
        return JSONToken(.composite, start..<position)
    }

    /// Nothing but white space may follow the value, and all of it must have been UTF-8.
    mutating func finish(in form: Span<UInt8>) throws(JSONFault) {
        try skipSpace(in: form)
        if position < form.count { throw JSONFault(.unexpected, at: position) }
        if !isASCII { try checkUTF8(in: form) }
    }
}

// MARK: - Marks

/// A mark of the grammar, and how a form nearly always writes it.
struct JSONMark {
    let octet: UInt8
    let escape: FormEscape

    @inline(__always)
    private init(_ octet: Unicode.Scalar) {
        self.octet = UInt8(ascii: octet)
        escape = FormEscape(self.octet)
    }

    static var quote: JSONMark { JSONMark("\"") }
    static var colon: JSONMark { JSONMark(":") }
    static var comma: JSONMark { JSONMark(",") }
    static var openingBrace: JSONMark { JSONMark("{") }
    static var closingBrace: JSONMark { JSONMark("}") }
    static var openingBracket: JSONMark { JSONMark("[") }
    static var closingBracket: JSONMark { JSONMark("]") }
}

extension JSONReader {
    /// Passes the mark if it stands at the position and is written in the usual way.
    @inline(__always)
    mutating func passUsual(_ mark: JSONMark, in form: Span<UInt8>) -> Bool {
        guard form.has(mark.escape, at: position) else { return false }
        position += FormEscape.octetCount
        return true
    }

    /// Passes the mark, and white space before it, if that is what comes next.
    @inline(__always)
    mutating func pass(_ mark: JSONMark, in form: Span<UInt8>) throws(JSONFault) -> Bool {
        passUsual(mark, in: form) ? true : try passUnusual(mark.octet, in: form)
    }

    private mutating func passUnusual(_ octet: UInt8, in form: Span<UInt8>) throws(JSONFault) -> Bool {
        try skipSpace(in: form)
        let next = try current(in: form)
        guard next.octet == octet else { return false }
        position = next.end
        return true
    }

    /// What stands at the position. Text that is asked for one octet too many is cut off.
    @inline(__always)
    func current(in form: Span<UInt8>) throws(JSONFault) -> FormOctet {
        guard position < form.count else { throw JSONFault(.cutOff, at: position) }
        guard let octet = form.formOctet(at: position) else { throw JSONFault(.brokenEscape, at: position) }
        return octet
    }

    private mutating func skipSpace(in form: Span<UInt8>) throws(JSONFault) {
        while position < form.count {
            let next = try current(in: form)
            guard next.isSpace else { return }
            position = next.end
        }
    }

    /// Passes the comma between two members or elements, or the closing bracket. After a comma the reader of the
    /// next value refuses a bracket, so `[1,]` does not pass.
    @inline(__always)
    private mutating func hasAnother(
        before closing: JSONMark, in form: Span<UInt8>, isFirst: inout Bool
    ) throws(JSONFault) -> Bool {
        if !isFirst, passUsual(.comma, in: form) { return true }
        if try pass(closing, in: form) { return false }
        if isFirst {
            isFirst = false
            return true
        }
        guard try pass(.comma, in: form) else { throw JSONFault(.unexpected, at: position) }
        return true
    }
}

// MARK: - What nobody wants

extension JSONReader {
    /// Passes over an object or list with everything in it. One bit per open bracket remembers its kind, which is
    /// all the memory that nesting can cost.
    private mutating func passBrackets(in form: Span<UInt8>) throws(JSONFault) {
        var objects: UInt64 = 0
        var depth = 0
        var isFirst = true
        repeat {
            try skipSpace(in: form)
            let next = try current(in: form)
            if next.opensBracket {
                guard depth < Self.depthLimit else { throw JSONFault(.tooDeep, at: position) }
                objects = objects << 1 | (next.octet == JSONMark.openingBrace.octet ? 1 : 0)
                position = next.end
                depth += 1
                isFirst = true
            } else {
                _ = try readScalar(in: form)
            }
            while depth > 0, try !hasNext(inObject: objects & 1 == 1, in: form, isFirst: &isFirst) {
                objects >>= 1
                depth -= 1
                isFirst = false
            }
        } while depth > 0
    }

    private mutating func hasNext(
        inObject: Bool, in form: Span<UInt8>, isFirst: inout Bool
    ) throws(JSONFault) -> Bool {
        inObject ? try nextMember(in: form, isFirst: &isFirst) != nil : try nextElement(in: form, isFirst: &isFirst)
    }

    private func checkUTF8(in form: Span<UInt8>) throws(JSONFault) {
        let decoded = try? FormEncoding.decode(form)
        guard let decoded, (try? UTF8Span(validating: decoded.span)) != nil else { throw JSONFault(.notUTF8, at: 0) }
    }
}

extension FormOctet {
    fileprivate var isSpace: Bool { octet == 0x20 || octet == 0x09 || octet == 0x0A || octet == 0x0D }

    fileprivate var opensBracket: Bool {
        octet == JSONMark.openingBrace.octet || octet == JSONMark.openingBracket.octet
    }
}
