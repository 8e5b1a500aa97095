// A real journal in a directory of its own, with the journal's thread running: opened, stopped and opened again.
import Commerce
import Foundation
import Journal
import POSIX
import Queues
import Synchronization
import Testing
import Webhooks

@testable import Application

/// A directory that goes when the test is over.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("lockstep-" + UUID().uuidString).path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

final class TestJournal {
    let directory: TemporaryDirectory
    let disk: TroubledDisk
    let clock: HandClock
    let commits: GroupCommit
    let fold: Fold
    let contentSeed: UInt64
    let failures = Failures()
    private var thread: POSIX.Thread?

    final class Failures: Sendable {
        private let list = Mutex<[JournalFailure]>([])
        func note(_ failure: JournalFailure) { list.withLock { $0.append(failure) } }
        var all: [JournalFailure] { list.withLock { $0 } }
    }

    init(in directory: TemporaryDirectory = TemporaryDirectory(), clock: HandClock = HandClock()) throws {
        self.directory = directory
        self.clock = clock
        disk = try TroubledDisk(directory.path)
        var fold = Fold(now: clock.wallMicroseconds(), redeliveryWindow: 86_400_000_000)
        let opened = try JournalOpening.open(disk, options: .forTests(clock)) { fold.apply($0) }
        self.fold = fold
        contentSeed = opened.contentSeed
        let store = opened.store
        let writer = Handover(opened.takeWriter())
        let commits = GroupCommit(store: store, clock: clock) { [failures] in failures.note($0) }
        self.commits = commits
        thread = try POSIX.Thread(named: "journal") { commits.run(writer.take()) }
    }

    deinit { stop() }

    func stop() {
        guard let running = thread.take() else { return }
        disk.releaseSyncs()
        commits.stop()
        running.join()
    }

    /// The same journal after a restart.
    func reopened() throws -> TestJournal {
        stop()
        return try TestJournal(in: directory, clock: clock)
    }

    var reader: JournalReader { JournalReader(directory: directory.path) }

    func append(
        _ entries: Entry..., brand: String = "acme", leaving reserve: Int = 0,
        onDurable: (@Sendable (SequenceNumber) -> Void)? = nil
    ) throws -> CommitOutcome {
        var batch = RecordBatch()
        for entry in entries {
            batch.append(kind: entry.kind.rawValue, brand: brand, time: clock.wallMicroseconds()) {
                entry.encode(into: &$0)
            }
        }
        return commits.commitAndWait(batch, leaving: reserve, onDurable: onDurable)
    }

    /// Fills the present segment, so that the next record needs another one.
    func fill() throws {
        let room = (64 << 10) - commits.store.state.offset - 48
        if room > 0 {
            let outcome = try append(.started(version: String(repeating: "x", count: room / 8 * 8)))
            guard case .durable = outcome else { throw Errno.noSpace }
        }
    }

    /// Every entry in the journal, with its number.
    func entries() throws -> [(sequence: SequenceNumber, entry: Entry)] {
        var entries: [(SequenceNumber, Entry)] = []
        let findings = try reader.read { record in
            if let entry = Entry(kind: record.kind, payload: record.payload) {
                entries.append((record.sequence, entry))
            }
        }
        #expect(findings.isEmpty)
        return entries
    }

    func outcomes() throws -> [Outcome] {
        var all: [Outcome] = []
        for (_, entry) in try entries() {
            if case .outcomes(let outcomes) = entry { all += outcomes }
        }
        return all
    }

    func deliveries() throws -> [DeliveryRecord] {
        try entries().compactMap { _, entry in
            guard case .delivery(let delivery) = entry else { return nil }
            return delivery
        }
    }

    /// What `journal-replay verify` would say.
    func brokenPromises() throws -> [String] {
        var audit = JournalAudit(redeliveryWindow: 86_400_000_000)
        let findings = try reader.read { audit.apply($0) }
        return audit.checks(findings: findings).flatMap(\.counterExamples)
    }
}
