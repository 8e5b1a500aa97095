// JSON as it is written to operators and to the log (RFC 8259), in the order in which it is said, straight into octets.

/// Writes one JSON text. Containers close themselves:
///
/// ```
/// var json = JSONWriter()
/// json.object { json in
///     json.field("ready", false)
///     json.array("reasons") { $0.value("the journal is full") }
/// }
/// ```
package struct JSONWriter {
    private enum Place {
        case start, end
        case object(isEmpty: Bool)
        case array(isEmpty: Bool)
        /// After a field's name.
        case field
    }

    /// UTF-8; a whole JSON text once the outermost value is written.
    package private(set) var octets: [UInt8] = []
    private var place = Place.start

    package init() {}

    /// One object and the line end after it.
    package static func line(_ content: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.object(content)
        return json.octets + [UInt8(ascii: "\n")]
    }

    package mutating func value(_ value: some JSONWritable) {
        value.write(into: &self)
    }

    package mutating func field(_ name: String, _ value: some JSONWritable) {
        self.name(name)
        value.write(into: &self)
    }

    package mutating func null() {
        scalar("null")
    }

    package mutating func object<Failure>(
        _ content: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        try container(.object(isEmpty: true), "{", "}", content)
    }

    package mutating func array<Failure>(
        _ content: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        try container(.array(isEmpty: true), "[", "]", content)
    }

    package mutating func object<Failure>(
        _ name: String, _ content: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.name(name)
        try object(content)
    }

    package mutating func array<Failure>(
        _ name: String, _ content: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.name(name)
        try array(content)
    }

    fileprivate mutating func scalar(_ text: String) {
        let outer = beginValue()
        octets += text.utf8
        place = outer
    }

    fileprivate mutating func string(_ text: some StringProtocol) {
        let outer = beginValue()
        appendQuoted(text)
        place = outer
    }
}

/// What can be written as one JSON value.
package protocol JSONWritable {
    func write(into json: inout JSONWriter)
}

extension String: JSONWritable {
    package func write(into json: inout JSONWriter) { json.string(self) }
}

extension Substring: JSONWritable {
    package func write(into json: inout JSONWriter) { json.string(self) }
}

extension Bool: JSONWritable {
    package func write(into json: inout JSONWriter) { json.scalar(self ? "true" : "false") }
}

extension BinaryInteger where Self: JSONWritable {
    package func write(into json: inout JSONWriter) { json.scalar(String(self)) }
}

extension Int: JSONWritable {}
extension Int64: JSONWritable {}
extension UInt64: JSONWritable {}

extension Double: JSONWritable {
    /// JSON has no infinities and no NaN: they are null.
    package func write(into json: inout JSONWriter) { json.scalar(isFinite ? description : "null") }
}

extension Optional: JSONWritable where Wrapped: JSONWritable {
    package func write(into json: inout JSONWriter) {
        guard let self else { return json.null() }
        json.value(self)
    }
}

/// What was read can be written again; the order of an object's members is not kept, so they are sorted.
extension JSONValue: JSONWritable {
    package func write(into json: inout JSONWriter) {
        switch self {
        case .null: json.null()
        case .bool(let bool): json.value(bool)
        case .integer(let integer): json.value(integer)
        case .decimal(let text): json.scalar(text)
        case .string(let string): json.value(string)
        case .array(let elements): json.value(elements)
        case .object(let fields):
            json.object { json in
                for (name, value) in fields.sorted(by: { $0.key < $1.key }) { json.field(name, value) }
            }
        }
    }
}

extension Array: JSONWritable where Element: JSONWritable {
    package func write(into json: inout JSONWriter) {
        json.array { json in for element in self { json.value(element) } }
    }
}

// Punctuation.
extension JSONWriter {
    private mutating func container<Failure>(
        _ inner: Place, _ open: Unicode.Scalar, _ close: Unicode.Scalar,
        _ content: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        let outer = beginValue()
        octets.append(UInt8(ascii: open))
        place = inner
        try content(&self)
        octets.append(UInt8(ascii: close))
        place = outer
    }

    private mutating func name(_ name: String) {
        guard case .object(let isEmpty) = place else { preconditionFailure("a field belongs in an object") }
        if !isEmpty { octets.append(UInt8(ascii: ",")) }
        appendQuoted(name)
        octets.append(UInt8(ascii: ":"))
        place = .field
    }

    /// Writes the comma that a value needs before it; answers the place after it.
    private mutating func beginValue() -> Place {
        switch place {
        case .start: return .end
        case .field: return .object(isEmpty: false)
        case .array(let isEmpty):
            if !isEmpty { octets.append(UInt8(ascii: ",")) }
            return .array(isEmpty: false)
        case .object: preconditionFailure("a value in an object needs a name")
        case .end: preconditionFailure("a JSON text is one value")
        }
    }

    private mutating func appendQuoted(_ text: some StringProtocol) {
        octets.append(UInt8(ascii: "\""))
        for octet in text.utf8 { appendCharacter(octet) }
        octets.append(UInt8(ascii: "\""))
    }

    /// Escapes more than RFC 8259, section 7, asks for: DEL, and the two line ends U+2028 and U+2029 that JavaScript
    /// knows and JSON does not, so that a line of the log is a line to everybody.
    private mutating func appendCharacter(_ octet: UInt8) {
        switch octet {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): octets += [UInt8(ascii: "\\"), octet]
        case UInt8(ascii: "\n"): octets += "\\n".utf8
        case UInt8(ascii: "\r"): octets += "\\r".utf8
        case UInt8(ascii: "\t"): octets += "\\t".utf8
        case 0x00...0x1F, 0x7F: appendEscape(UInt16(octet))
        case 0xA8...0xA9 where octets.suffix(2) == [0xE2, 0x80]:
            octets.removeLast(2)
            appendEscape(0x2028 + UInt16(octet - 0xA8))
        default: octets.append(octet)
        }
    }

    private mutating func appendEscape(_ unit: UInt16) {
        let digits = String(unit, radix: 16)
        octets += "\\u".utf8
        octets += String(repeating: "0", count: 4 - digits.utf8.count).utf8
        octets += digits.utf8
    }
}
