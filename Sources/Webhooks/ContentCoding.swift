// The content coding of a delivery's body (RFC 9110 section 8.4): none, or one `gzip`.
//
// The one thing to know: what is signed, recognised as a redelivery and journaled is the content without its coding. A
// sender signs its text and compresses it afterwards, so one text is one delivery however it was compressed. Inflating
// comes before the signature then, so anybody can ask for it, and it is bounded twice. A body that inflates to more than a
// body may have costs no more than one that has that much. And a large one must have been sent in good part: otherwise a
// thousand octets would make us inflate and hash a million, for nobody.

package enum Content {
    /// Octets that come out whatever was sent.
    package static let freeOctets = 64 << 10
    /// Above that, octets that come out for each that was sent. Lists of events with dates and ids come to about 15, and a
    /// bomb to a thousand.
    package static let largestRatio = 64

    /// `body` without the codings that the lines of `Content-Encoding` name.
    ///
    /// Throws `contentCodingUnknown` (415) for any other than one gzip, `contentTooLarge` (413) when more than `limit`
    /// octets come out or far more than were sent, and `contentMalformed` (400) for what is not gzip to its last octet.
    package static func decode(
        _ body: ArraySlice<UInt8>, codings fields: [ArraySlice<UInt8>], limit: Int
    ) throws(Rejection) -> ArraySlice<UInt8> {
        guard let coding = ContentCoding(fields) else { throw .contentCodingUnknown }
        switch coding {
        case .identity: return body
        case .gzip: return try Gzip.inflate(body, limit: min(limit, max(freeOctets, body.count * largestRatio)))[...]
        }
    }
}

enum ContentCoding: Equatable {
    case identity
    case gzip

    /// Nil for a coding that is not ours, and for more than one. Names compare without regard to case, `x-gzip` is
    /// gzip, and empty members of the list count for nothing (RFC 9110 sections 5.6.1, 8.4.1 and 8.4.1.3).
    init?(_ fields: [ArraySlice<UInt8>]) {
        self = .identity
        for member in fields.flatMap({ $0.split(separator: UInt8(ascii: ",")) }) {
            switch String(decoding: Self.trimmed(member), as: UTF8.self).lowercased() {
            case "", "identity": continue
            case "gzip", "x-gzip": guard self == .identity else { return nil }
            default: return nil
            }
            self = .gzip
        }
    }

    private static func trimmed(_ member: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let blanks: [UInt8] = [0x20, 0x09]
        let end = member.lastIndex { !blanks.contains($0) }.map { $0 + 1 } ?? member.startIndex
        return member[..<end].drop { blanks.contains($0) }
    }
}
