// The loop over real sockets: whole requests in, answers out, whatever the client does with its connection.
import Foundation
import Testing

@testable import EventLoop
@testable import POSIX

private let chunked =
    "POST /a HTTP/1.1\r\nHost: loop\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: u\r\n\r\n"

// MARK: Requests and answers

@Test
func pipelinedAnswersAreInOrder() throws {
    let loop = try TestLoop()
    let client = try loop.client()
    let paths = (0..<30).map { $0.isMultiple(of: 3) ? "/later" : $0.isMultiple(of: 7) ? "/large/5000" : "/\($0)" }
    try client.send(paths.map { TestClient.request($0) }.joined())
    for (number, path) in paths.enumerated() {
        switch path {
        case "/later":
            let connection = loop.asked(number / 3)
            #expect(loop.desk.asked.count == number / 3 + 1, "the next is not looked at before this is answered")
            loop.answer(connection, "later \(number)")
            #expect(try client.answer().text == "later \(number)")
        case "/large/5000": #expect(try client.answer().body == DeskService.large(5_000))
        default: #expect(try client.answer().text == "GET \(path) ")
        }
    }
    #expect(!client.hasInput)
}

private let requests = [
    TestClient.request("/a", method: "POST", body: "body"), chunked, "\r\n" + TestClient.request("/a"),
    TestClient.request("/a") + TestClient.request("/b"),
]

