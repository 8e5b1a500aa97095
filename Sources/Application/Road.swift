// The parts of a running server and how they hang together.
package import EventLoop
import HTTP
package import Journal
package import Operations
package import Outbound
package import POSIX
import Peoplevox
import Queues
import Synchronization
import Webhooks
package import Workflows

/// Everything that the threads share.
package struct Road: Sendable {
    package let configuration: Configuration
    package let log: Log
    package let clock: any Clock
    package let commits: GroupCommit
    package let dispatcher: Dispatcher
    package let stock: StockEngines
    package let sweeps: StockSweeps
    /// Ends the calls to partners.
    fileprivate let cancellation = Cancellation()
    package let readiness: ReadinessBoard
    package let exceptions: ExceptionWatch
    package let counters = CounterBoard()
    package let networkControl: LoopControl
    package let operatorControl: LoopControl
    private let publicReload: Reload
    private let operatorReload: Reload
    package let reader: JournalReader
    private let writer: Handover<JournalWriter>
    private let deduplication: Deduplication
    private let contentSeed: UInt64
    /// Nil while every brand only observes: nothing is kept then that the journal does not tell as well.
    package let ledger: LedgerFollower?

    /// Opens the journal and replays it. Nothing is served yet.
    ///
    /// - Parameters:
    ///   - disk: the journal's; nil for the directory that the configuration names.
    ///   - secrets: what the secrets file says when it is asked; for tokens that a partner is to be given.
    ///   - transport: a brand's way to its partners.
    ///   - onFailure: told that the journal has failed (P10); nil to end the process.
    package init(
        _ configuration: Configuration, log: Log, disk: (any Disk)? = nil, clock: any Clock = SystemClock(),
        secrets: @escaping @Sendable () -> [String] = { [] },
        rules: StockRules = .standard, chance: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        transport: @escaping @Sendable (Configuration.Brand) -> any HTTPTransport = Road.transport,
        onFailure: (@Sendable (JournalFailure) -> Void)? = nil
    ) throws(ServerFailure) {
        self.configuration = configuration
        self.log = log
        self.clock = clock
        publicReload = Reload(counters: counters)
        operatorReload = Reload(counters: counters)
        let started = clock.monotonicMilliseconds()
        var fold = Fold(now: clock.wallMicroseconds(), redeliveryWindow: configuration.journal.redeliveryWindow * 1_000)
        do throws(JournalFailure) {
            let journalDisk: any Disk = if let disk { disk } else { try Road.disk(configuration) }
            let opened = try JournalOpening.open(journalDisk, options: Road.options(configuration, clock)) {
                fold.apply($0)
            }
            let store = opened.store
            contentSeed = opened.contentSeed
            writer = Handover(opened.takeWriter())
            reader = JournalReader(disk: journalDisk)
            let restored = try Restoration(fold, configuration, clock, reader)
            do throws(Errno) {
                let log = log
                commits = GroupCommit(store: store, clock: clock) { failure in
                    if let onFailure { onFailure(failure) } else { Server.end(after: failure, log: log) }
                }
                let watch = ExceptionWatch(
                    fold.exceptions, thresholds: configuration.exceptionThresholds,
                    replayWindow: configuration.journal.replayWindow, commits: commits, clock: clock, log: log)
                exceptions = watch
                let handback = Handback()
                let parts = StockEngines.Parts(
                    fold: fold, commits: commits, clock: clock, handback: handback, cancellation: cancellation,
                    rules: rules, chance: chance, transport: transport, log: log)
                stock = StockEngines(configuration, parts)
                dispatcher = Dispatcher(
                    queues: restored.queues, deadLetterLimit: configuration.queues.deadLetterLimit,
                    restoredUpTo: fold.last, commits: commits, clock: clock, handback: handback, chance: chance,
                    worker: Road.worker(configuration, stock))
                sweeps = StockSweeps(
                    configuration, parts,
                    StockSweeps.Parts(
                        engines: stock, dispatcher: dispatcher, counters: counters, secrets: secrets,
                        announce: { brand, report in
                            log.note(report, of: brand)
                            watch.take(report, brand: brand)
                        }))
                networkControl = try LoopControl()
                operatorControl = try LoopControl()
            } catch { throw .read(error) }
            let dispatcher = dispatcher
            readiness = ReadinessBoard(commits: commits) { dispatcher.hasRoom(for: 1) }
            deduplication = fold.deduplication
            let keepsLedger = disk == nil && configuration.brands.contains { $0.mode != .observe }
            ledger =
                keepsLedger
                ? LedgerFollower(
                    LedgerPlace(besideJournal: configuration.journal.directory), disk: journalDisk, store: store,
                    journal: contentSeed, log: log) : nil
            exceptions.add(ExceptionSources.queues(dispatcher, commits, configuration))
            for engine in stock.all { exceptions.add(ExceptionSources.stock(engine)) }
            // What the process before did last it may not have told.
            for sweep in sweeps.all where sweep.held == nil {
                exceptions.withdraw(ExceptionKey(.reconciliationNeedsConfirmation, brand: sweep.brand))
            }
            Road.report(fold, store.state, restored, clock.monotonicMilliseconds() - started, log)
        } catch { throw .journal(error, directory: configuration.journal.directory) }
    }

    private static func disk(_ configuration: Configuration) throws(JournalFailure) -> DirectoryDisk {
        do throws(Errno) {
            return try DirectoryDisk(creating: configuration.journal.directory)
        } catch { throw .write(error) }
    }

    private static func options(_ configuration: Configuration, _ clock: any Clock) -> JournalOptions {
        JournalOptions(
            segmentOctets: configuration.journal.segmentSize, sizeLimit: configuration.journal.sizeLimit,
            now: { clock.wallMicroseconds() },
            identity: { () throws(Errno) -> JournalIdentity in
                let octets = try Chance.octets(16)
                return JournalIdentity(
                    high: octets[..<8].reduce(0) { $0 << 8 | UInt64($1) },
                    low: octets[8...].reduce(0) { $0 << 8 | UInt64($1) })
            })
    }

    /// What becomes of a job: settled as seen, unless its brand is live and a workflow takes it.
    private static func worker(_ configuration: Configuration, _ stock: StockEngines) -> Dispatcher.Worker {
        let live = configuration.brands.filter { $0.mode == .live }
        if live.isEmpty { return { _, _, _ in .done } }
        let isOn = Dictionary(live.map { ($0.name, $0.stock.isOn) }) { $1 }
        return { work, job, newest in
            guard let event = work.event else { return .done }
            let stockIsOn = isOn[work.brand]
            switch Workflow.decide(event, in: stockIsOn == nil ? .observe : .live, stock: stockIsOn ?? false) {
            case .settle: return .done
            case .synchroniseStock(let skus): return stock.take(work, job, skus, newest)
            }
        }
    }

    package static func transport(of brand: Configuration.Brand) -> any HTTPTransport {
        CurlTransport(CurlTransport.Settings(authorities: brand.partners.privateCA))
    }

    private static func report(
        _ fold: Fold, _ state: JournalState, _ restored: Restoration, _ milliseconds: Int64, _ log: Log
    ) {
        log.notice(
            "journal opened",
            [
                "sequence": .int(Int(clamping: state.durable)), "segments": .int(state.segments),
                "open": .int(fold.open.all.count), "deadLetters": .int(fold.deadLetters.count),
                "exceptions": .int(fold.exceptions.open.count),
                "milliseconds": .int(Int(milliseconds)),
            ])
        if let recovery = state.recovery { log.warning("journal tail cut", ["text": .string(recovery)]) }
        if fold.unknownRecords > 0 {
            log.warning("records of another version were passed over", ["count": .int(fold.unknownRecords)])
        }
        if restored.lost > 0 { log.error("open deliveries could not be read back", ["count": .int(restored.lost)]) }
    }

    /// Instead of `start`, for a simulation: no threads, and whoever submits commits as well.
    package func standAlone() {
        commits.commitAtOnce(with: writer.take())
        journalStart()
    }

    /// Ends the calls to partners that are underway, and makes no new ones.
    package func cancelCalls() { cancellation.cancel() }

    func remember(_ key: ContentKey) {
        publicReload.remember(key)
    }

    package func offer(_ configuration: Configuration) {
        publicReload.offer(configuration)
        operatorReload.offer(configuration)
        exceptions.set(configuration.exceptionThresholds)
        renewLogins(configuration)
    }

    /// A password that was changed on both sides heals without a restart; whatever else is new of a partner needs one.
    private func renewLogins(_ configuration: Configuration) {
        for brand in configuration.brands {
            guard let peoplevox = brand.partners.peoplevox, let sweep = sweeps[brand.name] else { continue }
            // An engine and its sweep share their client's session.
            guard sweep.partners.peoplevox.renew(peoplevox.client.credentials) else { continue }
            log.notice("Peoplevox's user or password is a new one", ["brand": .string(brand.name)])
            stock[brand.name]?.tryAgain()
        }
    }
}

