// A full journal or disk is not a failure: a batch is refused whole, nothing is lost, and it goes on when there is room.
import POSIX
import Testing

@testable import Journal

struct FullnessTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let obstacle: JournalState.Obstacle
        /// Before the journal is filled, and when there shall be room again.
        let fill: @Sendable (SimulatedDisk) -> JournalOptions
        let relieve: @Sendable (SimulatedDisk, SegmentStore) -> Void
    }

    static let rows = [
        Row(testDescription: "the configured limit", obstacle: .limitReached) { _ in
            Workbench.options(segments: 2)
        } relieve: { _, store in
            #expect(store.retire(below: store.state.durable + 1) == 1)
        },
        Row(testDescription: "a full disk", obstacle: .disk(.noSpace)) { disk in
            disk.behave { $0.capacity = Workbench.segmentOctets * 5 / 2 }
            return Workbench.options()
        } relieve: { disk, _ in
            disk.behave { $0.capacity = .max }
        },
        Row(testDescription: "a quota", obstacle: .disk(.quotaExceeded)) { disk in
            disk.behave { ($0.capacity, $0.full) = (Workbench.segmentOctets * 5 / 2, .quotaExceeded) }
            return Workbench.options()
        } relieve: { disk, _ in
            disk.behave { $0.capacity = .max }
        },
    ]

    @Test(arguments: rows)
    func theJournalGoesOnWhenThereIsRoomAgain(_ row: Row) throws {
        let disk = SimulatedDisk()
        let opened = try JournalOpening.open(disk, options: row.fill(disk)) { _ in }
        let store = opened.store
        var writer = opened.takeWriter()
        let large = (0..<10).map { _ in Workbench.text(1_000, "x") }
        var taken: SequenceNumber = 0
        while try writer.commit(large, store) != .noRoom { taken += 10 }
        #expect(store.state.obstacle == row.obstacle)
        #expect(store.state.durable == taken)
        #expect(!disk.contents.entries.keys.contains { $0.hasPrefix("prepared") })

        row.relieve(disk, store)
        #expect(try writer.commit(large, store) == .from(taken + 1))
        #expect(store.state.obstacle == nil)
        let visited = try Workbench.visited(disk.afterKill())
        #expect(visited.numbers == Array(store.state.firstSequence...taken + 10))
    }

    @Test
    func aRefusedBatchTakesNothingAndDelaysNothing() throws {
        let disk = SimulatedDisk()
        let opened = try JournalOpening.open(disk, options: Workbench.options(segments: 1)) { _ in }
        let store = opened.store
        var writer = opened.takeWriter()
        var waiting = RecordBatch([Sample("waiting"), Workbench.text(60_000, "x")])
        var tooLarge = RecordBatch([Workbench.text(6_000, "y")])
        var small = RecordBatch([Sample("small")])
        #expect(try writer.append(&waiting) == .from(1))
        #expect(try writer.append(&tooLarge) == .noRoom)
        #expect(store.state.durable == 0)
        #expect(try writer.append(&small) == .from(3))
        #expect(try writer.commit() == 3)
        #expect(try Workbench.visited(disk.afterKill()).numbers == [1, 2, 3])
    }

    @Test
    func aBatchLargerThanASegmentLeavesThePreparedOne() throws {
        let disk = SimulatedDisk()
        let opened = try Workbench.open(disk)
        let store = opened.store
        var writer = opened.takeWriter()
        #expect(store.prepareNext())
        var batch = RecordBatch([Workbench.text(70_000, "x")])
        #expect(try writer.append(&batch) == .noRoom)
        #expect(store.state.isNextPrepared)
    }

    @Test
    func aJournalIsNotBegunOnAFullDisk() throws {
        let disk = SimulatedDisk()
        disk.behave { $0.capacity = 1_000 }
        #expect(throws: JournalFailure.write(.noSpace)) { try Workbench.visited(disk) }
        #expect(disk.contents.entries.isEmpty)
        disk.behave { $0.capacity = .max }
        #expect(try Workbench.visited(disk).numbers == [])
    }

    /// What another thread prepares while the writer adopts a segment is not in its place.
    @Test
    func aSegmentIsPreparedWhileAnotherIsAdopted() throws {
        let disk = SimulatedDisk()
        let opened = try JournalOpening.open(disk, options: Workbench.options(segments: 3)) { _ in }
        let store = opened.store
        #expect(store.prepareNext())
        let taken = try #require(store.takePrepared())
        #expect(store.prepareNext())
        #expect(store.state.octets == 3 * Workbench.segmentOctets)
        let header = SegmentHeader(
            fileOctets: Workbench.segmentOctets, identity: Workbench.identity, index: 2, firstSequence: 1,
            previous: Workbench.identity.seed, created: Workbench.created)
        try store.adopt(taken, as: header)
        #expect(store.state.octets == 3 * Workbench.segmentOctets)
        #expect(try Workbench.visited(disk.afterKill()).numbers == [])
        #expect(disk.octets(header.name).prefix(64) == header.encoded()[...])
    }

    @Test
    func whatWasPreparedAndNotUsedIsTakenByTheNextStart() throws {
        let disk = SimulatedDisk()
        #expect(try Workbench.open(disk).store.prepareNext())
        let after = disk.afterKill()
        let names = Set(after.contents.entries.keys)
        let opened = try Workbench.open(after)
        #expect(opened.store.state.isNextPrepared)
        #expect(Set(after.contents.entries.keys) == names)
        #expect(opened.store.takePrepared()?.name == "prepared-2.zero")
        // The one that is taken is not written into the journal yet; the next one must not be in its place.
        #expect(opened.store.prepareNext())
        #expect(Set(after.contents.entries.keys) == names.union(["prepared-3.zero"]))
    }

    @Test(arguments: [
        ("preparing-2.zero", Workbench.segmentOctets), ("prepared-2.zero", Workbench.segmentOctets - 1),
        ("prepared-2.zero", Workbench.segmentOctets + 1), ("prepared-0.zero", Workbench.segmentOctets),
        ("prepared-4294967296.zero", Workbench.segmentOctets), ("prepared-02.zero", Workbench.segmentOctets),
        ("prepared-.zero", Workbench.segmentOctets),
    ])
    func whatCannotBeUsedIsRemoved(name: String, octets: Int) throws {
        let disk = SimulatedDisk()
        _ = try Workbench.open(disk)
        let after = disk.afterKill()
        let names = after.contents.entries
        try after.open(name, .createNew).write([UInt8](repeating: 0, count: octets), at: 0)
        #expect(try !Workbench.open(after).store.state.isNextPrepared)
        #expect(after.contents.entries == names)
    }

    @Test
    func whatWasPreparedIsNotTakenBeyondANewLimit() throws {
        let disk = SimulatedDisk()
        #expect(try Workbench.open(disk).store.prepareNext())
        let after = disk.afterKill()
        let opened = try JournalOpening.open(after, options: Workbench.options(segments: 1)) { _ in }
        #expect(!opened.store.state.isNextPrepared)
        #expect(after.octets("prepared-2.zero").isEmpty)
    }

    /// Octets of the segments, and with the prepared one.
    @Test
    func thePreparedSegmentCounts() throws {
        let opened = try JournalOpening.open(SimulatedDisk(), options: Workbench.options(segments: 2)) { _ in }
        #expect(opened.store.state.octets == Workbench.segmentOctets)
        #expect(opened.store.prepareNext())
        #expect(opened.store.prepareNext())
        #expect(opened.store.state.octets == 2 * Workbench.segmentOctets)
    }
}

