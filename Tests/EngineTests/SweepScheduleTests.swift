// A day has one time for a reconciliation, also the days on which the clock is moved; and what a person writes is read as it
// is meant.
import JSON
import POSIX
import Peoplevox
import Testing

@testable import Application

private let london = Result {
    try Zone(reading: Files.contents(of: "/usr/share/zoneinfo/Europe/London", limit: 65_536))
}

/// Microseconds since 1970 of a moment in UTC.
private func utc(_ month: Int, _ day: Int, _ hour: Int, _ minute: Int = 0) throws -> Int64 {
    try #require(LocalTime(2026, month, day, hour, minute)).seconds * 1_000_000
}

struct SweepScheduleTests {
    /// In London the clock goes forward on 29 March at 01:00 UTC, and back on 25 October at 01:00 UTC.
    @Test(arguments: [
        ("03:30", (1, 10, 12, 0), (1, 11, 3, 30)), ("03:30", (1, 10, 3, 29), (1, 10, 3, 30)),
        ("03:30", (1, 10, 3, 30), (1, 11, 3, 30)), ("03:30", (3, 28, 4, 0), (3, 29, 2, 30)),
        ("03:30", (10, 24, 4, 0), (10, 25, 3, 30)), ("00:00", (12, 31, 0, 0), (13, 1, 0, 0)),
        // 01:30 is left out on 29 March: taken as if the clock had not been moved.
        ("01:30", (3, 28, 12, 0), (3, 29, 1, 30)), ("01:30", (3, 29, 1, 30), (3, 30, 0, 30)),
        // It comes twice on 25 October, and counts once.
        ("01:30", (10, 24, 12, 0), (10, 25, 0, 30)), ("01:30", (10, 25, 0, 30), (10, 26, 1, 30)),
        ("23:59", (7, 1, 22, 59), (7, 2, 22, 59)),
    ])
    func aDayHasOneTime(_ time: String, _ last: (Int, Int, Int, Int), _ next: (Int, Int, Int, Int)) throws {
        let schedule = SweepSchedule(.daily(try #require(TimeOfDay(time))), zone: try london.get())
        let expected =
            next.0 == 13
            ? try #require(LocalTime(2027, 1, 1)).seconds * 1_000_000 : try utc(next.0, next.1, next.2, next.3)
        #expect(schedule.next(after: try utc(last.0, last.1, last.2, last.3)) == expected)
    }

    @Test func afterAClockThatWasSetBackOneIsDueAtOnce() throws {
        let now = try utc(1, 10, 12)
        for when in [SweepSchedule.When.daily(try #require(TimeOfDay("03:30"))), .every(21_600_000_000)] {
            let schedule = SweepSchedule(when, zone: .utc)
            #expect(schedule.next(after: try utc(3, 1, 12), now: now) == now)
            let soon = now + 1_000_000
            #expect(schedule.next(after: soon, now: now) == schedule.next(after: soon))
        }
        #expect(SweepSchedule(.off, zone: .utc).next(after: try utc(3, 1, 12), now: now) == nil)
    }

    @Test(arguments: ["00:00", "00:59", "01:00", "01:30", "02:00", "23:59"])
    func everyDayOfAYearHasOne(_ time: String) throws {
        let schedule = SweepSchedule(.daily(try #require(TimeOfDay(time))), zone: try london.get())
        var last = try #require(schedule.next(after: try utc(1, 1, 12)))
        for _ in 0..<364 {
            let next = try #require(schedule.next(after: last))
            #expect((22 * 3_600_000_000...26 * 3_600_000_000).contains(next - last))
            last = next
        }
    }

    @Test(arguments: [
        ("22:00-06:00", 23, true), ("22:00-06:00", 5, true), ("22:00-06:00", 6, false), ("22:00-06:00", 12, false),
        ("01:00-05:00", 1, true), ("01:00-05:00", 5, false), ("01:00-05:00", 0, false),
    ])
    func quietHoursMayReachOverMidnight(_ text: String, hour: Int, isQuiet: Bool) throws {
        let hours = try #require(QuietHours(text))
        #expect(hours.contains(try utc(1, 10, hour), try london.get()) == isQuiet)
        #expect(hours.description == text)
    }

    @Test(arguments: ["", "3:30", "24:00", "03:60", "03:30:00", "+3:30", "03.30", "a:b"])
    func whatIsNoTimeIsNone(_ text: String) {
        #expect(TimeOfDay(text) == nil && QuietHours("\(text)-05:00") == nil)
    }

    private func stock(_ lines: String) throws -> Configuration.Brand.Stock {
        let text = "[brand a]\nmode = observe\n" + lines
        let configuration = try Configuration.read(text: Array(text.utf8), fileName: "a.conf") { _ in "x" }
        return try #require(configuration.configuration.brands.first).stock
    }

    @Test func settingsAreRead() throws {
        #expect(try stock("").reconcile == .daily(try #require(TimeOfDay("03:30"))))
        #expect(try stock("reconcile = off").reconcile == .off)
        #expect(try stock("reconcile = every 6 h").reconcile == .every(21_600_000_000))
        #expect(try stock("reconcileLimit = 3 %").reconcileLimit == 3)
        #expect(try stock("reconcileQuiet = 22:00-05:30").reconcileQuiet == QuietHours("22:00-05:30"))
    }

    @Test(arguments: [
        "reconcile = daily", "reconcile = 25:00", "reconcile = every", "reconcile = every 1 s", "reconcileLimit = 0 %",
        "reconcileQuiet = 05:00", "reconcileQuiet = 05:00-05:00",
    ])
    func whatIsNoSettingIsRefused(_ line: String) {
        #expect(throws: ConfigurationMistakes.self) { try stock(line) }
    }
}

struct SweepTableTests {
    @Test(arguments: [
        (1, "Peoplevox: 1 SKU in 1 call; Centra: 1 SKU in 1 call", "1 SKU is read and written anew", "1 SKU, 1 piece"),
        (
            2, "Peoplevox: 2 SKUs in 2 calls; Centra: 2 SKUs in 2 calls", "2 SKUs are read and written anew",
            "2 SKUs, 2 pieces"
        ),
    ])
    func oneIsNoPlural(_ count: Int, sides: String, corrected: String, site: String) throws {
        let side = #"{"skus":\#(count),"calls":\#(count)}"#
        let report = try JSONValue(
            Array(
                """
                {"peoplevox":\(side),"centra":\(side),"notCompared":\(count),"corrected":\(count),"missedEvents":\(count),
                 "eventsHeard":\(count),"silence":"","otherSites":[{"site":"Annex","skus":\(count),"pieces":\(count)}]}
                """.utf8))
        let lines = SweepTable(report, "acme").lines
        #expect(lines[0].hasSuffix("; times are UTC"))
        let plural = count == 1 ? "" : "s"
        for line in [
            "  \(sides)", "  0 of 0 agree, \(count) SKU\(plural) not compared", "  \(corrected)",
            "  site Annex is mapped to no warehouse: \(site)",
            "  events stay away: \(count) change\(plural) without an event, \(count) event\(plural)",
        ] { #expect(lines.contains(line), "\(lines)") }
    }
}

@Test(arguments: [
    (#"{"verdict":"agree","dryRun":false}"#, "acme  both sides agree"),
    (#"{"verdict":"differ","dryRun":true}"#, "acme  both sides differ; this only looked, nothing was changed"),
    (#"{"verdict":"incomplete","dryRun":false}"#, "acme  the two sides could not be compared in full"),
])
func aReportEndsWithItsVerdict(_ report: String, _ last: String) throws {
    #expect(SweepTable(try JSONValue(Array(report.utf8)), "acme").lines.last == last)
}

/// What neither side has any more stands among the rows, and in the machine's form by itself.
@Test func whatIsGoneIsShown() throws {
    let report = try JSONValue(Array(#"{"differences":{},"rows":[],"gone":["A","=B"]}"#.utf8))
    let table = SweepTable(report, "acme").lines
    #expect(table.contains("  gone: 2, as neither side has them any more"))
    #expect(table.contains { $0.hasPrefix("  A ") && $0.hasSuffix("gone: neither side has it any more") }, "\(table)")
    #expect(
        SweepSheet.lines(report, "acme", withHeader: false) == [
            "acme,A,,gone,,,,,,,neither side has it any more\nacme,'=B,,gone,,,,,,,neither side has it any more"
        ])
}

struct SweepSheetTests {
    @Test(arguments: [
        ("UM1001REDS", "UM1001REDS"), ("=1+1", "'=1+1"), ("+44", "'+44"), ("-A", "'-A"), ("@SUM", "'@SUM"), ("", ""),
        ("\t=1", "'\t=1"), ("A=1", "A=1"),
    ])
    func noTextIsAFormula(_ text: String, _ cell: String) {
        #expect(SweepSheet.cell(.string(text)) == cell)
    }

    @Test func figuresAreWhatTheyAre() {
        #expect(SweepSheet.cell(.integer(-3)) == "-3" && SweepSheet.cell(nil) == "" && SweepSheet.cell(.null) == "")
    }

    @Test func rowsAreQuotedWhereTheyMust() {
        let row = #"{"sku":"A,\"1\"","warehouse":3,"explanation":"missedEvent","should":5,"shows":null,"detail":"=x"}"#
        let report = try? JSONValue(Array(#"{"rows":[\#(row)]}"#.utf8))
        let lines = SweepSheet.lines(report ?? .null, "ulvmark", withHeader: true)
        #expect(
            lines == [
                SweepSheet.columns.joined(separator: ",") + "\n" + #"ulvmark,"A,""1""",3,missedEvent,5,,,,,,'=x"#
            ])
    }
}
