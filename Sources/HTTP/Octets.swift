/// Octets as HTTP sees them: character sets of the grammars, and the few searches and comparisons that the parsers
/// are built from.
///
/// Everything works on `Span`, so every access is checked against the octets that are really there. Most of a head is
/// letters, digits and hyphens, so the searches look at eight octets at a time and at single ones only where something
/// else stands.

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
    func equals(_ text: StaticString, in range: Range<Int>) -> Bool { equals(text, in: range, setting: 0) }

    /// Whether `range` holds the octets of `lowercased` in any case.
    ///
    /// `lowercased` consists of small letters, digits and `-:/`. Setting one bit makes a capital letter small, and
    /// makes one of these of no other octet that a line can hold.
    func equalsIgnoringCase(_ lowercased: StaticString, in range: Range<Int>) -> Bool {
        equals(lowercased, in: range, setting: 0x20)
    }

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
                let own = eight(at: range.lowerBound + offset).setting(bits)
                guard text.eight(at: offset).word == own.word else { return false }
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
        var position = range.lowerBound
        while range.upperBound - position >= 8 {
            var marks = eight(at: position).others
            while marks != 0 {
                let found = position + marks.firstMark
                guard set.contains(self[found]) else { return found }
                marks &= marks - 1
            }
            position += 8
        }
        return end(of: set, in: position..<range.upperBound)
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

    /// The first position in `range` whose octet is a control other than HTAB; the end when there is none.
    func firstControl(in range: Range<Int>) -> Int {
        var position = range.lowerBound
        while range.upperBound - position >= 8 {
            var marks = eight(at: position).controls
            while marks != 0 {
                let found = position + marks.firstMark
                if self[found] != .tab { return found }
                marks &= marks - 1
            }
            position += 8
        }
        while position < range.upperBound, !self[position].isControl { position += 1 }
        return position
    }

    /// The number that the digits in `range` write; nil when it is empty, holds another octet, or does not fit.
    func decimal(in range: Range<Int>) -> Int? { number(in: range, radix: 10) }

    /// The same for hexadecimal digits in either case.
    func hexadecimal(in range: Range<Int>) -> Int? { number(in: range, radix: 16) }

    /// `range` without the whitespace at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper, self[lower].isWhitespace { lower += 1 }
        while lower < upper, self[upper - 1].isWhitespace { upper -= 1 }
        return lower..<upper
    }

    private func number(in range: Range<Int>, radix: Int) -> Int? {
        guard !range.isEmpty else { return nil }
        var number = 0
        for position in range {
            guard let digit = self[position].hexadecimalValue, digit < radix else { return nil }
            let (product, productOverflows) = number.multipliedReportingOverflow(by: radix)
            let (sum, sumOverflows) = product.addingReportingOverflow(Int(digit))
            guard !productOverflows, !sumOverflows else { return nil }
            number = sum
        }
        return number
    }

    /// The load is checked against the span's end like any other access.
    private func eight(at position: Int) -> EightOctets {
        EightOctets(word: UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)))
    }
}

/// Eight octets in one word, the first lowest. A question about them is answered by the top bit of each octet.
///
/// No sum here carries from one octet into the next: only the low seven bits of an octet are added, and to at most
/// 0x7F.
private struct EightOctets {
    let word: UInt64

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let topBits: UInt64 = 0x8080_8080_8080_8080

    /// Marks the octets below space, HTAB included, and DEL.
    var controls: UInt64 {
        let isAscii = ~word
        return isAscii & (~atLeast(0x20) | atLeast(0x7F)) & Self.topBits
    }

    /// Marks what is no letter, digit or hyphen.
    var others: UInt64 {
        let small = setting(0x20)
        let isLetter = small.atLeast(0x61) & ~small.atLeast(0x7B)
        let isDigit = atLeast(0x30) & ~atLeast(0x3A)
        let isHyphen = atLeast(0x2D) & ~atLeast(0x2E)
        let isAscii = ~word
        return ~(isAscii & (isLetter | isDigit | isHyphen)) & Self.topBits
    }

    func setting(_ bits: UInt8) -> EightOctets { EightOctets(word: word | Self.ones &* UInt64(bits)) }

    /// Marks the octets whose low seven bits are at least `bound`.
    private func atLeast(_ bound: UInt64) -> UInt64 {
        (word & ~Self.topBits) &+ Self.ones &* (0x80 - bound)
    }
}

extension UInt64 {
    /// How many octets come before the first marked one.
    fileprivate var firstMark: Int { trailingZeroBitCount / 8 }
}
