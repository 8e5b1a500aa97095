// Reads what dates and times are written with, from the front of a text: digits of a fixed count, and signs between them.

package struct TimeScanner {
    private var rest: ArraySlice<UInt8>

    package init(_ text: some StringProtocol) { rest = Array(text.utf8)[...] }

    package var isAtEnd: Bool { rest.isEmpty }

    package mutating func skip(_ sign: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: sign) else { return false }
        rest = rest.dropFirst()
        return true
    }

    package mutating func number(digits count: Int) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy(isDigit) else { return nil }
        rest = rest.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// `2026-02-03`.
    package mutating func date() -> CalendarDate? {
        guard let year = number(digits: 4), skip("-"), let month = number(digits: 2), skip("-"),
            let day = number(digits: 2)
        else { return nil }
        return CalendarDate(year, month, day)
    }

    /// Microseconds after a point, 0 without one; nil when no digit follows it, or more than are allowed. Digits behind the
    /// sixth say nothing.
    package mutating func fraction(digits most: Int = .max) -> Int? {
        guard skip(".") else { return 0 }
        let digits = rest.prefix(while: isDigit)
        guard (1...most).contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        let number = digits.prefix(6).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return (min(digits.count, 6)..<6).reduce(number) { scaled, _ in scaled * 10 }
    }

    /// `Z`, `+02:00` or `+0200` in seconds east of Greenwich.
    package mutating func offset() -> Int? {
        if skip("Z") || skip("z") { return 0 }
        let isEast = skip("+")
        guard isEast || skip("-"), let hours = number(digits: 2) else { return nil }
        _ = skip(":")
        guard let minutes = number(digits: 2), hours <= 14, minutes < 60 else { return nil }
        return (isEast ? 1 : -1) * (hours * 3_600 + minutes * 60)
    }

    private func isDigit(_ octet: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) }
}

/// A moment as machines write it: ISO 8601 with seconds and an offset, `2022-06-23T15:47:12.5+02:00`; `T` may be a blank. A
/// time without an offset is none, for nobody says in which zone it would be.
package enum ISOTime {
    /// Microseconds since 1970, which is the first year that is read. A leap second is the next minute's first.
    package static func microseconds(_ text: some StringProtocol) -> Int64? {
        var scanner = TimeScanner(text)
        guard let date = scanner.date(), date.year >= 1970, scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
            let hour = scanner.number(digits: 2), scanner.skip(":"), let minute = scanner.number(digits: 2),
            scanner.skip(":"), let second = scanner.number(digits: 2), hour < 24, minute < 60, second <= 60,
            let fraction = scanner.fraction(), let offset = scanner.offset(), scanner.isAtEnd
        else { return nil }
        let seconds = date.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + second - offset
        return Int64(seconds) * 1_000_000 + Int64(fraction)
    }
}
