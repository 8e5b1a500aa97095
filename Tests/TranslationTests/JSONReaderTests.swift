/// What is JSON and what is not, in rows; every row is also cut off at every octet, and read in every writing of a form.
import Commerce
import Foundation
import Testing

@testable import Centra

/// How a form can write a text: as a browser does, with as few escapes as can be, with nothing else.
private enum Writing: CaseIterable {
    case usual, sparing, lavish

    func form(_ octets: [UInt8]) -> [UInt8] {
        var form: [UInt8] = []
        switch self {
        case .usual: FormEncoding.encode(octets[...], onto: &form)
        case .sparing: form = octets.flatMap { Array("%+&".utf8).contains($0) ? escaped($0) : [$0] }
        case .lavish: form = octets.flatMap(escaped)
        }
        return form
    }

    private func escaped(_ octet: UInt8) -> [UInt8] { Array(String(format: "%%%02x", octet).utf8) }
}

/// The fault, in octets of the text, which must be the same in every writing.
private func fault(_ octets: [UInt8]) -> JSONFault? {
    let faults = Writing.allCases.map { fault(ofForm: $0.form(octets)) }
    #expect(faults[1...].allSatisfy { $0 == faults[0] }, "\(faults)")
    return faults[0]
}

private func fault(ofForm form: [UInt8]) -> JSONFault? {
    do throws(JSONFault) {
        var reader = JSONReader()
        _ = try reader.readValue(in: form.span)
        try reader.finish(in: form.span)
        return nil
    } catch {
        return try? error.inText(of: form.span)
    }
}

private func text(of token: JSONToken, in form: [UInt8]) -> String? {
    token.withText(in: form.span) { $0.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) } }
}

private let accepted = [
    "0", "-0", "12", "-12.5", "0.5", "1e5", "1E+5", "1.25e-3", "true", "false", "null", "\"\"", "\"a\"",
    "[]", "[ ]", "{}", "{ }", "[1]", "[1,2]", " [1 , 2] ", "[[],[[]],{}]", "[null,true,false,0,\"\"]",
    "{\"a\":1}", "{\"a\":1,\"b\":[{}]}", "{ \"a\" : { \"b\" : [ ] } }", "\t\n\r {\"\":0}\n", "{\"a\":1,\"a\":2}",
    #""\"\\\/\b\f\n\r\t""#, #""\u0041\u00e5\u00E5\uffff""#, #""\ud83d\ude00""#, #""\u0000""#, "\"Åsa ☕ 😀 \u{7F}\"",
    "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]", "{\"a\":{\"a\":{\"a\":{\"a\":[{\"a\":[0]}]}}}}",
    String(repeating: "[", count: 64) + String(repeating: "]", count: 64),
]

