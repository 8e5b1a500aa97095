/// The name of a field, in lower case. Names compare without regard to case (RFC 9110 section 5.1), so the lower
/// case form stands for all.
///
/// Any name can be asked for. The well-known ones below are noticed while the head is read, so that asking for them
/// later costs nothing; another one is looked for when it is asked for.
package struct FieldName: Hashable, Sendable, CustomStringConvertible {
    let lowercased: StaticString
    /// Where `Fields` keeps a well-known name's first line.
    let slot: Int?

    /// `lowercased` consists of a-z, 0-9 and the hyphen.
    package init(_ lowercased: StaticString) {
        lowercased.withUTF8Buffer { text in
            precondition(text.allSatisfy { $0 &- 97 < 26 || $0.isDigit || $0 == UInt8(ascii: "-") })
        }
        self.lowercased = lowercased
        slot = nil
    }

    private init(_ lowercased: StaticString, slot: Int) {
        self.lowercased = lowercased
        self.slot = slot
    }

    package static let host = FieldName("host", slot: 0)
    package static let expect = FieldName("expect", slot: 1)
    package static let connection = FieldName("connection", slot: 2)
    package static let contentType = FieldName("content-type", slot: 3)
    package static let authorization = FieldName("authorization", slot: 4)
    package static let contentLength = FieldName("content-length", slot: 5)
    package static let forwardedFor = FieldName("x-forwarded-for", slot: 6)
    package static let contentEncoding = FieldName("content-encoding", slot: 7)
    package static let transferEncoding = FieldName("transfer-encoding", slot: 8)
    package static let centraSignature = FieldName("x-centra-signature", slot: 9)

    /// The slot of the well-known name in `range`. No two of them have the same length, so there is one to compare
    /// with.
    @inline(__always)
    static func slot(of range: Range<Int>, in octets: Span<UInt8>) -> Int? {
        guard let name = wellKnown(length: range.count) else { return nil }
        return octets.equalsIgnoringCase(name.lowercased, in: range) ? name.slot : nil
    }

    @inline(__always)
    private static func wellKnown(length: Int) -> FieldName? {
        switch length {
        case 4: host
        case 6: expect
        case 10: connection
        case 12: contentType
        case 13: authorization
        case 14: contentLength
        case 15: forwardedFor
        case 16: contentEncoding
        case 17: transferEncoding
        case 18: centraSignature
        default: nil
        }
    }

    var length: Int { lowercased.utf8CodeUnitCount }

    package var description: String { lowercased.description }

    package static func == (left: FieldName, right: FieldName) -> Bool { left.description == right.description }

    package func hash(into hasher: inout Hasher) { hasher.combine(description) }
}