// MARK: Threads

extension Road {
    /// The running threads, and the order in which they end.
    package struct Threads: ~Copyable {
        private let road: Road
        private let network: Thread
        private let operatorListener: Thread
        private let journal: Thread
        private let segments: Thread
        private let dispatcher: Thread
        private let stock: StockThreads
        private let exceptions: Thread

        init(
            _ road: Road, network: consuming Thread, operatorListener: consuming Thread, journal: consuming Thread,
            segments: consuming Thread, dispatcher: consuming Thread, stock: StockThreads,
            exceptions: consuming Thread
        ) {
            self.road = road
            self.network = network
            self.operatorListener = operatorListener
            self.journal = journal
            self.segments = segments
            self.dispatcher = dispatcher
            self.stock = stock
            self.exceptions = exceptions
        }

        /// Stops accepting, answers what is in flight, settles what is ready, flushes. Bounded by `drainDeadline`.
        package consuming func drain() {
            let deadline = road.clock.monotonicMilliseconds() + road.configuration.server.drainDeadline
            road.log.notice("draining", [:])
            road.readiness.noteDraining()
            road.networkControl.drain(by: deadline)
            network.join()
            road.cancellation.cancel()
            stock.join()
            road.dispatcher.stop(by: deadline)
            dispatcher.join()
            road.exceptions.stop()
            exceptions.join()
            road.operatorControl.drain(by: deadline)
            operatorListener.join()
            try? Files.remove(road.operatorSocketPath)
            road.commits.stop()
            journal.join()
            segments.join()
            road.ledger?.end()
        }
    }

