/// One whole request, read and checked. There is no other maker than `RequestReader`, so whoever holds one need not
/// ask whether its framing, Host or target were sound.
///
/// It owns the octets it came in; `path`, `query`, field values and `body` are slices of them, so reading it copies
/// nothing. A slice keeps all of the octets alive: copy what is kept for long. Nor can it be copied itself: whoever is done
/// with it gives its memory back for the next.
package struct Request: ~Copyable, Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
        case patch = "PATCH"
        case options = "OPTIONS"
        /// Any other token.
        case other = ""
    }

    package let method: Method
    package let isHTTP10: Bool
    /// Whether the connection may be kept after the answer (RFC 9112 section 9.3). Never in HTTP/1.0.
    package let isPersistent: Bool
    private let octets: [UInt8]
    private let target: Target
    private let fields: Fields
    private let bodyStart: Int
    private let bodyEnd: Int

    /// `octets` begin with the head, which is complete; the body is between it and `bodyEnd`.
    init(_ head: Head, octets: [UInt8], bodyEnd: Int) {
        guard let line = head.requestLine else { preconditionFailure("a complete head has a request line") }
        method = line.method
        isHTTP10 = line.isHTTP10
        isPersistent = head.isPersistent
        target = line.target
        fields = head.fields
        bodyStart = head.end
        self.bodyEnd = bodyEnd
        self.octets = octets
    }

    /// The octets, for their memory.
    consuming func takeOctets() -> [UInt8] { octets }

    /// The raw path, never decoded: "/" at the least, or "*" for the asterisk-form. RFC 9112 section 3.2.
    package var path: ArraySlice<UInt8> { octets[target.path] }

    /// The raw query without its question mark; nil when there is no question mark.
    package var query: ArraySlice<UInt8>? { target.query.map { octets[$0] } }

    /// The body without its transfer coding; a `Content-Encoding` is still on it.
    package var body: ArraySlice<UInt8> { octets[bodyStart..<bodyEnd] }

    package var isHead: Bool { if case .head = method { true } else { false } }

    package var bodyCount: Int { bodyEnd - bodyStart }

    /// Whether there is a `Content-Encoding`.
    package var isCoded: Bool { !fields.lacks(.contentEncoding) }

    /// The value of every line of `field`, in order, without the whitespace around it.
    package func values(of field: FieldName) -> [ArraySlice<UInt8>] {
        var values: [ArraySlice<UInt8>] = []
        var next = fields.value(of: field, after: nil, in: octets.span)
        while let value = next {
            values.append(octets[value])
            next = fields.value(of: field, after: value, in: octets.span)
        }
        return values
    }

    /// The value of the first line of `field`; nil when there is none.
    package func value(of field: FieldName) -> ArraySlice<UInt8>? {
        fields.value(of: field, after: nil, in: octets.span).map { octets[$0] }
    }

    /// The value of `field` where a second one would be ambiguous; nil when there is none.
    package func onlyValue(of field: FieldName) throws(RepeatedField) -> ArraySlice<UInt8>? {
        switch fields.occurrence(of: field, in: octets.span) {
        case .never: return nil
        case .once(let value): return octets[value]
        case .repeatedly: throw RepeatedField(name: field)
        }
    }
}

/// A field that may come once came more often.
package struct RepeatedField: Error, Equatable, Sendable {
    package let name: FieldName
}
