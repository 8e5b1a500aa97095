// A brand with a pretend warehouse, and the doctor who looks at both; all in this process and without waiting.
import Outbound
import POSIX
import Peoplevox
import Sandbox
import Synchronization
import Testing

@testable import Application

struct Clinic {
    static let usual = """
        [brand ulvmark]
        mode = observe
        peoplevoxURL = https://wms.peoplevox.net/ulvmark/resources/integrationservicev4.asmx
        peoplevoxClient = ulvmark
        peoplevoxUser = centra-bridge
        peoplevoxPassword = A_PASSWORD
        passwordMode = base64
        timeZone = Europe/London
        dateFormat = d/m/Y
        callbackBase = https://webhooks.example.com
        token AvailabilityChanges = \(hash("0"))
        token SalesOrderStatusChanges = \(hash("1"))
        token TrackingNumberReceived = \(hash("2"))
        """

    static func hash(_ digit: String) -> String { String(repeating: digit, count: 64) }

    let clock: SandboxClock
    let warehouse: PeoplevoxSandbox
    var text = Clinic.usual
    var password = "fixture-password"
    /// Stands between the doctor and the partners.
    var obstacle: TransportFailure?
    let calls = CallTimes()

    /// Some hours after the demonstration shop's last despatch.
    init() {
        clock = SandboxClock(standingAt: 1_770_300_000_000_000)
        warehouse = .ulvmark(clock: clock, outbox: Outbox(clock: clock, seed: 1))
    }

    /// Replaces a line, or adds one.
    mutating func set(_ key: String, _ value: String?) {
        var lines = text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix(key + " = ") }
        if let value { lines.append("\(key) = \(value)") }
        text = lines.joined(separator: "\n")
    }

    func add(sites count: Int, before: Bool) {
        let more = (0..<count).map { Site("Site \($0)", name: "") }
        try? warehouse.withWarehouse { $0.sites = before ? more + $0.sites : $0.sites + more }
    }

    /// - Parameter directory: one where nothing can be made, unless somebody looks into it.
    func tool(_ directory: String = "/dev/null/partners", secrets: [String] = []) throws -> PartnerTool {
        let password = password
        let brand = try Configuration.read(text: Array(text.utf8), fileName: "a.conf") { _ in password }.configuration
            .brands
        let transport = Way(
            sandbox: SandboxTransport(warehouse, clock: clock), obstacle: obstacle, clock: clock, calls: calls)
        return PartnerTool(directory: directory, brands: brand, secrets: secrets, clock: clock) { _ in transport }
    }

    /// What is not as it should be: `fail peoplevox.login`.
    func findings() throws -> [String] {
        try tool().examine().diagnoses.filter { $0.verdict.change != nil }.map { "\($0.verdict.word) \($0.check)" }
    }
}

/// When each call was sent, in microseconds of the monotonic clock.
final class CallTimes: Sendable {
    private let noted = Mutex<[Int64]>([])

    var times: [Int64] { noted.withLock { $0 } }
    func note(_ time: Int64) { noted.withLock { $0.append(time) } }
}

private struct Way: HTTPTransport {
    let sandbox: SandboxTransport
    let obstacle: TransportFailure?
    let clock: SandboxClock
    let calls: CallTimes

    func send(_ request: OutboundRequest, _ cancellation: Cancellation) throws(TransportFailure) -> OutboundReply {
        calls.note(clock.monotonicMicroseconds())
        if let obstacle { throw obstacle }
        return try sandbox.send(request, cancellation)
    }
}
