// The `Date` field, as every answer carries it.
import Calendar

/// The `Date` field's value: IMF-fixdate (RFC 9110 section 5.6.7), "Sun, 06 Nov 1994 08:49:37 GMT".
///
/// It changes once a second, so whoever answers makes one per second and gives it to every answer.
package struct HTTPDate: Equatable, Sendable {
    package static let octetCount = 29

    package let octets: [UInt8]

    /// A clock outside the years 1970 to 9999 is shown as the nearest second inside them.
    package init(unixSeconds: Int) {
        let seconds = min(max(unixSeconds, 0), 253_402_300_799)
        let (days, second) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let date = CalendarDate(daysSince1970: days)
        var octets: [UInt8] = []
        octets.reserveCapacity(Self.octetCount)
        octets.append(contentsOf: Self.weekdays[date.weekday].utf8)
        octets.append(contentsOf: ", ".utf8)
        octets.appendTwoDigits(date.day)
        octets.append(contentsOf: Self.months[date.month - 1].utf8)
        octets.appendTwoDigits(date.year / 100)
        octets.appendTwoDigits(date.year % 100)
        octets.append(.space)
        octets.appendTwoDigits(second / 3600)
        octets.append(.colon)
        octets.appendTwoDigits(second / 60 % 60)
        octets.append(.colon)
        octets.appendTwoDigits(second % 60)
        octets.append(contentsOf: " GMT".utf8)
        precondition(octets.count == Self.octetCount)
        self.octets = octets
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        " Jan ", " Feb ", " Mar ", " Apr ", " May ", " Jun ", " Jul ", " Aug ", " Sep ", " Oct ", " Nov ", " Dec ",
    ]
}

extension [UInt8] {
    fileprivate mutating func appendTwoDigits(_ number: Int) {
        append(48 + UInt8(number / 10))
        append(48 + UInt8(number % 10))
    }
}
