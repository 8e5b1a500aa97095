// Calendars and the two summer times of a year.
import Testing

@testable import Sandbox

@Test
func everyDayOfFourCenturiesIsItself() throws {
    let first = try #require(CivilTime(1890, 1, 1))
    let wrong = (0..<(400 * 366)).filter { day in
        let time = CivilTime(seconds: first.seconds + day * 86_400 + 3_723)
        let parts = time.parts
        let again = CivilTime(parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second)
        return again != time || time.dayOfWeek != (first.dayOfWeek + day) % 7
    }
    #expect(wrong.isEmpty)
}

private struct ZoneCase: Sendable, CustomTestStringConvertible {
    let zone: TenantZone
    let utc: String
    let civil: String

    var testDescription: String { "\(zone) \(utc)" }
}

private let zones = [
    ZoneCase(zone: .london, utc: "2026-02-03 14:05:11", civil: "03/02/2026 14:05:11"),
    ZoneCase(zone: .london, utc: "2026-03-29 00:59:59", civil: "29/03/2026 00:59:59"),
    ZoneCase(zone: .london, utc: "2026-03-29 01:00:00", civil: "29/03/2026 02:00:00"),
    ZoneCase(zone: .london, utc: "2026-10-25 00:59:59", civil: "25/10/2026 01:59:59"),
    ZoneCase(zone: .london, utc: "2026-10-25 01:00:00", civil: "25/10/2026 01:00:00"),
    ZoneCase(zone: .stockholm, utc: "2026-07-01 12:00:00", civil: "01/07/2026 14:00:00"),
    ZoneCase(zone: .stockholm, utc: "2026-12-31 23:30:00", civil: "01/01/2027 00:30:00"),
    ZoneCase(zone: .utc, utc: "2026-07-01 12:00:00", civil: "01/07/2026 12:00:00"),
]

@Test(arguments: zones)
private func theTenantsClockShows(_ example: ZoneCase) throws {
    let utc = try #require(CivilTime(importText: example.utc)).seconds
    #expect(DateStyle.dayFirst.text(example.zone.civil(utc), withTime: true) == example.civil)
}

@Test(arguments: [
    "2026-02-30 00:00:00", "2026-2-03 00:00:00", "2026-02-03", "03/02/2026 10:00:00", "2026-02-03T10:00:00",
    "2026-02-03 24:00:00",
])
func otherTextsAreNoTimes(_ text: String) {
    #expect(CivilTime(importText: text) == nil)
}
