// A road with one live brand between the sandbox's partners, in one process: no sockets, a disk in memory, a clock that only
// waiting turns. The test turns the dispatcher and the engine by hand, until nothing is left to do.
import Journal
import JSON
import Operations
import Outbound
import POSIX
import Sandbox
import Synchronization
import TestSupport
import Workflows

@testable import Application

/// Goes to whom the address names, and can be kept from it.
final class Switchboard: HTTPTransport {
    private let centra: SandboxTransport
    private let peoplevox: SandboxTransport
    private let state = Mutex(State())

    private struct State {
        var before: (@Sendable (OutboundRequest) -> TransportFailure?)?
        var sent: [String] = []
    }

    init(_ centra: CentraSandbox, _ peoplevox: PeoplevoxSandbox, _ clock: SandboxClock) {
        self.centra = SandboxTransport(centra, clock: clock)
        self.peoplevox = SandboxTransport(peoplevox, clock: clock)
    }

    func send(_ request: OutboundRequest, _ cancellation: Cancellation) throws(TransportFailure) -> OutboundReply {
        let before = state.withLock { state in
            state.sent.append(String(decoding: request.body, as: UTF8.self))
            return state.before
        }
        if let failure = before?(request) { throw failure }
        return try (request.path == "/graphql" ? centra : peoplevox).send(request, cancellation)
    }

    /// Called with each request before it is sent; what it returns is what becomes of the request.
    func meet(_ body: (@Sendable (OutboundRequest) -> TransportFailure?)?) { state.withLock { $0.before = body } }

    /// Requests with this in their body.
    func count(_ text: String) -> Int { state.withLock { $0.sent.count { $0.contains(text) } } }
}

final class Rig {
    static let settings = """
        [journal]
        directory = /nonexistent/journal
        segmentSize = 16 MiB
        sizeLimit = 256 MiB
        [brand ulvmark]
        mode = live
        centraURL = https://ulvmark.centra.com/graphql
        centraToken = A_TOKEN
        centraWarehouse = 3
        centraShare = 100 %
        peoplevoxURL = https://wms.peoplevox.net/ulvmark/resources/integrationservicev4.asmx
        peoplevoxClient = ulvmark
        peoplevoxUser = centra-bridge
        peoplevoxPassword = A_PASSWORD
        passwordMode = base64
        timeZone = Europe/London
        dateFormat = d/m/Y
        stock = on
        """

    private static let silence = Log(minimum: .error, now: { 0 }) { _ in }

    let clock: SandboxClock
    let centra: CentraSandbox
    let peoplevox: PeoplevoxSandbox
    let way: Switchboard
    /// The program's own clock: the partners' are always right.
    let ours: SteppedClock
    let road: Road
    private let text: String
    private let disk: MemoryDisk
    private var journal: Thread?

    convenience init(_ more: String = "", settings: String = Rig.settings) throws {
        let clock = SandboxClock(standingAt: 1_770_300_000_000_000)
        let outbox = Outbox(clock: clock, seed: 1)
        let centra = CentraSandbox(clock: clock)
        let peoplevox = PeoplevoxSandbox.ulvmark(clock: clock, outbox: outbox)
        try self.init(settings + "\n" + more, clock, centra, peoplevox, MemoryDisk())
    }

    private init(
        _ text: String, _ clock: SandboxClock, _ centra: CentraSandbox, _ peoplevox: PeoplevoxSandbox,
        _ disk: MemoryDisk
    ) throws {
        (self.text, self.clock, self.centra, self.peoplevox, self.disk) = (text, clock, centra, peoplevox, disk)
        ours = SteppedClock(clock)
        let way = Switchboard(centra, peoplevox, clock)
        self.way = way
        let configuration = try Rig.configuration(text)
        road = try Road(configuration, log: Rig.silence, disk: disk, clock: ours, chance: { 0.5 }) { _ in way }
        journal = try road.startJournal()
    }

    static func configuration(
        _ text: String, password: String = "fixture-password"
    ) throws -> Configuration {
        try Configuration.read(text: Array(text.utf8), fileName: "a.conf") { name in
            name == "A_TOKEN" ? CentraSandbox.token : password
        }.configuration
    }

    /// What SIGHUP does.
    func reload(password: String) throws { road.offer(try Rig.configuration(text, password: password)) }

    deinit { stop() }

    private func stop() {
        road.commits.stop()
        journal.take()?.join()
    }

    /// What a `kill -9` at this moment leaves, started again.
    func restarted() throws -> Rig {
        let contents = disk.contents
        stop()
        return try Rig(text, clock, centra, peoplevox, MemoryDisk(contents))
    }

    var engine: StockEngine {
        guard let engine = road.stock["ulvmark"] else { preconditionFailure("the brand is live") }
        return engine
    }

    @discardableResult
    func wake(_ skus: String...) -> Int { road.wakeUps.wake("ulvmark", skus, because: "test") }

    /// Turns everything until nothing is to be done before `deadline`, and the clock as far as that takes.
    func settle(within milliseconds: Int64 = 60_000) {
        let deadline = clock.monotonicMicroseconds() + milliseconds * 1_000
        while true {
            while road.dispatcher.round() > 0 {}
            let read = engine.readTurn()
            let write = engine.writeTurn()
            let due = road.dispatcher.inspect { queues, _ in queues.nextWakeUp() }.map { $0.milliseconds * 1_000 }
            let next = [read, write, due].compactMap { $0 }.min() ?? .max
            if next <= clock.monotonicMicroseconds() { continue }
            if road.dispatcher.round() > 0 { continue }
            guard next <= deadline else { return }
            clock.wait(until: next, or: Bell())
        }
    }

    /// Entries in the journal, in order.
    func entries() throws -> [StockEntry] {
        var entries: [StockEntry] = []
        _ = try road.reader.read { record in
            if case .stock(let entry)? = Entry(kind: record.kind, payload: record.payload) { entries.append(entry) }
        }
        return entries
    }

    var openJobs: Int { road.dispatcher.inspect { queues, _ in queues.depth } }

    func shelf(_ sku: String) -> StockBook.ShelfState? {
        engine.inspect { $0.shelves[Shelf(sku, 3)] }
    }

    // The partners.

    /// Centra's physical quantity in the warehouse that is mapped.
    func physical(_ sku: String) -> Int? {
        (centra.state()["stock"]?.array ?? []).first {
            $0["sku"]?.string == sku && $0["warehouse"]?.integer == 3
        }?["physical"]?.integer
    }

    func available(_ sku: String) throws -> Int? {
        try peoplevox.act("stock", ["itemCode": .string(sku)])["available"]?.integer
    }

    /// A stock take.
    func count(_ sku: String, _ units: Int) throws {
        try peoplevox.withWarehouse { floor throws(WarehouseRefusal) in
            try floor.count(sku, site: "PrimarySite", counted: units)
        }
    }

    @discardableResult
    func act(_ verb: String, _ json: String) throws -> JSONValue {
        try centra.act(verb, try JSONValue(Array(json.utf8)))
    }

    /// Requests that the pretend Peoplevox got for the stock report.
    var reads: Int { way.count("Item inventory summary") }
    var writes: Int { way.count("mutation SetStock") }
}
