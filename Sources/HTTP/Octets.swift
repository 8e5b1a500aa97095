/// Octets as HTTP sees them: named constants, the character sets of the grammars, and the few comparisons the
/// parsers are built from.
///
/// Everything works on `Span`, so every access is checked against the octets that are really there.

/// A set of ASCII octets, one bit each. An octet from 128 is in no set: no grammar here has one by name.
struct OctetSet: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// RFC 9110 section 5.6.2: `tchar`.
    static let token = alphanumeric.union("!#$%&'*+-.^_`|~")
    /// RFC 3986 section 3.3: `pchar` without the percent sign, and the slash.
    static let path = alphanumeric.union("-._~!$&'()*+,;=:@/")
    /// RFC 3986 section 3.2.2: the characters of `reg-name` without the percent sign.
    static let registeredName = alphanumeric.union("-._~!$&'()*+,;=")
    /// RFC 3986 section 3.2.2: what may stand between the brackets of an `IP-literal`.
    static let addressLiteral = registeredName.union(":")
    /// Every visible character but `#`, which would begin a fragment.
    ///
    /// RFC 3986 section 3.4 allows fewer. Warehouses send `{Placeholder}` and unfinished percent escapes unescaped;
    /// neither can move the end of the target, and refusing them would lose a genuine delivery.
    static let query = path.union("?%\"<>[\\]^`{|}")

    static let hexadecimal = OctetSet("0123456789abcdefABCDEF")
    static let digit = OctetSet("0123456789")
    private static let alphanumeric = OctetSet("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

    init(_ members: StaticString) {
        members.withUTF8Buffer { for octet in $0 { insert(octet) } }
    }

    func contains(_ octet: UInt8) -> Bool {
        octet < 128 && (octet < 64 ? low : high) &>> UInt64(octet) & 1 == 1
    }

    private func union(_ members: StaticString) -> OctetSet {
        let other = OctetSet(members)
        var both = self
        both.low |= other.low
        both.high |= other.high
        return both
    }

    private mutating func insert(_ octet: UInt8) {
        if octet < 64 { low |= 1 << UInt64(octet) } else { high |= 1 << UInt64(octet - 64) }
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
    var lowercased: UInt8 { self &- 65 < 26 ? self | 0x20 : self }

    /// The value of a hexadecimal digit in either case; nil for any other octet.
    var hexadecimalValue: UInt8? {
        if isDigit { return self - 48 }
        let letter = lowercased
        return letter &- 97 < 6 ? letter - 87 : nil
    }
}

extension Span<UInt8> {
    /// Whether `range` holds exactly the octets of `text`.
    func equals(_ text: StaticString, in range: Range<Int>) -> Bool {
        range.count == text.utf8CodeUnitCount
            && text.withUTF8Buffer { text in
                for offset in text.indices where self[range.lowerBound + offset] != text[offset] { return false }
                return true
            }
    }

    /// Whether `range` holds the octets of `lowercased` in any case.
    func equalsIgnoringCase(_ lowercased: StaticString, in range: Range<Int>) -> Bool {
        range.count == lowercased.utf8CodeUnitCount
            && lowercased.withUTF8Buffer { text in
                for offset in text.indices where self[range.lowerBound + offset].lowercased != text[offset] {
                    return false
                }
                return true
            }
    }

    /// The first position in `range` whose octet is not in `set`; the end when all are.
    func end(of set: OctetSet, in range: Range<Int>) -> Int {
        var position = range.lowerBound
        while position < range.upperBound, set.contains(self[position]) { position += 1 }
        return position
    }

    /// The same where `%` may also stand, with two hexadecimal digits after it (RFC 3986 section 2.1).
    func end(ofEncoded set: OctetSet, in range: Range<Int>) -> Int {
        var position = end(of: set, in: range)
        while range.upperBound - position > 2, self[position] == .percent,
            self[position + 1].hexadecimalValue != nil, self[position + 2].hexadecimalValue != nil
        {
            position = end(of: set, in: position + 3..<range.upperBound)
        }
        return position
    }

    /// The number that the digits in `range` write; nil when it is empty, holds another octet, or does not fit.
    func decimal(in range: Range<Int>) -> Int? { number(in: range, radix: 10) }

    /// The same for hexadecimal digits in either case.
    func hexadecimal(in range: Range<Int>) -> Int? { number(in: range, radix: 16) }

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

    /// `range` without the whitespace at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper, self[lower].isWhitespace { lower += 1 }
        while lower < upper, self[upper - 1].isWhitespace { upper -= 1 }
        return lower..<upper
    }

    /// The first position in `range` whose octet is a control other than HTAB; the end when there is none.
    ///
    /// Looks at eight octets at a time. The two subtractions borrow on purpose: a borrow can mark a wrong octet only
    /// above a rightly marked one, and only the lowest mark is used.
    func firstControl(in range: Range<Int>) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let octets = bytes
        var position = range.lowerBound
        while range.upperBound - position >= 8 {
            let word = UInt64(littleEndian: octets.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
            let unlikeDelete = word ^ (ones &* 0x7F)
            let belowSpace = (word &- (ones &* 0x20)) & ~word
            let isDelete = (unlikeDelete &- ones) & ~unlikeDelete
            let marks = (belowSpace | isDelete) & (ones &* 0x80)
            position += marks == 0 ? 8 : marks.trailingZeroBitCount / 8
            if marks == 0 { continue }
            if self[position] != .tab { return position }
            position += 1
        }
        while position < range.upperBound, !self[position].isControl { position += 1 }
        return position
    }
}

extension UInt8 {
    fileprivate var isControl: Bool { self < 0x20 && self != .tab || self == 0x7F }
}
