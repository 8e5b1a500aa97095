/// Octets as HTTP sees them: character sets of the grammars, and the few searches and comparisons that the parsers
/// are built from.
///
/// Everything works on `Span`, so every access is checked against the octets that are really there. Searches look at
/// sixteen octets at a time, and at single ones only where something else than letters and digits stands. What every
/// line of a head passes through is inlined: the calls would cost more than the work.

/// A set of ASCII octets, one bit each: `low` has 0 to 63, `high` 64 to 127. From 128 on no octet is in any set.
///
/// The constants are numbers because the compiler then lays them down as data; `OctetsTests` compares each with its
/// grammar.
struct OctetSet: Sendable {
    let low: UInt64
    let high: UInt64

    static let digit = OctetSet(low: 0x03FF_0000_0000_0000, high: 0)
    static let hexadecimal = OctetSet(low: 0x03FF_0000_0000_0000, high: 0x0000_007E_0000_007E)
    /// RFC 9110 section 5.6.2: `tchar`.
    static let token = OctetSet(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
    /// RFC 3986 section 3.3: `pchar` without the percent sign, and the slash.
    static let path = OctetSet(low: 0x2FFF_FFD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF)
    /// RFC 3986 section 3.2.2: the characters of `reg-name` without the percent sign.
    static let registeredName = OctetSet(low: 0x2BFF_7FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    /// RFC 3986 section 3.2.2: what may stand between the brackets of an `IP-literal`.
    static let addressLiteral = OctetSet(low: 0x2FFF_7FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    /// Every visible character but `#`, which would begin a fragment.
    ///
    /// RFC 3986 section 3.4 allows fewer. Warehouses send `{Placeholder}` and unfinished percent escapes unescaped;
    /// neither can move the end of the target, and refusing them would lose a genuine delivery.
    static let query = OctetSet(low: 0xFFFF_FFF6_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF)

    func contains(_ octet: UInt8) -> Bool {
        octet < 128 && (octet < 64 ? low : high) &>> UInt64(octet) & 1 == 1
    }
}

extension UInt8 {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let colon = UInt8(ascii: ":")
    static let percent = UInt8(ascii: "%")
    static let slash = UInt8(ascii: "/")

    /// RFC 9110 section 5.6.3: what optional whitespace consists of.
    var isWhitespace: Bool { self == .space || self == .tab }
    var isDigit: Bool { self &- 48 < 10 }
    fileprivate var isControl: Bool { self < 0x20 && self != .tab || self == 0x7F }

    /// The value of a hexadecimal digit in either case; nil for any other octet.
    var hexadecimalValue: UInt8? {
        if isDigit { return self - 48 }
        let letter = self | 0x20
        return letter &- 97 < 6 ? letter - 87 : nil
    }
}

extension Span<UInt8> {
    /// Whether `range` holds exactly the octets of `text`.
    func equals(_ text: StaticString, in range: Range<Int>) -> Bool {
        equals(text, in: range, setting: 0)
    }

    /// Whether `range` holds the octets of `lowercased` in any case.
    ///
    /// `lowercased` consists of small letters, digits and `-:/`. Setting one bit makes a capital letter small, and
    /// makes one of these of no other octet that a line can hold.
    func equalsIgnoringCase(_ lowercased: StaticString, in range: Range<Int>) -> Bool {
        equals(lowercased, in: range, setting: 0x20)
    }

    @inline(__always)
    private func equals(_ text: StaticString, in range: Range<Int>, setting bits: UInt8) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            let text = text.span
            guard text.count >= 8 else {
                for offset in text.indices where text[offset] != self[range.lowerBound + offset] | bits { return false }
                return true
            }
            // The last eight may overlap those before.
            var offset = 0
            while true {
                let own = word(at: range.lowerBound + offset) | UInt64(bits) &* 0x0101_0101_0101_0101
                guard text.word(at: offset) == own else { return false }
                if offset == text.count - 8 { return true }
                offset = min(offset + 8, text.count - 8)
            }
        }
    }

    /// The first position in `range` whose octet is not in `set`; the end when all are.
    func end(of set: OctetSet, in range: Range<Int>) -> Int {
        var position = range.lowerBound
        while position < range.upperBound, set.contains(self[position]) { position += 1 }
        return position
    }

    /// The same for a set that letters, digits and the hyphen belong to.
    func end(ofWordsIn set: OctetSet, in range: Range<Int>) -> Int {
        search(range, marking: { $0.others }, for: { !set.contains($0) })
    }

    /// The same where `%` may also stand, with two hexadecimal digits after it (RFC 3986 section 2.1).
    func end(ofEncoded set: OctetSet, in range: Range<Int>) -> Int {
        var position = end(ofWordsIn: set, in: range)
        while range.upperBound - position > 2, self[position] == .percent,
            self[position + 1].hexadecimalValue != nil, self[position + 2].hexadecimalValue != nil
        {
            position = end(ofWordsIn: set, in: position + 3..<range.upperBound)
        }
        return position
    }

    /// The first position of `octet`, which is ASCII, in `range`; the end when there is none.
    @inline(__always)
    func first(_ octet: UInt8, in range: Range<Int>) -> Int {
        search(range, marking: { $0.equal(to: octet) }, for: { $0 == octet })
    }

    /// The first position in `range` whose octet is a control other than HTAB; the end when there is none.
    @inline(__always)
    func firstControl(in range: Range<Int>) -> Int {
        search(range, marking: { $0.controls }, for: { $0.isControl })
    }

    /// The first position in `range` whose octet is sought; `mark` marks at least the sought ones of a block.
    ///
    /// A block may reach beyond the range, as long as it does not beyond the span.
    @inline(__always)
    private func search(
        _ range: Range<Int>, marking mark: (Block) -> SIMD2<UInt64>, for isSought: (UInt8) -> Bool
    ) -> Int {
        var position = range.lowerBound
        while position < range.upperBound, count - position >= Block.octetCount {
            let marks = mark(block(at: position))
            if marks[0] | marks[1] == 0 {
                position += Block.octetCount
                continue
            }
            for lane in 0..<2 {
                var marks = marks[lane]
                while marks != 0 {
                    let found = position + lane * 8 + marks.trailingZeroBitCount / 8
                    if found >= range.upperBound { return range.upperBound }
                    if isSought(self[found]) { return found }
                    marks &= marks - 1
                }
            }
            position += Block.octetCount
        }
        while position < range.upperBound, !isSought(self[position]) { position += 1 }
        return min(position, range.upperBound)
    }

    /// The number that the digits in `range` write; nil when it is empty, holds another octet, or does not fit.
    func decimal(in range: Range<Int>) -> Int? {
        number(in: range, radix: 10) { $0.isDigit ? $0 - 48 : nil }
    }

    /// The same for hexadecimal digits in either case.
    func hexadecimal(in range: Range<Int>) -> Int? {
        number(in: range, radix: 16) { $0.hexadecimalValue }
    }

    @inline(__always)
    private func number(in range: Range<Int>, radix: Int, digit: (UInt8) -> UInt8?) -> Int? {
        guard !range.isEmpty else { return nil }
        var number = 0
        for position in range {
            guard let digit = digit(self[position]) else { return nil }
            let (product, productOverflows) = number.multipliedReportingOverflow(by: radix)
            let (sum, sumOverflows) = product.addingReportingOverflow(Int(digit))
            guard !productOverflows, !sumOverflows else { return nil }
            number = sum
        }
        return number
    }

    /// `range` without the whitespace at its ends.
    @inline(__always)
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper, self[lower].isWhitespace { lower += 1 }
        while lower < upper, self[upper - 1].isWhitespace { upper -= 1 }
        return lower..<upper
    }

