// The journal on the machine's own file system: who may read it, who may write it, and what a full device says.
import Foundation
import POSIX
import Synchronization
import Testing

@testable import Journal

/// A directory of its own, gone with its value.
final class TemporaryDirectory {
    let path = FileManager.default.temporaryDirectory.appending(path: "lockstep-\(UUID().uuidString)").path

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

struct DirectoryDiskTests {
    private let directory = TemporaryDirectory()

    @Test
    func aJournalHasOneWriter() throws {
        let disk = try DirectoryDisk(creating: directory.path)
        do {
            let opened = try Workbench.open(disk)
            let writer = opened.takeWriter()
            #expect(throws: JournalFailure.locked) {
                let second = DirectoryDisk(existing: directory.path)
                _ = try JournalOpening.open(second, options: Workbench.options()) { _ in }
            }
            #expect(try JournalReader(directory: directory.path).read { _ in } == [])
            #expect(writer.durable == 0)
            for name in try disk.names() { try disk.remove(name) }
            #expect(throws: JournalFailure.locked) {
                _ = try JournalOpening.open(disk, options: Workbench.options()) { _ in }
            }
        }
        #expect(try Workbench.visited(disk).numbers == [])
    }

    /// A supervisor starts the next process while the kernel still closes the files of the last one.
    @Test
    func aJournalThatIsJustBeingLeftIsWaitedFor() throws {
        let disk = try DirectoryDisk(creating: directory.path)
        try Workbench.commit([[Sample("one")]], to: disk)
        let held = Mutex<(any DiskFile)?>(try disk.open(SegmentStore.lockName, .directory))
        #expect(try held.withLock { try $0?.tryLock() } == true)
        let leaving = try Thread(named: "leaving") {
            Thread.sleep(milliseconds: 20)
            held.withLock { $0 = nil }
        }
        #expect(try Workbench.visited(disk).samples == [Sample("one")])
        leaving.join()
    }

    @Test
    func nobodyElseMayRead() throws {
        let disk = try DirectoryDisk(creating: directory.path + "/a/b")
        try Workbench.commit([[Sample("one")]], to: disk)
        let segment = try #require(try disk.names().first { SegmentName($0) != nil })
        // Without its end marker the record is a torn tail, of which a copy is kept.
        try disk.open(segment, .readWrite).write([0], at: SegmentHeader.octets + RecordFormat.headOctets + 7)
        let opened = try Workbench.open(disk)
        #expect(opened.store.prepareNext())

        let names = try disk.names()
        #expect(names.count == 4)
        for name in names { #expect(try Files.open("\(directory.path)/a/b/\(name)", .read).mode() == 0o600) }
        for path in ["", "/a", "/a/b"] { #expect(try Files.open(directory.path + path, .read).mode() == 0o700) }
    }

    /// All that a journal does, on a real file system, through several segments and lives.
    @Test
    func whatWasCommittedIsReadBack() throws {
        let disk = try DirectoryDisk(creating: directory.path)
        let groups = (0..<60).map { [Workbench.text($0 * 60, "x"), Sample("\($0)")] }
        for part in [groups[..<20], groups[20..<21], groups[21...]] { try Workbench.commit(Array(part), to: disk) }
        #expect(try Workbench.visited(disk) == Visited(numbers: Array(1...120), samples: groups.flatMap { $0 }))
        let opened = try Workbench.open(disk)
        #expect(opened.store.retire(below: 121) > 0)
        #expect(try disk.names().count { SegmentName($0) != nil } == 1)
    }

    @Test
    func aFullDeviceSaysSo() throws {
        let full = try Files.open("/dev/full", .readWrite)
        #expect(throws: Errno.noSpace) { try full.writeAll([1, 2, 3], at: 0) }
        #expect(throws: Errno.noSpace) {
            let bytes: [UInt8] = [1, 2, 3]
            var outcome: Result<Void, Errno> = .success(())
            bytes.withUnsafeBytes { buffer in
                do throws(Errno) { try full.writeAll(buffer, at: 4_096) } catch { outcome = .failure(error) }
            }
            try outcome.get()
        }
    }
}

struct FilesTests {
    private let directory = TemporaryDirectory()

    @Test
    func directoriesAreCreatedOnce() throws {
        for path in [directory.path + "/x/y/z/", directory.path + "/x/y", directory.path] {
            try Files.createDirectories(path)
        }
        #expect(try Files.names(in: directory.path + "/x/y") == ["z"])
        #expect(throws: Errno.notFound) { try Files.names(in: directory.path + "/missing") }
    }

    @Test
    func aNameIsTakenOnce() throws {
        try Files.createDirectories(directory.path)
        let path = directory.path + "/file"
        #expect(throws: Errno.notFound) { try Files.open(path, .readWrite).size() }
        #expect(try Files.open(path, .createNew).size() == 0)
        #expect(throws: Errno.exists) { try Files.open(path, .createNew).size() }
        #expect(try Files.open(path, .createIfMissing).size() == 0)
        try Files.rename(path, to: path + "2")
        try Files.remove(path + "2")
        #expect(throws: Errno.notFound) { try Files.remove(path) }
    }

    @Test
    func contentsAreWholeOrRefused() throws {
        try Files.createDirectories(directory.path)
        let path = directory.path + "/file"
        let octets = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        try Files.open(path, .createNew).writeAll(octets, at: 0)
        #expect(try Files.contents(of: path, limit: 100_000) == octets)
        #expect(throws: Errno.self) { try Files.contents(of: path, limit: 99_999) }
        try Files.copy(path, to: path + "2")
        #expect(try Files.contents(of: path + "2", limit: 100_000) == octets)
    }
}
