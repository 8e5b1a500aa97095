// Requests that may take long: one of them in a turn, and all of them answered.
import Testing

@testable import EventLoop

private func compressed(_ path: String) -> String {
    "POST \(path) HTTP/1.1\r\nHost: loop\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\na"
}

private func large(_ path: String) -> String {
    let count = LoopLimits.quickOctets + 1
    return "POST \(path) HTTP/1.1\r\nHost: loop\r\nContent-Length: \(count)\r\n\r\n"
        + String(repeating: "a", count: count)
}

@Test
func nobodyWaitsForEverybodysSlowRequest() throws {
    let loop = try TestLoop()
    let slow = try (0..<8).map { _ in try loop.client() }
    let quick = try loop.client()
    for client in slow + [quick] { try loop.settle(with: client) }
    let before = loop.desk.served.count
    try loop.desk.hold {
        for (index, client) in slow.enumerated() { try client.send(compressed("/slow\(index)")) }
        try quick.send(TestClient.request("/quick"))
    }
    for client in slow + [quick] { #expect(try client.answer().status == 200) }
    let served = Array(loop.desk.served.dropFirst(before))
    #expect(served.count == 9)
    // The first may have been begun before the quick one had come.
    #expect(try #require(served.firstIndex(of: "/quick")) <= 1)
    #expect(served.filter { $0 != "/quick" } == (0..<8).map { "/slow\($0)" }, "in the order in which they came")
}

/// Slow and quick ones on one connection, each answered once and in order; all that is held is let go of.
@Test(arguments: [compressed, large] as [@Sendable (String) -> String])
func slowRequestsKeepTheirPlaceOnTheirConnection(slow: @Sendable (String) -> String) throws {
    let loop = try TestLoop()
    let client = try loop.client()
    try client.send(slow("/a") + TestClient.request("/b") + slow("/c") + slow("/d") + TestClient.request("/e"))
    for _ in 0..<5 { #expect(try client.answer().status == 200) }
    #expect(loop.desk.served == ["/a", "/b", "/c", "/d", "/e"])
    #expect(try client.ask("/f").text == "GET /f ")
    loop.wait("nothing is held") { loop.control.statistics.heldOctets == 0 }
}

@Test
func aSlowRequestThatIsInLineWhenTheLoopDrainsIsAnswered() throws {
    let loop = try TestLoop()
    let clients = try (0..<50).map { _ in try loop.client() }
    for client in clients { try loop.settle(with: client) }
    let before = loop.desk.served.count
    try loop.desk.hold {
        for (index, client) in clients.enumerated() { try client.send(compressed("/slow\(index)")) }
    }
    // Then all have been read, because the second is served a turn after the first.
    while loop.desk.served.count < before + 2 {}
    loop.control.drain(by: .max)
    for client in clients { #expect(try client.answer().status == 200) }
    for client in clients { client.close() }
    loop.wait("it has ended") { loop.hasEnded }
}