/// Refused, why, and how many octets were good.
private let refused: [(String, JSONFault.Kind, Int)] = [
    ("", .cutOff, 0), (" ", .cutOff, 1), ("[", .cutOff, 1), ("[1", .cutOff, 2), ("[1,", .cutOff, 3),
    ("{", .cutOff, 1), ("{\"a\"", .cutOff, 4), ("{\"a\":", .cutOff, 5), ("{\"a\":1", .cutOff, 6), ("\"", .cutOff, 1),
    ("\"a", .cutOff, 2), ("tru", .cutOff, 3), ("-", .cutOff, 1), ("1.", .cutOff, 2), ("1e", .cutOff, 2),
    ("1e+", .cutOff, 3), ("\"\\", .cutOff, 2), (#""\u00"#, .cutOff, 5), (#""\ud83d"#, .cutOff, 7),
    ("]", .unexpected, 0), ("}", .unexpected, 0), (",", .unexpected, 0), ("[,]", .unexpected, 1),
    ("[1,]", .unexpected, 3), ("[1 2]", .unexpected, 3), ("[1]]", .unexpected, 3), ("[1}", .unexpected, 2),
    ("{\"a\":1]", .unexpected, 6), ("{\"a\" 1}", .unexpected, 5), ("{\"a\":}", .unexpected, 5),
    ("{\"a\":1,}", .unexpected, 7), ("{,}", .unexpected, 1), ("{a:1}", .unexpected, 1), ("{1:1}", .unexpected, 1),
    ("{'a':1}", .unexpected, 1), ("{\"a\":1 \"b\":2}", .unexpected, 7), ("[:]", .unexpected, 1),
    ("{\"a\":[}", .unexpected, 6), ("[\"a\":1]", .unexpected, 4), ("1 1", .unexpected, 2), ("{} x", .unexpected, 3),
    ("01", .unexpected, 1), ("-01", .unexpected, 2), ("+1", .unexpected, 0), (".5", .unexpected, 0),
    ("1.e5", .unexpected, 2), ("-a", .unexpected, 1), ("0x1", .unexpected, 1), ("1e5.5", .unexpected, 3),
    ("NaN", .unexpected, 0), ("Infinity", .unexpected, 0), ("-Infinity", .unexpected, 1), ("True", .unexpected, 0),
    ("nul1", .unexpected, 3), ("truee", .unexpected, 4), ("\u{FEFF}[]", .unexpected, 0), ("\u{A0}1", .unexpected, 0),
    ("/*a*/1", .unexpected, 0), ("[1]//", .unexpected, 3), ("\"\u{1F}\"", .unexpected, 1), ("\"a\nb\"", .unexpected, 2),
    ("[\u{0B}]", .unexpected, 1), ("\u{0}", .unexpected, 0),
    (#""\a""#, .badEscape, 1), (#""\x41""#, .badEscape, 1), (#""\u00g0""#, .badEscape, 1),
    (#""\U0041""#, .badEscape, 1),
    (#""\u+041""#, .badEscape, 1), (#""\ud83d""#, .badEscape, 1), (#""\ude00""#, .badEscape, 1),
    (#""\ud83d\n""#, .badEscape, 1), (#""\ud83d\u0041""#, .badEscape, 1), (#""\ud83d\ud83d""#, .badEscape, 1),
    (#""a\ud83dx""#, .badEscape, 2),
    (String(repeating: "[", count: 65), .tooDeep, 64), (String(repeating: "{\"a\":", count: 100_000), .tooDeep, 320),
]

private let notUTF8: [([UInt8], Int)] = [
    ([0x22, 0xE5, 0x22], 1), ([0x22, 0x80, 0x22], 1), ([0x22, 0xC0, 0xAF, 0x22], 1),
    ([0x22, 0xED, 0xA0, 0x80, 0x22], 1),
    ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1), ([0x22, 0xE2, 0x82, 0x22], 1), ([0x22, 0xFF, 0x22], 1),
    ([0x5B, 0xFE], 1),
]

@Suite struct JSONReaderTests {
    @Test(arguments: accepted)
    func accepts(_ json: String) {
        #expect(fault(Array(json.utf8)) == nil)
    }

    @Test(arguments: refused)
    func refuses(_ json: String, _ kind: JSONFault.Kind, _ offset: Int) {
        #expect(fault(Array(json.utf8)) == JSONFault(kind, at: offset))
    }

    @Test(arguments: notUTF8)
    func refusesWhatIsNotUTF8(_ octets: [UInt8], _ offset: Int) {
        #expect(fault(octets) == JSONFault(.notUTF8, at: offset))
    }

    /// A part is refused, unless it is the whole but for white space, or a number that could have ended there.
    @Test(arguments: accepted + refused.map(\.0).filter { $0.utf8.count < 1_000 })
    func aPartIsNotTakenForTheWhole(_ json: String) {
        let octets = Array(json.utf8)
        let isSound = fault(octets) == nil
        for count in octets.indices {
            let part = String(decoding: octets[..<count], as: UTF8.self)
            guard fault(Array(octets[..<count])) == nil else { continue }
            let rest = octets[count...].allSatisfy { $0 <= 0x20 }
            let isNumber =
                part.trimmingCharacters(in: .whitespaces).wholeMatch(of: /-?\d+(\.\d+)?([eE][+-]?\d+)?/) != nil
            #expect(isNumber || (isSound && rest) || !isSound, "\(part)")
        }
    }

    /// Another reader must agree on text that has been damaged at random.
    @Test(arguments: UInt64(0)..<200)
    func agreesWithAnotherReader(seed: UInt64) throws {
        var chance = Chance(seed)
        for json in accepted.filter({ $0.utf8.allSatisfy { $0 < 0x80 } && $0.utf8.count > 3 }) {
            let octets = chance.damage(Array(json.utf8), with: Array("[]{},:\"\\u0019aeE+-. \n".utf8))
            let text = String(decoding: octets, as: UTF8.self)
            // Readers may differ in halves of surrogate pairs and in depth (RFC 8259, sections 8.2 and 9), and the other
            // one lets a comma pass before a closing bracket.
            if let fault = fault(octets), fault.kind == .badEscape || fault.kind == .tooDeep { continue }
            if text.contains(/,\s*[\]}]/) { continue }
            let other = try? JSONSerialization.jsonObject(with: Data(octets), options: .fragmentsAllowed)
            #expect((fault(octets) == nil) == (other != nil), "\(text)")
        }
    }

    @Test(arguments: [
        (#""a""#, "a", JSONToken.Kind.string), (#""\u006frder""#, "order", .string),
        (#""\"\\\/\n""#, "\"\\/\n", .string), (#""\ud83d\ude00 Å""#, "😀 Å", .string),
        (#""a+b%&!*~""#, "a+b%&!*~", .string),
        ("10001", "10001", .digits), ("0", "0", .digits), ("-1", "-1", .number), ("1.0", "1.0", .number),
        ("1e3", "1e3", .number), ("null", "null", .word), ("[1, 2]", "[1, 2]", .composite), ("{}", "{}", .composite),
        ("\"\(String(repeating: "å", count: 32))\"", String(repeating: "å", count: 32), .string),
    ])
    func givesText(_ json: String, _ expected: String, _ kind: JSONToken.Kind) throws {
        for writing in Writing.allCases {
            let form = writing.form(Array(json.utf8))
            var reader = JSONReader()
            let token = try reader.readValue(in: form.span)
            #expect(token.kind == kind)
            #expect(text(of: token, in: form) == expected)
        }
    }

    /// Nothing means anything that is longer than every shape.
    @Test(arguments: ["å", " ", "\\u006f", "\\n"])
    func givesNoTextThatIsTooLong(_ character: String) throws {
        for writing in Writing.allCases {
            let form = writing.form(Array("\"\(String(repeating: character, count: 65))\"".utf8))
            var reader = JSONReader()
            let token = try reader.readValue(in: form.span)
            #expect(text(of: token, in: form) == nil)
        }
    }

    @Test func goesThroughMembersAndElements() throws {
        for writing in Writing.allCases {
            let form = writing.form(Array(#"{"a":[1,{"x":[]}], "b" : "c"}"#.utf8))
            var reader = JSONReader()
            var seen: [String?] = []
            let isObject = try reader.open(.openingBrace, in: form.span)
            #expect(isObject)
            var isFirst = true
            while let name = try reader.nextMember(in: form.span, isFirst: &isFirst) {
                let value = try reader.readValue(in: form.span)
                seen += [text(of: name, in: form), text(of: value, in: form)]
            }
            try reader.finish(in: form.span)
            #expect(seen == ["a", #"[1,{"x":[]}]"#, "b", "c"])
        }
    }
}
