/// The largest of everything that a sender may make us hold, in one place.
///
/// A request past a limit is refused as soon as the excess is known, before it is held: the target with 414, the
/// head with 431, the body with 413. One connection therefore never holds more than head + body + one receive.
package struct Limits: Equatable, Sendable {
    /// `headOctets` cannot be set above it: positions in a head are kept in 16 bits.
    package static let headOctetsCeiling = Int(UInt16.max)
    /// `bodyOctets` cannot be set above it: positions past a body are still far from overflowing.
    package static let bodyOctetsCeiling = Int(Int32.max)

    /// The request target, octets; more is 414. RFC 9112 section 3 recommends at least 8000 for the request line.
    package let targetOctets: Int
    /// Request line, field lines and the empty line with their CRLFs, octets; more is 431.
    package let headOctets: Int
    /// Field lines in a head; more is 431.
    package let fieldCount: Int
    /// The body after its transfer coding is removed, octets; more is 413.
    package let bodyOctets: Int
    /// All chunk extensions of one body together, octets; more is 400.
    package let chunkExtensionOctets: Int
    /// The trailer section of one body with its CRLFs, octets; more is 431.
    package let trailerOctets: Int

    /// The defaults suit webhooks behind a reverse proxy. Whoever takes limits from a configuration checks them
    /// first: at least one octet of target and one field, two of trailers, no target longer than the head, and none
    /// of the heads, extensions, trailers and bodies over its ceiling.
    package init(
        targetOctets: Int = 8 * 1024, headOctets: Int = 16 * 1024, fieldCount: Int = 64,
        bodyOctets: Int = 1024 * 1024, chunkExtensionOctets: Int = 1024, trailerOctets: Int = 4 * 1024
    ) {
        precondition((1...Self.headOctetsCeiling).contains(headOctets))
        precondition((1...headOctets).contains(targetOctets))
        precondition(fieldCount >= 1)
        precondition((0...Self.bodyOctetsCeiling).contains(bodyOctets))
        precondition((0...Self.headOctetsCeiling).contains(chunkExtensionOctets))
        precondition((2...Self.headOctetsCeiling).contains(trailerOctets))
        self.targetOctets = targetOctets
        self.headOctets = headOctets
        self.fieldCount = fieldCount
        self.bodyOctets = bodyOctets
        self.chunkExtensionOctets = chunkExtensionOctets
        self.trailerOctets = trailerOctets
    }
}
