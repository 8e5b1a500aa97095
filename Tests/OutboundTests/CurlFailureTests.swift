// Every way in which a server can fail to reply, and what libcurl's transport makes of it.
import Foundation
import Testing

@testable import Outbound

/// Appears in every part of the request that must not appear in a failure.
private let secret = "s3cr3t-Ada-Lovelace"

private struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    var body = secret
    let reason: TransportFailure.Reason
    let mayHaveArrived: Bool
    let script: @Sendable (NastyConnection) -> Void
    var testDescription: String { name }
}

private let head = "HTTP/1.1 200 OK\r\n"

private let cases = [
    Case(name: "never answers", reason: .timedOut, mayHaveArrived: true) {
        _ = $0.request()
        $0.waitForEnd()
    },
    Case(name: "answers a field at a time, for ever", reason: .timedOut, mayHaveArrived: true) { connection in
        _ = connection.request()
        connection.send(head)
        while connection.send("X-A: b\r\n") { connection.pause(milliseconds: 20) }
    },
    Case(name: "drips a body for ever", reason: .timedOut, mayHaveArrived: true) { connection in
        _ = connection.request()
        connection.send(head + "Transfer-Encoding: chunked\r\n\r\n")
        while connection.send("1\r\na\r\n") { connection.pause(milliseconds: 20) }
    },
    Case(name: "says that it is too large", reason: .tooLarge, mayHaveArrived: true) {
        _ = $0.request()
        $0.send(head + "Content-Length: 70000\r\n\r\n")
        $0.waitForEnd()
    },
    Case(name: "is too large without saying so", reason: .tooLarge, mayHaveArrived: true) { connection in
        _ = connection.request()
        connection.send(head + "Transfer-Encoding: chunked\r\n\r\n")
        while connection.send("1000\r\n" + String(repeating: "a", count: 4_096) + "\r\n") {}
    },
    Case(name: "has fields without end", reason: .tooLarge, mayHaveArrived: true) { connection in
        _ = connection.request()
        connection.send(head)
        while connection.send("X-A: " + String(repeating: "b", count: 1_000) + "\r\n") {}
    },
    Case(name: "has a field without end", reason: .tooLarge, mayHaveArrived: true) { connection in
        _ = connection.request()
        connection.send(head + "X-A: ")
        while connection.send(String(repeating: "b", count: 10_000)) {}
    },
    Case(name: "ends within its length", reason: .cut, mayHaveArrived: true) {
        _ = $0.request()
        $0.send(head + "Content-Length: 10\r\n\r\nabc")
    },
    Case(name: "ends within a chunk", reason: .cut, mayHaveArrived: true) {
        _ = $0.request()
        $0.send(head + "Transfer-Encoding: chunked\r\n\r\n10\r\nabc")
    },
    Case(name: "ends without the last chunk", reason: .cut, mayHaveArrived: true) {
        _ = $0.request()
        $0.send(head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
    },
    Case(name: "ends within its head", reason: .cut, mayHaveArrived: true) {
        _ = $0.request()
        $0.send("HTTP/1.1 200 OK\r\nContent-Le")
    },
    Case(name: "is garbage", reason: .cut, mayHaveArrived: true) {
        _ = $0.request()
        $0.send("220 mail.example ESMTP\r\n")
    },
    Case(name: "closes after the request", reason: .cut, mayHaveArrived: true) { _ = $0.request() },
    Case(name: "resets after the request", reason: .cut, mayHaveArrived: true) {
        _ = $0.request()
        $0.reset()
    },
    Case(
        name: "resets before the body is there", body: String(repeating: secret, count: 1_000_000), reason: .cut,
        mayHaveArrived: false
    ) {
        _ = $0.head()
        $0.reset()
    },
    Case(
        name: "never reads the body", body: String(repeating: secret, count: 1_000_000), reason: .timedOut,
        mayHaveArrived: false
    ) {
        _ = $0.head()
        $0.pause(milliseconds: 3_000)
    },
    Case(name: "is compressed wrongly", reason: .cut, mayHaveArrived: true) {
        _ = $0.request()
        $0.send(head + "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc")
    },
    Case(name: "is compressed, and has another checksum", reason: .cut, mayHaveArrived: true) {
        _ = $0.request()
        $0.send(head + "Content-Encoding: gzip\r\nContent-Length: 25\r\n\r\n")
        $0.send([
            0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 7, 0, 0x87, 0xA6, 0x10, 0x36, 5, 0, 0, 0,
        ])
    },
]

private func request(_ url: String, body: String = secret, timeout: Int = 1_000) -> OutboundRequest {
    OutboundRequest(
        .post, url, fields: [("Authorization", "Bearer \(secret)"), ("Content-Type", "text/plain")],
        body: Array(body.utf8), limits: OutboundRequest.Limits(timeout: timeout, replyOctets: 65_536))
}

private func failure(
    _ request: OutboundRequest, _ settings: CurlTransport.Settings = CurlTransport.Settings(),
    _ cancellation: Cancellation = Cancellation()
) -> TransportFailure? {
    do throws(TransportFailure) {
        let reply = try CurlTransport(settings).send(request, cancellation)
        Issue.record("there was a reply: \(reply)")
        return nil
    } catch {
        #expect(!"\(error) \(String(reflecting: error))".contains(secret))
        return error
    }
}

@Test(arguments: cases)
private func aReplyThatIsNoneSaysWhatItMeans(_ example: Case) throws {
    let server = try NastyServer { connection, _ in example.script(connection) }
    defer { server.stop() }
    let failure = failure(request(server.url, body: example.body))
    #expect(failure?.reason == example.reason, "\(String(describing: failure))")
    #expect(failure?.mayHaveArrived == example.mayHaveArrived, "\(String(describing: failure))")
}

private struct Unsent: CustomTestStringConvertible, Sendable {
    let url: String
    var fields: [(name: String, value: String)] = []
    let reason: TransportFailure.Reason
    var testDescription: String { "\(url) \(fields)" }
}

private let unsent = [
    Unsent(url: "https://nowhere.invalid/\(secret)", reason: .unreachable),
    Unsent(url: "http://partner.example/\(secret)", reason: .unsendable),
    Unsent(url: "http://127.0.0.1.example/\(secret)", reason: .unsendable),
    Unsent(url: "http://127.0.0.1@partner.example/\(secret)", reason: .unsendable),
    Unsent(url: "https://\(secret):\(secret)@127.0.0.1/", reason: .unsendable),
    Unsent(url: "ftp://127.0.0.1/\(secret)", reason: .unsendable),
    Unsent(url: "file:///etc/hostname", reason: .unsendable),
    Unsent(url: "/\(secret)", reason: .unsendable),
    Unsent(url: "", reason: .unsendable),
    Unsent(url: "http://127.0.0.1/a b", reason: .unsendable),
    Unsent(url: "http://127.0.0.1/\u{0}\(secret)", reason: .unsendable),
    Unsent(url: "http://127.0.0.1/", fields: [("A", "\(secret)\r\nB: c")], reason: .unsendable),
    Unsent(url: "http://127.0.0.1/", fields: [("A", "\(secret)\u{0}")], reason: .unsendable),
    Unsent(url: "http://127.0.0.1/", fields: [(secret + ":", "c")], reason: .unsendable),
    Unsent(url: "http://127.0.0.1/", fields: [("", secret)], reason: .unsendable),
]

@Test(arguments: unsent)
private func whatCannotBeSentIsNot(_ example: Unsent) {
    var request = request(example.url)
    request.fields += example.fields
    let failure = failure(request)
    #expect(failure?.reason == example.reason, "\(String(describing: failure))")
    #expect(failure?.mayHaveArrived == false)
}

@Test
func nobodyListens() throws {
    let failure = failure(request("http://127.0.0.1:\(try NastyServer.closedPort())/"))
    #expect(failure?.reason == .unreachable)
    #expect(failure?.mayHaveArrived == false)
}

/// A thousand octets for each that was sent: the limit holds for what comes out.
@Test
func aGzipBombEndsAtTheLimit() throws {
    let folder = try TestFolder()
    try Shell.run("head -c 67108864 /dev/zero | gzip >\(folder.path)/bomb")
    let bomb = [UInt8](folder.read("bomb"))
    let server = try NastyServer { connection, _ in
        _ = connection.request()
        connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n")
        for start in stride(from: 0, to: bomb.count, by: 4_096) {
            let part = bomb[start..<min(start + 4_096, bomb.count)]
            let isTaken = connection.send(Array((String(part.count, radix: 16) + "\r\n").utf8) + part + [13, 10])
            if !isTaken { return }
        }
    }
    defer { server.stop() }
    #expect(bomb.count < 100_000)
    #expect(failure(request(server.url, timeout: 20_000))?.reason == .tooLarge)
}

// MARK: - cancelling

@Test
func aCallIsCancelledWhileItConnects() throws {
    let cancellation = Cancellation()
    // The handshake of TLS never goes on.
    let server = try NastyServer { connection, _ in
        connection.pause(milliseconds: 50)
        cancellation.cancel()
        connection.waitForEnd()
    }
    defer { server.stop() }
    let failure = failure(
        request("https://127.0.0.1:\(server.port)/", timeout: 60_000), CurlTransport.Settings(), cancellation)
    #expect(failure == .cancelled(mayHaveArrived: false))
}

@Test
func aCallIsCancelledWhileItsReplyComes() throws {
    let cancellation = Cancellation()
    let server = try NastyServer { connection, _ in
        _ = connection.request()
        connection.send(head + "Content-Length: 10\r\n\r\nabc")
        connection.pause(milliseconds: 50)
        cancellation.cancel()
        connection.waitForEnd()
    }
    defer { server.stop() }
    let failure = failure(request(server.url, timeout: 60_000), CurlTransport.Settings(), cancellation)
    #expect(failure == .cancelled(mayHaveArrived: true))
}

@Test
func aCallThatWasCancelledBeforeIsNotMade() throws {
    let server = try NastyServer { _, _ in }
    defer { server.stop() }
    let cancellation = Cancellation()
    cancellation.cancel()
    #expect(failure(request(server.url), CurlTransport.Settings(), cancellation) == .cancelled(mayHaveArrived: false))
    #expect(server.connections.load(ordering: .relaxed) == 0)
}
