// The reconciliations of all brands that have both partners. One whose stock is on runs by its schedule and puts right what
// differs; any other one only looks, and only when it is asked to.
import Commerce
import Journal
import Operations
import Outbound
import POSIX
import Peoplevox
import Queues
import Workflows

package struct StockSweeps: Sendable {
    private let sweeps: [String: StockSweep]

    static let none = StockSweeps([:])

    private init(_ sweeps: [String: StockSweep]) {
        self.sweeps = sweeps
    }

    package subscript(brand: String) -> StockSweep? { sweeps[brand] }
    package var all: [StockSweep] { sweeps.values.sorted { $0.brand < $1.brand } }

    /// What the sweeps are made with, beside the parts of their engines.
    struct Parts {
        let engines: StockEngines
        let dispatcher: Dispatcher
        let counters: CounterBoard
        /// What the secrets file says, when it is asked.
        let secrets: @Sendable () -> [String]
        let announce: @Sendable (_ brand: String, StockReconciliation) -> Void
    }

    init(_ configuration: Configuration, _ shared: StockEngines.Parts, _ parts: Parts) {
        let directory = PartnerTool.directory(beside: configuration.journal.directory)
        var sweeps: [String: StockSweep] = [:]
        for brand in configuration.brands {
            let stock = brand.stock
            guard let centra = brand.partners.centra, let peoplevox = brand.partners.peoplevox, !stock.sites.isEmpty
            else { continue }
            let engine = parts.engines[brand.name]
            let partners =
                engine.map { SweepPartners(centra: $0.centra, peoplevox: $0.peoplevox, report: $0.report) }
                ?? StockSweeps.partners(brand, centra, peoplevox, directory, shared)
            sweeps[brand.name] = StockSweep(
                brand: brand.name, settings: SweepSettings(stock, peoplevox, scheduled: engine != nil, shared.log),
                partners: partners, help: StockSweeps.help(brand, engine, directory, shared, parts),
                memory: shared.fold.sweeps[brand.name] ?? SweepMemory(), commits: shared.commits,
                clock: shared.clock, cancellation: shared.cancellation,
                isDue: shared.fold.hasMissedEvents(of: brand.name, now: shared.clock.wallMicroseconds()))
        }
        self.sweeps = sweeps
    }

    /// Of a brand that has no engine.
    private static func partners(
        _ brand: Configuration.Brand, _ centra: Configuration.Brand.Centra,
        _ peoplevox: Configuration.Brand.Peoplevox, _ directory: String, _ shared: StockEngines.Parts
    ) -> SweepPartners {
        let connections = PartnerConnections(
            centra, peoplevox, known: Acquaintance(brand.partners, in: "\(directory)/\(brand.name)").known,
            wasJustRunning: shared.fold.wasJustRunning(now: shared.clock.wallMicroseconds()),
            directory: "\(directory)/\(brand.name)", transport: shared.transport(brand), clock: shared.clock,
            chance: shared.chance)
        return SweepPartners(
            centra: connections.centra, peoplevox: connections.peoplevox, report: connections.report)
    }

    private static func help(
        _ brand: Configuration.Brand, _ engine: StockEngine?, _ directory: String, _ shared: StockEngines.Parts,
        _ parts: Parts
    ) -> SweepHelp {
        let (name, dispatcher, counters) = (brand.name, parts.dispatcher, parts.counters.brand(brand.name))
        let announce = parts.announce
        var help = SweepHelp(
            book: { engine?.inspect { copy $0 } ?? StockBook() },
            waiting: { dispatcher.waiting(name, $0) }, heard: { counters.accepted(from: .peoplevox).count },
            announce: { announce(name, $0) })
        help.vague = { counters.vague.count }
        guard let engine else { return help }
        let wakeUps = WakeUps(shared.commits, dispatcher, clock: shared.clock)
        help.wake = { wakeUps.wake(name, $0, because: "reconcile") }
        help.doubt = { engine.doubt($0) }
        // What is not journaled now the next comparison finds again.
        help.recognise = { entries in
            // Each in a commit of its own: none of them is too large for it.
            for entry in entries { _ = engine.record([entry]) }
            engine.writeBell.ring()
        }
        let (clock, cancellation, secrets) = (shared.clock, shared.cancellation, parts.secrets)
        let transport = shared.transport
        help.resubscribe = {
            let tool = PartnerTool(
                directory: directory, brands: [brand], secrets: secrets(), clock: clock, transport: transport)
            return tool.renew(brand, with: engine.peoplevox, cancellation)
        }
        return help
    }
}

extension SweepSettings {
    init(
        _ stock: Configuration.Brand.Stock, _ peoplevox: Configuration.Brand.Peoplevox, scheduled: Bool, _ log: Log
    ) {
        let usesZone = scheduled && (stock.reconcile != .off || stock.reconcileQuiet != nil)
        self.init(
            StockSettings(stock).formula,
            schedule: SweepSchedule(
                scheduled ? stock.reconcile : .off, zone: usesZone ? Zone(named: peoplevox.zone, log) : .utc),
            limit: StockCorrections.Limit(percent: stock.reconcileLimit), quiet: stock.reconcileQuiet)
    }
}

extension Zone {
    /// UTC where this machine does not have it.
    fileprivate init(named name: String, _ log: Log) {
        do {
            self = try Zone(reading: try Files.contents(of: "/usr/share/zoneinfo/" + name, limit: Zone.fileLimit))
        } catch {
            log.warning("a time zone cannot be read, UTC is taken", ["text": .string("\(name): \(error)")])
            self = .utc
        }
    }
}

extension Dispatcher {
    /// Which of these SKUs have a job that is not over.
    func waiting(_ brand: String, _ skus: [String]) -> Set<String> {
        if skus.isEmpty { return [] }
        return inspect { queues, now in
            Set(
                skus.filter {
                    queues.snapshot(of: QueueKey(brand: brand, subject: Subject(.sku, $0)), now: now) != nil
                })
        }
    }
}

// MARK: Threads

extension StockSweep {
    /// Turn after turn, until it is cancelled. Whoever calls this holds the brand's part of the partners' limits.
    func run() {
        cancellation.whileWaiting({ [self] in bell.ring() }) {
            while !cancellation.isCancelled {
                let next = turn()
                clock.wait(until: next ?? .max, or: bell)
            }
        }
    }

    /// The same for a brand of which nobody else calls the partners: only while there is something to do.
    func runAlone(in directory: String) throws(Errno) {
        while !cancellation.isCancelled {
            if hasWork {
                let lock = try PartnerLock.waitForLarge(of: brand, in: directory, clock: clock, cancellation)
                guard let lock else { return }
                _ = turn()
                lock.release()
            }
            // What could not be journaled is tried again, though not at once.
            let pause = hasWork ? clock.monotonicMicroseconds() + StockSweep.retry : .max
            cancellation.whileWaiting({ [self] in bell.ring() }) { clock.wait(until: pause, or: bell) }
        }
    }

    /// Microseconds before what could not be journaled is tried again.
    static let retry: Int64 = 60_000_000

    private var hasWork: Bool { state.withLock { $0.next != nil || $0.memory.open != nil } }
}
