// The product's Peoplevox client before the sandbox's Peoplevox, in one process and without sockets. The clock stands
// until somebody waits: a budget that has to recover and an answer that does not come take their time on it.
import Outbound
import POSIX
import Peoplevox
import Sandbox

struct PeoplevoxRig {
    static let address = "http://127.0.0.1:1/ulvmark/resources/integrationservicev4.asmx"

    /// 2026-02-05 12:00:00 UTC.
    let clock = SandboxClock(standingAt: 1_770_292_800_000_000)
    let outbox: Outbox
    let sandbox: PeoplevoxSandbox
    let client: PeoplevoxClient
    let cancellation = Cancellation()

    init(password: String = "fixture-password", mode: PeoplevoxCredentials.PasswordMode = .base64, seed: UInt64 = 1) {
        outbox = Outbox(clock: clock, seed: seed)
        sandbox = .ulvmark(clock: clock, outbox: outbox, seed: seed)
        client = PeoplevoxRig.client(sandbox, clock, password, mode)
    }

    static func client(
        _ sandbox: PeoplevoxSandbox, _ clock: SandboxClock, _ password: String = "fixture-password",
        _ mode: PeoplevoxCredentials.PasswordMode = .base64
    ) -> PeoplevoxClient {
        let governor = Governor(.peoplevox(), clock: clock) { 0.5 }
        let caller = Caller(SandboxTransport(sandbox, clock: clock), governor, clock: clock)
        let credentials = PeoplevoxCredentials(
            clientID: "ulvmark", username: "centra-bridge", password: Password(password), passwordMode: mode)
        return PeoplevoxClient(caller, PeoplevoxSettings(address: address, credentials: credentials))
    }

    func perform<Value>(_ operation: PeoplevoxOperation<Value>) throws(CallFailure) -> Value {
        try client.perform(operation, .readBack, cancellation)
    }

    func target() throws(CallFailure) -> SaveTarget {
        var templates = TenantTemplates()
        for template in SaveTemplate.allCases {
            templates[template] = try perform(.templateColumns(template.rawValue))
        }
        return SaveTarget(templates, lane: .orderExport)
    }

    /// London, as the system's time zone files have it.
    static func format() throws -> TenantFormat {
        let octets = try Files.contents(of: "/usr/share/zoneinfo/Europe/London", limit: Zone.fileLimit)
        return TenantFormat(dates: .dayFirst, zone: try Zone(reading: octets))
    }

    func counter(_ name: String) -> Int { sandbox.counters()[name]?.integer ?? -1 }

    /// What the warehouse has, asked of nobody: "New 2" is a status and a number of lines.
    func order(_ number: String) -> String {
        (try? sandbox.withWarehouse { $0.orders[number] })?.map { "\($0.status.name) \($0.lines.count)" } ?? "none"
    }
}
