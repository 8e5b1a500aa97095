/// Field lines, Host and looking fields up: RFC 9112 sections 3.2 and 5, RFC 9110 sections 5 and 7.2.
import Testing

@testable import HTTP

struct FieldTests {
    @Test(arguments: lines + hosts + validHosts + invalidHosts)
    func readsOrRefuses(_ row: Row) { row.check() }

    private static let accepted = Reading.request(Received())

    private static func row(_ section: String, _ name: String, _ line: String, _ expected: Reading) -> Row {
        Row(section, name, "GET / HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\n", expected)
    }

    static let lines = [
        row("9112 5", "a field", "A: b", accepted),
        row("9112 5", "no whitespace", "A:b", accepted),
        row("9112 5", "an empty value", "A:", accepted),
        row("9112 5", "whitespace for a value", "A: \t ", accepted),
        row("9112 5", "a tab in the value", "A: b\tc", accepted),
        row("9110 5.5", "obs-text in the value", "A: é", accepted),
        row("9110 5.1", "all of tchar", "!#$%&'*+-.^_`|~09azAZ: b", accepted),
        row("9112 5.1", "a space before the colon", "A : b", .malformed(.fieldName)),
        row("9112 5.1", "a tab before the colon", "A\t: b", .malformed(.fieldName)),
        row("9112 5.1", "a space in the name", "A b: c", .malformed(.fieldName)),
        row("9112 5.1", "no name", ": b", .malformed(.fieldName)),
        row("9112 5.1", "no colon", "A", .malformed(.fieldName)),
        row("9112 5.1", "a well-known name and no colon", "Content-Length", .malformed(.fieldName)),
        row("9112 5.1", "a well-known name and a space", "Content-Length :", .malformed(.fieldName)),
        row("9112 5.1", "an equals sign for the colon", "Content-Length=5", .malformed(.fieldName)),
        row("9110 5.1", "a slash in the name", "A/b: c", .malformed(.fieldName)),
        row("9110 5.1", "obs-text in the name", "é: b", .malformed(.fieldName)),
        row("9112 5.2", "a folded line", "A: b\r\n c", .malformed(.foldedLine)),
        row("9112 5.2", "a line folded with a tab", "A: b\r\n\tc", .malformed(.foldedLine)),
        row("9112 5.2", "a line of whitespace", " ", .malformed(.foldedLine)),
        row("9110 5.5", "NUL in the value", "A: b\0c", .malformed(.controlOctet)),
        row("9110 5.5", "NUL in the name", "A\0: b", .malformed(.controlOctet)),
        row("9110 5.5", "DEL in the value", "A: \u{7F}", .malformed(.controlOctet)),
        row("9110 5.5", "a vertical tab", "A: \u{0B}b", .malformed(.controlOctet)),
        row("9110 5.5", "CR in the value", "A: b\rc", .malformed(.bareCarriageReturn)),
        row("9110 5.5", "LF in the value", "A: b\nc: d", .malformed(.bareLineFeed)),
        Row("9112 2.2", "whitespace first", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", .malformed(.foldedLine)),
        Row("9112 2.2", "LF ends the head", "GET / HTTP/1.1\r\nHost: a\r\n\n", .malformed(.bareLineFeed)),
        Row(
            "9112 2.2", "CR CR LF ends the head", "GET / HTTP/1.1\r\nHost: a\r\n\r\r\n", .malformed(.bareCarriageReturn)
        ),
    ]

    static let hosts = [
        Row("9112 3.2", "none", "GET / HTTP/1.1\r\n\r\n", .malformed(.hostMissing)),
        Row("9112 3.2", "none, among others", "GET / HTTP/1.1\r\nHosts: a\r\n\r\n", .malformed(.hostMissing)),
        Row("9112 3.2", "two", "GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", .malformed(.hostRepeated)),
        Row("9112 3.2", "two alike", "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nHost: a\r\n\r\n", .malformed(.hostRepeated)),
        Row("9112 3.2", "any case", "GET / HTTP/1.1\r\nhOST: a\r\n\r\n", accepted),
        Row(
            "9112 3.2", "none in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n",
            .request(Received(isPersistent: false, isHTTP10: true))),
        Row("9112 3.2", "invalid in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a b\r\n\r\n", .malformed(.hostInvalid)),
        Row("9112 3.2", "two in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", .malformed(.hostRepeated)),
    ]

    static let validHosts = [
        "a", "a.example", "a.example.", "a:80", "a:", "a:0", "a:65535", "127.0.0.1", "127.0.0.1:8080", "a_b-c~d",
        "%41b", "!$&'()*+,;=", "999.1", "[::]", "[::1]", "[::1]:80", "[::1]:", "[1:2:3:4:5:6:7:8]", "[1::8]",
        "[1:2:3:4:5:6:7::]", "[::2:3:4:5:6:7:8]", "[abcd:EF01::]", "[::ffff:192.0.2.1]", "[1:2:3:4:5:6:192.0.2.255]",
        "[v1.a]", "[vF.a:b]",
    ].map { Row("3986 3.2.2", $0, "GET / HTTP/1.1\r\nHost: \($0)\r\n\r\n", accepted) }

    static let invalidHosts = [
        "", ":80", "a b", "a/b", "a?b", "a#b", "a@b", "http://a", "a\\b", "a:b", "a:-1", "a:+1", "a:65536",
        "a:99999999999999999999999", "a:80:80", "a%4", "a%zz", "a%", "é", "a\tb", "\"a\"", "[", "]", "[]", "[::1",
        "::1",
        "[::1]80", "[::1]a", "[:]", "[:::]", "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[1::2::3]", "[12345::]",
        "[1:2:3:4:5:6:7:8::]", "[::1:2:3:4:5:6:7:8]", "[1:]", "[:1]", "[g::]", "[::1.2.3]", "[::1.2.3.4.5]",
        "[::1.2.3.256]", "[::01.2.3.4]", "[::1.2.3.4:5]", "[1:2:3:4:5:6:7:1.2.3.4]", "[::1.2.3.]", "[fe80::1%25eth0]",
        "[v.a]", "[v1.]", "[v1a]", "[x1.a]", "[[::1]]",
    ].map { Row("3986 3.2.2", "not " + $0, "GET / HTTP/1.1\r\nHost: \($0)\r\n\r\n", .malformed(.hostInvalid)) }

    private func request(_ lines: String...) throws -> Request {
        let head = "GET / HTTP/1.1\r\nHost: a\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
        var reader = RequestReader(limits: Limits())
        reader.receive(head.utf8)
        guard case .request(let request) = reader.next() else { throw NotARequest() }
        return request
    }

    private struct NotARequest: Error {}

    /// A name of ours is found by its place, another one by a search; the answers are the same.
    @Test(arguments: ["x-centra-signature", "x-other-field", "x"])
    func findsEveryOccurrence(_ name: String) throws {
        let field = try #require(FieldTests.names[name])
        let request = try request(
            "Before: 1", "\(name.uppercased()): \t a, b \t", "\(name)x: no", "x\(name): no", "\(name):", "\(name): c")
        #expect(request.values(of: field).map(text) == ["a, b", "", "c"])
        #expect(request.value(of: field).map(text) == "a, b")
        #expect(throws: RepeatedField(name: field)) { try request.onlyValue(of: field) }
    }

    @Test(arguments: ["x-centra-signature", "x-other-field", "x"])
    func findsTheOnlyOccurrence(_ name: String) throws {
        let field = try #require(FieldTests.names[name])
        let request = try request("\(name):v")
        #expect(request.values(of: field).map(text) == ["v"])
        #expect(try request.onlyValue(of: field).map(text) == "v")
    }

    @Test(arguments: ["x-centra-signature", "x-other-field", "x"])
    func findsNothing(_ name: String) throws {
        let field = try #require(FieldTests.names[name])
        let request = try request("Other: \(name): v")
        #expect(request.values(of: field).isEmpty)
        #expect(request.value(of: field) == nil)
        #expect(try request.onlyValue(of: field) == nil)
    }

    private static let names: [String: FieldName] = [
        "x-centra-signature": .centraSignature, "x-other-field": FieldName("x-other-field"), "x": FieldName("x"),
    ]

    /// Each well-known name has a slot to itself and is recognised by its own length.
    @Test func wellKnownNamesAreRecognised() throws {
        let wellKnown: [FieldName] = [
            .host, .expect, .connection, .contentType, .authorization, .contentLength, .forwardedFor,
            .contentEncoding, .transferEncoding, .centraSignature,
        ]
        #expect(Set(wellKnown.map(\.slot)) == Set((0..<10).map { $0 }))
        for name in wellKnown {
            let octets = Array(name.description.uppercased().utf8)
            #expect(FieldName.slot(of: 0..<octets.count, in: octets.span) == name.slot)
            let other = Array("_".utf8) + octets.dropFirst()
            #expect(FieldName.slot(of: 0..<other.count, in: other.span) == nil)
        }
    }
}
