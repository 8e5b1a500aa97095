/// The syntax of `Host` and of an absolute target's authority (RFC 9110 section 7.2, RFC 3986 section 3.2.2):
///
///     uri-host [ ":" port ]        uri-host = reg-name / IPv4address / "[" IPv6address / IPvFuture "]"
///
/// An IPv4 address is also a `reg-name`, so it needs no case of its own. Nothing is looked up and nothing is routed
/// by it: the check is there because a proxy in front may read a malformed host differently from us.
enum Authority {
    /// Whether `range` is a host, not empty (RFC 9110 section 4.2.1), with or without a port.
    static func isValid(_ range: Range<Int>, in octets: Span<UInt8>) -> Bool {
        guard let hostEnd = endOfHost(range, in: octets) else { return false }
        return hostEnd == range.upperBound
            || octets[hostEnd] == .colon && isPort(hostEnd + 1..<range.upperBound, in: octets)
    }

    private static func endOfHost(_ range: Range<Int>, in octets: Span<UInt8>) -> Int? {
        guard !range.isEmpty else { return nil }
        guard octets[range.lowerBound] == UInt8(ascii: "[") else {
            let end = octets.end(ofEncoded: .registeredName, in: range)
            return end > range.lowerBound ? end : nil
        }
        let literalEnd = octets.end(of: .addressLiteral, in: range.lowerBound + 1..<range.upperBound)
        guard literalEnd < range.upperBound, octets[literalEnd] == UInt8(ascii: "]") else { return nil }
        let literal = range.lowerBound + 1..<literalEnd
        return isIPv6(literal, in: octets) || isFuture(literal, in: octets) ? literalEnd + 1 : nil
    }

    /// The grammar allows an empty port; a number that no TCP port has is refused.
    private static func isPort(_ range: Range<Int>, in octets: Span<UInt8>) -> Bool {
        range.isEmpty || octets.decimal(in: range).map { $0 <= 65_535 } ?? false
    }

    /// Eight groups of one to four hexadecimal digits; one `::` stands for one or more of them, and an IPv4 address
    /// for the last two.
    private static func isIPv6(_ range: Range<Int>, in octets: Span<UInt8>) -> Bool {
        var position = range.lowerBound
        var groups = 0
        var isElided = false
        if octets.equals("::", in: position..<min(position + 2, range.upperBound)) {
            isElided = true
            position += 2
        }
        while position < range.upperBound {
            let end = octets.end(of: .hexadecimal, in: position..<range.upperBound)
            if end < range.upperBound, octets[end] == UInt8(ascii: ".") {
                groups += 2
                guard isIPv4(position..<range.upperBound, in: octets) else { return false }
                break
            }
            guard (1...4).contains(end - position) else { return false }
            groups += 1
            if end == range.upperBound { break }
            guard octets[end] == .colon, end + 1 < range.upperBound else { return false }
            position = end + 1
            if octets[position] == .colon {
                guard !isElided else { return false }
                isElided = true
                position += 1
            }
        }
        return isElided ? groups <= 7 : groups == 8
    }

    /// Four numbers up to 255 without leading zeros.
    private static func isIPv4(_ range: Range<Int>, in octets: Span<UInt8>) -> Bool {
        var position = range.lowerBound
        for number in 1...4 {
            let end = octets.end(of: .digit, in: position..<range.upperBound)
            guard let value = octets.decimal(in: position..<end), value <= 255,
                end - position == 1 || octets[position] != UInt8(ascii: "0")
            else { return false }
            if number == 4 { return end == range.upperBound }
            guard end < range.upperBound, octets[end] == UInt8(ascii: ".") else { return false }
            position = end + 1
        }
        return false
    }

    /// "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
    private static func isFuture(_ range: Range<Int>, in octets: Span<UInt8>) -> Bool {
        guard !range.isEmpty, octets[range.lowerBound] | 0x20 == UInt8(ascii: "v") else { return false }
        let versionStart = range.lowerBound + 1
        let dot = octets.end(of: .hexadecimal, in: versionStart..<range.upperBound)
        return dot > versionStart && dot + 1 < range.upperBound && octets[dot] == UInt8(ascii: ".")
    }
}
