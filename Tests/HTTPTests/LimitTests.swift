/// Every limit at exactly its value and one over, and what a connection holds: RFC 9110 sections 15.5.14, 15.5.15,
/// RFC 6585 section 5, RFC 9112 sections 3 and 7.1.1.
import Testing

@testable import HTTP

struct LimitTests {
    @Test(arguments: heads + bodies + lines)
    func acceptsTheLimitAndNoMore(_ row: Row) { row.check() }

    private static let small = Limits(
        targetOctets: 20, headOctets: 120, fieldCount: 3, bodyOctets: 8, chunkExtensionOctets: 6, trailerOctets: 12)

    private static func row(_ section: String, _ name: String, _ wire: String, _ expected: Reading) -> Row {
        Row(section, name, wire, limits: small, expected)
    }

    private static func chunked(_ name: String, _ body: String, _ expected: Reading) -> Row {
        row("9112 7.1", name, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body, expected)
    }

    private static func a(_ count: Int) -> String { String(repeating: "a", count: count) }

    private static func body(_ body: String) -> Reading { .request(Received(method: .post, body: body)) }

    static let heads = [
        row(
            "9112 3", "a target of 20 octets", "GET /\(a(19)) HTTP/1.1\r\nHost: a\r\n\r\n",
            .request(Received(path: "/" + a(19)))),
        row("9112 3", "a target of 21 octets", "GET /\(a(20)) HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.targetTooLong)),
        row(
            "9112 3", "path and query of 21 octets", "GET /a?\(a(18)) HTTP/1.1\r\nHost: a\r\n\r\n",
            .refused(.targetTooLong)),
        row("9112 3", "a target without end", "GET /\(a(200))", .refused(.targetTooLong)),
        row("9112 3", "a method without end", a(200), .refused(.targetTooLong)),
        row("6585 5", "a head of 120 octets", "GET / HTTP/1.1\r\nHost: \(a(94))\r\n\r\n", .request(Received())),
        row("6585 5", "a head of 121 octets", "GET / HTTP/1.1\r\nHost: \(a(95))\r\n\r\n", .refused(.headTooLarge)),
        row("6585 5", "a field line without end", "GET / HTTP/1.1\r\nHost: \(a(200))", .refused(.headTooLarge)),
        row(
            "6585 5", "three fields", "GET / HTTP/1.1\r\nHost: a\r\nB:\r\nC:\r\n\r\n", .request(Received())),
        row(
            "6585 5", "four fields", "GET / HTTP/1.1\r\nHost: a\r\nB:\r\nC:\r\nD:\r\n\r\n", .refused(.headTooLarge)),
        Row(
            "9112 2.2", "an empty line does not count", "\r\nGET / HTTP/1.1\r\nHost: \(a(94))\r\n\r\n", limits: small,
            .request(Received())),
    ]

    static let bodies = [
        row(
            "9110 15.5.14", "a length of 8", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n\(a(8))",
            body(a(8))),
        row(
            "9110 15.5.14", "a length of 9", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n",
            .refused(.bodyTooLarge)),
        chunked("chunks of 8", "4\r\naaaa\r\n4\r\naaaa\r\n0\r\n\r\n", body(a(8))),
        chunked("chunks of 9", "4\r\naaaa\r\n5\r\n", .refused(.bodyTooLarge)),
        chunked("one chunk of 9", "9\r\n", .refused(.bodyTooLarge)),
    ]

    static let lines = [
        chunked("extensions of 6 octets", "1;aaa\r\nb\r\n0;a\r\n\r\n", body("b")),
        chunked("extensions of 7 octets", "1;aaa\r\nb\r\n0;aa\r\n\r\n", .malformed(.chunkExtensionTooLong)),
        chunked("one extension of 7 octets", "1;aaaaaa\r\n", .malformed(.chunkExtensionTooLong)),
        chunked("an extension without end", "1;" + a(200), .malformed(.chunkExtensionTooLong)),
        chunked("a size without end", String(repeating: "0", count: 200), .malformed(.chunkExtensionTooLong)),
        chunked("trailers of 12 octets", "0\r\nA: bcdef\r\n\r\n", body("")),
        chunked("trailers of 13 octets", "0\r\nA: bcdefg\r\n\r\n", .refused(.trailersTooLarge)),
        chunked("two trailers of 12 octets", "0\r\nA:b\r\nCD:\r\n\r\n", body("")),
        chunked("two trailers of 13 octets", "0\r\nA:b\r\nCD:e\r\n\r\n", .refused(.trailersTooLarge)),
        chunked("a trailer without end", "0\r\nA: " + a(200), .refused(.trailersTooLarge)),
    ]

    @Test(arguments: [
        (Refusal.malformed(.target), 400), (.timedOut, 408), (.bodyTooLarge, 413), (.targetTooLong, 414),
        (.unknownExpectation, 417), (.headTooLarge, 431), (.trailersTooLarge, 431), (.tunnelNotOffered, 501),
        (.unknownTransferCoding, 501), (.unknownVersion, 505),
    ])
    func everyRefusalHasItsStatus(_ refusal: Refusal, _ code: Int) {
        #expect(refusal.status.code == code)
    }

    /// Sizes, extensions and line breaks outweigh a body in small chunks; they are not kept with it.
    @Test func chunkFramingIsNotHeld() {
        var reader = RequestReader(limits: Limits())
        reader.receive("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
        #expect(reader.outcomes().isEmpty)
        let head = reader.heldOctets
        for count in 1...2_000 {
            reader.receive("00000001\r\na\r\n00".utf8)
            #expect(reader.outcomes().isEmpty)
            reader.receive("00000001\r\na\r\n".utf8)
            #expect(reader.outcomes().isEmpty)
            #expect(reader.heldOctets == head + 2 * count)
        }
    }

    /// A sender that always has the next request half sent does not make the answered ones stay.
    @Test func answeredRequestsAreNotHeld() {
        var reader = RequestReader(limits: Limits())
        let wire = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        reader.receive(wire.prefix(5))
        for _ in 0..<1_000 {
            reader.receive(wire.dropFirst(5) + wire.prefix(5))
            #expect(reader.outcomes() == [.request(Received())])
            #expect(reader.heldOctets <= wire.count + 5)
        }
    }

    @Test(arguments: ["", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc"])
    func aRefusalHoldsAndTakesNothing(_ rest: String) {
        var reader = RequestReader(limits: Limits())
        reader.receive("POST / HTTP/1.1\r\nHost: a\r\n\(rest)".utf8)
        #expect(reader.outcomes().isEmpty)
        #expect(reader.heldOctets > 0)
        reader.receive("\n".utf8)
        #expect(reader.outcomes() == [.malformed(.bareLineFeed), .ended])
        #expect(reader.heldOctets == 0)
        reader.receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        #expect(reader.heldOctets == 0)
        #expect(reader.outcomes() == [.ended])
    }

    /// A mebibyte in small parts: a reader that looked at the whole again for each part would not end in a test run.
    @Test func aLargeBodyIsReadOnce() {
        var reader = RequestReader(limits: Limits())
        let part = [UInt8](repeating: 120, count: 64)
        reader.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n".utf8)
        for _ in 0..<16_383 {
            reader.receive(part)
            guard case .incomplete = reader.next() else {
                Issue.record("an answer before the body is whole")
                return
            }
        }
        reader.receive(part)
        guard case .request(let request) = reader.next() else {
            Issue.record("no request")
            return
        }
        #expect(request.body.count == 1_048_576)
        let phase = reader.phase
        #expect(phase == .idle)
    }
}
