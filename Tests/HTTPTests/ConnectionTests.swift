/// Requests one after the other on a connection: persistence, pipelining, `Expect`, half-close, and what the reader
/// says about itself. RFC 9112 section 9, RFC 9110 sections 7.6.1 and 10.1.1.
import Testing

@testable import HTTP

struct ConnectionTests {
    @Test(arguments: persistence + expectations)
    func readsOrRefuses(_ row: Row) { row.check() }

    private static func row(
        _ section: String, _ lines: String, version: String = "HTTP/1.1", _ expected: Reading
    ) -> Row {
        let name = version + " " + lines.replacing("\r\n", with: ", ")
        return Row(section, name, "GET / \(version)\r\nHost: a\r\n\(lines)\r\n\r\n", expected)
    }

    private static let kept = Reading.request(Received())
    private static let closing = Reading.request(Received(isPersistent: false))
    private static let closing10 = Reading.request(Received(isPersistent: false, isHTTP10: true))

    static let persistence = [
        row("9112 9.3", "A: b", kept),
        row("9112 9.3", "Connection: close", closing),
        row("9112 9.3", "connection: CLOSE", closing),
        row("9112 9.3", "Connection: keep-alive", kept),
        row("9112 9.3", "Connection: keep-alive, close", closing),
        row("9110 5.6.1", "Connection: ,close ,, upgrade,", closing),
        row("9110 5.3", "Connection: upgrade\r\nConnection: close", closing),
        row("9112 9.3", "Connection: closed", kept),
        row("9112 9.3", "Connection: not close", kept),
        row("9112 9.3", "Connection:", kept),
        row("9112 9.3", "X-Connection: close", kept),
        row("9112 9.3", "A: b", version: "HTTP/1.0", closing10),
        row("9112 9.3", "Connection: keep-alive", version: "HTTP/1.0", closing10),
    ]

    static let expectations = [
        row("9110 10.1.1", "Expect: 100-continue", kept),
        row("9110 10.1.1", "Expect: 100-CONTINUE\r\nExpect: 100-continue", kept),
        row("9110 10.1.1", "Expect: 100-continue, something", .refused(.unknownExpectation)),
        row("9110 10.1.1", "Expect: 200-ok", .refused(.unknownExpectation)),
        row("9110 10.1.1", "Expect: 100-continue=1", .refused(.unknownExpectation)),
        row("9110 10.1.1", "Expect: 100-continue", version: "HTTP/1.0", closing10),
        row("9110 10.1.1", "Expect: 200-ok", version: "HTTP/1.0", closing10),
    ]

    /// What `next` says at each part, as letters: incomplete, continue, request, refused, ended.
    private func sayings(_ parts: [String]) -> String {
        var reader = RequestReader(limits: Limits())
        var sayings = ""
        for part in parts {
            reader.receive(part.utf8)
            loop: while true {
                switch reader.next() {
                case .incomplete:
                    sayings += "i"
                    break loop
                case .expectsContinue: sayings += "c"
                case .request: sayings += "r"
                case .refused: sayings += "x"
                case .ended:
                    sayings += "e"
                    break loop
                }
            }
        }
        return sayings
    }

    @Test(arguments: [
        ("a body that is still to come", ["Content-Length: 2\r\n\r\n", "a", "b"], "cii" + "ri"),
        ("a chunked body", ["Transfer-Encoding: chunked\r\n\r\n", "0\r\n\r\n"], "ci" + "ri"),
        ("some of the body is here", ["Content-Length: 2\r\n\r\na", "b"], "i" + "ri"),
        ("all of the body is here", ["Content-Length: 2\r\n\r\nab"], "ri"),
        ("no body", ["Content-Length: 0\r\n\r\n"], "ri"),
        ("no length", ["\r\n"], "ri"),
        ("too large", ["Content-Length: 9999999\r\n\r\n"], "xe"),
    ])
    func asksForTheBodyOnce(_ name: String, _ parts: [String], _ expected: String) {
        var parts = parts
        parts[0] = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n" + parts[0]
        #expect(sayings(parts) == expected)
    }

