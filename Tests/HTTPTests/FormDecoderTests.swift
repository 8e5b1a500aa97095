/// `application/x-www-form-urlencoded`: WHATWG URL, section 5.1; escapes as in RFC 3986 section 2.1.
import Testing

@testable import HTTP

struct FormDecoderTests {
    private func field(_ name: String, _ value: String) -> FormField {
        FormField(name: Array(name.utf8), value: Array(value.utf8))
    }

    @Test(
        arguments: [
            ("", []),
            ("a=b", [("a", "b")]),
            ("a=b&c=d", [("a", "b"), ("c", "d")]),
            ("a=b&a=c", [("a", "b"), ("a", "c")]),
            ("a", [("a", "")]),
            ("a=", [("a", "")]),
            ("=b", [("", "b")]),
            ("=", [("", "")]),
            ("&", []),
            ("&&a=b&&", [("a", "b")]),
            ("a=b=c", [("a", "b=c")]),
            ("a=b;c=d", [("a", "b;c=d")]),
            ("a+b=c+d", [("a b", "c d")]),
            ("a=%2B+%20", [("a", "+  ")]),
            ("%61%3D=%26%3d", [("a=", "&=")]),
            ("a=%25%32%35", [("a", "%25")]),
            ("a=Tr%C3%A5d", [("a", "Tråd")]),
            ("a=Tråd", [("a", "Tråd")]),
            ("a=Damaged & binned", [("a", "Damaged "), (" binned", "")]),
            ("payload=%7B%22x%22%3A%22test%22%7D", [("payload", #"{"x":"test"}"#)]),
        ] as [(String, [(String, String)])])
    func decodes(_ form: String, _ expected: [(String, String)]) throws {
        #expect(try FormDecoder.decode(Array(form.utf8)[...]) == expected.map { field($0.0, $0.1) })
    }

    /// What the escapes stand for need not be UTF-8; all 256 octets come through.
    @Test func everyOctetCanBeEscaped() throws {
        let form = (UInt8.min...UInt8.max).map { ($0 < 16 ? "%0" : "%") + String($0, radix: 16) }.joined()
        #expect(try FormDecoder.decodeValue(Array(form.utf8)[...]) == Array(UInt8.min...UInt8.max))
    }

    @Test(arguments: [
        ("%", 0), ("a=%", 2), ("a=%4", 2), ("a=%ZZ", 2), ("a=%4G", 2), ("a=%G4", 2), ("a=b&c%=d", 5), ("%41%4=1", 3),
        ("a=%+1", 2), ("a=% 1", 2), ("a=%%41", 2), ("a=%4&1", 2), ("a=b&%zz=%zz", 4),
    ])
    func aBrokenEscapeIsAnErrorWithItsPlace(_ form: String, _ offset: Int) {
        // Inside a larger array, as a body is inside its request.
        let octets = Array("head\(form)tail".utf8)
        let slice = octets[4..<octets.count - 4]
        #expect(throws: FormError.malformedEscape(offset: offset)) { try FormDecoder.decode(slice) }
    }

    @Test func aValuesErrorCountsFromTheValue() {
        let octets = Array("name=ab%zz".utf8)
        #expect(throws: FormError.malformedEscape(offset: 2)) { try FormDecoder.decodeValue(octets[5...]) }
    }

    @Test func fieldsAreLimited() throws {
        let most = Array(String(repeating: "a&", count: FormDecoder.fieldLimit).utf8)
        #expect(try FormDecoder.decode(most[...]).count == FormDecoder.fieldLimit)
        let over = most + Array("a".utf8)
        #expect(throws: FormError.tooManyFields(limit: FormDecoder.fieldLimit)) { try FormDecoder.decode(over[...]) }
    }

    @Test func rawFieldsAreSlicesOfTheForm() {
        let octets = Array("xa=%zz&&b&+c=d=ey".utf8)
        let raw = FormDecoder.fields(of: octets[1..<octets.count - 1]).map { "\(text($0.name))|\(text($0.value))" }
        #expect(raw == ["a|%zz", "b|", "+c|d=e"])
    }
}
