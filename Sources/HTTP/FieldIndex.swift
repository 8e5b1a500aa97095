/// Where each field line of one head begins, so that a field is found without reading the head again and without
/// an allocation for it.
///
///     GET / HTTP/1.1␍␊Host: a␍␊Accept: b␍␊␍␊
///                     ↑        ↑          ↑
///                     starts[0]  starts[1]  starts[2], where the empty line begins
///
/// Lines are adjacent, so the start of one is the end of the one before.
struct FieldIndex: Sendable {
    /// How often a field that may come once did come, and its value when it came once.
    enum Occurrence {
        case never
        case once(Range<Int>)
        case repeatedly
    }

    private var starts: InlineArray<65, UInt16> = InlineArray(repeating: 0)
    private(set) var count = 0

    /// Adds a line, given without its CRLF. The limits on the head keep it inside the index.
    mutating func append(_ line: Range<Int>) {
        precondition(count < Limits.fieldCountCeiling && line.upperBound + 2 <= Limits.headOctetsCeiling)
        starts[count] = UInt16(line.lowerBound)
        count += 1
        starts[count] = UInt16(line.upperBound + 2)
    }

    func occurrence(of name: FieldName, in octets: Span<UInt8>) -> Occurrence {
        guard let index = nextIndex(of: name, from: 0, in: octets) else { return .never }
        guard nextIndex(of: name, from: index + 1, in: octets) == nil else { return .repeatedly }
        return .once(value(at: index, of: name, in: octets))
    }

    /// The first line from `index` on that is named `name`.
    ///
    /// Looks for the colon first: for nearly every other name that one octet settles it.
    func nextIndex(of name: FieldName, from index: Int, in octets: Span<UInt8>) -> Int? {
        var index = index
        while index < count {
            let start = Int(starts[index])
            let colon = start + name.length
            if colon < octets.count, octets[colon] == .colon,
                octets.equalsIgnoringCase(name.lowercased, in: start..<colon)
            {
                return index
            }
            index += 1
        }
        return nil
    }

    /// The value of the line at `index`, which is named `name`, without the whitespace around it.
    func value(at index: Int, of name: FieldName, in octets: Span<UInt8>) -> Range<Int> {
        octets.trimmed(Int(starts[index]) + name.length + 1..<Int(starts[index + 1]) - 2)
    }

    /// How many members of the comma-separated lists in all lines named `name` equal `lowercased` in any case, and
    /// how many do not. Empty members count as neither (RFC 9110 section 5.6.1).
    func members(
        of name: FieldName, equalTo lowercased: StaticString, in octets: Span<UInt8>
    ) -> (equal: Int, other: Int) {
        var tally = (equal: 0, other: 0)
        var next = nextIndex(of: name, from: 0, in: octets)
        while let index = next {
            var rest = value(at: index, of: name, in: octets)
            while !rest.isEmpty {
                let comma = octets.firstComma(in: rest)
                let member = octets.trimmed(rest.lowerBound..<comma)
                rest = min(comma + 1, rest.upperBound)..<rest.upperBound
                if member.isEmpty { continue }
                if octets.equalsIgnoringCase(lowercased, in: member) { tally.equal += 1 } else { tally.other += 1 }
            }
            next = nextIndex(of: name, from: index + 1, in: octets)
        }
        return tally
    }
}

extension Span<UInt8> {
    fileprivate func firstComma(in range: Range<Int>) -> Int {
        var position = range.lowerBound
        while position < range.upperBound, self[position] != UInt8(ascii: ",") { position += 1 }
        return position
    }
}

/// A field line, in a head or among trailers (RFC 9112 section 5): `field-name ":" OWS field-value OWS`.
enum FieldLine {
    /// Nothing may stand between name and colon, and nothing before the name; whitespace there is how a field is
    /// hidden from one of two readers (sections 5.1 and 5.2). The line's scanner has checked the value's octets.
    static func check(_ line: Range<Int>, in octets: Span<UInt8>) throws(Refusal) {
        let nameEnd = octets.end(of: .token, in: line)
        guard nameEnd > line.lowerBound, nameEnd < line.upperBound, octets[nameEnd] == .colon else {
            throw .malformed(octets[line.lowerBound].isWhitespace ? .foldedLine : .fieldName)
        }
    }
}
