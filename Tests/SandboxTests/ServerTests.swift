// The frame on real sockets: late answers do not hold up others.
import Foundation
import FoundationNetworking
import JSON
import Outbound
import POSIX
import Testing

@testable import Sandbox

/// Answers `/late` after ten seconds of the sandbox's clock, `/never` never, everything else at once.
private struct Slow: SandboxPartner {
    let name = "slow"
    func answer(_ request: OutboundRequest) -> SandboxAnswer {
        let reply = OutboundReply(status: 200, body: Array(request.path.utf8))
        return switch request.path {
        case "/late": .late(reply, milliseconds: 10_000)
        case "/never": .never
        default: .reply(reply)
        }
    }
    func state() -> JSONValue { .null }
    func counters() -> JSONValue { .null }
    func act(_ verb: String, _ arguments: JSONValue) throws(ControlMistake) -> JSONValue { .null }
    func turn() {}
}

private func get(_ port: UInt16, _ path: String) async throws -> String {
    let url = try #require(URL(string: "http://127.0.0.1:\(port)\(path)"))
    let (body, _) = try await URLSession.shared.data(from: url)
    return String(decoding: body, as: UTF8.self)
}

@Test
func aLateAnswerHoldsNobodyUp() async throws {
    let clock = SandboxClock(standingAt: 0)
    var server = SandboxServer(clock: clock)
    let port = try server.serve(Slow(), on: 0)
    async let late = get(port, "/late")
    #expect(try await get(port, "/quick") == "/quick")
    // Whether it came before or after the clock was turned: it is due in the end.
    let turning = Task {
        while !Task.isCancelled {
            clock.advance(milliseconds: 10_000)
            try await Task.sleep(for: .milliseconds(50))
        }
    }
    #expect(try await late == "/late")
    turning.cancel()
    server.stop()
}
