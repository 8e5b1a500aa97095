/// The character sets against their grammars, and the searches by blocks against naive ones.
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

    /// Every octet at every place: in a block, in what is left after it, and inside and outside of the range searched.
    @Test(arguments: [0..<35, 0..<33, 3..<20, 16..<32, 20..<35, 34..<35, 7..<7])
    func searchesAgreeWithNaiveOnes(_ range: Range<Int>) {
        var differing: [String] = []
        for octet in UInt8.min...UInt8.max {
            for position in 0..<35 {
                var octets = [UInt8](repeating: UInt8(ascii: "a"), count: 35)
                octets[position] = octet
                let span = octets.span
                func compare(_ found: Int, _ isSought: Bool) {
                    let place = isSought && range.contains(position) ? position : range.upperBound
                    if found != place { differing.append("\(octet) at \(position)") }
                }
                compare(span.firstControl(in: range), octet < 32 && octet != 9 || octet == 127)
                compare(span.end(ofWordsIn: .token, in: range), !OctetSet.token.contains(octet))
                compare(span.end(of: .token, in: range), !OctetSet.token.contains(octet))
                compare(span.first(.colon, in: range), octet == .colon)
            }
        }
        #expect(differing == [])
    }

    @Test(arguments: [0, 1, 7, 8, 9, 15, 16, 17, 32, 33])
    func firstOfSeveralIsFound(_ first: Int) {
        for second in first..<35 {
            var octets = [UInt8](repeating: UInt8(ascii: "~"), count: 35)
            octets[first] = 0x7F
            octets[second] = 0
            #expect(octets.span.firstControl(in: 0..<35) == first)
            #expect(octets.span.end(ofWordsIn: .token, in: 0..<35) == first)
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

    /// A text longer than two words, of which each octet counts.
    @Test func everyOctetIsCompared() {
        let text: StaticString = "abcdefghijklmnopqrstuvwxyz"
        let octets = Array("abcdefghijklmnopqrstuvwxyz".utf8)
        #expect(octets.span.equals(text, in: 0..<26) == true)
        #expect(octets.span.equals(text, in: 0..<25) == false)
        for position in octets.indices {
            var other = octets
            other[position] = UInt8(ascii: "#")
            #expect(other.span.equals(text, in: 0..<26) == false)
            #expect(other.span.equalsIgnoringCase(text, in: 0..<26) == false)
        }
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
