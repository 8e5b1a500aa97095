// The control API without sockets.
import JSON
import Outbound
import Testing

@testable import Sandbox

private struct Echo: SandboxPartner {
    let name = "echo"
    func answer(_ request: OutboundRequest) -> SandboxAnswer { .reply(OutboundReply(status: 200, body: request.body)) }
    func state() -> JSONValue { .string("state") }
    func counters() -> JSONValue { .integer(7) }
    func act(_ verb: String, _ arguments: JSONValue) throws(ControlMistake) -> JSONValue {
        guard verb == "say" else { throw ControlMistake("it says only") }
        return arguments
    }
    func turn() {}
}

private struct Case: Sendable, CustomTestStringConvertible {
    let asked: String
    let body: String
    let status: Int
    let answer: String

    var testDescription: String { asked }
}

private let cases = [
    Case(asked: "GET /control/echo", body: "", status: 200, answer: "\"state\""),
    Case(asked: "POST /control/echo/say", body: "{\"a\":1}", status: 200, answer: "{\"a\":1}"),
    Case(asked: "POST /control/echo/sing", body: "", status: 400, answer: "{\"mistake\":\"it says only\"}"),
    Case(
        asked: "GET /control/nobody", body: "", status: 400,
        answer: "{\"mistake\":\"there is no partner nobody: echo\"}"),
    Case(asked: "GET /elsewhere", body: "", status: 400, answer: "{\"mistake\":\"paths begin with /control\"}"),
    Case(
        asked: "POST /control/clock", body: "{\"advanceMilliseconds\":1500}", status: 200,
        answer: "{\"isManual\":true,\"unixSeconds\":1770130001}"),
    Case(
        asked: "POST /control/clock", body: "{\"advanceMilliseconds\":-1}", status: 400,
        answer: "{\"mistake\":\"advanceMilliseconds is lacking\"}"),
    Case(
        asked: "POST /control/echo/deliveries", body: "{\"dropPercent\":\"all\"}", status: 400,
        answer: "{\"mistake\":\"dropPercent does not take this value\"}"),
    Case(
        asked: "POST /control/echo/deliveries", body: "{\"lose\":1}", status: 400,
        answer: "{\"mistake\":\"there is no switch lose\"}"),
    Case(
        asked: "POST /control/echo/deliveries", body: "{\"dropPercent\":10}", status: 200,
        answer: """
            {"counters":{"attempts":0,"delayed":0,"delivered":0,"dropped":0,"duplicated":0,"lost":0,"put":0,\
            "reordered":0},"mishaps":{"delayMilliseconds":10000,"delayPercent":0,"dropPercent":10,\
            "duplicatePercent":0,"reorderPercent":0}}
            """),
]

@Test(arguments: cases)
private func theControlAPIAnswers(_ example: Case) {
    let clock = SandboxClock(standingAt: 1_770_130_000_000_000)
    let control = Control(clock: clock, members: [Control.Member(Echo(), Outbox(clock: clock, seed: 1))])
    let words = example.asked.split(separator: " ")
    let request = OutboundRequest(
        words[0] == "GET" ? .get : .post, "http://127.0.0.1:1\(words[1])", body: Array(example.body.utf8),
        limits: OutboundRequest.Limits(timeout: 1_000))
    let reply = control.answer(request)
    #expect(reply.status == example.status)
    #expect(String(decoding: reply.body, as: UTF8.self) == example.answer + "\n")
}
