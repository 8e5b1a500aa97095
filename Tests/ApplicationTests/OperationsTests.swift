// What operators, probes and Prometheus read: metrics, log lines, times, amounts.
import Foundation
import JSON
import Synchronization
import Testing

@testable import Operations

private func text(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }

private func json(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    write(&writer)
    return text(writer.octets)
}

struct MetricsPageTests {
    @Test
    func thePageIsAsPrometheusReadsIt() {
        var page = MetricsPage()
        var seconds = Histogram(bounds: [0.001, 0.5, 10])
        for measure in [0.001, 0.002, 0.5, 11, .nan, .infinity] { seconds.observe(measure) }
        page.gauge("lockstep_queue_oldest_seconds", help: "Age of the oldest job.", labels: ["brand": "b"], 1.5)
        page.counter(
            "lockstep_deliveries_total", help: "Deliveries,\nby \"answer\" \\ code.",
            labels: ["brand": "ulvmark", "source": "peoplevox"], 3)
        page.counter(
            "lockstep_deliveries_total", help: "Deliveries,\nby \"answer\" \\ code.",
            labels: ["brand": "a\"b\\c\nd", "source": "centra"], UInt64.max)
        page.histogram("lockstep_commit_seconds", help: "Time to make a batch durable.", labels: ["disk": "a"], seconds)
        page.histogram("lockstep_commit_seconds", help: "Time to make a batch durable.", Histogram(bounds: []))
        page.gauge("lockstep_ready", help: "Whether deliveries are accepted.", -1)
        #expect(
            page.text == #"""
                # HELP lockstep_commit_seconds Time to make a batch durable.
                # TYPE lockstep_commit_seconds histogram
                lockstep_commit_seconds_bucket{le="+Inf"} 0
                lockstep_commit_seconds_sum 0
                lockstep_commit_seconds_count 0
                lockstep_commit_seconds_bucket{disk="a",le="0.001"} 1
                lockstep_commit_seconds_bucket{disk="a",le="0.5"} 3
                lockstep_commit_seconds_bucket{disk="a",le="10"} 3
                lockstep_commit_seconds_bucket{disk="a",le="+Inf"} 4
                lockstep_commit_seconds_sum{disk="a"} 11.503
                lockstep_commit_seconds_count{disk="a"} 4
                # HELP lockstep_deliveries_total Deliveries,\nby "answer" \\ code.
                # TYPE lockstep_deliveries_total counter
                lockstep_deliveries_total{brand="a\"b\\c\nd",source="centra"} 18446744073709551615
                lockstep_deliveries_total{brand="ulvmark",source="peoplevox"} 3
                # HELP lockstep_queue_oldest_seconds Age of the oldest job.
                # TYPE lockstep_queue_oldest_seconds gauge
                lockstep_queue_oldest_seconds{brand="b"} 1.5
                # HELP lockstep_ready Whether deliveries are accepted.
                # TYPE lockstep_ready gauge
                lockstep_ready -1

                """#)
    }

    @Test
    func anEmptyPageIsEmpty() {
        #expect(MetricsPage().text == "")
    }

    @Test(arguments: [
        (Double.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (1e21, "1e+21"), (-0.25, "-0.25"), (3, "3"),
    ])
    func everyNumberIsWrittenAsPrometheusDoes(number: Double, expected: String) {
        var page = MetricsPage()
        page.gauge("x", help: "", number)
        #expect(page.text == "# HELP x \n# TYPE x gauge\nx \(expected)\n")
    }

    @Test
    func theSameSampleStandsOnce() {
        var page = MetricsPage()
        page.gauge("x", help: "h", labels: ["a": "b"], 1)
        page.gauge("x", help: "h", labels: ["a": "b"], 2)
        #expect(page.text.hasSuffix("gauge\nx{a=\"b\"} 2\n"))
    }

    @Test
    func histogramsOfTheSameRangesAdd() {
        var (one, other, both) = (Histogram(bounds: [1]), Histogram(bounds: [1]), Histogram(bounds: [1]))
        one.observe(0.5)
        other.observe(2)
        for measure in [0.5, 2] { both.observe(measure) }
        one.add(other)
        #expect(one == both && one.count == 2 && one.sum == 2.5)
    }

    @Test
    func aNameThatPrometheusRefusesIsOurBug() async {
        await #expect(processExitsWith: .failure) {
            var page = MetricsPage()
            page.gauge("lockstep-ready", help: "", 1)
        }
        await #expect(processExitsWith: .failure) {
            var page = MetricsPage()
            page.counter("lockstep_deliveries", help: "", 1)
        }
        await #expect(processExitsWith: .failure) {
            var page = MetricsPage()
            page.gauge("x", help: "", labels: ["1a": ""], 1)
        }
        await #expect(processExitsWith: .failure) {
            var page = MetricsPage()
            page.gauge("x", help: "one", 1)
            page.gauge("x", help: "another", labels: ["a": "b"], 1)
        }
    }
}

struct LogTests {
    private final class Lines: Sendable {
        private let said = Mutex<[String]>([])
        func add(_ line: [UInt8]) { said.withLock { $0.append(text(line)) } }
        var all: [String] { said.withLock { $0 } }
    }

    private static let now: Int64 = 1_770_127_511_028_033

    @Test
    func aLineIsOneJSONObject() throws {
        let lines = Lines()
        let log = Log(minimum: .debug, now: { Self.now }, sink: lines.add)
        log.info("delivery accepted", ["brand": "demo", "sequence": LogValue(UInt64(42)), "duplicate": false])
        log.error("the disk is full")
        #expect(
            lines.all == [
                #"{"time":"2026-02-03T14:05:11.028033Z","level":"info","message":"delivery accepted","brand":"demo","#
                    + #""sequence":42,"duplicate":false}"# + "\n",
                #"{"time":"2026-02-03T14:05:11.028033Z","level":"error","message":"the disk is full"}"# + "\n",
            ])
        for line in lines.all { _ = try JSONValue(line.utf8) }
    }

    @Test(arguments: LogLevel.allCases)
    func whatIsBelowTheMinimumIsNotSaid(minimum: LogLevel) throws {
        let lines = Lines()
        let log = Log(minimum: minimum, now: { Self.now }, sink: lines.add)
        log.debug("x")
        log.info("x")
        log.notice("x")
        log.warning("x")
        log.error("x")
        let levels = try lines.all.map { try JSONValue($0.utf8)["level"]?.string }
        #expect(levels == LogLevel.allCases.filter { $0 >= minimum }.map(\.name))
    }

    static let values: [(LogValue, JSONValue)] = [
        (LogValue(UInt64.max), .integer(.max)), (.int(.min), .integer(.min)), (.bool(true), .bool(true)),
        ("plain", .string("plain")), (LogValue(describing: 1.5), .string("1.5")),
        ("a\nb\u{1B}[31m\u{7F}\u{9B}", .string("a\u{FFFD}b\u{FFFD}[31m\u{FFFD}\u{FFFD}")),
        ("\u{202E}abc\u{2028}\u{200B}", .string("\u{FFFD}abc\u{FFFD}\u{FFFD}")), ("å😀", .string("å😀")),
        (.string(String(repeating: "a", count: 256)), .string(String(repeating: "a", count: 256))),
        (.string(String(repeating: "a", count: 257)), .string(String(repeating: "a", count: 253) + "…")),
        (.string(String(repeating: "å", count: 129)), .string(String(repeating: "å", count: 126) + "…")),
        (.string(String(repeating: "😀", count: 65)), .string(String(repeating: "😀", count: 63) + "…")),
    ]

    @Test(arguments: values)
    func aValueIsPrintableAndLimited(value: LogValue, expected: JSONValue) throws {
        let line = LogLine(.info, "x", ["value": value]).octets(at: Timestamp(microseconds: 0))
        let shown = try JSONValue(line)["value"]
        #expect(shown == expected)
        #expect((shown?.string?.utf8.count ?? 0) <= LogLine.valueOctets)
    }

    @Test
    func aFieldThatEveryLineHasIsOurBug() async {
        await #expect(processExitsWith: .failure) { _ = LogLine(.info, "x", ["time": 1]) }
    }
}

struct ReadinessTests {
    @Test
    func aProbeIsToldWhyNot() {
        #expect(text(Readiness().body) == #"{"ready":true}"#)
        #expect(Readiness().isReady && Readiness().status == 200)
        let full = Readiness(reasons: ["the journal is full", "draining \"now\""])
        #expect(text(full.body) == #"{"ready":false,"reasons":["the journal is full","draining \"now\""]}"#)
        #expect(!full.isReady && full.status == 503)
    }
}

struct TimestampTests {
    static let moments: [(String, Int64)] = [
        ("1970-01-01T00:00:00.000000Z", 0), ("1970-01-01T00:00:00.000001Z", 1),
        ("1972-02-29T00:00:00.000000Z", 68_169_600_000_000),
        ("1999-12-31T23:59:59.999999Z", 946_684_799_999_999), ("2000-02-29T12:00:00.000000Z", 951_825_600_000_000),
        ("2000-03-01T00:00:00.000000Z", 951_868_800_000_000), ("2024-12-31T00:00:00.000000Z", 1_735_603_200_000_000),
        ("2026-02-03T14:05:11.028033Z", 1_770_127_511_028_033), ("2100-02-28T23:59:59.000000Z", 4_107_542_399_000_000),
        ("2100-03-01T00:00:00.000000Z", 4_107_542_400_000_000), ("9999-12-31T23:59:59.999999Z", Timestamp.latest),
    ]

    @Test(arguments: moments)
    func aMomentIsWrittenAndReadBack(written: String, microseconds: Int64) {
        #expect(Timestamp(microseconds: microseconds).description == written)
        #expect(Timestamp(written)?.microseconds == microseconds)
    }

    /// Foundation's calendar agrees about every day to the year 2110; 2100 is no leap year.
    @Test
    func everyDayIsAsFoundationHasIt() {
        let style = Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day()
        for day in stride(from: Int64(0), to: 365 * 140, by: 1) {
            let moment = Timestamp(microseconds: day * 86_400_000_000 + 86_399_999_999)
            let date = String(moment.description.prefix(10))
            if day.isMultiple(of: 7) {
                #expect(date == Date(timeIntervalSince1970: Double(day) * 86_400).formatted(style))
            }
            #expect(Timestamp(date)?.microseconds == day * 86_400_000_000)
        }
    }

    static let accepted: [(String, String)] = [
        ("2026-02-03", "2026-02-03T00:00:00.000000Z"), ("2026-02-03T14:05", "2026-02-03T14:05:00.000000Z"),
        ("2026-02-03 14:05Z", "2026-02-03T14:05:00.000000Z"), ("2026-02-03T14:05:11", "2026-02-03T14:05:11.000000Z"),
        ("2026-02-03 14:05:11.5", "2026-02-03T14:05:11.500000Z"),
        ("2026-02-03T14:05:11.028Z", "2026-02-03T14:05:11.028000Z"),
        ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000000Z"),
    ]

    @Test(arguments: accepted)
    func shorterFormsAreRead(written: String, expected: String) {
        #expect(Timestamp(written)?.description == expected)
    }

    @Test(arguments: [
        "", "2026", "2026-02", "2026-2-3", "2026-02-30", "2025-02-29", "2100-02-29", "1900-02-29", "2026-00-01",
        "2026-13-01",
        "2026-01-00", "2026-04-31", "1969-12-31", "1969-12-31T23:59:59.999999Z", "0000-01-01", "10000-01-01",
        "2026-02-03Z",
        "2026-02-03T", "2026-02-03T14", "2026-02-03T24:00", "2026-02-03T14:60", "2026-02-03T14:05:60",
        "2026-02-03T14:05:11.",
        "2026-02-03T14:05:11.1234567", "2026-02-03T14:05:11Zx", "2026-02-03T14:05:11+01:00", "2026-02-03t14:05",
        " 2026-02-03",
        "2026-02-03 ", "+026-02-03", "2026-02-03T-1:05", "20260203", "２026-02-03", "yesterday", "now", "-15 min",
    ])
    func whatIsNoMomentIsRefused(text: String) {
        #expect(Timestamp(text) == nil)
    }

    static let relative: [(String, Int64)] = [
        ("now", 0), ("-15 min", 900_000), ("-15min", 900_000), ("15 min ago", 900_000), ("-90 s", 90_000),
        ("-2 h", 7_200_000),
        ("1 day ago", 86_400_000), ("-3 days", 259_200_000), ("-250 ms", 250), ("-0 s", 0),
    ]

    @Test(arguments: relative)
    func aTimeAgoIsCountedFromNow(written: String, milliseconds: Int64) {
        let now = Timestamp(microseconds: 1_770_127_511_028_033)
        #expect(Timestamp(written, now: now)?.microseconds == now.microseconds - milliseconds * 1_000)
        #expect(Timestamp("2026-02-03", now: now) == Timestamp("2026-02-03"))
    }

    @Test(arguments: [
        "-", "15 min", "+15 min", "--15 min", "-15", "-15 m", "-1.5 h", "ago", " ago", "15 ago", "-15 min ago",
        "-30000 days",
        "-99999999999999999999 s", "-9223372036854775807 ms", "-1h30min", "Now",
    ])
    func whatIsNoTimeAgoIsRefused(text: String) {
        #expect(Timestamp(text, now: Timestamp(microseconds: 1_770_127_511_028_033)) == nil)
    }

    @Test
    func aClockThatIsFarOffStillWrites() {
        #expect(Timestamp(microseconds: -1).description == "1970-01-01T00:00:00.000000Z")
        #expect(Timestamp(microseconds: .min).description == "1970-01-01T00:00:00.000000Z")
        #expect(Timestamp(microseconds: .max).description == "9999-12-31T23:59:59.999999Z")
    }
}

struct UnitsTests {
    static let sizes: [(String, Int)] = [
        ("0 B", 0), ("1 B", 1), ("1 KiB", 1_024), ("64MiB", 67_108_864), ("64 \t MiB", 67_108_864), ("007 B", 7),
        ("16 GiB", 17_179_869_184), ("9223372036854775807 B", .max),
    ]

    @Test(arguments: sizes)
    func aSizeIsReadInOctets(text: String, octets: Int) throws {
        #expect(try Units.octets.read(text) == octets)
    }

    static let wrong: [(String, QuantityMistake)] = [
        ("", .notAWholeNumber), ("s", .notAWholeNumber), ("-1 s", .notAWholeNumber), ("+1 s", .notAWholeNumber),
        ("1.5 h", .notAWholeNumber), ("1,5 h", .notAWholeNumber), ("1_000 s", .notAWholeNumber),
        ("1 000 s", .notAWholeNumber),
        (" 1 s", .notAWholeNumber), ("１ s", .notAWholeNumber), ("1", .unitMissing), ("1 ", .unitMissing),
        ("1 m", .unitUnknown),
        ("1 S", .unitUnknown), ("1 s ", .unitUnknown), ("1 s s", .unitUnknown), ("1 KiB", .unitUnknown),
        ("9223372036854775808 ms", .tooLarge), ("9223372036854775807 s", .tooLarge),
    ]

    @Test(arguments: wrong)
    func whatIsNoDurationIsRefused(text: String, mistake: QuantityMistake) {
        #expect(throws: mistake) { try Units.milliseconds.read(text) }
    }

    @Test(arguments: [
        (0, "0 ms"), (1, "1 ms"), (999, "999 ms"), (1_000, "1 s"), (1_500, "1500 ms"), (60_000, "1 min"),
        (90_000, "90 s"),
        (7_200_000, "2 h"), (86_400_000, "1 day"), (172_800_000, "2 days"), (.max, "9223372036854775807 ms"),
    ])
    func aDurationIsDescribedAndReadBack(milliseconds: Int, text: String) throws {
        #expect(Units.milliseconds.describe(milliseconds) == text)
        #expect(try Units.milliseconds.read(text) == milliseconds)
    }
}
