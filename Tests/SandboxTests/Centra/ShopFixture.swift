// The pretend Centra, asked in a test's own words.
import JSON
import Outbound
import Testing

@testable import Sandbox

struct ShopFixture {
    /// 2026-02-10 12:00 in Stockholm.
    let clock = SandboxClock(standingAt: 1_770_721_200_000_000)
    let sandbox: CentraSandbox

    init(seed: UInt64 = 1, _ switches: (inout CentraSwitches) -> Void = { _ in }) {
        sandbox = CentraSandbox(clock: clock, seed: seed)
        sandbox.set(switches)
    }

    func request(_ query: String, _ variables: String = "{}", token: String = CentraSandbox.token) -> OutboundRequest {
        var json = JSONWriter()
        json.object { json in
            json.field("query", query)
            json.field("variables", (try? JSONValue(Array(variables.utf8))) ?? .null)
        }
        return OutboundRequest(
            .post, "http://127.0.0.1/graphql",
            fields: [("Authorization", "Bearer \(token)"), ("Content-Type", "application/json")], body: json.octets,
            limits: OutboundRequest.Limits(timeout: 1_000))
    }

    func reply(_ query: String, _ variables: String = "{}", token: String = CentraSandbox.token) throws -> OutboundReply
    {
        guard case .reply(let reply) = sandbox.answer(request(query, variables, token: token)) else {
            throw Unanswered()
        }
        return reply
    }

    func ask(_ query: String, _ variables: String = "{}", token: String = CentraSandbox.token) throws -> JSONValue {
        try JSONValue(try reply(query, variables, token: token).body, octetLimit: 16 << 20, depthLimit: 64)
    }

    func data(_ query: String, _ variables: String = "{}") throws -> JSONValue {
        let answer = try ask(query, variables)
        #expect(answer["errors"] == nil, "\(answer)")
        return answer["data"] ?? .null
    }

    /// The messages of `errors`.
    func errors(_ query: String, _ variables: String = "{}") throws -> [String] {
        (try ask(query, variables)["errors"]?.array ?? []).compactMap { $0["message"]?.string }
    }

    /// The messages of a mutation's `userErrors`.
    func refusals(_ mutation: String) throws -> [String] {
        guard case .object(let payloads) = try data("mutation { \(mutation) }") else { return [] }
        return payloads.values.flatMap { ($0["userErrors"]?.array ?? []).compactMap { $0["message"]?.string } }
    }

    @discardableResult
    func act(_ verb: String, _ json: String) throws -> JSONValue {
        try sandbox.act(verb, try JSONValue(Array(json.utf8)))
    }
}

struct Unanswered: Error {}

extension JSONValue {
    /// As it is written, for comparisons.
    var text: String {
        var json = JSONWriter()
        json.value(self)
        return String(decoding: json.octets, as: UTF8.self)
    }
}
