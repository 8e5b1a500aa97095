// One life of the program: from what a disk holds to running parts, without sockets and with one thread.
import Application
import Centra
import Commerce
import EventLoop
import HTTP
import Journal
import Operations
import Outbound
import POSIX
import Peoplevox
import Queues
import Sandbox
import Synchronization
import TestSupport
import Webhooks
import Workflows

final class Life {
    let number: Int
    let peril: Peril
    let disk: MemoryDisk
    let dispatcher: Dispatcher
    let commits: GroupCommit
    let engine: StockEngine
    let wakeUps: WakeUps
    let logged = Logged()
    private let intake: IntakeService
    private let clock: SandboxClock
    private var connections: UInt32 = 0
    private(set) var waiting: [ConnectionID: Outbox.Attempt] = [:]

    /// What the program says, for the search for shoppers in it.
    final class Logged: Sendable {
        private let octets = Mutex<[UInt8]>([])
        func add(_ line: [UInt8]) { octets.withLock { $0 += line } }
        var all: [UInt8] { octets.withLock { $0 } }
    }

    static let brand = "sim"

    /// - Parameter visit: sees every record that the journal held.
    init(
        _ number: Int, on contents: [String: [UInt8]], _ simulation: Simulation, visit: (RecordView) -> Void
    ) throws {
        self.number = number
        let world = simulation.world
        let plan = simulation.plan
        let clock = world.clock
        self.clock = clock
        let peril = Peril(seed: plan.seed &+ UInt64(number) &* 7_919, perTenThousand: simulation.crashes)
        self.peril = peril
        disk = MemoryDisk(contents) { peril.pass("\($0)") }
        peril.watch(disk)
        let configuration = try Life.configuration()
        var fold = Fold(now: clock.wallMicroseconds(), redeliveryWindow: configuration.journal.redeliveryWindow * 1_000)
        let opened = try JournalOpening.open(disk, options: Life.options(clock)) {
            fold.apply($0)
            visit($0)
        }
        let (store, contentSeed) = (opened.store, opened.contentSeed)
        let restored = try Restoration(fold, configuration, clock, JournalReader(disk: disk))
        commits = GroupCommit(store: store, clock: clock) { _ in peril.strike("the journal failed") }
        commits.commitAtOnce(with: opened.takeWriter())
        let handback = Handback()
        let boxed = Engines()
        dispatcher = Dispatcher(
            queues: restored.queues, commits: commits, clock: clock, handback: handback, chance: { 0.5 }
        ) { work, job in boxed.work(work, job) }
        engine = StockEngine(
            brand: Life.brand, settings: plan.settings, report: try Life.report(), rules: simulation.rules,
            stock: fold.restartedStock[Life.brand] ?? FoldedStock(), commits: commits,
            centra: Life.centra(simulation, peril), peoplevox: Life.peoplevox(simulation, peril), clock: clock,
            cancellation: peril.cancellation
        ) { handback.finish($0) }
        boxed.set(engine)
        wakeUps = WakeUps(commits, dispatcher, clock: clock)
        let (dispatcher, counters) = (dispatcher, CounterBoard())
        intake = IntakeService(
            Intake(
                brands: try BrandTable(configuration, counters: counters), commits: commits,
                mailbox: CommitMailbox(bell: Bell()), dispatcher: dispatcher,
                readiness: ReadinessBoard(commits: commits) { dispatcher.hasRoom(for: 1) },
                reload: Reload(counters: counters), contentSeed: contentSeed, deduplication: fold.deduplication,
                budget: QuarantineBudget(now: clock.monotonicMilliseconds())))
    }

    private final class Engines: Sendable {
        private let engine = Mutex<StockEngine?>(nil)
        func set(_ made: StockEngine) { engine.withLock { $0 = made } }

        func work(_ work: Work, _ job: StartedJob) -> WorkResult {
            guard let event = work.event, event.name == .stockChanged, let engine = engine.withLock({ $0 }) else {
                return .done
            }
            let skus = event.subjects.filter { $0.kind == .sku }.map(\.code)
            return skus.isEmpty ? .done : engine.take(job, skus: skus)
        }
    }

    var isOver: Bool { peril.isOver }

    // MARK: Callbacks

    /// Gives a callback to the intake, which answers later, or now.
    func receive(_ attempt: Outbox.Attempt) -> Bool? {
        guard let request = Life.read(attempt.request) else { return false }
        connections += 1
        let connection = ConnectionID(slot: 0, generation: connections)
        let now = Now(monotonic: clock.monotonicMilliseconds(), wall: clock.wallMicroseconds())
        switch intake.handle(request, on: connection, from: Peer(address: IPAddress("192.0.2.1"), user: nil), now: now) {
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

// MARK: What it is made of

extension Life {
    private static func configuration() throws -> Configuration {
        guard let hash = CallbackToken.hash(of: Array(World.callbackToken.utf8)[...]) else {
            preconditionFailure("libcrypto has SHA-256")
        }
        let text = """
            [brand \(brand)]
            mode = observe
            centraSecrets = SECRET
            token AvailabilityChanges = \(hash.text)
            token IncrementalChanges = \(hash.text)
            token GoodsReceived = \(hash.text)
            """
        var read = try Configuration.read(text: Array(text.utf8), fileName: "sim") { _ in World.centraSecret }
        read.configuration.queues.backlogLimit = 50_000
        return read.configuration
    }

    private static func options(_ clock: SandboxClock) -> JournalOptions {
        JournalOptions(
            segmentOctets: 1 << 20, sizeLimit: 64 << 20, now: { clock.wallMicroseconds() },
            identity: { () throws(Errno) -> JournalIdentity in JournalIdentity(high: 1, low: 2) })
    }

    private static func report() throws -> StockReport {
        let octets = try Files.contents(of: "/usr/share/zoneinfo/Europe/London", limit: Zone.fileLimit)
        return StockReport(
            name: "Item inventory summary", names: ColumnNames(),
            format: TenantFormat(dates: .dayFirst, zone: try Zone(reading: octets)), columns: nil)
    }

    private static func centra(_ simulation: Simulation, _ peril: Peril) -> CentraClient {
        let (world, clock) = (simulation.world, simulation.world.clock)
        let inner = SandboxTransport(world.centra, clock: clock)
        let way = Way(partner: .centra, inner: inner, simulation: simulation, peril: peril)
        let governor = Governor(.centra(), clock: clock) { 0.5 }
        return CentraClient(
            endpoint: "https://sim.centra.com/graphql", token: CentraToken(CentraSandbox.token),
            caller: Caller(way, governor, clock: clock), limits: OutboundRequest.Limits(timeout: 10_000))
    }

    private static func peoplevox(_ simulation: Simulation, _ peril: Peril) -> PeoplevoxClient {
        let (world, clock) = (simulation.world, simulation.world.clock)
        let inner = SandboxTransport(world.warehouse, clock: clock)
        let way = Way(partner: .peoplevox, inner: inner, simulation: simulation, peril: peril)
        let governor = Governor(.peoplevox(), clock: clock) { 0.5 }
        let credentials = PeoplevoxCredentials(
            clientID: "ulvmark", username: "centra-bridge", password: Password("fixture-password"),
            passwordMode: .base64)
        let address = "http://127.0.0.1:1/ulvmark/resources/integrationservicev4.asmx"
        return PeoplevoxClient(
            Caller(way, governor, clock: clock), PeoplevoxSettings(address: address, credentials: credentials))
    }
}

extension Plan {
    var settings: StockSettings {
        StockSettings(StockFormula(source, warehouses: sites, buffers: StockBuffers(all: buffer)))
    }
}
