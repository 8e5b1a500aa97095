// What operators, probes and Prometheus read, and the little that they write: JSON, metrics, log lines, times, amounts.
import Foundation
import Synchronization
import Testing

@testable import Operations

private func text(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }

private func json(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    write(&writer)
    return text(writer.octets)
}

struct JSONWriterTests {
    static let strings: [(String, String)] = [
        ("", #""""#), ("plain", #""plain""#), ("\"\\/", #""\"\\/""#), ("\n\r\t", #""\n\r\t""#),
        ("\0\u{1}\u{8}\u{C}\u{1F}\u{7F}", #""\u0000\u0001\u0008\u000c\u001f\u007f""#),
        ("\u{2027}\u{2028}\u{2029}\u{202A}", "\"\u{2027}\\u2028\\u2029\u{202A}\""), ("åö€😀", "\"åö€😀\""),
        ("e\u{301}\u{A8}\u{A9}", "\"e\u{301}\u{A8}\u{A9}\""),
    ]

    @Test(arguments: strings)
    func everyStringIsEscaped(string: String, expected: String) throws {
        let written = json { $0.value(string) }
        #expect(written == expected)
        #expect(written.utf8.elementsEqual(expected.utf8))
        #expect(try JSONValue(written.utf8) == .string(string))
    }

    static let numbers: [(Double, String)] = [
        (0, "0.0"), (-1.5, "-1.5"), (0.1, "0.1"), (1e300, "1e+300"), (.leastNonzeroMagnitude, "5e-324"),
        (.infinity, "null"),
        (-.infinity, "null"), (.nan, "null"),
    ]

    @Test(arguments: numbers)
    func everyDoubleIsANumberOrNull(number: Double, expected: String) throws {
        let written = json { $0.value(number) }
        #expect(written == expected)
        #expect(try JSONValue(written.utf8) == (number.isFinite ? .number(number) : .null))
    }

    @Test
    func containersPunctuateThemselves() {
        let written = json { json in
            json.object { json in
                json.field("ready", false)
                json.field("smallest", Int64.min)
                json.field("largest", UInt64.max)
                json.field("none", Int?.none)
                json.field("some", Int?(1))
                json.field("list", ["a", "b"])
                json.object("empty") { _ in }
                json.array("mixed") { json in
                    json.value(1)
                    json.null()
                    json.array { _ in }
                    json.object { $0.field("x\"", "y".prefix(1)) }
                }
                json.field("last", true)
            }
        }
        #expect(
            written == #"{"ready":false,"smallest":-9223372036854775808,"largest":18446744073709551615,"none":null,"#
                + #""some":1,"list":["a","b"],"empty":{},"mixed":[1,null,[],{"x\"":"y"}],"last":true}"#)
    }

    @Test
    func aValueWithoutANameIsOurBug() async {
        await #expect(processExitsWith: .failure) {
            var writer = JSONWriter()
            writer.object { $0.value(1) }
        }
    }
}

struct JSONValueTests {
    static let sound: [(String, JSONValue)] = [
        ("null", .null), (" true ", .bool(true)), ("\n\t\rfalse", .bool(false)), ("0", .integer(0)),
        ("-0", .integer(0)),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.0", .number(1)), ("1e2", .number(100)),
        ("-1.5E-1", .number(-0.15)), (#""""#, .string("")), (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")),
        (#""\u0041\u00e5\uD83D\ude00""#, .string("Aå😀")), ("\"å😀\u{2028}\"", .string("å😀\u{2028}")), ("[]", .array([])),
        ("[ 1 , [ ] ]", .array([.integer(1), .array([])])), ("{}", .object([:])),
        (#"{"sequences":[1,2,3]}"#, .object(["sequences": .array([.integer(1), .integer(2), .integer(3)])])),
        (#"{ "a" : { "" : null } , "b" : "c" }"#, .object(["a": .object(["": .null]), "b": .string("c")])),
    ]

    @Test(arguments: sound)
    func jsonIsRead(json: String, expected: JSONValue) throws {
        #expect(try JSONValue(json.utf8) == expected)
    }

    static let wrong: [(String, Int, String)] = [
        ("", 0, "value"), ("  ", 2, "value"), ("nul", 0, "value"), ("True", 0, "value"), ("nulll", 4, "after its end"),
        ("1 2", 2, "after its end"), ("{} {}", 3, "after its end"), ("01", 1, "after its end"), ("+1", 0, "value"),
        ("-", 1, "digit"), ("1.", 2, "digit"), (".5", 0, "value"), ("1e", 2, "digit"), ("1e+", 3, "digit"),
        ("0x1", 1, "after"),
        ("1e999", 0, "too large"), ("NaN", 0, "value"), ("'a'", 0, "value"), ("\"a", 2, "within a string"),
        (#""\"#, 2, "within a string"), (#""\x""#, 2, "escape"), (#""\u12"#, 3, "hexadecimal"),
        (#""\u12g4""#, 3, "hexadecimal"),
        (#""\u+123""#, 3, "hexadecimal"), (#""\ud83d""#, 3, "surrogate"), (#""\ude00""#, 3, "surrogate"),
        (#""\ud83d\u0041""#, 3, "surrogate"), ("\"\u{1}\"", 1, "control"), ("\"\n\"", 1, "control"),
        ("[1,]", 3, "value"),
        ("[1 2]", 3, "lacks ]"), ("[,1]", 1, "value"), ("[", 1, "value"), ("{1:2}", 1, "name"),
        (#"{"a"}"#, 4, "lacks :"),
        (#"{"a":}"#, 5, "value"), (#"{"a":1,}"#, 7, "name"), (#"{"a":1 "b":2}"#, 7, "lacks }"),
        (#"{"a":1,"a":2}"#, 7, "twice"),
        (#"{"a":1,"\u0061":2}"#, 7, "twice"), ("\u{FEFF}1", 0, "value"), ("1\0", 1, "after its end"),
        ("// x\n1", 0, "value"),
    ]

    @Test(arguments: wrong)
    func whatIsNoJSONIsRefusedWhereItStopsBeingOne(json: String, offset: Int, says: String) {
        do throws(JSONMistake) {
            let value = try JSONValue(json.utf8)
            Issue.record("\(json) was read as \(value)")
        } catch {
            #expect(error.offset == offset, "\(error)")
            #expect(error.text.contains(says), "\(error)")
        }
    }

    @Test(arguments: [#"{"sequences":[1,-2.5e1,"\u0061\n€"],"all":true,"none":null,"x":{"y":[[]]}}"#])
    func everyTruncatedPrefixIsRefused(json: String) throws {
        let octets = Array(json.utf8)
        _ = try JSONValue(octets)
        for count in octets.indices {
            #expect(throws: JSONMistake.self, "\(count)") { try JSONValue(octets[..<count]) }
        }
    }

    @Test(arguments: [
        [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
    ])
    func aStringThatIsNotUTF8IsRefused(octets: [UInt8]) {
        #expect(throws: JSONMistake(offset: 0, text: "has a string that is not UTF-8")) { try JSONValue(octets) }
    }

    @Test
    func theDepthIsLimited() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[{\"a\":", count: depth / 2) + "1" + String(repeating: "}]", count: depth / 2)
        }
        _ = try JSONValue(nested(16).utf8)
        #expect(throws: JSONMistake.self) { try JSONValue(nested(18).utf8) }
        #expect(throws: JSONMistake.self) { try JSONValue(String(repeating: "[", count: 60_000).utf8) }
        _ = try JSONValue("[[],[],[[]]]".utf8, depthLimit: 3)
    }

    @Test
    func theSizeIsLimited() throws {
        _ = try JSONValue("[1]".utf8, octetLimit: 3)
        #expect(throws: JSONMistake.self) { try JSONValue("[1]".utf8, octetLimit: 2) }
    }

    @Test
    func aRequestIsTakenApart() throws {
        let value = try JSONValue(#"{"sequences":[1,"2"],"dryRun":true,"why":"because"}"#.utf8)
        #expect(value["sequences"]?.array?.map(\.integer) == [1, nil])
        #expect(value["dryRun"]?.bool == true)
        #expect(value["why"]?.string == "because")
        #expect(value["none"] == nil && value["why"]?["x"] == nil && value.string == nil)
    }
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
