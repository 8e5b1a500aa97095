// Dates as Peoplevox writes them, and zones. Whole zones are compared with Python's in Tests/Contract/test_zones.py.
import Foundation
import Testing

@testable import Peoplevox

private func read(_ cell: String, _ format: DateFormat) throws -> String? {
    try format.read(Array(cell.utf8)[...])?.description
}

struct DateFormatTests {
    static let dates: [(DateFormat, String, String?)] = [
        (.dayFirst, "'14/06/2018 16:55:07'", "2018-06-14 16:55:07"),
        (.dayFirst, "14/06/2018 16:55", "2018-06-14 16:55:00"),
        (.dayFirst, "'13/02/2026'", "2026-02-13 00:00:00"), (.dayFirst, "1/2/2026 9:05:00", "2026-02-01 09:05:00"),
        (.dayFirst, "29/02/2024", "2024-02-29 00:00:00"), (.dayFirst, "", nil), (.dayFirst, "''", nil),
        (.monthFirst, "'06/14/2018 16:55:07'", "2018-06-14 16:55:07"),
        (.monthFirst, "2/3/2026 2:05:11 PM", "2026-02-03 14:05:11"),
        (.monthFirst, "2/3/2026 12:05:11 AM", "2026-02-03 00:05:11"),
        (.monthFirst, "2/3/2026 12:00 PM", "2026-02-03 12:00:00"),
        (.iso, "'2026-02-03 10:00:00'", "2026-02-03 10:00:00"), (.iso, "2026-02-03T10:00", "2026-02-03 10:00:00"),
    ]

    @Test(arguments: dates)
    func aDateIsRead(format: DateFormat, cell: String, expected: String?) throws {
        #expect(try read(cell, format) == expected)
    }

    static let mistakes: [(DateFormat, String)] = [
        (.dayFirst, "'02/13/2026 10:00:00'"), (.dayFirst, "'2026-02-03 10:00:00'"), (.dayFirst, "29/02/2026"),
        (.dayFirst, "00/01/2026"), (.dayFirst, "14/06/18"), (.dayFirst, "14/06/2018 24:00:00"),
        (.dayFirst, "14/06/2018 16"),
        (.dayFirst, "14/06/2018 16:60"), (.dayFirst, "14/06/2018 "), (.dayFirst, "14/06/2018 16:55:07.5"),
        (.dayFirst, "14/06/0000"), (.dayFirst, "'14/06/2018"), (.dayFirst, " "), (.dayFirst, "'"),
        (.dayFirst, "+1/06/2018"),
        (.monthFirst, "14/06/2018"), (.monthFirst, "2/3/2026 13:05 PM"), (.monthFirst, "2/3/2026 1:05 XM"),
        (.iso, "2026-02-03 2:05 PM"), (.iso, "26-02-03"), (.iso, "2026/02/03"), (.dayFirst, "New"),
        (.dayFirst, "١/٢/٢٠٢٦"),
    ]

    @Test(arguments: mistakes)
    func whatIsNoDateIsRefused(format: DateFormat, cell: String) {
        #expect(throws: DateFormat.Mistake.notADate) { try read(cell, format) }
    }

    @Test
    func everyDayHasItsNumber() throws {
        var day = Int64(-719_162)
        while let time = LocalTime(seconds: day * 86_400 + 86_399) {
            #expect(time.seconds == day * 86_400 + 86_399)
            day += 97
        }
        #expect(LocalTime(9_999, 12, 31, 23, 59, 59)?.seconds == 253_402_300_799)
        #expect(LocalTime(seconds: 253_402_300_800) == nil && LocalTime(seconds: .min) == nil)
    }
}

struct ZoneTests {
    /// London's, with both changes of 2026 from its rule alone.
    static func london() throws -> Zone {
        let rule = try #require(ZoneRule(Array("GMT0BST,M3.5.0/1,M10.5.0".utf8)[...]))
        return Zone(firstOffset: 0, changes: [], rule: rule)
    }

    static let moments: [(String, String, TimeCertainty)] = [
        ("03/02/2026 14:05:11", "2026-02-03 14:05:11", .certain),
        ("14/06/2026 16:55:07", "2026-06-14 15:55:07", .certain),
        ("29/03/2026 00:59:59", "2026-03-29 00:59:59", .certain),
        ("29/03/2026 01:30:00", "2026-03-29 01:30:00", .neverShown),
        ("29/03/2026 02:00:00", "2026-03-29 01:00:00", .certain),
        ("25/10/2026 00:59:59", "2026-10-24 23:59:59", .certain),
        ("25/10/2026 01:30:00", "2026-10-25 00:30:00", .shownTwice),
        ("25/10/2026 02:00:00", "2026-10-25 02:00:00", .certain),
        ("31/12/2099 23:59:59", "2099-12-31 23:59:59", .certain), ("01/07/1950", "1950-07-01 00:00:00", .certain),
    ]

    @Test(arguments: moments)
    func aLocalTimeIsAMoment(cell: String, utc: String, certainty: TimeCertainty) throws {
        let local = try #require(try DateFormat.dayFirst.read(Array(cell.utf8)[...]))
        let moment = try Self.london().moment(local)
        #expect(LocalTime(seconds: moment.seconds)?.description == utc && moment.certainty == certainty)
    }

    static let rules: [(String, Bool)] = [
        ("UTC0", true), ("<+0545>-5:45", true), ("IST-2IDT,M3.4.4/26,M10.5.0", true),
        ("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", true),
        ("EST5EDT,60/2,J300", true), ("", false), ("GMT", false), ("GM0", false), ("GMT0BST", false),
        ("GMT0BST,M13.5.0,M10.5.0", false), ("GMT0BST,M3.6.0,M10.5.0", false), ("GMT0BST,M3.5.0", false),
        ("GMT0BST,J0,J1", false), ("GMT0BST,M3.5.0/168,J1", false), ("<+01-1", false),
        ("GMT0BST,M3.5.0,M10.5.0,", false),
        ("GMT99999", false),
    ]

    @Test(arguments: rules)
    func aRuleIsReadOrNot(text: String, isRule: Bool) {
        #expect((ZoneRule(Array(text.utf8)[...]) != nil) == isRule)
    }

    @Test(arguments: ["Europe/London", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "UTC"])
    func aNameIsOneOfAFile(name: String) { #expect(Zone.isName(name)) }

    @Test(arguments: [
        "", "/etc/passwd", "../../etc/passwd", "Europe/../UTC", "Europe/", "Europe//London", "a b", "-", "a/b/c/d",
    ])
    func aNameThatLeadsElsewhereIsNone(name: String) { #expect(!Zone.isName(name)) }

    @Test
    func aFileThatIsCutOrChangedAnywhereNeverTrips() throws {
        let octets = [UInt8](try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/London")))
        #expect(throws: Never.self) { try Zone(reading: octets) }
        for length in 0..<octets.count - 1 {
            #expect(throws: ZoneMistake.self) { try Zone(reading: Array(octets[..<length])) }
        }
        let noon = try #require(LocalTime(2026, 7, 1, 12))
        for index in octets.indices {
            var changed = octets
            changed[index] ^= 0xFF
            guard let zone = try? Zone(reading: changed) else { continue }
            _ = (zone.moment(noon), zone.local(at: noon.seconds))
        }
        #expect(throws: ZoneMistake.notAZone) { try Zone(reading: Array("PK".utf8)) }
    }
}