    @Test func asksForEachBodyOnce() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"
        #expect(sayings([head, "a", head, "b"]) == "ci" + "ri" + "ci" + "ri")
    }

    @Test func pipelinedRequestsComeOutInOrder() {
        let wire =
            "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
            + "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nGET"
            + "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nGET\r\n0\r\nA: b\r\n\r\n"
            + "\r\nGET /4 HTTP/1.1\r\nHost: a\r\n\r\n\r\nGET /5 HTTP/1.1\r\nHost: a\r\n\r\n"
            + "GET /6 HTTP/1.1\r\n\r\n"
            + "GET /7 HTTP/1.1\r\nHost: a\r\n\r\n"
        let expected: [Reading] = [
            .request(Received(path: "/1")), .request(Received(method: .post, path: "/2", body: "GET")),
            .request(Received(method: .post, path: "/3", body: "GET")), .request(Received(path: "/4")),
            .request(Received(path: "/5")), .malformed(.hostMissing), .ended,
        ]
        #expect(outcomes(everyWay: Array(wire.utf8)) == expected)
    }

    /// Slices stay right when the reader has gone on to use its memory for later requests.
    @Test func requestsOwnTheirOctets() {
        var reader = RequestReader(limits: Limits())
        var requests: [(path: ArraySlice<UInt8>, query: ArraySlice<UInt8>?, body: ArraySlice<UInt8>)] = []
        for number in 0..<10 {
            let one = "POST /\(number)?q=\(number) HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n\(number)"
            reader.receive((one + one).utf8)
            while case .request(let request) = reader.next() {
                requests.append((request.path, request.query, request.body))
            }
        }
        for (index, request) in requests.enumerated() {
            #expect(text(request.path) == "/\(index / 2)")
            #expect(request.query.map(text) == "q=\(index / 2)")
            #expect(text(request.body) == "\(index / 2)")
        }
        #expect(requests.count == 20)
    }

    @Test(arguments: [
        ("", [Reading.ended]),
        ("\r\n", [.ended]),
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", [.request(Received()), .ended]),
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n\r\n", [.request(Received()), .ended]),
        ("G", [.malformed(.truncated), .ended]),
        ("GET / HTTP/1.1\r\nHost: a\r\n", [.malformed(.truncated), .ended]),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na", [.malformed(.truncated), .ended]),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", [.malformed(.truncated), .ended]),
        ("GET /\n", [.malformed(.bareLineFeed), .ended]),
    ])
    func endOfInputEndsWhatIsThere(_ wire: String, _ expected: [Reading]) {
        #expect(outcomes(everyWay: Array(wire.utf8), ending: true) == expected)
    }

    /// A peer that has half-closed has not begun the body and cannot: it is not asked to.
    @Test func endOfInputAsksForNoBody() {
        var reader = RequestReader(limits: Limits())
        reader.receive("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n".utf8)
        reader.endOfInput()
        guard case .refused(.malformed(.truncated)) = reader.next() else {
            Issue.record("not refused")
            return
        }
    }

    @Test func saysWhatItWaitsFor() {
        var reader = RequestReader(limits: Limits())
        let parts: [(String, RequestReader.Phase, Request.Method?)] = [
            ("", .idle, nil), ("\r", .head, nil), ("\n", .idle, nil), ("HEAD / HTTP/1.1\r\n", .head, .head),
            ("Host: a\r\nContent-Length: 2\r\n", .head, .head), ("\r\n", .body, .head), ("a", .body, .head),
            ("b", .idle, nil), ("G", .head, nil), ("ET / HTTP/1.1\r\nHost: a\r\n\r\nGET", .head, nil),
            (" / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: a\r\n\r\n", .body, .get), ("0\r\n\r\n", .idle, nil),
            ("HEAD / HTTP/1.1\r\n", .head, .head), ("x\n", .idle, .head),
        ]
        for (part, phase, method) in parts {
            reader.receive(part.utf8)
            _ = reader.outcomes()
            #expect(reader.phase == phase, "after \(part.debugDescription)")
            #expect(phase != .idle || reader.heldOctets == 0)
            #expect(reader.method == method, "after \(part.debugDescription)")
        }
    }
}
