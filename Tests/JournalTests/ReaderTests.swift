// Reading beside a writer: what is there, no damage that is none, nothing twice.
import POSIX
import Synchronization
import Testing

@testable import Journal

struct ReaderTests {
    static let selections: [([SequenceNumber], [ClosedRange<SequenceNumber>])] = [
        ([45], [41...80]), ([1, 120], [1...40, 81...120]), ([500], [121...130]), ([], []),
    ]

    @Test(arguments: selections)
    func onlyTheSegmentsOfTheNumbersAreVisited(
        numbers: [SequenceNumber], expected: [ClosedRange<SequenceNumber>]
    ) throws {
        var visited = Visited()
        let reader = JournalReader(disk: try SegmentDamageTests.journal())
        #expect(try reader.read(only: numbers) { visited.visit($0) } == [])
        #expect(visited.numbers == expected.flatMap { Array($0) })
    }

    @Test
    func progressEndsAtAllOctets() throws {
        let reader = JournalReader(disk: try SegmentDamageTests.journal())
        var progress: [Int] = []
        _ = try reader.read(progress: { progress.append($0) }, visit: { _ in })
        #expect(progress == (1...4).map { $0 * Workbench.segmentOctets })
        #expect(try reader.octets() == progress.last)
    }

    @Test
    func anUnfinishedTailIsNotDamage() throws {
        let journal = try TornJournal([[Sample("one")], [Sample("two"), Workbench.text(2_000, "3")]])
        let disk = journal.disk.altering(journal.segment) { $0[journal.end - 900..<journal.end].replaceAll(with: 0) }
        var visited = Visited()
        let findings = try JournalReader(disk: disk).read { visited.visit($0) }
        #expect(visited.samples == Array(journal.samples[..<2]))
        let tail = JournalReader.Finding.unfinishedTail(
            segment: journal.segment, offset: journal.offsets[2], octets: journal.end - 900 - journal.offsets[2])
        #expect(findings == [tail])
        #expect(!tail.isDamage)
    }

    /// Several groups are written while one reading goes over the segment: it has the later ones and a hole before.
    @Test
    func aHoleThatASecondReadingFillsIsNotDamage() throws {
        let journal = try TornJournal([[Sample("one")], [Workbench.text(600, "2")], [Sample("three")]])
        let hole = journal.offsets[1]..<journal.offsets[2]
        let early = journal.disk.altering(journal.segment) { $0[hole].replaceAll(with: 0) }
        expectRefusal(of: early, journal.segment, hole.lowerBound, 2, "a hole that stays is damage")

        let disk = ChangingDisk(first: early, then: journal.disk, segment: journal.segment)
        var visited = Visited()
        #expect(try JournalReader(disk: disk).read { visited.visit($0) } == [])
        #expect(visited.samples == journal.samples)
    }

    @Test
    func segmentsThatAreRetiredMeanwhileAreNotMissed() throws {
        let disk = try SegmentDamageTests.journal()
        let names = disk.segments
        var visited = Visited()
        let findings = try JournalReader(disk: disk).read(
            progress: { _ in for name in names.prefix(2) { try? disk.remove(name) } }, visit: { visited.visit($0) })
        #expect(findings == [])
        #expect(visited.numbers == Array(1...40) + Array(81...130))
    }

    @Test
    func aLiveJournalIsNeverDamaged() throws {
        let directory = TemporaryDirectory()
        let disk = try DirectoryDisk(creating: directory.path)
        let opened = try Workbench.open(disk)
        let commits = GroupCommit(store: opened.store, clock: SystemClock()) { _ in }
        let writer = Mutex<JournalWriter?>(opened.takeWriter())
        let isDone = Mutex(false)
        let journal = try Thread(named: "journal") {
            guard var writer = writer.withLock({ $0.take() }) else { return }
            // Groups of every size up to some pages, through several segments.
            for size in 1...400 {
                _ = try? writer.commit([Workbench.text(size * 17 % 9_000, "x"), Sample("end")], commits.store)
            }
            isDone.withLock { $0 = true }
        }
        var last = 0
        while true {
            let isLast = isDone.withLock { $0 }
            var visited = Visited()
            let findings = try JournalReader(directory: directory.path).read { visited.visit($0) }
            #expect(findings.filter { $0.isDamage } == [])
            #expect(visited.numbers == (0..<visited.numbers.count).map { SequenceNumber($0 + 1) })
            #expect(visited.numbers.count >= last)
            last = visited.numbers.count
            if isLast { break }
        }
        journal.join()
        #expect(last == 800)
    }
}

/// Shows one state of a file to the first that reads it, and another one from then on.
private final class ChangingDisk: Disk {
    private let first: SimulatedDisk
    private let then: SimulatedDisk
    private let segment: String
    private let opens = Mutex(0)

    init(first: SimulatedDisk, then: SimulatedDisk, segment: String) {
        (self.first, self.then, self.segment) = (first, then, segment)
    }

    func open(_ name: String, _ access: Files.Access) throws(Errno) -> any DiskFile {
        let file = try (opens.withLock { $0 } < 2 ? first : then).open(name, access)
        // Once for the journal's identity, once for the octets.
        opens.withLock { $0 += 1 }
        return file
    }

    func rename(_ old: String, to new: String) throws(Errno) { throw .invalid }
    func remove(_ name: String) throws(Errno) { throw .invalid }
    func names() throws(Errno) -> [String] { try then.names() }
    func synchronizeDirectory() throws(Errno) { throw .invalid }
}
