// Moments as people read and write them: `2026-02-03T14:05:11.028033Z`, always UTC, in the calendar of RFC 3339.
//
// Lockstep keeps microseconds since 1970 and knows no earlier moment and none after the year 9999. Nothing here reads a
// clock.
import Calendar

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
        let time = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { $0.padded(2) }
        return "\(date)T\(time.joined(separator: ":")).\(fraction.padded(6))Z"
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
        var scanner = TimeScanner(text)
        guard let date = scanner.date(), date.year >= 1970 else { return nil }
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

extension TimeScanner {
    /// `T14:05[:11[.028033]][Z]` to the end of the text, in microseconds.
    fileprivate mutating func timeOfDay() -> Int64? {
        guard skip("T") || skip(" "), let hour = number(digits: 2), hour < 24, skip(":"),
            let minute = number(digits: 2), minute < 60
        else { return nil }
        var microseconds = (hour * 60 + minute) * 60_000_000
        if skip(":") {
            guard let second = number(digits: 2), second < 60, let fraction = fraction(digits: 6) else { return nil }
            microseconds += second * 1_000_000 + fraction
        }
        _ = skip("Z")
        return isAtEnd ? Int64(microseconds) : nil
    }
}
