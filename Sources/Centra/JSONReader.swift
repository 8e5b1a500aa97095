/// A strict reader of JSON (RFC 8259) that walks over octets and makes nothing: no tree, no strings.
///
/// The one thing to know: the caller asks for what it expects, member by member, and gets tokens, which are ranges of
/// the octets. Whatever it does not want is passed over without recursion and checked all the same, so text that the
/// grammar does not allow is refused wherever it stands. Refused too are octets that are not UTF-8, escapes that name
/// no character (half a surrogate pair) and brackets more than `depthLimit` deep. A name that comes twice is the
/// caller's to judge.
import Commerce

struct JSONReader: Sendable {
    /// Brackets open at once in a value that is passed over. A webhook has three.
    static let depthLimit = 64

    let octets: [UInt8]
    var position = 0

    init(_ octets: [UInt8]) throws(JSONFault) {
        self.octets = octets
        do {
            _ = try UTF8Span(validating: octets.span)
        } catch {
            throw JSONFault(.notUTF8, at: error.byteOffsets.lowerBound)
        }
    }

    /// Passes an opening bracket, if that is what comes next.
    mutating func open(_ bracket: UInt8) -> Bool {
        skipSpace()
        guard position < octets.count, octets[position] == bracket else { return false }
        position += 1
        return true
    }

    /// Inside an object: the next member's name, or nil past the closing brace. Its value must be read next.
    mutating func nextMember(isFirst: inout Bool) throws(JSONFault) -> JSONToken? {
        guard try hasAnother(before: UInt8(ascii: "}"), isFirst: &isFirst) else { return nil }
        skipSpace()
        guard try current() == UInt8(ascii: "\"") else { throw JSONFault(.unexpected, at: position) }
        let name = try readString()
        skipSpace()
        guard try current() == UInt8(ascii: ":") else { throw JSONFault(.unexpected, at: position) }
        position += 1
        return name
    }

    /// Inside a list: whether an element follows, which must be read next; false past the closing bracket.
    mutating func nextElement(isFirst: inout Bool) throws(JSONFault) -> Bool {
        try hasAnother(before: UInt8(ascii: "]"), isFirst: &isFirst)
    }

    /// Reads a string, number or word, or passes over a whole object or list.
    mutating func readValue() throws(JSONFault) -> JSONToken {
        skipSpace()
        let start = position
        guard isAtBracket else { return try readScalar() }
        try passBrackets()
        return JSONToken(.composite, start..<position)
    }

    /// Nothing but white space may follow the value.
    mutating func finish() throws(JSONFault) {
        skipSpace()
        if position < octets.count { throw JSONFault(.unexpected, at: position) }
    }

    /// The octet at the position. Text that is asked for one octet too many is cut off.
    func current() throws(JSONFault) -> UInt8 {
        guard position < octets.count else { throw JSONFault(.cutOff, at: position) }
        return octets[position]
    }
}

extension JSONReader {
    private var isAtBracket: Bool {
        position < octets.count && (octets[position] == UInt8(ascii: "{") || octets[position] == UInt8(ascii: "["))
    }

    @inline(__always)
    private mutating func skipSpace() {
        while position < octets.count, octets[position] <= 0x20, isSpace(octets[position]) { position += 1 }
    }

    private func isSpace(_ octet: UInt8) -> Bool {
        octet == 0x20 || octet == 0x09 || octet == 0x0A || octet == 0x0D
    }

    /// Passes the comma between two members or elements, or the closing bracket. After a comma the reader of the
    /// next value refuses a bracket, so `[1,]` does not pass.
    private mutating func hasAnother(before closing: UInt8, isFirst: inout Bool) throws(JSONFault) -> Bool {
        skipSpace()
        let octet = try current()
        if octet == closing {
            position += 1
            return false
        }
        if isFirst {
            isFirst = false
            return true
        }
        guard octet == UInt8(ascii: ",") else { throw JSONFault(.unexpected, at: position) }
        position += 1
        return true
    }

    /// Passes over an object or list with everything in it. One bit per open bracket remembers its kind, which is
    /// all the memory that nesting can cost.
    private mutating func passBrackets() throws(JSONFault) {
        var objects: UInt64 = 0
        var depth = 0
        var isFirst = true
        repeat {
            skipSpace()
            if isAtBracket {
                guard depth < Self.depthLimit else { throw JSONFault(.tooDeep, at: position) }
                objects = objects << 1 | (octets[position] == UInt8(ascii: "{") ? 1 : 0)
                position += 1
                depth += 1
                isFirst = true
            } else {
                _ = try readScalar()
            }
            while depth > 0, try !hasNext(inObject: objects & 1 == 1, isFirst: &isFirst) {
                objects >>= 1
                depth -= 1
                isFirst = false
            }
        } while depth > 0
    }

    private mutating func hasNext(inObject: Bool, isFirst: inout Bool) throws(JSONFault) -> Bool {
        inObject ? try nextMember(isFirst: &isFirst) != nil : try nextElement(isFirst: &isFirst)
    }
}

/// Why text is not JSON, in words that repeat nothing of it.
struct JSONFault: Error, Equatable, Sendable, CustomStringConvertible {
    enum Kind: String, Sendable {
        case cutOff = "it ends too early"
        case unexpected = "an octet is out of place"
        case badEscape = "an escape names no character"
        case notUTF8 = "it is not UTF-8"
        case tooDeep = "its brackets are nested too deeply"
        case notAnObject = "it is not an object"
        case tooManyLists = "it has too many lists"
    }

    let kind: Kind
    /// Octets of the text before the place.
    let offset: Int

    init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    var description: String { "\(kind.rawValue), at octet \(offset + 1)" }
}
