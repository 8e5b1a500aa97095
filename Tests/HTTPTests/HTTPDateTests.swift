/// IMF-fixdate: RFC 9110 section 5.6.7.
import Foundation
import Testing

@testable import HTTP

struct HTTPDateTests {
    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),  // the RFC's own example
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (86_399, "Thu, 01 Jan 1970 23:59:59 GMT"),
        (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),  // 2000 is a leap year
        (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
        (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
        (1_735_603_200, "Tue, 31 Dec 2024 00:00:00 GMT"),
        (1_740_787_200, "Sat, 01 Mar 2025 00:00:00 GMT"),
        (2_147_483_648, "Tue, 19 Jan 2038 03:14:08 GMT"),
        (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),  // 2100 is not
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (253_402_300_800, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (Int.max, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (-1, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (Int.min, "Thu, 01 Jan 1970 00:00:00 GMT"),
    ])
    func writesTheDate(_ unixSeconds: Int, _ expected: String) {
        #expect(text(HTTPDate(unixSeconds: unixSeconds).octets) == expected)
    }

    /// A day in every 97, over a whole cycle of 400 years, as Foundation's calendar has it.
    @Test func agreesWithFoundation() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        for day in stride(from: 0, to: 146_097, by: 97) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: date)
            let written = text(HTTPDate(unixSeconds: day * 86_400).octets).split(separator: " ")
            #expect(Int(written[1]) == parts.day)
            #expect(Self.months.firstIndex(of: String(written[2])).map { $0 + 1 } == parts.month)
            #expect(Int(written[3]) == parts.year)
            #expect(Self.weekdays.firstIndex(of: String(written[0])).map { $0 + 1 } == parts.weekday)
        }
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let weekdays = ["Sun,", "Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,"]
}
