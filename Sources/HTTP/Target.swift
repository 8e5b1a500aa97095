/// The request target (RFC 9112 section 3.2): what is asked for, as path and query.
///
///     /path?query                      origin-form, the usual one
///     http://authority/path?query      absolute-form, as sent to a proxy; every server must take it
///     *                                asterisk-form, for OPTIONS alone
///
/// Path and query are kept raw. Nothing is decoded and no dot segment removed before a route is matched, so two
/// spellings of one path are two paths, and only the one we published leads anywhere.
struct Target: Sendable {
    let path: Range<Int>
    let query: Range<Int>?

    init(_ target: Range<Int>, of method: Request.Method, in octets: Span<UInt8>) throws(Refusal) {
        if octets[target.lowerBound] == .slash {
            (path, query) = try Self.pathAndQuery(target, in: octets)
        } else if octets.equals("*", in: target) {
            guard method == .options else { throw .malformed(.target) }
            (path, query) = (target, nil)
        } else {
            (path, query) = try Self.absolute(target, in: octets)
        }
    }

    private static func pathAndQuery(
        _ range: Range<Int>, in octets: Span<UInt8>
    ) throws(Refusal) -> (path: Range<Int>, query: Range<Int>?) {
        let pathEnd = octets.end(ofEncoded: .path, in: range)
        let path = range.lowerBound..<pathEnd
        if pathEnd == range.upperBound { return (path, nil) }
        let query = pathEnd + 1..<range.upperBound
        guard octets[pathEnd] == UInt8(ascii: "?"), octets.end(ofWordsIn: .query, in: query) == query.upperBound else {
            throw .malformed(.target)
        }
        return (path, query)
    }

    /// RFC 9110 sections 4.2.1, 4.2.2 and 4.2.4: the host is not empty, and user information is an error.
    private static func absolute(
        _ range: Range<Int>, in octets: Span<UInt8>
    ) throws(Refusal) -> (path: Range<Int>, query: Range<Int>?) {
        guard let authorityStart = authorityStart(in: range, octets) else { throw .malformed(.target) }
        var end = authorityStart
        while end < range.upperBound, octets[end] != .slash, octets[end] != UInt8(ascii: "?") { end += 1 }
        guard Authority.isValid(authorityStart..<end, in: octets) else { throw .malformed(.target) }
        let rest = end..<range.upperBound
        if !rest.isEmpty, octets[end] == .slash { return try pathAndQuery(rest, in: octets) }
        // An empty path means "/" (RFC 9110 section 4.2.3); the octets hold one just before the authority.
        let query = try pathAndQuery(rest, in: octets).query
        return (authorityStart - 1..<authorityStart, query)
    }

    /// The position after `http://` or `https://`; nil for another scheme.
    private static func authorityStart(in range: Range<Int>, _ octets: Span<UInt8>) -> Int? {
        for scheme in ["http://", "https://"] as [StaticString] {
            let end = range.lowerBound + scheme.utf8CodeUnitCount
            if end <= range.upperBound, octets.equalsIgnoringCase(scheme, in: range.lowerBound..<end) { return end }
        }
        return nil
    }
}