    /// Listens and starts every thread.
    package func start() throws(ServerFailure) -> Threads {
        let publicSocket = try listen(configuration.server.publicListen, awaitingOctets: true)
        let operatorSocket = try listen(configuration.server.operatorListen)
        let localSocket = try listen(.unix(path: operatorSocketPath))
        let limits = Process.raiseDescriptorLimit()
        do throws(Errno) {
            let journal = try startJournal()
            let segments = try Thread(named: "segments") { [self] in prepareSegments() }
            let dispatcher = try Thread(named: "dispatcher") { [dispatcher] in dispatcher.run() }
            journalStart()
            let stock = try StockThreads(stock, sweeps, in: partnersDirectory, log: log)
            try ledger?.start()
            let exceptions = try Thread(named: "exceptions") { [exceptions] in exceptions.run() }
            let network = try startNetwork(Handover(publicSocket), descriptors: limits)
            let operatorListener = try startOperator(Handover(operatorSocket), Handover(localSocket))
            log.notice(
                "serving",
                [
                    "public": .string("\(configuration.server.publicListen)"),
                    "operator": .string("\(configuration.server.operatorListen)"),
                    "brands": .int(configuration.brands.count),
                ])
            return Threads(
                self, network: network, operatorListener: operatorListener, journal: journal, segments: segments,
                dispatcher: dispatcher, stock: stock, exceptions: exceptions)
        } catch { throw .system(error) }
    }

    /// The journal's thread alone, until `commits.stop`: for whoever drives everything else by hand.
    package func startJournal() throws(Errno) -> Thread {
        try Thread(named: "journal") { [commits, writer] in commits.run(writer.take()) }
    }

    /// For whoever has found out that SKUs should be looked at.
    package var wakeUps: WakeUps { WakeUps(commits, dispatcher, clock: clock) }

    private var partnersDirectory: String { PartnerTool.directory(beside: configuration.journal.directory) }

    fileprivate var operatorSocketPath: String { configuration.journal.directory + "/" + OperatorClient.socketName }

