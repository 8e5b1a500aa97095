// The stock engines of all brands that are live, and their two threads each.
import Journal
import Operations
import Outbound
import POSIX
import Peoplevox
import Queues
import Synchronization
import Workflows

package struct StockEngines: Sendable {
    private let engines: [String: StockEngine]
    let dormant: [DormantStock]
    let commits: GroupCommit
    let clock: any Clock

    package subscript(brand: String) -> StockEngine? { engines[brand] }
    package var all: [StockEngine] { engines.values.sorted { $0.brand < $1.brand } }

    /// What the engines are made with, beside their brands' settings.
    struct Parts {
        let fold: Fold
        let commits: GroupCommit
        let clock: any Clock
        let handback: Handback
        let cancellation: Cancellation
        let rules: StockRules
        /// From 0 up to 1.
        let chance: @Sendable () -> Double
        let transport: @Sendable (Configuration.Brand) -> any HTTPTransport
        let log: Log
    }

    /// One for each brand that is live and has its stock switched on.
    init(_ configuration: Configuration, _ parts: Parts) {
        let directory = PartnerTool.directory(beside: configuration.journal.directory)
        let books = parts.fold.restartedStock
        var engines: [String: StockEngine] = [:]
        for brand in configuration.brands where brand.mode == .live && brand.stock.isOn {
            guard let centra = brand.partners.centra, let peoplevox = brand.partners.peoplevox else { continue }
            let known = Acquaintance(brand.partners, in: "\(directory)/\(brand.name)").known
            let connections = PartnerConnections(
                centra, peoplevox, known: known,
                wasJustRunning: parts.fold.wasJustRunning(now: parts.clock.wallMicroseconds()),
                directory: "\(directory)/\(brand.name)", transport: parts.transport(brand), clock: parts.clock,
                chance: parts.chance)
            let handback = parts.handback
            engines[brand.name] = StockEngine(
                brand: brand.name, settings: StockSettings(brand.stock), report: connections.report,
                rules: parts.rules, stock: books[brand.name] ?? FoldedStock(), commits: parts.commits,
                centra: connections.centra, peoplevox: connections.peoplevox, clock: parts.clock,
                cancellation: parts.cancellation
            ) { handback.finish($0) }
        }
        self.engines = engines
        dormant = books.filter { engines[$0.key] == nil }.map { DormantStock($0.key, $0.value) }
        (commits, clock) = (parts.commits, parts.clock)
    }

    /// What is to become of a job whose SKUs' stock is to be read.
    func take(_ work: Work, _ job: StartedJob, _ skus: [String], _ newest: SequenceNumber) -> WorkResult {
        engines[work.brand]?.take(job, skus: skus, newest: newest, received: work.received) ?? .done
    }
}

extension StockSettings {
    init(_ stock: Configuration.Brand.Stock) {
        self.init(
            StockFormula(
                stock.source, warehouses: stock.sites, buffers: stock.buffers,
                floorAfter: stock.floorAfter.map { $0 * 1_000 }))
        formula.floorLimit = StockCorrections.Limit(percent: stock.reconcileLimit)
        reading.window = stock.window * 1_000
        reading.peakWindow = stock.peakWindow * 1_000
        writing.peakWindow = stock.peakWindow * 1_000
        peak.choice = stock.peak
    }
}

extension Acquaintance {
    var known: KnownPartners? {
        if case .known(let known) = self { known } else { nil }
    }
}

// MARK: Threads

/// The running threads of the engines.
struct StockThreads: Sendable {
    private let threads: [Running]

    /// - Parameter directory: the brands' partners'; whoever calls them holds the lock in it.
    init(_ engines: StockEngines, _ sweeps: StockSweeps, in directory: String, log: Log) throws(Errno) {
        var threads: [Running] = []
        for engine in engines.all {
            threads.append(
                Running(
                    try Thread(named: "stock-read \(engine.brand)") {
                        do throws(Errno) {
                            try engine.run(in: directory, sweeps[engine.brand])
                        } catch { log.error("stock stands still", ["text": .string("\(directory): \(error)")]) }
                    }))
        }
        for sweep in sweeps.all where engines[sweep.brand] == nil {
            threads.append(
                Running(
                    try Thread(named: "stock-sweep \(sweep.brand)") {
                        do throws(Errno) {
                            try sweep.runAlone(in: directory)
                        } catch { log.error("stock is not compared", ["text": .string("\(directory): \(error)")]) }
                    }))
        }
        self.threads = threads
    }

    /// After their cancellation.
    func join() {
        for thread in threads { thread.join() }
    }
}

/// A thread that an array can hold.
private final class Running: Sendable {
    private let thread: Mutex<Thread?>

    init(_ thread: consuming sending Thread) {
        self.thread = Mutex(consume thread)
    }

    func join() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        thread.join()
    }
}

extension StockEngine {
    /// Reads, beside a thread that writes, as soon as no tool calls the partners with the server's part of the limits.
    fileprivate func run(in directory: String, _ sweep: StockSweep?) throws(Errno) {
        let lock = try PartnerLock.waitForLarge(of: brand, in: directory, clock: clock, cancellation)
        guard let lock else { return }
        let writer = try Thread(named: "stock-write \(brand)") { [self] in loop(writeBell) { writeTurn() } }
        let sweeper = try Thread(named: "stock-sweep \(brand)") { sweep?.run() }
        loop(readBell) { readTurn() }
        writer.join()
        sweeper.join()
        lock.release()
    }

    /// Turn after turn, until it is cancelled: what is underway then ends at once, and is journaled as what it came to.
    private func loop(_ bell: Bell, _ turn: () -> Int64?) {
        cancellation.whileWaiting({ bell.ring() }) {
            while !cancellation.isCancelled {
                let next = turn()
                clock.wait(until: next ?? .max, or: bell)
            }
        }
    }
}
