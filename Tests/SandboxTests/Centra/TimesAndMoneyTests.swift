// Times as PHP writes and takes them, and sums that are exact.
import JSON
import Testing

@testable import Sandbox

@Test(arguments: [
    ("2026-02-03T16:20:40+01:00", "2026-02-03T16:20:40+01:00"), ("2026-02-03T15:20:40Z", "2026-02-03T16:20:40+01:00"),
    ("2026-02-03 16:20:40", "2026-02-03T16:20:40+01:00"), ("2026-02-03", "2026-02-03T00:00:00+01:00"),
    ("2026-02-03T16:20:40.628033+01:00", "2026-02-03T16:20:40+01:00"),
    ("1969-12-31T23:59:59Z", "1970-01-01T00:59:59+01:00"),
    ("2024-02-29T23:30:00Z", "2024-03-01T00:30:00+01:00"), ("now", "2026-02-10T12:00:00+01:00"),
    ("-1 hour", "2026-02-10T11:00:00+01:00"), ("+2 days", "2026-02-12T12:00:00+01:00"),
    ("yesterday", "2026-02-09T00:00:00+01:00"), ("today", "2026-02-10T00:00:00+01:00"),
])
func aTimeIsUnderstood(_ text: String, _ meaning: String) throws {
    let moment = try #require(Times.moment(text, now: 1_770_721_200_000_000, offsetMinutes: 60))
    #expect(Times.text(moment, offsetMinutes: 60) == meaning)
}

@Test(arguments: [
    "", "soon", "2026-13-01", "2026-02-30T", "2026-02-03T24:00:00", "2026-02-03T10:00:00+1", "2026-02-03T10:00:00Zulu",
    "-1 fortnight", "2026/02/03",
])
func whatIsNoTimeIsRefused(_ text: String) {
    #expect(Times.moment(text, now: 0, offsetMinutes: 60) == nil)
}

@Test(arguments: [
    ("Y-m-d", "2026-02-03"), ("Y-m-d\\TH:i:sP", "2026-02-03T16:20:40+01:00"), ("d.m. H:i", "03.02. 16:20"),
])
func aFormatIsPHPs(_ format: String, _ text: String) {
    #expect(Times.text(1_770_132_040_000_000, offsetMinutes: 60, format: format) == text)
}

@Test(arguments: [(220_660, "2206.6"), (89_900, "899.0"), (5, "0.05"), (-24_900, "-249.0"), (0, "0.0"), (101, "1.01")])
func anAmountIsWrittenAsTheAPIWritesFloats(_ minor: Int, _ text: String) {
    #expect(Money(minor: minor).text == text)
    #expect(Money(.decimal(text)) == Money(minor: minor))
}
