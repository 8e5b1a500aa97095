/// The character sets against their grammars, and the eight-at-a-time searches against naive ones.
import Testing

@testable import HTTP

struct OctetsTests {
    private static let digits = "0123456789"
    private static let words = digits + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

    /// RFC 9110 section 5.6.2, RFC 3986 sections 2.2, 2.3, 3.2.2 and 3.3, spelled out.
    @Test(arguments: [
        (OctetSet.digit, digits),
        (.hexadecimal, digits + "abcdefABCDEF"),
        (.token, words + "!#$%&'*+-.^_`|~"),
        (.path, words + "-._~" + "!$&'()*+,;=" + ":@" + "/"),
        (.registeredName, words + "-._~" + "!$&'()*+,;="),
        (.addressLiteral, words + "-._~" + "!$&'()*+,;=" + ":"),
        (.query, words + "!\"$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
    ])
    func setsAreTheirGrammars(_ set: OctetSet, _ members: String) {
        let members = Set(members.utf8)
        for octet in UInt8.min...UInt8.max {
            #expect(set.contains(octet) == members.contains(octet), "\(octet)")
        }
    }

    /// Every octet at every place of a word, before, in and after the part that is looked at eight at a time.
    @Test func searchesAgreeWithNaiveOnes() {
        for octet in UInt8.min...UInt8.max {
            for position in 0..<19 {
                var octets = [UInt8](repeating: UInt8(ascii: "a"), count: 19)
                octets[position] = octet
                let isControl = octet < 32 && octet != 9 || octet == 127
                let span = octets.span
                #expect(span.firstControl(in: 0..<19) == (isControl ? position : 19))
                #expect(span.end(ofWordsIn: .token, in: 0..<19) == (OctetSet.token.contains(octet) ? 19 : position))
                #expect(span.end(of: .token, in: 0..<19) == (OctetSet.token.contains(octet) ? 19 : position))
            }
        }
    }

    @Test(arguments: [0, 1, 7, 8, 9, 15, 16, 17])
    func firstOfSeveralIsFound(_ first: Int) {
        for second in first..<19 {
            var octets = [UInt8](repeating: UInt8(ascii: "~"), count: 19)
            octets[first] = 0x7F
            octets[second] = 0
            #expect(octets.span.firstControl(in: 0..<19) == first)
            #expect(octets.span.end(ofWordsIn: .token, in: 0..<19) == first)
        }
    }

    @Test(
        arguments: [
            ("close", "close", true), ("close", "CLOSE", true), ("close", "clos", false), ("close", "closed", false),
            ("close", "clos\u{05}", false),
            ("content-length", "CoNtEnT-LeNgTh", true),
            ("content-length", "content_length", false), ("content-length", "content-lengtj", false),
            ("content-length", "xontent-length", false), ("", "", true), ("", "a", false),
        ] as [(StaticString, String, Bool)])
    func comparesWithoutRegardToCase(_ lowercased: StaticString, _ text: String, _ expected: Bool) {
        let octets = Array(text.utf8)
        #expect(octets.span.equalsIgnoringCase(lowercased, in: 0..<octets.count) == expected)
    }

    @Test(
        arguments: [
            ("0", 0), ("65535", 65_535), ("9223372036854775807", Int.max), ("9223372036854775808", nil),
            ("99999999999999999999999999", nil), ("", nil), ("-1", nil), ("1a", nil), (" 1", nil),
        ] as [(String, Int?)])
    func readsDecimals(_ text: String, _ expected: Int?) {
        let octets = Array(text.utf8)
        #expect(octets.span.decimal(in: 0..<octets.count) == expected)
    }
}
