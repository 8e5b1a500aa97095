// The client beside the pretend Peoplevox: one clock that is turned by hand, a governor as in the product, no sockets.
import Outbound
import POSIX
import Sandbox

@testable import Peoplevox

struct PeoplevoxBench {
    static let start: Int64 = 1_770_000_000_000_000

    let clock = SandboxClock(standingAt: start)
    let sandbox: PeoplevoxSandbox
    let client: PeoplevoxClient
    let cancellation = Cancellation()

    init(
        _ tenant: PeoplevoxTenant = .ulvmark, password: String = "fixture-password",
        _ mode: PeoplevoxCredentials.PasswordMode = .base64, _ governor: GovernorSettings = .peoplevox(),
        seed: UInt64 = 1
    ) {
        let clock = clock
        sandbox = PeoplevoxSandbox(
            clock: clock, outbox: Outbox(clock: clock, seed: 1), tenant: tenant,
            warehouse: .ulvmark(now: tenant.zone.civil(clock.unixSeconds)), seed: seed)
        client = Self.client(sandbox, clock, password, mode, governor)
    }

    /// Somebody else with the same user.
    func second() -> PeoplevoxClient {
        Self.client(sandbox, clock, "fixture-password", .base64, .peoplevox())
    }

    private static func client(
        _ sandbox: PeoplevoxSandbox, _ clock: SandboxClock, _ password: String,
        _ mode: PeoplevoxCredentials.PasswordMode, _ governor: GovernorSettings
    ) -> PeoplevoxClient {
        let caller = Caller(
            SandboxTransport(sandbox, clock: clock), Governor(governor, clock: TurningClock(clock)) { 0 },
            clock: TurningClock(clock))
        return PeoplevoxClient(
            caller,
            PeoplevoxSettings(
                address: "http://127.0.0.1/ulvmark/resources/integrationservicev4.asmx",
                credentials: PeoplevoxCredentials(
                    clientID: "ulvmark", username: "centra-bridge", password: Password(password), passwordMode: mode)))
    }

    func counter(_ name: String) -> Int { sandbox.counters()[name]?.integer ?? -1 }

    func plan(_ kind: PeoplevoxIncident.Kind, _ operation: String, count: Int = 1, isCarriedOut: Bool = false) {
        sandbox.plan(PeoplevoxIncident(kind, operation: operation, count: count, isCarriedOut: isCarriedOut))
    }

    func templates() throws(CallFailure) -> TenantTemplates {
        try client.discover(reports: ["Despatch summary"], .catalogue, cancellation)
    }

    func target() throws(CallFailure) -> SaveTarget { SaveTarget(try templates(), lane: .orderExport) }
}

/// What `body` throws; nil when it returns.
func failure<Value>(_ body: () throws(CallFailure) -> Value) -> CallFailure? {
    do throws(CallFailure) {
        _ = try body()
        return nil
    } catch { return error }
}