@Test(arguments: requests)
private func aRequestCanBeSplitAnywhere(request: String) throws {
    let loop = try TestLoop()
    let (client, other) = (try loop.client(), try loop.client())
    let octets = Array(request.utf8)
    let count = request.components(separatedBy: "HTTP/1.1").count - 1
    try client.send(octets)
    let expected = try (0..<count).map { _ in try client.answer().text }
    for cut in 1..<octets.count {
        try client.send(Array(octets[..<cut]))
        try loop.settle(with: other)
        try client.send(Array(octets[cut...]))
        for text in expected { #expect(try client.answer().text == text, "cut at octet \(cut)") }
    }
}

@Test
func aRequestCanComeOctetByOctet() throws {
    let loop = try TestLoop()
    let (client, other) = (try loop.client(), try loop.client())
    for octet in Array(chunked.utf8) {
        try client.send([octet])
        try loop.settle(with: other)
    }
    #expect(try client.answer().text == "POST /a abcde")
}

@Test
func anAcceptedDeliveryIsAnsweredBriefly() throws {
    let loop = try TestLoop()
    let client = try loop.client()
    defer { loop.stop() }
    let answer = try client.ask("/accepted", method: "POST", body: "a")
    #expect(answer.status == 200 && answer.text == "ok\n" && !answer.closes)
    #expect(answer.fields.contains("Date: Mon, 02 Feb 2026 02:40:00 GMT"), "\(answer.fields)")
    #expect(try client.ask("/accepted", method: "HEAD").body.isEmpty)
    #expect(try client.ask("/a").text == "GET /a ")
}

private let closing = [
    TestClient.request("/a", fields: ["Connection: close"]), "GET /a HTTP/1.0\r\nHost: loop\r\n\r\n",
]

@Test(arguments: closing)
private func theLastAnswerSaysSoAndEnds(request: String) throws {
    let loop = try TestLoop()
    let client = try loop.client()
    defer { loop.stop() }
    // What follows is not looked at.
    try client.send(request + TestClient.request("/b"))
    let answer = try client.answer()
    #expect(answer.text == "GET /a " && answer.closes)
    #expect(try client.hasEnded())
}

private struct Refused: CustomTestStringConvertible {
    let request: String
    let status: Int
    var hasBody = true
    var testDescription: String { request.prefix(30).debugDescription }
}

private let refused = [
    Refused(request: "GET\r\n\r\n", status: 400),
    Refused(request: TestClient.request("/a", fields: ["Content-Length: 2000000"]), status: 413),
    Refused(request: TestClient.request("/" + String(repeating: "a", count: 9_000)), status: 414),
    Refused(request: TestClient.request("/a", fields: (0..<70).map { "A\($0): b" }), status: 431),
    Refused(request: "GET /a HTTP/2.0\r\nHost: loop\r\n\r\n", status: 505),
    Refused(
        request: TestClient.request("/a", method: "HEAD", fields: ["Content-Length: 2000000"]), status: 413,
        hasBody: false),
]

@Test(arguments: refused)
private func aRefusalIsAnsweredAndEnds(_ example: Refused) throws {
    let loop = try TestLoop()
    let client = try loop.client()
    try client.send(example.request + TestClient.request("/b"))
    let answer = try client.answer(isHead: !example.hasBody)
    #expect(answer.status == example.status && answer.closes)
    #expect(answer.body.isEmpty != example.hasBody)
    #expect(try client.hasEnded())
    loop.wait("it is counted") { loop.control.statistics.refusals == [example.status: 1] }
    #expect(loop.control.statistics.requests == 0)
}

@Test
func aRefusalIsNotLostToWhatIsStillSent() throws {
    let loop = try TestLoop()
    let client = try loop.client()
    try client.send(TestClient.request("/a", fields: ["Content-Length: 2000000"]))
    for _ in 0..<20 { try client.send([UInt8](repeating: 97, count: 10_000)) }
    #expect(try client.answer().status == 413)
    #expect(try client.hasEnded())
    // A client that neither reads on nor closes is let go.
    loop.advance(milliseconds: 2_000)
    loop.wait("it is let go") { loop.control.statistics.openConnections == 0 }
}

@Test
func continueIsSaidToWhoWaitsForIt() throws {
    let loop = try TestLoop()
    let client = try loop.client()
    let head = "POST /a HTTP/1.1\r\nHost: loop\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
    for _ in 0..<2 {
        try client.send(head)
        #expect(try client.answer().status == 100)
        try client.send("body")
        #expect(try client.answer().text == "POST /a body")
        try client.send(head + "body")
        #expect(try client.answer().text == "POST /a body", "it did not wait")
    }
    try client.send("POST /a HTTP/1.1\r\nHost: loop\r\nExpect: 100-continue\r\nContent-Length: 9000000\r\n\r\n")
    #expect(try client.answer().status == 413, "the body is not asked for")
    #expect(try client.hasEnded())
}

// MARK: Ends

@Test(arguments: ["/a", "/later"])
func aHalfClosedConnectionIsAnswered(path: String) throws {
    let loop = try TestLoop()
    let (client, other) = (try loop.client(), try loop.client())
    try client.send(TestClient.request(path) + TestClient.request("/b"))
    client.endSending()
    try loop.settle(with: other)
    if path == "/later" { loop.answer(loop.asked(0), "late") }
    #expect(try client.answer().text == (path == "/later" ? "late" : "GET /a "))
    #expect(try client.answer().text == "GET /b ")
    #expect(try client.hasEnded())
    loop.wait("it is closed") { loop.control.statistics.openConnections == 1 }
}

@Test(arguments: ["GET /a HT", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nbody"])
func anEndInTheMiddleIsMalformed(request: String) throws {
    let loop = try TestLoop()
    let client = try loop.client()
    defer { loop.stop() }
    try client.send(request)
    client.endSending()
    #expect(try client.answer().status == 400)
    #expect(try client.hasEnded())
}

@Test
func anEndWithoutARequestIsAnEnd() throws {
    let loop = try TestLoop()
    let client = try loop.client()
    defer { loop.stop() }
    client.endSending()
    #expect(try client.hasEnded())
}

/// The answer for a connection that has gone reaches nobody, least of all who has its place now.
@Test
func aLateAnswerForAClosedConnectionIsDropped() throws {
    let loop = try TestLoop()
    let (gone, other) = (try loop.client(), try loop.client())
    try loop.settle(with: other)
    try gone.send(TestClient.request("/later"))
    let old = loop.asked(0)
    gone.reset()
    loop.wait("it is closed") { loop.control.statistics.openConnections == 1 }

    let next = try loop.client()
    try next.send(TestClient.request("/later"))
    let new = loop.asked(1)
    #expect(new.slot == old.slot && new.generation != old.generation, "the place is used again")
    loop.answer(old, "old")
    try loop.settle(with: other)
    #expect(!next.hasInput)
    loop.answer(new, "new")
    #expect(try next.answer().text == "new")
    loop.answer(new.at(generation: new.generation + 1), "never")
    loop.answer(new.at(slot: 1_000), "never")
    try loop.settle(with: other)
    #expect(try next.ask("/a").text == "GET /a ")
}

extension ConnectionID {
    fileprivate func at(slot: UInt32? = nil, generation: UInt32? = nil) -> ConnectionID {
        ConnectionID(slot: slot ?? self.slot, generation: generation ?? self.generation)
    }
}

@Test(arguments: [(0, 1), (1, 1), (0xFFFF_FFFF, 0xFFFF_FFFF)] as [(UInt32, UInt32)])
func aTokenNamesOneConnection(slot: UInt32, generation: UInt32) {
    let id = ConnectionID(slot: slot, generation: generation)
    #expect(ConnectionID(token: id.token) == id)
}

// MARK: Deadlines

private struct Late: CustomTestStringConvertible {
    let testDescription: String
    let sent: [String]
    let deadline: Int64
    /// 0 for an end without an answer.
    let status: Int
}

private let late = [
    Late(testDescription: "idle", sent: [], deadline: 75_000, status: 0),
    Late(testDescription: "idle after a request", sent: [TestClient.request("/a")], deadline: 75_000, status: 0),
    Late(testDescription: "in the head", sent: ["GET /a HTTP/1.1\r\nHo"], deadline: 10_000, status: 408),
    Late(
        testDescription: "in the head of a second request", sent: [TestClient.request("/a") + "G"], deadline: 10_000,
        status: 408),
    Late(
        testDescription: "in the body", sent: [TestClient.request("/a", fields: ["Content-Length: 9"]) + "body"],
        deadline: 30_000, status: 408),
    Late(
        testDescription: "in a chunk",
        sent: ["POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na"],
        deadline: 30_000, status: 408),
]

@Test(arguments: late)
private func aConnectionEndsAtItsDeadline(_ example: Late) throws {
    let loop = try TestLoop()
    let (client, other) = (try loop.client(), try loop.client())
    try loop.settle(with: other)
    for text in example.sent { try client.send(text) }
    if example.sent.contains(where: { $0.contains("\r\n\r\n") }), example.status == 0 || example.deadline == 10_000 {
        #expect(try client.answer().status == 200)
    }
    try loop.settle(with: other)
    loop.advance(milliseconds: example.deadline - 1)
    try loop.settle(with: other)
    #expect(!client.hasInput)
    loop.advance(milliseconds: 1)
    // Deadlines are kept to the precision of a sweep.
    loop.advance(milliseconds: 250)
    if example.status > 0 {
        let answer = try client.answer()
        #expect(answer.status == example.status && answer.closes)
    }
    #expect(try client.hasEnded())
}

@Test
func aDripOfOctetsDoesNotMoveTheDeadline() throws {
    let loop = try TestLoop()
    let (client, other) = (try loop.client(), try loop.client())
    for octet in "GET /a HTTP".utf8 {
        try client.send([octet])
        try loop.settle(with: other)
        loop.advance(milliseconds: 999)
        try loop.settle(with: other)
    }
    #expect(try client.answer().status == 408)
    #expect(try client.hasEnded())
}

@Test
func whoWaitsForAnAnswerHasNoDeadline() throws {
    let loop = try TestLoop()
    let (client, other) = (try loop.client(), try loop.client())
    try client.send(TestClient.request("/later"))
    let connection = loop.asked(0)
    for _ in 0..<10 {
        loop.advance(milliseconds: 74_000)
        try loop.settle(with: other)
    }
    loop.answer(connection, "at last")
    #expect(try client.answer().text == "at last")
    #expect(try client.ask("/a").text == "GET /a ")
}

// MARK: Limits

@Test
func aSlowReaderGetsAllOfALargeAnswer() throws {
    let loop = try TestLoop()
    let (client, other) = (try loop.client(buffer: 8_192), try loop.client())
    try client.send(TestClient.request("/large/3000000") + TestClient.request("/b"))
    for _ in 0..<20 { try loop.settle(with: other) }
    #expect(try client.answer().body == DeskService.large(3_000_000))
    #expect(try client.answer().text == "GET /b ")
    // Its time is the connection's again.
    loop.advance(milliseconds: 40_000)
    try loop.settle(with: other)
    #expect(try client.ask("/c").text == "GET /c ")
}

@Test
func whoDoesNotReadIsLetGo() throws {
    let loop = try TestLoop()
    let (client, other) = (try loop.client(buffer: 8_192), try loop.client())
    try client.send(TestClient.request("/large/8000000"))
    for _ in 0..<5 { try loop.settle(with: other) }
    loop.advance(milliseconds: 30_000)
    loop.wait("it is let go") { loop.control.statistics.openConnections == 1 }
}

/// A client that sends and does not read makes us hold no more than one answer and a little of what follows.
@Test(arguments: ["/large/8000000", "/later"])
func whoSendsWithoutReadingIsNotReadFrom(path: String) throws {
    let loop = try TestLoop(buffer: 65_536)
    let (client, other) = (try loop.client(buffer: 8_192), try loop.client())
    try client.send(TestClient.request(path))
    try loop.settle(with: other)
    let request = Array(TestClient.request("/" + String(repeating: "b", count: 7_900)).utf8)
    let bulk = Array(repeatElement(request, count: 100).joined())
    var (sent, idle) = (0, 0)
    while idle < 20 && sent < 64 << 20 {
        // On from where the kernel stopped, which may be inside a request.
        let count = client.sendWhatFits(Array(bulk[(sent % request.count)...]))
        sent += count
        idle = count == 0 ? idle + 1 : 0
        try loop.settle(with: other)
    }
    #expect(sent < 16 << 20, "the rest waits at the client, not with us")
    if path == "/later" { loop.answer(loop.asked(0), "late") }
    _ = try client.answer()
    for _ in 0..<sent / request.count { #expect(try client.answer().status == 200) }
}

@Test
func manyConnectionsAreServedAtOnce() throws {
    let loop = try TestLoop()
    let clients = try (0..<60).map { _ in try loop.client() }
    for round in 0..<3 {
        for (number, client) in clients.enumerated() { try client.send(TestClient.request("/\(round)/\(number)")) }
        for (number, client) in clients.enumerated() { #expect(try client.answer().text == "GET /\(round)/\(number) ") }
    }
    for client in clients { client.close() }
    loop.wait("all are closed") { loop.control.statistics.openConnections == 0 }
    #expect(loop.control.statistics.acceptedConnections == 60)
    #expect(try loop.client().ask("/a").text == "GET /a ")
}

@Test
func theKernelSaysWhoIsAtAUnixSocket() throws {
    let directory = TemporaryDirectory()
    try Files.createDirectories(directory.path)
    let path = directory.path + "/socket"
    let loop = try TestLoop(unixPath: path)
    let socket = try Sockets.connect(unix: path)
    try socket.writeAll(Array(TestClient.request("/user", fields: ["Connection: close"]).utf8))
    var received: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4_096)
    while case let count = try socket.read(into: &chunk), count > 0 { received += chunk[..<count] }
    #expect(String(decoding: received, as: UTF8.self).hasSuffix("\r\n\r\n\(geteuid())"))
    loop.stop()
}

// MARK: Draining

@Test
func aDrainAnswersWhatIsInFlightAndEnds() throws {
    let loop = try TestLoop()
    let (idle, waiting, reading, pipelined) =
        (try loop.client(), try loop.client(), try loop.client(), try loop.client())
    try loop.settle(with: idle)
    try waiting.send(TestClient.request("/later"))
    let inFlight = loop.asked(0)
    try pipelined.send(TestClient.request("/later") + TestClient.request("/never"))
    let before = loop.asked(1)
    try reading.send("POST /a HTTP/1.1\r\nHost: loop\r\nContent-Length: 4\r\n\r\nbo")
    try loop.settle(with: idle)

    loop.control.drain(by: loop.clock.monotonicMilliseconds() + 5_000)
    #expect(try idle.hasEnded())
    #expect(throws: ClientFailure.self) { try loop.client() }
    #expect(!loop.hasEnded)
    try reading.send("dy")
    let last = try reading.answer()
    #expect(last.text == "POST /a body" && last.closes)
    #expect(try reading.hasEnded())
    loop.answer(before, "before")
    let first = try pipelined.answer()
    #expect(first.text == "before" && first.closes)
    #expect(try pipelined.hasEnded(), "the next request is not begun")
    loop.answer(inFlight, "in flight")
    let answer = try waiting.answer()
    #expect(answer.text == "in flight" && answer.closes)
    #expect(try waiting.hasEnded())
    for client in [idle, waiting, reading, pipelined] { client.close() }
    loop.wait("the loop has ended") { loop.hasEnded }
}

@Test
func aDrainEndsAtItsDeadline() throws {
    let loop = try TestLoop()
    let (waiting, reading) = (try loop.client(), try loop.client())
    try waiting.send(TestClient.request("/later"))
    _ = loop.asked(0)
    try reading.send("GET /a")
    loop.control.drain(by: loop.clock.monotonicMilliseconds() + 5_000)
    loop.advance(milliseconds: 4_999)
    #expect(!loop.hasEnded)
    loop.advance(milliseconds: 1)
    loop.wait("the loop has ended") { loop.hasEnded }
    #expect(try waiting.hasEnded())
}

@Test
func aDrainWithoutConnectionsEndsAtOnce() throws {
    let loop = try TestLoop()
    loop.control.drain(by: .max)
    loop.wait("the loop has ended") { loop.hasEnded }
}
