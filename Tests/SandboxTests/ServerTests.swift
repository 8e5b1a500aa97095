// The frame on real sockets: late answers do not hold up others.
import JSON
import Outbound
import POSIX
import Synchronization
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

/// On a thread of the caller's: a test that shares its threads with all others would be late itself.
private func get(_ port: UInt16, _ path: String) -> String? {
    let limits = OutboundRequest.Limits(timeout: 600_000, connectTimeout: 600_000)
    let request = OutboundRequest(.get, "http://127.0.0.1:\(port)\(path)", limits: limits)
    let reply = try? CurlTransport().send(request, Cancellation())
    return reply.map { String(decoding: $0.body, as: UTF8.self) }
}

@Test
func aLateAnswerHoldsNobodyUp() throws {
    let clock = SandboxClock(standingAt: 0)
    var server = SandboxServer(clock: clock)
    let port = try server.serve(Slow(), on: 0)
    let late = Mutex<String??>(nil)
    let waiting = try POSIX.Thread(named: "late") {
        let answer = get(port, "/late")
        late.withLock { $0 = .some(answer) }
    }
    #expect(get(port, "/quick") == "/quick")
    // Whether it came before or after the clock was turned: it is due in the end.
    while late.withLock({ $0 == nil }) {
        clock.advance(milliseconds: 10_000)
        POSIX.Thread.sleep(milliseconds: 20)
    }
    #expect(late.withLock { $0 } == "/late")
    waiting.join()
    server.stop()
}
