// Whole batches in, one write and one sync for all that came meanwhile, an outcome for each batch.
import POSIX
import Synchronization
import Testing

@testable import Journal

struct GroupCommitTests {
    private let disk = SimulatedDisk()

    /// A journal whose thread has not started yet.
    private func begin(
        segments: Int = 1_000, onFailure: @escaping @Sendable (JournalFailure) -> Void = { _ in }
    ) throws -> (GroupCommit, WriterBox) {
        let opened = try JournalOpening.open(disk, options: Workbench.options(segments: segments)) { _ in }
        let commits = GroupCommit(store: opened.store, clock: SystemClock(), onFailure: onFailure)
        return (commits, WriterBox(opened.takeWriter()))
    }

    private func mailbox() -> CommitMailbox { CommitMailbox(bell: Bell()) }

    @Test
    func whatWaitsTogetherIsOneCommit() throws {
        let (commits, writer) = try begin()
        let mailboxes = (0..<4).map { _ in mailbox() }
        for round in 0..<5 {
            for (client, mailbox) in mailboxes.enumerated() {
                commits.submit(RecordBatch([Sample("\(client)"), Sample("\(round)")]), to: mailbox)
            }
        }
        let syncs = disk.calls(.synchronize)
        commits.stop()
        commits.run(writer.take())

        #expect(disk.calls(.synchronize) == syncs + 1)
        #expect(commits.statistics.commits == 1)
        #expect(commits.statistics.records == 40)
        for (client, mailbox) in mailboxes.enumerated() {
            let expected = (0..<5).map { CommitOutcome.durable(first: SequenceNumber($0 * 8 + client * 2 + 1)) }
            #expect(mailbox.all().map(\.outcome) == expected)
            #expect(mailbox.all().isEmpty)
        }
        let texts = try Workbench.visited(disk.afterKill()).samples.map { String(decoding: $0.payload, as: UTF8.self) }
        #expect(texts == (0..<5).flatMap { round in (0..<4).flatMap { ["\($0)", "\(round)"] } })
    }

    /// `onDurable` comes in journal order, each before its own outcome.
    @Test
    func durableNumbersAreToldInJournalOrder() throws {
        let (commits, writer) = try begin()
        let told = Told()
        let mailbox = mailbox()
        for _ in 0..<3 { commits.submit(RecordBatch([Sample("a"), Sample("b")]), to: mailbox) { told.note("\($0)") } }
        commits.stop()
        commits.run(writer.take())
        #expect(told.all == ["1", "3", "5"])
    }

    @Test
    func severalClientsAtOnceKeepTheirOrder() throws {
        let (commits, writer) = try begin()
        let journal = try Thread(named: "journal") { commits.run(writer.take()) }
        let segments = try Thread(named: "segments") { commits.prepareSegments {} }
        let clients = Clients(commits, count: 4, batches: 40)
        try clients.run()
        commits.stop()
        journal.join()
        segments.join()

        #expect(clients.refused == 0)
        let visited = try Workbench.visited(disk.afterKill())
        #expect(visited.numbers == Array(1...320))
        for client in 0..<4 {
            let texts = visited.samples.map { String(decoding: $0.payload.prefix(6), as: UTF8.self) }
            let mine = texts.filter { $0.hasPrefix("\(client):") }
            #expect(mine == (0..<80).map { "\(client):\(1_000 + $0)" })
        }
        #expect(disk.segments.count > 1)
    }

    @Test(arguments: [SimulatedDisk.Operation.write, .synchronize])
    func aFailureReachesEveryClientAndTheOwnerFirst(refused: SimulatedDisk.Operation) throws {
        let told = Told()
        let (commits, writer) = try begin { told.note("\($0)") }
        let (first, second, later) = (mailbox(), mailbox(), mailbox())
        for mailbox in [first, second, first] {
            commits.submit(RecordBatch([Sample("x")]), to: mailbox) { _ in told.note("promised") }
        }
        disk.refuse(refused, .inputOutput)
        let journal = try Thread(named: "journal") { commits.run(writer.take()) }
        #expect(first.wait().outcome == .failed)
        // Told before any client, and with its own words.
        let failure = refused == .write ? JournalFailure.write(.inputOutput) : .synchronize(.inputOutput)
        #expect(told.all == ["\(failure)"])
        #expect(commits.failure == failure)
        #expect([second.wait().outcome, first.wait().outcome] == [.failed, .failed])

        disk.behave { $0.refusals = [:] }
        let written = (disk.calls(.write), disk.calls(.synchronize))
        commits.submit(RecordBatch([Sample("later")]), to: later)
        #expect(later.wait().outcome == .failed)
        commits.stop()
        journal.join()
        #expect((disk.calls(.write), disk.calls(.synchronize)) == written)
        #expect(told.all.count == 1)
        #expect(commits.statistics == CommitStatistics())
    }

