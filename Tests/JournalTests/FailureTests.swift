// A refused write or sync is final (P10): it throws, the writer takes nothing more, and what was promised before is there.
import POSIX
import Testing

@testable import Journal

struct WriterFailureTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let operation: SimulatedDisk.Operation
        let after: Int
        let failure: JournalFailure
        let testDescription: String

        init(_ description: String, _ operation: SimulatedDisk.Operation, after: Int = 0, _ failure: JournalFailure) {
            (testDescription, self.operation, self.after, self.failure) = (description, operation, after, failure)
        }
    }

    static let commitRows = [
        Row("write", .write, .write(.inputOutput)), Row("full disk", .write, .write(.noSpace)),
        Row("sync", .synchronize, .synchronize(.inputOutput)), Row("quota", .synchronize, .synchronize(.quotaExceeded)),
    ]

    @Test(arguments: commitRows)
    func aFailedCommitThrows(_ row: Row) throws {
        let disk = SimulatedDisk()
        try Workbench.commit([[Sample("promised")]], to: disk)
        let writer = try Workbench.open(disk).takeWriter()
        disk.refuse(row.operation, after: row.after, row.errno)
        try expectFailure(row.failure, writer) { writer throws(JournalFailure) in
            var batch = RecordBatch([Sample("not promised")])
            #expect(try writer.append(&batch) == .from(2))
            _ = try writer.commit()
        }
        #expect(try Workbench.visited(disk.afterKill()).samples.first == Sample("promised"))
    }

    /// What is pending is committed first, then the next segment gets its header and its name.
    static let rollRows = [
        Row("commit: write", .write, .write(.inputOutput)),
        Row("commit: sync", .synchronize, .synchronize(.inputOutput)),
        Row("header: write", .write, after: 1, .write(.inputOutput)),
        Row("header: sync", .synchronize, after: 1, .synchronize(.inputOutput)),
        Row("rename", .rename, .synchronize(.inputOutput)),
        Row("directory: sync", .synchronizeDirectory, .synchronize(.inputOutput)),
        Row("newest: write", .write, after: 2, .write(.inputOutput)),
        Row("newest: sync", .synchronize, after: 2, .synchronize(.inputOutput)),
        Row("newest: directory's sync", .synchronizeDirectory, after: 1, .synchronize(.inputOutput)),
    ]

    @Test(arguments: rollRows)
    func aFailedRollThrows(_ row: Row) throws {
        let disk = SimulatedDisk()
        let opened = try Workbench.open(disk)
        let store = opened.store
        var writer = opened.takeWriter()
        _ = try writer.commit([Sample("promised")], store)
        var pending = RecordBatch([Workbench.text(40_000, "x")])
        #expect(try writer.append(&pending) == .from(2))
        #expect(store.prepareNext())
        disk.refuse(row.operation, after: row.after, row.errno)
        try expectFailure(row.failure, writer) { writer throws(JournalFailure) in
            var batch = RecordBatch([Workbench.text(40_000, "y")])
            _ = try writer.append(&batch)
        }
        let after = disk.afterKill()
        #expect(try Workbench.visited(after).samples.first == Sample("promised"))
        try Workbench.commit([[Sample("after")]], to: after)
        #expect(try Workbench.visited(after).samples.last == Sample("after"))
    }

    /// Connections may have taken every descriptor that the process can have.
    @Test
    func rollingOpensNothing() throws {
        let disk = SimulatedDisk()
        let opened = try Workbench.open(disk)
        let store = opened.store
        var writer = opened.takeWriter()
        _ = try writer.commit([Workbench.text(40_000, "x")], store)
        #expect(store.prepareNext())
        disk.refuse(.open, .tooManyDescriptors)
        _ = try writer.commit([Workbench.text(40_000, "y")], store)
        #expect(disk.segments.count == 2)
    }

    private func expectFailure(
        _ expected: JournalFailure, _ writer: consuming JournalWriter,
        _ use: (inout JournalWriter) throws(JournalFailure) -> Void
    ) throws {
        var writer = writer
        do throws(JournalFailure) {
            try use(&writer)
            Issue.record("did not fail")
        } catch {
            #expect(error == expected)
        }
    }

    static let openRows = [
        Row("the lock", .open, .read(.inputOutput)),
        Row("the newest segment's note", .open, after: 1, .read(.inputOutput)),
        Row("a segment", .open, after: 2, .read(.inputOutput)),
        Row("the last group's write", .write, .write(.inputOutput)),
        Row("the sync", .synchronize, .synchronize(.inputOutput)),
        Row("the directory's sync", .synchronizeDirectory, .synchronize(.inputOutput)),
    ]

    @Test(arguments: openRows)
    func aJournalThatCannotBeReadWholeIsNotOpened(_ row: Row) throws {
        let disk = SimulatedDisk()
        try Workbench.commit([[Sample("promised")]], to: disk)
        disk.refuse(row.operation, after: row.after, row.errno)
        #expect(throws: row.failure) { try Workbench.visited(disk) }
        #expect(try Workbench.visited(disk.afterKill()).samples == [Sample("promised")])
    }

    /// The kernel may say that all is well after a failed sync: the next process writes the group again.
    @Test
    func whatAnOpenVisitedSurvivesAPowerCutAfterAFailedSync() throws {
        let disk = SimulatedDisk()
        var chance = SeededChance(seed: 1)
        let writer = try Workbench.open(disk).takeWriter()
        disk.refuse(.synchronize, .inputOutput)
        try expectFailure(.synchronize(.inputOutput), writer) { writer throws(JournalFailure) in
            var batch = RecordBatch([Sample("seen")])
            _ = try writer.append(&batch)
            _ = try writer.commit()
        }
        let restarted = disk.after(.killed, &chance)
        #expect(try Workbench.visited(restarted).samples == [Sample("seen")])
        #expect(try Workbench.visited(restarted.after(.syncedOnly, &chance)).samples == [Sample("seen")])
    }

    @Test
    func aFailedWriterTakesNothing() async {
        await #expect(processExitsWith: .failure) {
            try FailedWriter.use { writer throws(JournalFailure) in
                var batch = RecordBatch([Sample("more")])
                _ = try writer.append(&batch)
            }
        }
        await #expect(processExitsWith: .failure) {
            try FailedWriter.use { writer throws(JournalFailure) in _ = try writer.commit() }
        }
        await #expect(processExitsWith: .success) { try FailedWriter.use { _ in } }
    }
}

extension WriterFailureTests.Row {
    var errno: Errno {
        switch failure {
        case .write(let errno), .synchronize(let errno), .read(let errno): errno
        case .damaged, .locked: .invalid
        }
    }
}

private enum FailedWriter {
    static func use(_ body: (inout JournalWriter) throws(JournalFailure) -> Void) throws {
        let disk = SimulatedDisk()
        var writer = try Workbench.open(disk).takeWriter()
        disk.refuse(.synchronize, .inputOutput)
        var batch = RecordBatch([Sample("refused")])
        do throws(JournalFailure) {
            _ = try writer.append(&batch)
            _ = try writer.commit()
        } catch {
            disk.behave { $0.refusals = [:] }
            try body(&writer)
        }
    }
}
