/// The first line of a request (RFC 9112 section 3), read exactly:
///
///     request-line = method SP request-target SP HTTP-version
///
/// The RFC lets a recipient be lenient about the whitespace; two readers that differ in leniency are how requests
/// are smuggled, so this one is not.
struct RequestLine: Sendable {
    /// What the line may hold besides the target: room for a long method, two spaces, the version and CRLF.
    static let octetsBesideTarget = 64

    let method: Request.Method
    let isHTTP10: Bool
    let target: Target

    init(_ line: Range<Int>, in octets: Span<UInt8>, limits: Limits) throws(Refusal) {
        let method = line.lowerBound..<octets.end(ofWordsIn: .token, in: line)
        // The version is the line's last eight octets, so whatever is between it and the method is the target.
        let targetStart = method.upperBound + 1
        let targetEnd = line.upperBound - 9
        guard !method.isEmpty, targetStart < targetEnd, octets[method.upperBound] == .space,
            octets[targetEnd] == .space
        else { throw .malformed(.requestLine) }
        isHTTP10 = try Self.isHTTP10(targetEnd + 1..<line.upperBound, in: octets)
        guard targetEnd - targetStart <= limits.targetOctets else { throw .targetTooLong }
        if octets.equals("CONNECT", in: method) { throw .tunnelNotOffered }
        self.method = Request.Method(method, in: octets)
        target = try Target(targetStart..<targetEnd, of: self.method, in: octets)
    }

    /// RFC 9112 section 2.3: "HTTP/" DIGIT "." DIGIT. Any other than ours is refused, also a later minor version.
    private static func isHTTP10(_ version: Range<Int>, in octets: Span<UInt8>) throws(Refusal) -> Bool {
        if octets.equals("HTTP/1.1", in: version) { return false }
        if octets.equals("HTTP/1.0", in: version) { return true }
        let start = version.lowerBound
        guard octets.equals("HTTP/", in: start..<start + 5), octets[start + 5].isDigit,
            octets[start + 6] == UInt8(ascii: "."), octets[start + 7].isDigit
        else { throw .malformed(.requestLine) }
        throw .unknownVersion
    }
}

extension Request.Method {
    /// Methods are case-sensitive (RFC 9110 section 9.1).
    fileprivate init(_ range: Range<Int>, in octets: Span<UInt8>) {
        self =
            switch range.count {
            case 3: octets.equals("GET", in: range) ? .get : octets.equals("PUT", in: range) ? .put : .other
            case 4: octets.equals("POST", in: range) ? .post : octets.equals("HEAD", in: range) ? .head : .other
            case 5: octets.equals("PATCH", in: range) ? .patch : .other
            case 6: octets.equals("DELETE", in: range) ? .delete : .other
            case 7: octets.equals("OPTIONS", in: range) ? .options : .other
            default: .other
            }
    }
}
