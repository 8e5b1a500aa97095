// Following a journal: each durable record once, in order, whatever the pieces, and never one that is not durable.
import POSIX
import Testing

@testable import Journal

struct FollowerTests {
    @Test(arguments: [1, 2, 40, 41, 129, 130], [1, 300, 1 << 30])
    func everyRecordBehindTheMarkIsVisitedOnce(first: SequenceNumber, octets: Int) throws {
        var follower = JournalFollower(disk: try SegmentDamageTests.journal())
        try follower.seek(after: first - 1)
        #expect(follower.mark?.sequence == first - 1)
        var visited = Visited()
        for _ in 0..<200 { try follower.read(through: 130, octets: octets) { visited.visit($0) } }
        #expect(visited.numbers == Array(first...130))
    }

    @Test
    func nothingBehindWhatIsDurableIsVisited() throws {
        var follower = JournalFollower(disk: try SegmentDamageTests.journal())
        try follower.seek(after: 0)
        var visited = Visited()
        for durable: SequenceNumber in [5, 5, 41, 80, 81] {
            try follower.read(through: durable, octets: .max) { visited.visit($0) }
            #expect(visited.numbers == Array(1...durable))
        }
    }

    @Test
    func theMarkIsThatOfTheRecord() throws {
        let disk = try SegmentDamageTests.journal()
        var checksums: [SequenceNumber: UInt32] = [:]
        _ = try JournalReader(disk: disk).read { checksums[$0.sequence] = $0.checksum }
        for sequence: SequenceNumber in [1, 40, 41, 100, 130] {
            var follower = JournalFollower(disk: disk)
            try follower.seek(after: sequence)
            #expect(follower.mark == checksums[sequence].map { JournalMark(sequence: sequence, checksum: $0) })
        }
    }

    /// A record that is longer than a piece.
    @Test
    func aLongRecordIsReadWhole() throws {
        let disk = SimulatedDisk()
        var options = Workbench.options()
        options.segmentOctets = 1 << 20
        options.sizeLimit = 8 << 20
        var writer = try JournalOpening.open(disk, options: options) { _ in }.takeWriter()
        let samples = [Sample("one"), Workbench.text(700_000, "2"), Sample("three")]
        var batch = RecordBatch(samples)
        _ = try writer.append(&batch)
        _ = try writer.commit()
        var follower = JournalFollower(disk: disk)
        try follower.seek(after: 0)
        var visited = Visited()
        try follower.read(through: 3, octets: .max) { visited.visit($0) }
        #expect(visited.samples == samples)
    }

    @Test
    func whatWasRetiredIsPassedOver() throws {
        let disk = try SegmentDamageTests.journal()
        var follower = JournalFollower(disk: disk)
        try follower.seek(after: 10)
        for name in try JournalOpening.segmentNames(disk).prefix(2) { try disk.remove(name.text) }
        #expect(throws: JournalFailure.read(.notFound)) {
            try follower.read(through: 130, octets: .max) { _ in }
        }
        try follower.seek(after: 10)
        #expect(follower.mark?.sequence == 80)
    }

    @Test
    func damageIsNamed() throws {
        let disk = try SegmentDamageTests.journal()
        let name = try #require(try JournalOpening.segmentNames(disk).first)
        let damaged = disk.altering(name.text) { $0[SegmentHeader.octets + 3_000] ^= 1 }
        var follower = JournalFollower(disk: damaged)
        #expect(throws: JournalFailure.self) { try follower.seek(after: 39) }
    }
}
