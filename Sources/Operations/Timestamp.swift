// Moments as people read and write them: `2026-02-03T14:05:11.028033Z`, always UTC, in the calendar of RFC 3339.
//
// Lockstep keeps microseconds since 1970 and knows no earlier moment and none after the year 9999. Nothing here reads a
// clock.

package struct Timestamp: Hashable, Comparable, Sendable {
    /// Since 1970-01-01T00:00:00Z, without leap seconds; 0 ... `latest`.
    package let microseconds: Int64

    package static let latest: Int64 = 253_402_300_799_999_999

    private static let microsecondsInSecond: Int64 = 1_000_000
    private static let microsecondsInDay: Int64 = 86_400_000_000

    /// A clock that is set outside 1970 ... 9999 shows as the nearest moment that can be written.
    package init(microseconds: Int64) {
        self.microseconds = min(max(0, microseconds), Timestamp.latest)
    }

    package static func < (one: Timestamp, other: Timestamp) -> Bool { one.microseconds < other.microseconds }
}

extension Timestamp: CustomStringConvertible {
    /// `2026-02-03T14:05:11.028033Z`: always 27 characters, so that text sorts as time does.
    package var description: String {
        let date = CalendarDate(daysSince1970: Int(microseconds / Timestamp.microsecondsInDay))
        let ofDay = Int(microseconds % Timestamp.microsecondsInDay)
        let (seconds, fraction) = ofDay.quotientAndRemainder(dividingBy: Int(Timestamp.microsecondsInSecond))
        let time = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
        return "\(date)T\(time.joined(separator: ":")).\(padded(fraction, 6))Z"
    }
}

// Reading.
extension Timestamp {
    /// What `init(_:now:)` reads, for help texts and error messages.
    package static let forms =
        "a date (2026-02-03), a time in UTC (2026-02-03T14:05, 2026-02-03T14:05:11.028033Z), a time ago "
        + "(\"15 min ago\", \"-2 h\"; \(Units.milliseconds.names)) or \"now\""

    /// The absolute forms: a date alone is its first instant; `T` may be a blank; seconds, their fraction (one to six
    /// digits) and the final `Z` may be left out, and the time is UTC without it too.
    ///
    /// Nil for anything else: another time zone, a day that does not exist, a leap second, a year before 1970.
    package init?(_ text: some StringProtocol) {
        var scanner = Scanner(text)
        guard let date = scanner.date() else { return nil }
        var ofDay: Int64 = 0
        if !scanner.isAtEnd {
            guard let time = scanner.timeOfDay() else { return nil }
            ofDay = time
        }
        self.init(microseconds: Int64(date.daysSince1970) * Timestamp.microsecondsInDay + ofDay)
    }

    /// The same and the relative forms: `now`, `-15 min`, `15 min ago`. Nil too when that was before 1970.
    package init?(_ text: some StringProtocol, now: Timestamp) {
        if let absolute = Timestamp(text) {
            self = absolute
        } else if text == "now" {
            self = now
        } else if let age = Timestamp.age(text), age <= now.microseconds / 1_000 {
            self.init(microseconds: now.microseconds - age * 1_000)
        } else {
            return nil
        }
    }

    /// Milliseconds.
    private static func age(_ text: some StringProtocol) -> Int64? {
        if text.hasPrefix("-") { return (try? Units.milliseconds.read(text.dropFirst())).map(Int64.init) }
        if text.hasSuffix(" ago") { return (try? Units.milliseconds.read(text.dropLast(4))).map(Int64.init) }
        return nil
    }
}

/// A day of the Gregorian calendar, 1970 ... 9999.
struct CalendarDate: CustomStringConvertible {
    let daysSince1970: Int
    private let year: Int
    private let month: Int
    private let day: Int

    static let years = 1970...9999

    init(daysSince1970 days: Int) {
        precondition(days >= 0 && days < CalendarDate.days(before: CalendarDate.years.upperBound + 1))
        // No year has more than 366 days, so this is not too late, and at most a few years too early.
        var year = CalendarDate.years.lowerBound + days / 366
        while CalendarDate.days(before: year + 1) <= days { year += 1 }
        var rest = days - CalendarDate.days(before: year)
        var month = 1
        while rest >= CalendarDate.length(of: month, in: year) {
            rest -= CalendarDate.length(of: month, in: year)
            month += 1
        }
        daysSince1970 = days
        (self.year, self.month, day) = (year, month, rest + 1)
    }

    /// Nil when there is no such day.
    init?(year: Int, month: Int, day: Int) {
        guard CalendarDate.years.contains(year), (1...12).contains(month),
            (1...CalendarDate.length(of: month, in: year)).contains(day)
        else { return nil }
        let months = (1..<month).map { CalendarDate.length(of: $0, in: year) }
        daysSince1970 = months.reduce(CalendarDate.days(before: year), +) + day - 1
        (self.year, self.month, self.day) = (year, month, day)
    }

    var description: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }

    private static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    private static func length(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 to the first of January of that year.
    private static func days(before year: Int) -> Int {
        func leapYears(before year: Int) -> Int { (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 }
        return 365 * (year - years.lowerBound) + leapYears(before: year) - leapYears(before: years.lowerBound)
    }
}

/// Reads digits of a fixed count and signs between them, from the front.
private struct Scanner {
    private var rest: [UInt8].SubSequence

    init(_ text: some StringProtocol) { rest = Array(text.utf8)[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func date() -> CalendarDate? {
        guard let year = number(digits: 4), skip("-"), let month = number(digits: 2), skip("-"),
            let day = number(digits: 2)
        else { return nil }
        return CalendarDate(year: year, month: month, day: day)
    }

    /// `T14:05[:11[.028033]][Z]` to the end of the text, in microseconds.
    mutating func timeOfDay() -> Int64? {
        guard skip("T") || skip(" "), let hour = number(digits: 2), hour < 24, skip(":"),
            let minute = number(digits: 2), minute < 60
        else { return nil }
        var microseconds = (hour * 60 + minute) * 60_000_000
        if skip(":") {
            guard let second = number(digits: 2), second < 60, let fraction = fraction() else { return nil }
            microseconds += second * 1_000_000 + fraction
        }
        _ = skip("Z")
        return isAtEnd ? Int64(microseconds) : nil
    }

    /// Microseconds; 0 without a point, nil when it is followed by no digit or by more than six.
    private mutating func fraction() -> Int? {
        guard skip(".") else { return 0 }
        let count = rest.prefix { isDigit($0) }.count
        guard (1...6).contains(count), let number = number(digits: count) else { return nil }
        return (count..<6).reduce(number) { scaled, _ in scaled * 10 }
    }

    private mutating func number(digits count: Int) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy({ isDigit($0) }) else { return nil }
        rest = rest.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private mutating func skip(_ sign: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: sign) else { return false }
        rest = rest.dropFirst()
        return true
    }

    private func isDigit(_ octet: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) }
}

private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