    /// A failure while the journal rolls fails the whole group, also what was committed before the roll.
    @Test
    func aFailedRollPromisesNothingOfItsGroup() throws {
        let (commits, writer) = try begin()
        #expect(commits.store.prepareNext())
        let mailbox = mailbox()
        for _ in 0..<2 { commits.submit(RecordBatch([Workbench.text(40_000, "x")]), to: mailbox) }
        disk.refuse(.rename, .inputOutput)
        commits.stop()
        commits.run(writer.take())
        #expect(mailbox.all().map(\.outcome) == [.failed, .failed])
    }

    @Test
    func aBatchWithoutRoomDoesNotStopTheOthers() throws {
        let (commits, writer) = try begin(segments: 1)
        let mailbox = mailbox()
        for octets in [40_000, 40_000, 100] { commits.submit(RecordBatch([Workbench.text(octets, "x")]), to: mailbox) }
        commits.stop()
        commits.run(writer.take())
        let outcomes = mailbox.all()
        #expect(outcomes.map(\.outcome) == [.durable(first: 1), .noRoom, .durable(first: 2)])
        #expect(outcomes[1].batch.octets > 40_000)
        #expect(commits.statistics.records == 2)
    }

    /// While the disk is full, refusing costs nothing; the preparing thread finds out when there is room.
    @Test
    func aFullDiskIsNotFilledAgainForEveryBatch() throws {
        let (commits, writer) = try begin()
        disk.behave { $0.capacity = Workbench.segmentOctets * 3 / 2 }
        let journal = try Thread(named: "journal") { commits.run(writer.take()) }
        let large = [Workbench.text(40_000, "x")]
        #expect(commits.commitAndWait(RecordBatch(large)) == .durable(first: 1))
        #expect(commits.commitAndWait(RecordBatch(large)) == .noRoom)
        let opens = disk.calls(.open)
        for _ in 0..<10 { #expect(commits.commitAndWait(RecordBatch(large)) == .noRoom) }
        #expect(disk.calls(.open) == opens)

        disk.behave { $0.capacity = .max }
        #expect(commits.store.prepareNext())
        #expect(commits.commitAndWait(RecordBatch(large)) == .durable(first: 2))
        commits.stop()
        journal.join()
    }

    @Test
    func stoppingEndsThePreparingThreadAfterOneRound() throws {
        let (commits, _) = try begin()
        commits.stop()
        var rounds = 0
        commits.prepareSegments { rounds += 1 }
        #expect(rounds == 1)
        #expect(commits.store.state.isNextPrepared)
    }
}

extension CommitMailbox {
    fileprivate func all() -> [Completion] {
        var all: [Completion] = []
        while let completion = next() { all.append(completion) }
        return all
    }
}

/// Hands a writer to the thread that shall own it.
private final class WriterBox: Sendable {
    private let writer: Mutex<JournalWriter?>

    init(_ writer: consuming JournalWriter) {
        self.writer = Mutex(consume writer)
    }

    func take() -> JournalWriter {
        guard let taken = writer.withLock({ $0.take() }) else { preconditionFailure("a writer has one owner") }
        return taken
    }
}

/// What was told, in its order, from any thread.
private final class Told: Sendable {
    private let notes = Mutex<[String]>([])

    var all: [String] { notes.withLock { $0 } }
    func note(_ text: String) { notes.withLock { $0.append(text) } }
}

/// Threads that each submit their batches one after the other and wait for each outcome.
private final class Clients: Sendable {
    private let commits: GroupCommit
    private let count: Int
    private let batches: Int
    private let refusals = Mutex(0)

    init(_ commits: GroupCommit, count: Int, batches: Int) {
        (self.commits, self.count, self.batches) = (commits, count, batches)
    }

    var refused: Int { refusals.withLock { $0 } }

    func run() throws { try run(from: 0) }

    /// Each frame joins its own thread, because an array cannot hold what has one owner.
    private func run(from client: Int) throws {
        if client == count { return }
        let thread = try Thread(named: "client") { [self] in submitAll(client) }
        try run(from: client + 1)
        thread.join()
    }

    private func submitAll(_ client: Int) {
        for number in 0..<batches {
            let samples = [2 * number, 2 * number + 1].map {
                Sample("\(client):\(1_000 + $0)" + String(repeating: "x", count: 500))
            }
            if case .durable = commits.commitAndWait(RecordBatch(samples)) { continue }
            refusals.withLock { $0 += 1 }
        }
    }
}
