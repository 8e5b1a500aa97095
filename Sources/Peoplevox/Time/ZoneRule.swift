// What a zone does in all years to come: the last line of its file, in the notation of POSIX's variable TZ
// (RFC 8536, section 3.3.1), such as `GMT0BST,M3.5.0/1,M10.5.0`.
import Calendar

struct ZoneRule: Hashable, Sendable {
    /// Seconds east of UTC.
    let standard: Int
    let summer: Summer?

    struct Summer: Hashable, Sendable {
        let offset: Int
        let start: Day
        let end: Day
    }

    /// A day of each year and a time on it, in seconds from its midnight, which can lie outside the day.
    struct Day: Hashable, Sendable {
        enum Kind: Hashable, Sendable {
            /// The first to fourth, or last (5), such weekday of a month; Sunday is 0.
            case weekday(month: Int, week: Int, weekday: Int)
            /// From 1 to 365; the 29th of February is never counted.
            case numbered(Int)
            /// From 0 to 365.
            case numberedWithLeapDay(Int)
        }

        let kind: Kind
        let time: Int

        /// Seconds since 1970 of that wall clock's time, as if it were UTC.
        func local(in year: Int) -> Int64 { dayNumber(in: year) * 86_400 + Int64(time) }

        private func dayNumber(in year: Int) -> Int64 {
            switch kind {
            case .numbered(let number):
                let isBehindLeapDay = CalendarDate.isLeap(year) && number >= 60
                return LocalTime.dayNumber(year, 1, 1) + Int64(number - (isBehindLeapDay ? 0 : 1))
            case .numberedWithLeapDay(let number):
                return LocalTime.dayNumber(year, 1, 1) + Int64(number)
            case .weekday(let month, let week, let weekday):
                let first = LocalTime.dayNumber(year, month, 1)
                // The first of January 1970 was a Thursday.
                let ahead = (weekday - Int((first + 4) % 7) + 14) % 7
                let day = ahead + (week - 1) * 7
                return first + Int64(day < CalendarDate.length(ofMonth: month, in: year) ? day : day - 7)
            }
        }
    }

    /// Both changes of a year, in order; none without summer time, or where it lasts all year.
    func changes(in year: Int) -> [ZoneChange] {
        guard let summer, year >= 1970 else { return [] }
        let start = ZoneChange(
            moment: summer.start.local(in: year) - Int64(standard), before: standard, after: summer.offset)
        let end = ZoneChange(
            moment: summer.end.local(in: year) - Int64(summer.offset), before: summer.offset, after: standard)
        return start.moment < end.moment ? [start, end] : [end, start]
    }
}

extension ZoneRule {
    /// Nil when the text is not in that notation.
    init?(_ text: ArraySlice<UInt8>) {
        var text = RuleText(text)
        guard text.name(), let west = text.time() else { return nil }
        standard = -west
        if text.isAtEnd {
            summer = nil
            return
        }
        guard text.name() else { return nil }
        var offset = standard + 3_600
        if !text.take(",") {
            guard let west = text.time(), text.take(",") else { return nil }
            offset = -west
        }
        guard let start = text.day(), text.take(","), let end = text.day(), text.isAtEnd else { return nil }
        summer = Summer(offset: offset, start: start, end: end)
    }
}

private struct RuleText {
    private var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) { rest = text }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: sign) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// An abbreviation: letters, or anything between angle brackets.
    mutating func name() -> Bool {
        if take("<") {
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
            rest = rest[(end + 1)...]
            return true
        }
        let letters = rest.prefix { $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z") }
        rest = rest.dropFirst(letters.count)
        return letters.count >= 3
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix { UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") }
        guard (1...3).contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        let number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return range.contains(number) ? number : nil
    }

    /// `[+-]hh[:mm[:ss]]` as seconds; up to 167 hours.
    mutating func time() -> Int? {
        let isNegative = take("-")
        if !isNegative { _ = take("+") }
        guard let hours = number(0...167) else { return nil }
        var seconds = hours * 3_600
        for unit in [60, 1] where take(":") {
            guard let part = number(0...59) else { return nil }
            seconds += part * unit
        }
        return isNegative ? -seconds : seconds
    }

    mutating func day() -> ZoneRule.Day? {
        guard let kind = dayKind() else { return nil }
        guard take("/") else { return ZoneRule.Day(kind: kind, time: 7_200) }
        return time().map { ZoneRule.Day(kind: kind, time: $0) }
    }

    private mutating func dayKind() -> ZoneRule.Day.Kind? {
        if take("J") { return number(1...365).map { .numbered($0) } }
        guard take("M") else { return number(0...365).map { .numberedWithLeapDay($0) } }
        guard let month = number(1...12), take("."), let week = number(1...5), take("."), let weekday = number(0...6)
        else { return nil }
        return .weekday(month: month, week: week, weekday: weekday)
    }
}
