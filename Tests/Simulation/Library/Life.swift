// One life of the program: from what a disk holds to running parts, without sockets and with one thread.
import Application
import EventLoop
import HTTP
import Journal
import Operations
import Outbound
import POSIX
import Sandbox
import Synchronization
import TestSupport
import Webhooks
import Workflows

final class Life {
    let number: Int
    let peril: Peril
    let disk: MemoryDisk
    let road: Road
    let engine: StockEngine
    let wakeUps: WakeUps
    let reconciliation: StockSweep
    let logged = Logged()
    private let intake: IntakeService
    private let clock: SteppedClock
    private var connections: UInt32 = 0
    private(set) var waiting: [ConnectionID: Outbox.Attempt] = [:]

    /// What the program says, for the search for shoppers in it.
    final class Logged: Sendable {
        private let octets = Mutex<[UInt8]>([])
        func add(_ line: [UInt8]) { octets.withLock { $0 += line } }
        var all: [UInt8] { octets.withLock { $0 } }
    }

    static let brand = "sim"

    /// - Parameter visit: sees every record that the journal holds.
    init(
        _ number: Int, on contents: [String: [UInt8]], _ simulation: Simulation, visit: (RecordView) -> Void
    ) throws {
        self.number = number
        let plan = simulation.plan
        let clock = simulation.clock
        self.clock = clock
        let peril = Peril(seed: plan.seed &+ UInt64(number) &* 7_919, perTenThousand: simulation.crashes)
        self.peril = peril
        disk = MemoryDisk(contents) { peril.pass("\($0)") }
        peril.watch(disk)
        let way = Way(
            centra: SandboxTransport(simulation.world.centra, clock: simulation.world.clock),
            peoplevox: SandboxTransport(simulation.world.warehouse, clock: simulation.world.clock),
            simulation: simulation, peril: peril)
        let logged = logged
        let log = Log(minimum: .debug, now: { clock.wallMicroseconds() }) { logged.add($0) }
        road = try Road(
            try Life.configuration(plan, in: simulation.directory), log: log, disk: disk, clock: clock,
            rules: simulation.rules, chance: { 0.5 },
            transport: { _ in way }
        ) { _ in peril.strike("the journal failed") }
        road.standAlone()
        let road = road
        peril.atTheEnd { road.cancelCalls() }
        guard let engine = road.stock[Life.brand], let sweep = road.sweeps[Life.brand] else { throw NoEngine() }
        self.engine = engine
        reconciliation = sweep
        wakeUps = WakeUps(road.commits, road.dispatcher, clock: clock)
        intake = IntakeService(try road.intake())
        _ = try road.reader.read { visit($0) }
    }

    private struct NoEngine: Error {}

    var dispatcher: Dispatcher { road.dispatcher }
    var commits: GroupCommit { road.commits }
    var isOver: Bool { peril.isOver }

    // MARK: Callbacks

    /// Gives a callback to the intake, which answers later, or now.
    func receive(_ attempt: Outbox.Attempt) -> Bool? {
        guard let request = Life.read(attempt.request) else { return false }
        connections += 1
        let connection = ConnectionID(slot: 0, generation: connections)
        let now = Now(monotonic: clock.monotonicMilliseconds(), wall: clock.wallMicroseconds())
        switch intake.handle(request, on: connection, from: Peer(address: IPAddress("192.0.2.1"), user: nil), now: now)
        {
        case .accepted: return true
        case .respond(let response): return (200...299).contains(response.status.code)
        case .later:
            waiting[connection] = attempt
            return nil
        }
    }

    /// A turn of the intake: callbacks that have their answer now, and whether it was 200.
    func turn() -> [(attempt: Outbox.Attempt, isAccepted: Bool)] {
        let now = Now(monotonic: clock.monotonicMilliseconds(), wall: clock.wallMicroseconds())
        return intake.turn(now: now, isQuiet: true).compactMap { reply in
            guard let attempt = waiting.removeValue(forKey: reply.connection) else { return nil }
            if case .accepted = reply.answer { return (attempt, true) }
            return (attempt, false)
        }
    }

    /// As it goes over the wire.
    private static func read(_ request: OutboundRequest) -> Request? {
        let target = "/" + request.url.split(separator: "/", maxSplits: 2).dropFirst(2).joined()
        var lines = ["\(request.method.rawValue) \(target) HTTP/1.1", "Host: lockstep.example"]
        lines += request.fields.map { "\($0.name): \($0.value)" }
        if request.method == .post { lines.append("Content-Length: \(request.body.count)") }
        let octets = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + request.body
        var reader = RequestReader(limits: Limits())
        octets.withUnsafeBytes { _ = reader.receive($0) }
        guard case .request(let read) = reader.next() else { return nil }
        return read
    }
}

// MARK: What it is told

extension Life {
    private static func configuration(_ plan: Plan, in directory: OwnDirectory) throws -> Configuration {
        guard let hash = CallbackToken.hash(of: Array(World.callbackToken.utf8)[...]) else {
            preconditionFailure("libcrypto has SHA-256")
        }
        let text = """
            [brand \(brand)]
            mode = live
            stock = on
            stockSites = \(plan.sites.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: " "))
            stockSource = \(plan.source.rawValue)
            stockBuffer = \(plan.buffer.setting)
            reconcile = off
            reconcileLimit = 100 %
            centraSecrets = SECRET
            token AvailabilityChanges = \(hash.text)
            token IncrementalChanges = \(hash.text)
            token GoodsReceived = \(hash.text)
            centraURL = https://sim.centra.com/graphql
            centraToken = TOKEN
            centraShare = 100 %
            peoplevoxURL = https://wms.peoplevox.net/ulvmark/resources/integrationservicev4.asmx
            peoplevoxClient = ulvmark
            peoplevoxUser = centra-bridge
            peoplevoxPassword = PASSWORD
            passwordMode = base64
            timeZone = Europe/London
            dateFormat = d/m/Y
            """
        let secrets = ["SECRET": World.centraSecret, "TOKEN": CentraSandbox.token, "PASSWORD": "fixture-password"]
        var configuration = try Configuration.read(text: Array(text.utf8), fileName: "sim") { secrets[$0] }
            .configuration
        configuration.journal.segmentSize = 1 << 20
        configuration.journal.directory = directory.path + "/journal"
        return configuration
    }
}

extension StockBuffers.Buffer {
    fileprivate var setting: String {
        switch self {
        case .fixed(let pieces): "\(pieces)"
        case .share(let percent, let minimum): "\(percent) % min \(minimum)"
        }
    }
}
