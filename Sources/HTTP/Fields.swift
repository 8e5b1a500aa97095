/// The field lines of one head: where they are, and where the first of each well-known name begins.
///
///     GET / HTTP/1.1␍␊Host: a␍␊Accept: b␍␊␍␊
///                     ↑                    ↑
///                     linesStart           linesEnd, at the empty line
///
/// It holds positions and no octets, allocates nothing, and is small because a request is moved around.
struct Fields: Sendable {
    /// How often a field that may come once did come, and its value when it came once.
    enum Occurrence {
        case never
        case once(Range<Int>)
        case repeatedly
    }

    private(set) var count: UInt16 = 0
    private var linesStart: UInt16 = 0
    private var linesEnd: UInt16 = 0
    /// By slot, where the first line begins and its CRLF is; 0 for none: the request line is there, so no field line
    /// begins at 0.
    private var firstStarts: InlineArray<10, UInt16> = InlineArray(repeating: 0)
    private var firstEnds: InlineArray<10, UInt16> = InlineArray(repeating: 0)
    /// A bit for each slot whose name came again.
    private var repeatedSlots: UInt16 = 0

    /// Adds the next line, given without its CRLF. The limit on the head keeps its position in range.
    @inline(__always)
    mutating func append(_ line: Range<Int>, in octets: Span<UInt8>) throws(Refusal) {
        let name = line.lowerBound..<octets.first(.colon, in: line)
        // A well-known name needs no check of its octets.
        let slot = name.upperBound < line.upperBound ? FieldName.slot(of: name, in: octets) : nil
        if slot == nil { try FieldLine.check(line, name: name, in: octets) }
        let start = UInt16(line.lowerBound)
        if count == 0 { linesStart = start }
        linesEnd = UInt16(line.upperBound + 2)
        count += 1
        guard let slot else { return }
        if firstStarts[slot] == 0 {
            firstStarts[slot] = start
            firstEnds[slot] = UInt16(line.upperBound)
        } else {
            repeatedSlots |= 1 << UInt16(slot)
        }
    }

    /// Whether there is no line named `name`, as is quickly said of a well-known name; false when it is not known.
    @inline(__always)
    func lacks(_ name: FieldName) -> Bool { name.slot.map { firstStarts[$0] == 0 } ?? false }

    @inline(__always)
    func occurrence(of name: FieldName, in octets: Span<UInt8>) -> Occurrence {
        if lacks(name) { return .never }
        guard let first = value(of: name, after: nil, in: octets) else { return .never }
        if let slot = name.slot { return isRepeated(slot) ? .repeatedly : .once(first) }
        return value(of: name, after: first, in: octets) == nil ? .once(first) : .repeatedly
    }

    /// The value, without the whitespace around it, of the next line named `name` after the one that has the value
    /// `previous`; of the first for nil.
    func value(of name: FieldName, after previous: Range<Int>?, in octets: Span<UInt8>) -> Range<Int>? {
        switch (name.slot, previous) {
        case (let slot?, nil):
            let start = Int(firstStarts[slot])
            return start == 0 ? nil : octets.trimmed(start + name.length + 1..<Int(firstEnds[slot]))
        case (let slot?, _?) where !isRepeated(slot):
            return nil
        case (_, let previous?):
            return search(for: name, from: octets.firstControl(in: previous.upperBound..<Int(linesEnd)) + 2, in: octets)
        case (nil, nil):
            return search(for: name, from: Int(linesStart), in: octets)
        }
    }

    /// How many members of the comma-separated lists in all lines named `name` equal `lowercased` in any case, and
    /// how many do not. Empty members count as neither (RFC 9110 section 5.6.1).
    func members(
        of name: FieldName, equalTo lowercased: StaticString, in octets: Span<UInt8>
    ) -> (equal: Int, other: Int) {
        var tally = (equal: 0, other: 0)
        var next = value(of: name, after: nil, in: octets)
        while let list = next {
            var rest = list
            while !rest.isEmpty {
                let comma = octets.first(UInt8(ascii: ","), in: rest)
                let member = octets.trimmed(rest.lowerBound..<comma)
                rest = min(comma + 1, rest.upperBound)..<rest.upperBound
                if member.isEmpty { continue }
                if octets.equalsIgnoringCase(lowercased, in: member) { tally.equal += 1 } else { tally.other += 1 }
            }
            next = value(of: name, after: list, in: octets)
        }
        return tally
    }

    private func isRepeated(_ slot: Int) -> Bool { repeatedSlots &>> UInt16(slot) & 1 == 1 }

    private func search(for name: FieldName, from start: Int, in octets: Span<UInt8>) -> Range<Int>? {
        var start = start
        while start < linesEnd {
            let line = start..<octets.firstControl(in: start..<Int(linesEnd))
            let nameEnd = octets.end(ofWordsIn: .token, in: line)
            if octets.equalsIgnoringCase(name.lowercased, in: start..<nameEnd) {
                return octets.trimmed(nameEnd + 1..<line.upperBound)
            }
            start = line.upperBound + 2
        }
        return nil
    }
}

/// A field line, in a head or among trailers (RFC 9112 section 5): `field-name ":" OWS field-value OWS`.
enum FieldLine {
    /// Checks that `name`, the part of `line` before its first colon, is one. Nothing may stand between it and the
    /// colon, and nothing before it: whitespace there is how a field is hidden from one of two readers (sections 5.1
    /// and 5.2). The scanner has checked the value's octets.
    static func check(_ line: Range<Int>, name: Range<Int>, in octets: Span<UInt8>) throws(Refusal) {
        guard !name.isEmpty, name.upperBound < line.upperBound,
            octets.end(ofWordsIn: .token, in: name) == name.upperBound
        else { throw .malformed(octets[line.lowerBound].isWhitespace ? .foldedLine : .fieldName) }
    }
}
