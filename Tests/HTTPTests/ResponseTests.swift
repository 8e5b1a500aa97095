/// Answers, octet by octet: RFC 9112 sections 4 and 6, RFC 9110 sections 6.6.1, 8.6 and 15.
import Testing

@testable import HTTP

struct ResponseTests {
    private static let date = HTTPDate(unixSeconds: 784_111_777)
    private static let dateLine = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"

    struct Example: Sendable, CustomTestStringConvertible {
        let name: String
        let response: Response
        var closing = false
        var isHead = false
        let wire: String

        var testDescription: String { name }
    }

    static let examples = [
        Example(
            name: "a text", response: .text(.ok, "ok\n"),
            wire:
                "HTTP/1.1 200 OK\r\n\(dateLine)Content-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\n\r\nok\n"
        ),
        Example(
            name: "JSON", response: .json(.accepted, Array("{}".utf8)), closing: true,
            wire: "HTTP/1.1 202 Accepted\r\n\(dateLine)Content-Type: application/json\r\nContent-Length: 2\r\n"
                + "Connection: close\r\n\r\n{}"),
        Example(
            name: "no body", response: Response(.ok),
            wire: "HTTP/1.1 200 OK\r\n\(dateLine)Content-Length: 0\r\n\r\n"),
        Example(
            name: "an answer to HEAD", response: .text(.ok, "ok\n"), isHead: true,
            wire: "HTTP/1.1 200 OK\r\n\(dateLine)Content-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\n\r\n"),
        Example(
            name: "204 has neither body nor length", response: Response(.noContent, body: [1, 2]),
            wire: "HTTP/1.1 204 No Content\r\n\(dateLine)\r\n"),
        Example(
            name: "304 neither", response: Response(.notModified, body: [1, 2]), isHead: true,
            wire: "HTTP/1.1 304 Not Modified\r\n\(dateLine)\r\n"),
        Example(
            name: "fields in order",
            response: Response(.serviceUnavailable, fields: [.init("Retry-After", "5"), .init("Allow", "GET, POST")]),
            wire: "HTTP/1.1 503 Service Unavailable\r\n\(dateLine)Retry-After: 5\r\nAllow: GET, POST\r\n"
                + "Content-Length: 0\r\n\r\n"),
        Example(
            name: "a value cannot end its field",
            response: Response(.seeOther, fields: [.init("Location", "/a\r\nSet-Cookie: b\r\n\r\n\0\u{7F}é")]),
            wire: "HTTP/1.1 303 See Other\r\n\(dateLine)Location: /a  Set-Cookie: b      é\r\nContent-Length: 0\r\n\r\n"
        ),
        Example(
            name: "a status without reason keeps the space", response: Response(Status(299)),
            wire: "HTTP/1.1 299 \r\n\(dateLine)Content-Length: 0\r\n\r\n"),
        Example(
            name: "a refusal", response: Response(refusing: .malformed(.hostMissing)), closing: true,
            wire: "HTTP/1.1 400 Bad Request\r\n\(dateLine)Content-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: 21\r\nConnection: close\r\n\r\nBad Request: no Host\n"),
        Example(
            name: "another refusal", response: Response(refusing: .timedOut), closing: true,
            wire: "HTTP/1.1 408 Request Timeout\r\n\(dateLine)Content-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: 16\r\nConnection: close\r\n\r\nRequest Timeout\n"),
    ]

    @Test(arguments: examples)
    func encodes(_ example: Example) {
        var octets = Array("before".utf8)
        example.response.encode(
            into: &octets, date: Self.date, closing: example.closing, isHead: example.isHead)
        #expect(text(octets) == "before" + example.wire)
    }

    /// A prepared answer sends the same octets in every combination, whatever the date.
    @Test(arguments: examples)
    func preparedAnswersAreTheSame(_ example: Example) {
        var prepared = PreparedResponse(example.response, date: HTTPDate(unixSeconds: 0))
        prepared.setDate(Self.date)
        for (closing, isHead) in [(false, false), (false, true), (true, false), (true, true)] {
            var expected: [UInt8] = []
            example.response.encode(into: &expected, date: Self.date, closing: closing, isHead: isHead)
            #expect(text(Array(prepared.octets(closing: closing, isHead: isHead))) == text(expected))
        }
    }

    @Test func theInterimAnswerIsAHeadAlone() {
        #expect(text(Response.continueOctets) == "HTTP/1.1 100 Continue\r\n\r\n")
    }
}
