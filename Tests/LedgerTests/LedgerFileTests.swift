// What the file may be like: of another version, damaged, replaced under a reader's hands, on a full disk.
import Foundation
import Testing
import Workflows

@testable import Ledger

struct LedgerFileTests {
    static let start = LedgerCursor(journal: 7, sequence: 0, checksum: 0)

    @Test
    func aLedgerOfAnotherVersionIsToBeMadeAnew() throws {
        let scratch = try Scratch()
        try Ledger.open(scratch.file()).database.run("PRAGMA user_version = 99")
        let expected = DatabaseFailure.damaged("the ledger is of another version of Lockstep")
        #expect(throws: expected) { _ = try Ledger.open(scratch.file()) }
        #expect(throws: expected) { _ = try Ledger.read(scratch.file()) }
    }

    @Test(arguments: [
        "no database at all, but long enough to be looked at, I think", String(repeating: "\u{0}x", count: 9_000),
    ])
    func whatIsNoDatabaseIsDamaged(_ text: String) throws {
        let scratch = try Scratch()
        try Data(text.utf8).write(to: URL(fileURLWithPath: scratch.file()))
        #expect(isDamaged { _ = try Ledger.open(scratch.file()) })
    }

    @Test
    func aFileThatWasOverwrittenInTheMiddleIsDamaged() throws {
        let scratch = try Scratch()
        var stream = RecordStream(seed: 1)
        do { try Ledger.open(scratch.file()).project(stream.records(400)) }
        let file = try #require(FileHandle(forWritingAtPath: scratch.file()))
        try file.seek(toOffset: 8_192)
        try file.write(contentsOf: Data(repeating: 0xA5, count: 60_000))
        try file.close()
        #expect(isDamaged { _ = try Ledger.open(scratch.file()).dumped })
    }

    @Test
    func aMissingFileIsNotCreatedByReading() throws {
        let scratch = try Scratch()
        #expect(throws: DatabaseFailure.self) { _ = try Ledger.read(scratch.file()) }
        #expect(!FileManager.default.fileExists(atPath: scratch.file()))
    }

    @Test
    func whatIsCreatedIsForItsOwnerAlone() throws {
        let scratch = try Scratch()
        let ledger = try Ledger.open(scratch.file())
        try ledger.project([])
        for name in ["", "-wal", "-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: scratch.file() + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }

    /// Nothing of a transaction that fails is there afterwards, and the next one is taken.
    @Test
    func aFullDiskLeavesTheLedgerAsItWas() throws {
        let scratch = try Scratch()
        var stream = RecordStream(seed: 3)
        let ledger = try Ledger.open(scratch.file())
        try ledger.project(stream.records(50))
        let before = try ledger.dumped
        let more = stream.records(5_000)
        let pages = try ledger.database.value("PRAGMA page_count")
        guard case .integer(let count) = pages else {
            Issue.record("no count of pages")
            return
        }
        try ledger.database.run("PRAGMA max_page_count = \(count + 4)")
        #expect(throws: DatabaseFailure.unavailable("SQLite says: database or disk is full (13)")) {
            try ledger.project(more)
        }
        #expect(try ledger.dumped == before)
        try ledger.database.run("PRAGMA max_page_count = 1000000")
        try ledger.project(more)
        #expect(try ledger.cursor()?.sequence == 5_050)
    }

    /// What stands in the files at each moment is what `kill -9` leaves: the whole of a transaction with its cursor, or nothing.
    @Test(arguments: [0, 1, 700, 1_999])
    func aKillWithinATransactionLeavesWhatWasBefore(moment: Int) throws {
        let (scratch, killed) = (try Scratch(), try Scratch())
        var stream = RecordStream(seed: 9)
        let ledger = try Ledger.open(scratch.file())
        try ledger.project(stream.records(40))
        let before = try ledger.dumped
        let more = stream.records(2_000)
        let start = try #require(try ledger.cursor())
        _ = try ledger.project(behind: start) { take in
            for (index, record) in more.enumerated() {
                take(record)
                guard index == moment else { continue }
                for end in ["", "-wal"] {
                    try? FileManager.default.copyItem(atPath: scratch.file() + end, toPath: killed.file() + end)
                }
            }
        }
        let left = try Ledger.open(killed.file())
        #expect(try left.dumped == before)
        try left.project(more)
        #expect(try left.dumped == ledger.dumped)
    }

    @Test
    func nothingIsTakenWhenTheCursorIsElsewhere() throws {
        let scratch = try Scratch()
        var stream = RecordStream(seed: 4)
        let ledger = try Ledger.open(scratch.file())
        try ledger.project(stream.records(10))
        let before = try ledger.dumped
        let next = stream.next()
        #expect(try ledger.project(behind: Self.start) { $0(next) } == false)
        #expect(try ledger.dumped == before)
    }

    /// A reader that has the old one open sees the new one; so does a writer, and its transaction is turned away.
    @Test
    func aLedgerIsReplacedWhileOthersHaveItOpen() throws {
        let scratch = try Scratch()
        var stream = RecordStream(seed: 5)
        let records = stream.records(60)
        let old = try ProjectionTests.ledger(of: Array(records.prefix(20)), in: scratch)
        let behind = try #require(try old.cursor())
        let reader = try Ledger.read(scratch.file("one.db"))
        #expect(try reader.dumped == old.dumped)
        let new = try ProjectionTests.ledger(of: records, in: scratch, "new.db")
        try new.replace(old)
        #expect(try reader.dumped == new.dumped)
        #expect(try old.project(behind: behind) { $0(records[20]) } == false)
        #expect(try old.cursor()?.sequence == 60)
    }

    private func isDamaged(_ body: () throws -> Void) -> Bool {
        do { try body() } catch {
            if case .damaged = error as? DatabaseFailure { return true }
        }
        return false
    }
}
