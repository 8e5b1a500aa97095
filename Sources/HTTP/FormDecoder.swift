/// Reads `application/x-www-form-urlencoded` (WHATWG URL, section 5.1), from a body or from a query:
///
///     name=value&name=value        "+" is a space, "%2B" an octet
///
/// Names and values come out as octets; whether they are UTF-8 is the reader's question. The standard lets a broken
/// escape stand for itself. Here it is an error, because a shortened delivery looks just like that.
package enum FormDecoder {
    /// More fields than any partner sends; a form that is all ampersands and letters shall not fill the memory.
    package static let fieldLimit = 4096

    /// Every field in order, decoded.
    package static func decode(_ form: ArraySlice<UInt8>) throws(FormError) -> [FormField] {
        var fields: [FormField] = []
        for raw in RawFormFields(rest: form) {
            guard fields.count < fieldLimit else { throw .tooManyFields(limit: fieldLimit) }
            let name = try decode(raw.name, origin: form.startIndex)
            let value = try decode(raw.value, origin: form.startIndex)
            fields.append(FormField(name: name, value: value))
        }
        return fields
    }

    /// One raw name or value, decoded; an error's offset counts from its beginning.
    package static func decodeValue(_ raw: ArraySlice<UInt8>) throws(FormError) -> [UInt8] {
        try decode(raw, origin: raw.startIndex)
    }

    /// The fields as they stand in `form`, escapes and all; nothing is checked and nothing copied.
    package static func fields(of form: ArraySlice<UInt8>) -> RawFormFields {
        RawFormFields(rest: form)
    }

    private static func decode(_ raw: ArraySlice<UInt8>, origin: Int) throws(FormError) -> [UInt8] {
        let octets = raw.span
        return try [UInt8](capacity: octets.count) { (output) throws(FormError) in
            var position = 0
            while position < octets.count {
                switch octets[position] {
                case UInt8(ascii: "+"):
                    output.append(.space)
                case .percent:
                    guard let octet = octets.escapedOctet(at: position) else {
                        throw .malformedEscape(offset: raw.startIndex - origin + position)
                    }
                    output.append(octet)
                    position += 2
                case let octet:
                    output.append(octet)
                }
                position += 1
            }
        }
    }
}

package struct FormField: Equatable, Sendable {
    package let name: [UInt8]
    package let value: [UInt8]

    package init(name: [UInt8], value: [UInt8]) {
        self.name = name
        self.value = value
    }
}

package enum FormError: Error, Equatable, Sendable {
    /// A percent sign without two hexadecimal digits, so many octets into the form.
    case malformedEscape(offset: Int)
    case tooManyFields(limit: Int)
}

/// The fields of a form one after the other. What stands between two ampersands is a field unless it is empty; its
/// first "=" ends the name, and without one the value is empty.
package struct RawFormFields: Sequence, IteratorProtocol, Sendable {
    private var rest: ArraySlice<UInt8>

    fileprivate init(rest: ArraySlice<UInt8>) {
        self.rest = rest
    }

    package mutating func next() -> (name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)? {
        while !rest.isEmpty {
            let field = rest[..<rest.first(UInt8(ascii: "&"))]
            rest = rest[field.endIndex...].dropFirst()
            if field.isEmpty { continue }
            let nameEnd = field.first(UInt8(ascii: "="))
            return (field[..<nameEnd], field[nameEnd...].dropFirst())
        }
        return nil
    }
}

extension ArraySlice<UInt8> {
    /// The index of the first `octet`; the end when there is none.
    fileprivate func first(_ octet: UInt8) -> Int { startIndex + span.first(octet, in: 0..<count) }
}

extension Span<UInt8> {
    /// The octet that the escape at `position` stands for (RFC 3986 section 2.1); nil when it is not whole.
    fileprivate func escapedOctet(at position: Int) -> UInt8? {
        guard count - position > 2, let high = self[position + 1].hexadecimalValue,
            let low = self[position + 2].hexadecimalValue
        else { return nil }
        return high << 4 | low
    }
}
