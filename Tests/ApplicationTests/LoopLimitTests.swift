// What the loop does at its limits: connections, memory, and one client's share of a turn.
import Testing

@testable import EventLoop

// MARK: Connections

private struct Newcomer: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let octets: String
    let status: Int
    var isHead = false
}

private let newcomers = [
    Newcomer(testDescription: "a request", octets: TestClient.request("/c"), status: 503),
    Newcomer(testDescription: "HEAD", octets: TestClient.request("/c", method: "HEAD"), status: 503, isHead: true),
    Newcomer(
        testDescription: "a body that is still to come",
        octets: "POST /c HTTP/1.1\r\nHost: loop\r\nContent-Length: 1000\r\n\r\n", status: 503),
    Newcomer(
        testDescription: "a body that waits to be asked for",
        octets: "POST /c HTTP/1.1\r\nHost: loop\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n", status: 503),
    Newcomer(testDescription: "no request at all", octets: "GET\r\n\r\n", status: 400),
    Newcomer(testDescription: "health", octets: TestClient.request("/health"), status: 200),
    Newcomer(
        testDescription: "health twice", octets: TestClient.request("/health") + TestClient.request("/health"),
        status: 200),
]

@Test(arguments: newcomers)
private func aboveTheLimitOfConnectionsOnlyHealthIsAnswered(newcomer: Newcomer) throws {
    let loop = try TestLoop(connections: 2)
    let (first, second) = (try loop.client(), try loop.client())
    for client in [first, second] { try loop.settle(with: client) }
    let third = try loop.client()
    try third.send(newcomer.octets)
    let answer = try third.answer(isHead: newcomer.isHead)
    #expect(answer.status == newcomer.status && answer.closes)
    #expect(answer.fields.contains("Retry-After: 5") == (newcomer.status == 503))
    #expect(try third.hasEnded(), "one answer, and no place for a second request")
    let refused: UInt64 = newcomer.status == 503 ? 1 : 0
    loop.wait("it is counted") { loop.control.statistics.refusedConnections == refused }
    #expect(try second.ask("/b").text == "GET /b ", "who came earlier is served as ever")
}

@Test
func whoCameAboveTheLimitIsServedWhenThereIsRoom() throws {
    let loop = try TestLoop(connections: 2)
    let (first, second) = (try loop.client(), try loop.client())
    for client in [first, second] { try loop.settle(with: client) }
    let third = try loop.client()
    try third.send("GET /c HTTP/1.1\r\n")
    loop.wait("the third is seen") { loop.control.statistics.openConnections == 3 }
    first.close()
    loop.wait("there is room") { loop.control.statistics.openConnections == 2 }
    try third.send("Host: loop\r\n\r\n")
    #expect(try third.answer().text == "GET /c ")
    #expect(try third.ask("/d").text == "GET /d ", "it is a connection like any other")
    let fourth = try loop.client()
    #expect(try fourth.ask("/e").status == 503)
}

