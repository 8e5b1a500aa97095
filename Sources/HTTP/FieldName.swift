/// The name of a field, in lower case. Names compare without regard to case (RFC 9110 section 5.1), so the lower
/// case form stands for all.
package struct FieldName: Hashable, Sendable, CustomStringConvertible {
    let lowercased: StaticString

    /// `lowercased` consists of a-z, 0-9 and the hyphen.
    package init(_ lowercased: StaticString) {
        lowercased.withUTF8Buffer { text in
            precondition(text.allSatisfy { $0 &- 97 < 26 || $0.isDigit || $0 == UInt8(ascii: "-") })
        }
        self.lowercased = lowercased
    }

    package static let authorization = FieldName("authorization")
    package static let centraSignature = FieldName("x-centra-signature")
    package static let connection = FieldName("connection")
    package static let contentEncoding = FieldName("content-encoding")
    package static let contentLength = FieldName("content-length")
    package static let contentType = FieldName("content-type")
    package static let expect = FieldName("expect")
    package static let forwardedFor = FieldName("x-forwarded-for")
    package static let host = FieldName("host")
    package static let transferEncoding = FieldName("transfer-encoding")

    var length: Int { lowercased.utf8CodeUnitCount }

    package var description: String { lowercased.description }

    package static func == (left: FieldName, right: FieldName) -> Bool { left.description == right.description }

    package func hash(into hasher: inout Hasher) { hasher.combine(description) }
}