/// Four segments with 40, 40, 40 and 10 records.
struct RetirementTests {
    /// The bound, and how many segments lie wholly below it.
    static let rows: [(SequenceNumber, Int)] = [
        (0, 0), (1, 0), (40, 0), (41, 1), (80, 1), (81, 2), (120, 2), (121, 3), (131, 3), (.max, 3),
    ]

    @Test(arguments: rows)
    func whatIsWhollyBelowGoesAndTheLastSegmentStays(bound: SequenceNumber, gone: Int) throws {
        let disk = try SegmentDamageTests.journal()
        let opened = try Workbench.open(disk)
        #expect(opened.store.retire(below: bound) == gone)
        #expect(opened.store.retire(below: bound) == 0)
        #expect(opened.store.state.segments == 4 - gone)
        #expect(opened.store.state.firstSequence == SequenceNumber(gone) * 40 + 1)
        #expect(disk.segments.count == 4 - gone)

        let after = disk.afterKill()
        try Workbench.commit([[Sample("after")]], to: after)
        #expect(try Workbench.visited(after).numbers == Array(SequenceNumber(gone) * 40 + 1...131))
        #expect(try JournalReader(disk: after).read { _ in } == [])
    }

    @Test(arguments: [SimulatedDisk.Operation.remove, .synchronizeDirectory])
    func aSegmentThatCouldNotBeRemovedIsTriedAgain(refused: SimulatedDisk.Operation) throws {
        let disk = try SegmentDamageTests.journal()
        let opened = try Workbench.open(disk)
        disk.refuse(refused, after: 1, .inputOutput)
        #expect(opened.store.retire(below: 200) == 1)
        #expect(opened.store.state.segments == 3)
        disk.behave { $0.refusals = [:] }
        #expect(opened.store.retire(below: 200) == 2)
        #expect(disk.segments.count == 1)
    }
}
