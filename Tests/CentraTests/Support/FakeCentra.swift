// A Centra that says what it is told to say, and a clock that is turned by hand.
import JSON
import Outbound
import POSIX
import Synchronization

@testable import Centra

final class HandClock: Clock {
    private let passed = Mutex<Int64>(0)
    /// 2026-02-03T14:00:00Z, the moment of the fixtures that say when to go on.
    static let wall: Int64 = 1_770_127_200_000_000

    func monotonicMicroseconds() -> Int64 { passed.withLock { $0 } }
    func wallMicroseconds() -> Int64 { HandClock.wall + passed.withLock { $0 } }

    func wait(until deadline: Int64, or bell: Bell) {
        if deadline == .max { return bell.wait(milliseconds: 1) }
        passed.withLock { $0 = max($0, deadline) }
    }
}

/// What was sent, as far as it is said in its body.
struct Sent: Sendable {
    let operation: String
    let variables: JSONValue
    let request: OutboundRequest
}

final class FakeCentra: HTTPTransport {
    typealias Answer = @Sendable (Sent) throws(TransportFailure) -> OutboundReply

    private let answer: Answer
    private let log = Mutex<[Sent]>([])

    init(_ answer: @escaping Answer) {
        self.answer = answer
    }

    func send(_ request: OutboundRequest, _ cancellation: Cancellation) throws(TransportFailure) -> OutboundReply {
        let body = try? JSONValue(request.body, octetLimit: 1 << 20, depthLimit: 64)
        let sent = Sent(
            operation: body?["operationName"]?.string ?? "", variables: body?["variables"] ?? .null, request: request)
        log.withLock { $0.append(sent) }
        return try answer(sent)
    }

    var sent: [Sent] { log.withLock { $0 } }

    func client(
        schema: SchemaCapabilities = .assumed, report: @escaping @Sendable (String) -> Void = { _ in }
    ) -> CentraClient {
        let clock = HandClock()
        let governor = Governor(GovernorSettings(quotas: [], concurrency: 4), clock: clock) { 0 }
        return CentraClient(
            endpoint: "http://127.0.0.1/graphql", token: CentraToken("secret-token"),
            caller: Caller(self, governor, clock: clock), schema: schema, report: report)
    }
}

extension OutboundReply {
    /// 200 with this `data`.
    static func data(_ data: JSONValue, version: String = "v1.60.0") -> OutboundReply {
        json(["data": data, "extensions": ["complexity": 100, "appVersion": .string(version)]])
    }

    static func json(_ value: JSONValue) -> OutboundReply {
        var writer = JSONWriter()
        writer.value(value)
        return OutboundReply(status: 200, body: writer.octets)
    }
}

/// What `body` throws; nil when it returns.
func failure<Value>(_ body: () throws(CallFailure) -> Value) -> CallFailure? {
    do throws(CallFailure) {
        _ = try body()
        return nil
    } catch { return error }
}
