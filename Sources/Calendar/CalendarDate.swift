// Days of the Gregorian calendar and their numbers, for everybody who reads or writes a date. No clock, no zone.
//
// Years are counted from March, so that a leap day is a year's last, and in eras of 400 years, which all have the same
// 146,097 days (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").

/// A day that exists, in the Gregorian calendar also where it was not in use yet.
package struct CalendarDate: Hashable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int

    /// Nil when there is no such day, or the year has more than four digits.
    package init?(_ year: Int, _ month: Int, _ day: Int) {
        guard (-9_999...9_999).contains(year), (1...12).contains(month), day >= 1,
            day <= CalendarDate.length(ofMonth: month, in: year)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// Any number of days that comes from a number of seconds; negative before 1970.
    package init(daysSince1970 days: Int) {
        let (era, dayOfEra) = (days + CalendarDate.shift).dividedFlooring(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        day = dayOfYear - (153 * fromMarch + 2) / 5 + 1
        year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    }

    package var daysSince1970: Int { CalendarDate.daysSince1970(year, month, day) }

    /// From 0 for Sunday. 1 January 1970 was a Thursday.
    package var weekday: Int { (daysSince1970 + 4).dividedFlooring(by: 7).remainder }

    /// Of a day that is known to exist.
    package static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let (era, yearOfEra) = (month <= 2 ? year - 1 : year).dividedFlooring(by: 400)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - shift
    }

    package static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    package static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1 March of the year 0 to 1 January 1970.
    private static let shift = 719_468
}

extension CalendarDate: CustomStringConvertible {
    /// `2026-02-03`.
    package var description: String { "\(year.padded(4))-\(month.padded(2))-\(day.padded(2))" }
}

extension BinaryInteger {
    /// The remainder is never negative.
    package func dividedFlooring(by divisor: Self) -> (quotient: Self, remainder: Self) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    /// With zeros before it.
    package func padded(_ width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
