// A date and a time of day as a wall clock shows them, in no zone yet: what stands in Peoplevox's cells.
import Calendar

/// Proleptic Gregorian, years 1 to 9999, no leap seconds. Only existing dates can be made.
package struct LocalTime: Hashable, Sendable, CustomStringConvertible {
    package let year: Int
    package let month: Int
    package let day: Int
    package let hour: Int
    package let minute: Int
    package let second: Int

    /// Nil when there is no such day or time of day.
    package init?(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0) {
        guard year >= 1, CalendarDate(year, month, day) != nil,
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second) = (hour, minute, second)
    }

    /// Seconds since 1970 of the moment at which a clock in UTC shows this.
    package var seconds: Int64 {
        Self.dayNumber(year, month, day) * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
    }

    /// What a clock in UTC shows then; nil outside the years 1 to 9999.
    package init?(seconds: Int64) {
        guard (Self.earliest...Self.latest).contains(seconds) else { return nil }
        let days = (seconds - Self.earliest) / 86_400
        let time = Int((seconds - Self.earliest) % 86_400)
        let date = CalendarDate(daysSince1970: Int(days + Self.dayNumber(1, 1, 1)))
        self.init(date.year, date.month, date.day, time / 3_600, time / 60 % 60, time % 60)
    }

    private static let earliest = dayNumber(1, 1, 1) * 86_400
    private static let latest = dayNumber(10_000, 1, 1) * 86_400 - 1

    /// Days since the first of January 1970, negative before.
    static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        Int64(CalendarDate.daysSince1970(year, month, day))
    }

    /// `2026-02-03 14:05:11`: what Peoplevox takes in imports (19 characters).
    package var description: String {
        let date = "\(year.padded(4))-\(month.padded(2))-\(day.padded(2))"
        return "\(date) \(hour.padded(2)):\(minute.padded(2)):\(second.padded(2))"
    }
}
