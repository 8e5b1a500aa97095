// JSON as it is written and as it is read (RFC 8259).
import Testing

@testable import JSON

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
        #expect(try JSONValue(written.utf8) == (number.isFinite ? .decimal(expected) : .null))
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
        ("9223372036854775808", .decimal("9223372036854775808")), ("1.0", .decimal("1.0")), ("1e2", .decimal("1e2")),
        ("-1.5E-1", .decimal("-1.5E-1")), (#""""#, .string("")),
        (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")),
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