    /// The loads are checked against the span's end like any other access.
    private func block(at position: Int) -> Block {
        Block(octets: bytes.unsafeLoadUnaligned(fromByteOffset: position, as: SIMD16<UInt8>.self))
    }

    private func word(at position: Int) -> UInt64 {
        bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
    }
}

/// Sixteen octets. A question about them is answered by the top bit of each, in two words with the first octet lowest: we
/// run on little-endian machines alone.
private struct Block {
    static let octetCount = 16

    let octets: SIMD16<UInt8>

    /// With a sign, what is not ASCII is below everything.
    private var signed: SIMD16<Int8> { unsafeBitCast(octets, to: SIMD16<Int8>.self) }

    /// Marks the octets below space, HTAB included, DEL, and what is not ASCII.
    @inline(__always)
    var controls: SIMD2<UInt64> {
        Self.marks((signed .< Self.each(0x20)) .| (signed .== Self.each(0x7F)))
    }

    /// Marks what is no letter, digit or hyphen.
    @inline(__always)
    var others: SIMD2<UInt64> {
        let small = signed | Self.each(0x20)
        let isLetter = (small .> Self.each(0x60)) .& (small .< Self.each(0x7B))
        let isDigit = (signed .> Self.each(0x2F)) .& (signed .< Self.each(0x3A))
        return Self.topBits & ~Self.marks(isLetter .| isDigit .| (signed .== Self.each(0x2D)))
    }

    /// Marks the octets that equal `octet`, which is ASCII.
    @inline(__always)
    func equal(to octet: UInt8) -> SIMD2<UInt64> {
        Self.marks(octets .== SIMD16(repeating: octet))
    }

    private static var topBits: SIMD2<UInt64> { SIMD2(repeating: 0x8080_8080_8080_8080) }

    @inline(__always)
    private static func each(_ octet: Int8) -> SIMD16<Int8> { SIMD16(repeating: octet) }

    @inline(__always)
    private static func marks(_ mask: SIMDMask<SIMD16<Int8>>) -> SIMD2<UInt64> {
        unsafeBitCast(mask, to: SIMD2<UInt64>.self) & topBits
    }
}
