/// Finds the lines of a head, of chunk sizes and of trailers, however their octets arrive.
///
/// The one thing to know: an octet is looked at once. `scanned` remembers how far the last look went, so a head that
/// comes octet by octet costs no more than one that comes whole. And what is found depends on the octets alone, never
/// on how they were split: an error is reported at the first octet that makes it one.
struct LineScanner: Sendable {
    /// Where the line that is not yet complete begins.
    private(set) var lineStart = 0
    private var scanned = 0

    /// The next line without its CRLF; nil while its end has not arrived.
    ///
    /// Only CRLF ends a line, and no other control but HTAB may stand in one: RFC 9112 section 2.2 lets a recipient
    /// take a bare LF for a line's end, which is one of two readings, so it is refused.
    ///
    /// - Parameters:
    ///   - limit: the line must end before this position, its CRLF included;
    ///   - excess: what a line that does not is refused with.
    @inline(__always)
    mutating func next(in octets: Span<UInt8>, limit: Int, orElse excess: Refusal) throws(Refusal) -> Range<Int>? {
        let reach = min(octets.count, limit)
        let found = octets.firstControl(in: min(scanned, reach)..<reach)
        scanned = found
        guard found + 1 < limit else { throw excess }
        guard found < reach else { return nil }
        guard octets[found] == .carriageReturn else {
            throw .malformed(octets[found] == .lineFeed ? .bareLineFeed : .controlOctet)
        }
        guard found + 1 < reach else { return nil }
        guard octets[found + 1] == .lineFeed else { throw .malformed(.bareCarriageReturn) }
        defer { skip(to: found + 2) }
        return lineStart..<found
    }

    /// Goes on at `position`, where a line begins.
    mutating func skip(to position: Int) {
        lineStart = position
        scanned = position
    }

    /// The octets before `count` are gone and the positions move down with the rest.
    mutating func drop(_ count: Int) {
        precondition(count <= lineStart)
        lineStart -= count
        scanned -= count
    }
}
