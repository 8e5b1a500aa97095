// Dates in Peoplevox's cells: `'14/06/2018 16:55:07'`, with single quotes of their own, the order of day and month by the
// tenant's settings. Which order that is cannot be seen in most dates, so it is a setting and never guessed.

package enum DateFormat: String, Sendable, CaseIterable {
    case dayFirst = "d/m/Y"
    case monthFirst = "m/d/Y"
    case iso = "Y-m-d"

    package enum Mistake: Error, Equatable, Sendable {
        case notADate
    }

    /// The text of a cell; nil when it holds no date, which an empty cell and `''` say.
    ///
    /// The time may lack its seconds or be missing altogether, then it is midnight. In the two orders with slashes it may be
    /// on a clock of twelve hours, with `AM` or `PM` behind it, as such tenants' settings have it.
    package func read(_ cell: ArraySlice<UInt8>) throws(Mistake) -> LocalTime? {
        var text = DateText(Self.unquoted(cell))
        if text.isAtEnd { return nil }
        guard let (year, month, day) = date(&text) else { throw .notADate }
        guard !text.isAtEnd else { return try existing(LocalTime(year, month, day)) }
        guard text.take(" ") || text.take("T"), let (hour, minute, second) = time(&text), text.isAtEnd else {
            throw .notADate
        }
        return try existing(LocalTime(year, month, day, hour, minute, second))
    }

    private func existing(_ time: LocalTime?) throws(Mistake) -> LocalTime {
        guard let time else { throw .notADate }
        return time
    }

    private static func unquoted(_ cell: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard cell.count >= 2, cell.first == UInt8(ascii: "'"), cell.last == UInt8(ascii: "'") else { return cell }
        return cell.dropFirst().dropLast()
    }

    private func date(_ text: inout DateText) -> (year: Int, month: Int, day: Int)? {
        let separator: Unicode.Scalar = self == .iso ? "-" : "/"
        guard let first = text.number(self == .iso ? 4...4 : 1...2), text.take(separator),
            let second = text.number(1...2), text.take(separator),
            let third = text.number(self == .iso ? 1...2 : 4...4)
        else { return nil }
        switch self {
        case .dayFirst: return (third, second, first)
        case .monthFirst: return (third, first, second)
        case .iso: return (first, second, third)
        }
    }

    private func time(_ text: inout DateText) -> (hour: Int, minute: Int, second: Int)? {
        guard let hour = text.number(1...2), text.take(":"), let minute = text.number(2...2) else { return nil }
        var second = 0
        if text.take(":") {
            guard let number = text.number(2...2) else { return nil }
            second = number
        }
        guard self != .iso, text.take(" ") else { return (hour, minute, second) }
        let isAfternoon = text.take("P")
        guard isAfternoon || text.take("A"), text.take("M"), (1...12).contains(hour) else { return nil }
        return (hour % 12 + (isAfternoon ? 12 : 0), minute, second)
    }
}

/// A place in a short text.
private struct DateText {
    private var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) { rest = text }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: sign) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// All the digits that follow, when there are so many.
    mutating func number(_ width: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix { UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") }
        guard width.contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
