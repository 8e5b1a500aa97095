// A date and a time of day as a wall clock shows them, in no zone yet: what stands in Peoplevox's cells.

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
        guard (1...9_999).contains(year), (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year),
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
        // 400 years have 146,097 days; the year found so is at most one too small.
        var year = Int(days * 400 / 146_097) + 1
        let day = days + Self.dayNumber(1, 1, 1)
        while Self.dayNumber(year + 1, 1, 1) <= day { year += 1 }
        while Self.dayNumber(year, 1, 1) > day { year -= 1 }
        var rest = Int(day - Self.dayNumber(year, 1, 1))
        var month = 1
        while rest >= Self.days(in: month, of: year) {
            rest -= Self.days(in: month, of: year)
            month += 1
        }
        self.init(year, month, rest + 1, time / 3_600, time / 60 % 60, time % 60)
    }

    private static let earliest = dayNumber(1, 1, 1) * 86_400
    private static let latest = dayNumber(10_000, 1, 1) * 86_400 - 1

    static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static let daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]

    /// Days since the first of January 1970, negative before.
    static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let past = year - 1
        let leapDay = month > 2 && isLeap(year) ? 1 : 0
        let days = past * 365 + past / 4 - past / 100 + past / 400 + daysBefore[month - 1] + leapDay + day - 1
        return Int64(days - 719_162)
    }

    /// `2026-02-03 14:05:11`: what Peoplevox takes in imports (19 characters).
    package var description: String {
        "\(Self.padded(year, 4))-\(Self.padded(month))-\(Self.padded(day))"
            + " \(Self.padded(hour)):\(Self.padded(minute)):\(Self.padded(second))"
    }

    private static func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
