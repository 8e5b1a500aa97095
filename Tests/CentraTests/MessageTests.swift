// Which of Centra's texts are quoted, and what they mean.
import Testing

@testable import Centra

@Test(arguments: [
    ("Shipment is already completed", CentraVerdict.alreadyDone, "Shipment is already completed"),
    ("shipment is already Completed", .alreadyDone, "shipment is already Completed"),
    ("Could not find ProductSize with SKU UM1001REDX", .needsPerson, "Could not find ProductSize with SKU UM1001REDX"),
    ("Could not find Event with ID 880101", .alreadyDone, "Could not find Event with ID 880101"),
    ("Capture failed: Anna Berg has no money", .needsPerson, "Capture failed: …"),
    ("The service is busy, please try again in a minute", .retryable, "… try again …"),
    ("Order 10005 is on hold", .needsPerson, "Order 10005 is on hold"),
])
func aKnownTextIsQuotedAsFarAsItIsKnown(message: String, verdict: CentraVerdict, text: String) {
    let read = CentraMessage(message, path: ["input"])
    #expect(read.verdict == verdict)
    #expect(read.text == text)
}

@Test(arguments: [
    "Could not find Customer with email anna@example.com", "Could not find ProductSize with SKU anna@example.com",
    "Order Berg is on hold", "Anna Berg", "", "Could not find ProductSize with SKU",
    "Could not find ProductSize with SKU A B", "Shipment is already completed by Anna",
    String(repeating: "try again ", count: 100),
])
func anythingElseNeedsAPersonAndIsNotQuoted(message: String) {
    let read = CentraMessage(message, path: ["input", "anna@example.com", "0"])
    #expect(read.verdict == .needsPerson)
    #expect(read.text == "Centra says something that is not known to be harmless")
    #expect(read.path == ["input", "?", "0"])
}

@Test(arguments: [
    ("v1.59.10", "v1.60.0", true), ("v1.59.9", "v1.59.10", true), ("v1.59.10", "v1.59.10", false),
    ("v2", "v1.99.99", false), ("1.59", "v1.59.10", true),
])
func versionsAreComparedByNumber(left: String, right: String, isLess: Bool) throws {
    let (left, right) = (try #require(AppVersion(left)), try #require(AppVersion(right)))
    #expect((left < right) == isLess)
}

@Test(arguments: ["", "v", "v1.x", "1..2", "1.2.3.4.5"])
func whatIsNoVersionIsNone(text: String) {
    #expect(AppVersion(text) == nil)
}

@Test(arguments: [
    ("2026-02-04T09:31:05+01:00", "2026-02-04T08:31:05+00:00"), ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59+00:00"),
    ("2021-01-29 14:40:58.628033-05:30", "2021-01-29T20:10:58+00:00"),
    ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00+00:00"),
    ("2000-03-01T00:00:00+0100", "2000-02-29T23:00:00+00:00"),
    ("2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00+00:00"),
])
func aTimeWithAnOffsetIsAMoment(text: String, utc: String) throws {
    let time = try #require(CentraTime(text))
    #expect(time.description == utc)
    #expect(CentraTime(utc)?.microseconds == time.microseconds / 1_000_000 * 1_000_000)
}

@Test(arguments: [
    "", "2026-02-04", "2026-02-04T09:31:05", "2026-13-04T09:31:05Z", "2026-02-04T24:31:05Z", "2026-02-04T09:31:05+1",
    "2026-02-04T09:31:05.Z", "2026-02-04T09:31:05Zx", "٢026-02-04T09:31:05Z", "2026-02-00T09:31:05Z",
])
func aTimeWithoutAnOffsetIsNone(text: String) {
    #expect(CentraTime(text) == nil)
}