@Test
func whoSaysNothingAboveTheLimitMakesRoomForWhoDoes() throws {
    let loop = try TestLoop(connections: 1)
    let first = try loop.client()
    try loop.settle(with: first)
    let silent = try (0..<LoopLimits.spareConnections + 10).map { _ in try loop.client() }
    for client in silent[..<10] {
        #expect(try client.answer().status == 503)
        #expect(try client.hasEnded())
    }
    for _ in 0..<5 { #expect(try loop.client().ask("/health").status == 200) }
    #expect(loop.control.statistics.openConnections <= 1 + LoopLimits.spareConnections)
    try loop.settle(with: first)
}

// MARK: Memory

private func begin(_ octets: Int, of length: Int) -> [UInt8] {
    Array("POST /large-body HTTP/1.1\r\nHost: loop\r\nContent-Length: \(length)\r\n\r\n".utf8)
        + [UInt8](repeating: UInt8(ascii: "x"), count: octets)
}

@Test
func whoHoldsMostIsRefusedWhenTooMuchIsHeld() throws {
    let budget = 1 << 20
    let loop = try TestLoop(heldOctets: budget)
    let (small, other) = (try loop.client(), try loop.client())
    try small.send(begin(100, of: 200))
    try loop.settle(with: other)
    let greedy = try (0..<20).map { _ in try loop.client() }
    for client in greedy {
        try client.send(begin(100_000, of: 1 << 20))
        try loop.settle(with: other)
    }
    loop.wait("some were turned away") { loop.control.statistics.turnedAway > 0 }
    #expect(loop.control.statistics.heldOctets <= budget)
    let refused = greedy.filter(\.hasInput)
    #expect(!refused.isEmpty && refused.count < greedy.count)
    for client in refused {
        let answer = try client.answer()
        #expect(answer.status == 503 && answer.closes && answer.fields.contains("Retry-After: 5"))
    }
    try small.send(String(repeating: "y", count: 100))
    #expect(try small.answer().status == 200, "a small request is nobody's trouble")
    for client in greedy { client.close() }
    loop.wait("nothing is held") { loop.control.statistics.heldOctets == 0 }
}

/// What is with the service is answered; what follows it is not read.
@Test
func whoPipelinesTooMuchGetsTheAnswerThatIsUnderWay() throws {
    let loop = try TestLoop(heldOctets: 20_000)
    let (client, other) = (try loop.client(), try loop.client())
    try loop.settle(with: client)
    try client.send(TestClient.request("/later"))
    let connection = loop.asked(0)
    try client.send(begin(60_000, of: 100_000))
    loop.wait("it was turned away") { loop.control.statistics.turnedAway == 1 }
    #expect(loop.control.statistics.heldOctets == 0)
    loop.answer(connection, "still")
    let answer = try client.answer()
    #expect(answer.text == "still" && answer.closes)
    #expect(try client.hasEnded())
    try loop.settle(with: other)
}

@Test
func anUnsentAnswerCountsAsHeld() throws {
    let loop = try TestLoop(heldOctets: 4 << 20)
    let (client, other) = (try loop.client(buffer: 8_192), try loop.client())
    try client.send(TestClient.request("/large/8000000"))
    // One of the two may not have been accepted yet, so the number of connections alone says nothing.
    loop.wait("it is let go") { loop.control.statistics.turnedAway == 1 }
    loop.wait("it is closed") { loop.control.statistics.openConnections == 1 }
    try loop.settle(with: other)
}

@Test
func aRefusedRequestHoldsNothing() throws {
    let loop = try TestLoop()
    let (client, other) = (try loop.client(), try loop.client())
    try client.send(begin(50_000, of: 100_000))
    try loop.settle(with: other)
    loop.wait("it is held") { loop.control.statistics.heldOctets >= 50_000 }
    loop.advance(milliseconds: 30_000)
    #expect(try client.answer().status == 408)
    loop.wait("nothing is held") { loop.control.statistics.heldOctets == 0 }
}

// MARK: One client's share

@Test
func whoPipelinesManyRequestsDoesNotKeepOthersWaiting() throws {
    let loop = try TestLoop()
    let (greedy, polite) = (try loop.client(), try loop.client())
    let count = 300
    try greedy.send(TestClient.request("/later") + String(repeating: TestClient.request("/greedy"), count: count))
    let first = loop.asked(0)
    try polite.send(TestClient.request("/later") + TestClient.request("/polite"))
    let second = loop.asked(1)
    loop.desk.answer(first, "a")
    loop.desk.answer(second, "b")
    loop.control.bell.ring()
    for _ in 0...count { #expect(try greedy.answer().status == 200) }
    #expect(try polite.answer().text == "b")
    #expect(try polite.answer().text == "GET /polite ")
    let place = try #require(loop.desk.served.firstIndex(of: "/polite"))
    #expect(place < 10, "each gets one of its requests served in a turn")
}
