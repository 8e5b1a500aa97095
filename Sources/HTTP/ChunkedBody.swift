/// Takes the chunked coding off a body as it arrives (RFC 9112 section 7.1):
///
///     chunk:    size in hex [ ";" extensions ] CRLF, so many octets, CRLF
///     last:     "0" [ ";" extensions ] CRLF
///     trailers: field lines CRLF, then the empty line
///
/// Extensions and trailers are checked and dropped: no field in a trailer may change what the head said.
struct ChunkedBody: Sendable {
    private enum Step {
        case size
        case octets(remaining: Int)
        case endOfChunk
        case trailers(octets: Int)
        case done
    }

    private var step = Step.size
    private var lines = LineScanner()
    private var extensionOctets = 0
    private(set) var decoded: [UInt8] = []

    /// The most octets of a size before its extensions; 16 digits are more than any body has.
    private static let sizeDigits = 16

    var isComplete: Bool { if case .done = step { true } else { false } }

    /// Reads as far as what has arrived allows, from `start`, the first octet that the last call was not done with.
    /// Returns how many octets it is done with.
    mutating func read(_ received: [UInt8], from start: Int, limits: Limits) throws(Refusal) -> Int {
        let octets = received.span.extracting(start...)
        while !isComplete, try advance(octets, limits: limits) {}
        let consumed = lines.lineStart
        lines.drop(consumed)
        return consumed
    }

    /// One step; false when the octets for it have not arrived.
    private mutating func advance(_ octets: Span<UInt8>, limits: Limits) throws(Refusal) -> Bool {
        switch step {
        case .size: try readSize(octets, limits: limits)
        case .octets(let remaining): take(remaining, of: octets)
        case .endOfChunk: try readEndOfChunk(octets)
        case .trailers(let count): try readTrailer(octets, after: count, limits: limits)
        case .done: false
        }
    }

    private mutating func readSize(_ octets: Span<UInt8>, limits: Limits) throws(Refusal) -> Bool {
        let allowance = limits.chunkExtensionOctets - extensionOctets
        let limit = lines.lineStart + Self.sizeDigits + allowance + 2
        guard let line = try lines.next(in: octets, limit: limit, orElse: .malformed(.chunkExtensionTooLong)) else {
            return false
        }
        let sizeEnd = octets.end(of: .hexadecimal, in: line)
        guard sizeEnd - line.lowerBound <= Self.sizeDigits,
            let size = octets.hexadecimal(in: line.lowerBound..<sizeEnd)
        else { throw .malformed(.chunkSize) }
        try ChunkExtensions.check(sizeEnd..<line.upperBound, in: octets)
        extensionOctets += line.upperBound - sizeEnd
        guard extensionOctets <= limits.chunkExtensionOctets else { throw .malformed(.chunkExtensionTooLong) }
        guard size <= limits.bodyOctets - decoded.count else { throw .bodyTooLarge }
        step = size == 0 ? .trailers(octets: 0) : .octets(remaining: size)
        return true
    }

    private mutating func take(_ remaining: Int, of octets: Span<UInt8>) -> Bool {
        let start = lines.lineStart
        let count = min(remaining, octets.count - start)
        guard count > 0 else { return false }
        octets.extracting(start..<start + count).withUnsafeBufferPointer { decoded.append(contentsOf: $0) }
        lines.skip(to: start + count)
        step = count == remaining ? .endOfChunk : .octets(remaining: remaining - count)
        return true
    }

    /// The line break after a chunk's octets: a line that has room for nothing else.
    private mutating func readEndOfChunk(_ octets: Span<UInt8>) throws(Refusal) -> Bool {
        let end = try lines.next(in: octets, limit: lines.lineStart + 2, orElse: .malformed(.chunkEnd))
        guard end != nil else { return false }
        step = .size
        return true
    }

    private mutating func readTrailer(
        _ octets: Span<UInt8>, after count: Int, limits: Limits
    ) throws(Refusal) -> Bool {
        let limit = lines.lineStart + limits.trailerOctets - count
        guard let line = try lines.next(in: octets, limit: limit, orElse: .trailersTooLarge) else { return false }
        if line.isEmpty {
            step = .done
        } else {
            let name = line.lowerBound..<octets.first(.colon, in: line)
            try FieldLine.check(line, name: name, in: octets)
            step = .trailers(octets: count + line.count + 2)
        }
        return true
    }
}

/// RFC 9112 section 7.1.1: *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )
enum ChunkExtensions {
    static func check(_ range: Range<Int>, in octets: Span<UInt8>) throws(Refusal) {
        var position = range.lowerBound
        while position < range.upperBound {
            position = try end(ofOneFrom: position, to: range.upperBound, in: octets)
        }
    }

    private static func end(ofOneFrom start: Int, to end: Int, in octets: Span<UInt8>) throws(Refusal) -> Int {
        let semicolon = octets.endOfWhitespace(in: start..<end)
        guard semicolon < end, octets[semicolon] == UInt8(ascii: ";") else { throw .malformed(.chunkExtension) }
        let nameStart = octets.endOfWhitespace(in: semicolon + 1..<end)
        let nameEnd = octets.end(ofWordsIn: .token, in: nameStart..<end)
        guard nameEnd > nameStart else { throw .malformed(.chunkExtension) }
        let equals = octets.endOfWhitespace(in: nameEnd..<end)
        guard equals < end, octets[equals] == UInt8(ascii: "=") else { return nameEnd }
        let valueStart = octets.endOfWhitespace(in: equals + 1..<end)
        let valueEnd =
            octets.endOfQuotedString(in: valueStart..<end) ?? octets.end(ofWordsIn: .token, in: valueStart..<end)
        guard valueEnd > valueStart else { throw .malformed(.chunkExtension) }
        return valueEnd
    }
}

extension Span<UInt8> {
    fileprivate func endOfWhitespace(in range: Range<Int>) -> Int {
        var position = range.lowerBound
        while position < range.upperBound, self[position].isWhitespace { position += 1 }
        return position
    }

    /// The position after a quoted string (RFC 9110 section 5.6.4); nil when there is none, or it does not end.
    fileprivate func endOfQuotedString(in range: Range<Int>) -> Int? {
        let quote = UInt8(ascii: "\"")
        guard !range.isEmpty, self[range.lowerBound] == quote else { return nil }
        var position = range.lowerBound + 1
        while position < range.upperBound, self[position] != quote {
            position += self[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        return position < range.upperBound ? position + 1 : nil
    }
}