    private func listen(
        _ address: ListenAddress, awaitingOctets: Bool = false
    ) throws(ServerFailure) -> FileDescriptor {
        do throws(Errno) {
            return try Sockets.listen(on: address, awaitingOctets: awaitingOctets)
        } catch { throw .listen(address, error) }
    }

    private func startNetwork(_ socket: Handover<FileDescriptor>, descriptors: Int) throws(Errno) -> Thread {
        var limits = LoopLimits(configuration.server)
        limits.connections = Descriptors.connections(wanted: limits.connections, within: descriptors)
        return try Thread(named: "network") { [self, limits] in
            run {
                var loop = try EventLoop(
                    service: IntakeService(try intake()), limits: limits, control: networkControl, clock: clock)
                try loop.listen(on: socket.take())
                try loop.run()
            }
        }
    }

    package func intake() throws -> Intake {
        Intake(
            brands: try brandTable(), commits: commits, mailbox: CommitMailbox(bell: networkControl.bell),
            dispatcher: dispatcher, readiness: readiness, reload: publicReload, contentSeed: contentSeed,
            deduplication: deduplication, shares: QuarantineShares(now: clock.monotonicMilliseconds()))
    }

    private func startOperator(
        _ tcp: Handover<FileDescriptor>, _ local: Handover<FileDescriptor>
    ) throws(Errno) -> Thread {
        var limits = LoopLimits(configuration.server)
        limits.connections = Descriptors.operatorConnections
        limits.idleDeadline = min(limits.idleDeadline, Road.operatorIdleDeadline)
        return try Thread(named: "operator") { [self, limits] in
            run {
                let service = OperatorService(self, brands: try brandTable(), reload: operatorReload)
                var loop = try EventLoop(service: service, limits: limits, control: operatorControl, clock: clock)
                try loop.listen(on: tcp.take())
                try loop.listen(on: local.take())
                try loop.run()
            }
        }
    }

    /// Milliseconds: an idle connection must not keep an operator out.
    private static let operatorIdleDeadline: Int64 = 10_000

    private func brandTable() throws -> BrandTable {
        try BrandTable(configuration, counters: counters)
    }

    /// A thread that cannot go on takes the process with it: a supervisor starts it afresh. Nothing is lost by ending
    /// at once: what was acknowledged is durable.
    private func run(_ body: () throws -> Void) {
        do { try body() } catch {
            log.error("a listener failed", ["text": .string("\(error)")])
            Process.exitNow(Server.failedStatus)
        }
    }

    private func journalStart() {
        var batch = RecordBatch()
        batch.append(kind: EntryKind.started.rawValue, brand: "", time: clock.wallMicroseconds()) {
            Entry.started(version: Server.version).encode(into: &$0)
        }
        _ = commits.commitAndWait(batch)
    }

    private func prepareSegments() {
        commits.prepareSegments { retireSegments() }
    }

    /// Removes the segments in which everything is settled, older than the replay window, and restated where that is needed.
    package func retireSegments() {
        let store = commits.store
        let limit = clock.wallMicroseconds() - configuration.journal.replayWindow * 1_000
        let old = store.endOfRecords(before: limit)
        if let old { carryDeadLetters(below: old) }
        let wanted = old.map { min($0, dispatcher.settledFloor(durable: store.state.durable)) }
        stock.keep(wanted: wanted)
        guard let wanted else { return }
        let gone = store.retire(below: min(wanted, stock.floor ?? .max, exceptions.floor ?? .max))
        if gone > 0 { log.info("segments retired", ["count": .int(gone)]) }
    }

    private func carryDeadLetters(below limit: SequenceNumber) {
        let carrier = DeadLetterCarrier(dispatcher: dispatcher, reader: reader, commits: commits, clock: clock)
        let count = carrier.carry(below: limit)
        if count > 0 { log.info("dead letters carried forward", ["count": .int(count)]) }
    }
}

extension LoopLimits {
    init(_ server: Configuration.Server) {
        self.init(
            message: HTTP.Limits(bodyOctets: server.bodyLimit), connections: server.connectionLimit,
            headDeadline: server.headDeadline,
            bodyDeadline: server.bodyDeadline, answerDeadline: server.answerDeadline, idleDeadline: server.idleDeadline)
    }
}
