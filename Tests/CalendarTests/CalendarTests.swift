// Days and their numbers, each way.
import Calendar
import Testing

private let days: [(Int, Int, Int, number: Int, weekday: Int)] = [
    (1970, 1, 1, 0, 4), (1969, 12, 31, -1, 3), (2000, 2, 29, 11_016, 2), (2000, 3, 1, 11_017, 3),
    (1, 1, 1, -719_162, 1), (0, 3, 1, -719_468, 3), (1900, 3, 1, -25_508, 4), (9999, 12, 31, 2_932_896, 5),
    (2026, 2, 3, 20_487, 2),
]

@Test(arguments: days)
func aDayHasANumberAndAWeekday(year: Int, month: Int, day: Int, number: Int, weekday: Int) throws {
    let date = try #require(CalendarDate(year, month, day))
    #expect(date.daysSince1970 == number && date.weekday == weekday)
    #expect(CalendarDate(daysSince1970: number) == date)
}

@Test(arguments: [
    (2026, 2, 29), (1900, 2, 29), (2026, 0, 1), (2026, 13, 1), (2026, 4, 31), (2026, 1, 0), (10_000, 1, 1),
    (.max, 1, 1), (.min, 1, 1), (2026, .max, 1), (2026, 1, .max),
])
func whatIsNoDayIsNone(year: Int, month: Int, day: Int) {
    #expect(CalendarDate(year, month, day) == nil)
}

/// More than an era each way: one day after the other, without a gap.
@Test
func daysFollowEachOther() {
    var before = CalendarDate(daysSince1970: -900_001)
    for number in -900_000...900_000 {
        let date = CalendarDate(daysSince1970: number)
        let isNext =
            date.day == before.day + 1 && date.month == before.month && date.year == before.year
            || date.day == 1 && before.day == CalendarDate.length(ofMonth: before.month, in: before.year)
                && date.month == before.month % 12 + 1 && date.year == before.year + before.month / 12
        if !isNext || date.daysSince1970 != number { Issue.record("\(before) is followed by \(date)") }
        before = date
    }
}

/// The farthest that a clock of 64 bits can say.
@Test(arguments: [Int.min, .max])
func everyMomentIsOnSomeDay(seconds: Int) {
    let (day, rest) = seconds.dividedFlooring(by: 86_400)
    #expect((0..<86_400).contains(rest) && CalendarDate(daysSince1970: day).daysSince1970 == day)
}

private let moments: [(String, Int64?)] = [
    ("1970-01-01T00:00:00Z", 0), ("2022-06-23T15:47:12+02:00", 1_655_992_032_000_000),
    ("2022-06-23 15:47:12+0200", 1_655_992_032_000_000), ("2022-06-23t13:47:12z", 1_655_992_032_000_000),
    ("2022-06-23T09:17:12.5-04:30", 1_655_992_032_500_000), ("2022-06-23T13:47:12.1234567Z", 1_655_992_032_123_456),
    ("2016-12-31T23:59:60Z", 1_483_228_800_000_000), ("1970-01-01T00:00:00+01:00", -3_600_000_000),
    ("2022-06-23T15:47:12", nil), ("2022-02-30T00:00:00Z", nil), ("1969-12-31T23:59:59Z", nil),
    ("2022-06-23T24:00:00Z", nil), ("2022-06-23T15:47:12.Z", nil), ("2022-06-23T15:47:12+15:00", nil),
    ("2022-06-23T15:47:12Z ", nil), ("2022-06-23", nil), ("", nil),
]

@Test(arguments: moments)
func aMomentHasAnOffset(text: String, microseconds: Int64?) {
    #expect(ISOTime.microseconds(text) == microseconds)
}
