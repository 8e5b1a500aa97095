// The product's client for Centra against the pretend one, in one process: no sockets, and a clock that is turned by hand.
import Centra
import JSON
import Outbound
import POSIX
import Testing

@testable import Sandbox

struct ShopDesk {
    /// 2026-02-10 12:00 in Stockholm.
    static let noon: Int64 = 1_770_721_200_000_000

    let clock = SandboxClock(standingAt: ShopDesk.noon)
    let sandbox: CentraSandbox
    let governor: Governor
    var client: CentraClient
    let cancellation = Cancellation()

    /// - Parameter quotas: of the client's governor; the sandbox's own are those of its switches.
    init(token: String = CentraSandbox.token, settings: GovernorSettings = ShopDesk.generous, seed: UInt64 = 1) {
        sandbox = CentraSandbox(clock: clock, seed: seed)
        governor = Governor(settings, clock: clock) { 0.5 }
        client = CentraClient(
            endpoint: "https://ulvmark.centra.com/graphql", token: CentraToken(token),
            caller: Caller(SandboxTransport(sandbox, clock: clock), governor, clock: clock),
            limits: OutboundRequest.Limits(timeout: 10_000))
    }

    static let generous = GovernorSettings(
        quotas: [Quota(.requests, span: 10_000, limit: 1_000_000)], concurrency: 4,
        pause: GovernorSettings.Pause(usual: 1, longest: 1, jitter: 0))

    func perform<Value>(_ operation: GraphQLOperation<Value>) throws(CallFailure) -> Value {
        try client.perform(operation, .despatch, cancellation)
    }

    func send<Value>(_ operation: GraphQLOperation<Value>) throws(CallFailure) -> CentraAnswer<Value> {
        try client.send(operation, .despatch, cancellation)
    }

    /// The same desk with a client that has asked what the server's schema has.
    func introspected() throws -> ShopDesk {
        var desk = self
        desk.client.schema = try perform(.introspection).capabilities
        return desk
    }

    @discardableResult
    func act(_ verb: String, _ json: String) throws -> JSONValue {
        try sandbox.act(verb, try JSONValue(Array(json.utf8)))
    }

    func executed(_ field: String) -> Int { sandbox.counters()["executed"]?[field]?.integer ?? 0 }

    /// Physical and allocated, in the warehouse that is mapped.
    func stock(_ sku: String) -> (physical: Int, allocated: Int) {
        for row in sandbox.state()["stock"]?.array ?? []
        where row["sku"]?.string == sku && row["warehouse"]?.integer == 3 {
            return (row["physical"]?.integer ?? 0, row["allocated"]?.integer ?? 0)
        }
        return (0, 0)
    }
}

/// What a call came to when it failed.
func mishap<Value>(_ body: () throws(CallFailure) -> Value) -> CallFailure? {
    do throws(CallFailure) {
        _ = try body()
        return nil
    } catch { return error }
}
