// What arrives when all is well: whole replies as they were sent, over connections that are used again.
import Foundation
import POSIX
import Synchronization
import Testing

@testable import Outbound

private func request(
    _ method: OutboundRequest.Method, _ url: String, _ body: String = "",
    fields: [(name: String, value: String)] = []
) -> OutboundRequest {
    OutboundRequest(
        method, url, fields: fields, body: Array(body.utf8), limits: OutboundRequest.Limits(timeout: 20_000))
}

/// Answers each request with its own head and body.
private func echo() throws -> NastyServer {
    try NastyServer { connection, _ in
        while let (head, body) = connection.request() {
            connection.answer(head + "\r\n\r\n" + String(decoding: body, as: UTF8.self))
        }
    }
}

@Test
func aRequestIsSentAsItIs() throws {
    let server = try echo()
    defer { server.stop() }
    let transport = CurlTransport(CurlTransport.Settings(userAgent: "lockstep/test"))
    let sent = request(
        .post, server.url + "?a=%20b", "a\u{0}ö",
        fields: [("Authorization", "Bearer t"), ("SOAPAction", ""), ("X", "ö")])
    let reply = try transport.send(sent, Cancellation())
    let host = "Host: 127.0.0.1:\(server.port)\r\n"
    #expect(
        reply.text == "POST /graphql?a=%20b HTTP/1.1\r\n" + host
            + "User-Agent: lockstep/test\r\nAccept: */*\r\nAccept-Encoding: gzip\r\nAuthorization: Bearer t\r\n"
            + "SOAPAction:\r\nX: ö\r\nContent-Length: 4\r\n\r\na\u{0}ö")
    // Nothing of the last request is in the next.
    #expect(
        try transport.send(request(.get, server.url), Cancellation()).text == "GET /graphql HTTP/1.1\r\n" + host
            + "User-Agent: lockstep/test\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n\r\n")
    #expect(try transport.send(request(.post, server.url), Cancellation()).text.hasSuffix("Content-Length: 0\r\n\r\n"))
    let large = String(repeating: "0123456789", count: 200_000)
    #expect(try transport.send(request(.post, server.url, large), Cancellation()).text.hasSuffix(large))
}

private struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let sent: [UInt8]
    let status: Int
    var fields: [String] = []
    let body: String
    var testDescription: String { name }

    init(_ name: String, _ sent: String, _ octets: [UInt8] = [], status: Int = 200, fields: [String] = [], body: String)
    {
        self.name = name
        self.sent = Array(sent.utf8) + octets
        self.status = status
        self.fields = fields
        self.body = body
    }
}

/// "hello" as gzip makes it.
private let hello: [UInt8] = [
    0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 7, 0, 0x86, 0xA6, 0x10, 0x36, 5, 0, 0, 0,
]

private let cases = [
    Case("until the end", "HTTP/1.1 200 OK\r\n\r\nabc", body: "abc"),
    Case("nothing", "HTTP/1.1 204 None\r\n\r\n", status: 204, body: ""),
    Case(
        "fields twice, blanks around them",
        "HTTP/1.1 200\r\nSet-Cookie: a\r\nset-cookie:  b \r\nContent-Length: 0\r\n\r\n",
        fields: ["Set-Cookie: a", "set-cookie: b", "Content-Length: 0"], body: ""),
    Case("HTTP/1.0", "HTTP/1.0 500 Error\r\n\r\n<html>", status: 500, body: "<html>"),
    Case(
        "a redirect is a reply", "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 2\r\n\r\nno", status: 302,
        fields: ["Location: /login", "Content-Length: 2"], body: "no"),
    Case(
        "an early word, and fields behind the body",
        "HTTP/1.1 103 Early\r\nX: 1\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nY: 2\r\n\r\n",
        fields: ["Transfer-Encoding: chunked"], body: "abc"),
    Case(
        "compressed", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 25\r\n\r\n", hello,
        fields: ["Content-Encoding: gzip", "Content-Length: 25"], body: "hello"),
    // libcurl does not notice; a JSON or XML document that is not whole is refused by its reader.
    Case(
        "compressed, without its end", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 18\r\n\r\n",
        Array(hello.prefix(18)), fields: ["Content-Encoding: gzip", "Content-Length: 18"], body: "hello"),
    Case(
        "429", "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", status: 429,
        fields: ["Retry-After: 7", "Content-Length: 0"], body: ""),
    Case(
        "401", "HTTP/1.1 401 No\r\nWWW-Authenticate: Negotiate\r\nContent-Length: 0\r\n\r\n", status: 401,
        fields: ["WWW-Authenticate: Negotiate", "Content-Length: 0"], body: ""),
]

@Test(arguments: cases)
private func aReplyArrivesAsItWasSent(_ example: Case) throws {
    let server = try NastyServer { connection, _ in
        _ = connection.request()
        connection.send(example.sent)
    }
    defer { server.stop() }
    let reply = try CurlTransport().send(request(.post, server.url, "a"), Cancellation())
    #expect(reply.status == example.status)
    #expect(reply.fields.map { "\($0.name): \($0.value)" } == example.fields)
    #expect(reply.text == example.body)
    #expect(server.requests.load(ordering: .relaxed) == 1)
}

@Test
func callsInSequenceShareAConnection() throws {
    let server = try echo()
    defer { server.stop() }
    let transport = CurlTransport()
    for number in 0..<1_000 {
        let reply = try transport.send(request(.post, server.url, "\(number)"), Cancellation())
        #expect(reply.text.hasSuffix("\r\n\(number)"))
    }
    #expect(server.connections.load(ordering: .relaxed) == 1)
}

@Test
func threadsDoNotMeet() throws {
    let server = try echo()
    defer { server.stop() }
    let transport = CurlTransport()
    let url = server.url
    let threads = 8
    let wrong = Atomic(0)
    let done = Bell()
    let left = Atomic(threads)
    for thread in 0..<threads {
        Foundation.Thread.detachNewThread {
            for number in 0..<50 {
                let reply = try? transport.send(request(.post, url, "\(thread)/\(number)"), Cancellation())
                if reply?.text.hasSuffix("\r\n\(thread)/\(number)") != true { wrong.add(1, ordering: .relaxed) }
            }
            if left.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { done.ring() }
        }
    }
    done.wait(milliseconds: -1)
    #expect(wrong.load(ordering: .relaxed) == 0)
    #expect(server.requests.load(ordering: .relaxed) == 8 * 50)
    #expect(server.connections.load(ordering: .relaxed) <= threads)
}

/// A connection that is open from before ends instead of an answer. The partner may have acted: a POST is not sent again
/// behind our back, as libcurl would; a GET is.
@Test(arguments: [OutboundRequest.Method.post, .get])
func aRequestWithoutAnAnswerIsNotSentAgain(_ method: OutboundRequest.Method) throws {
    let server = try NastyServer { connection, _ in
        _ = connection.request()
        connection.answer("first")
        _ = connection.request()
    }
    defer { server.stop() }
    let transport = CurlTransport()
    #expect(try transport.send(request(.get, server.url), Cancellation()).text == "first")
    let second = Result { () throws(TransportFailure) in try transport.send(request(method, server.url), Cancellation())
    }
    switch method {
    case .get: #expect(try second.get().text == "first")
    case .post:
        #expect {
            try second.get()
        } throws: { ($0 as? TransportFailure).map { $0.reason == .cut && $0.mayHaveArrived } ?? false }
        #expect(server.requests.load(ordering: .relaxed) == 2)
    }
}

extension OutboundReply {
    fileprivate var text: String { String(decoding: body, as: UTF8.self) }
}
