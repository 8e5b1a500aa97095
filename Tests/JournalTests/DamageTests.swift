// Damage is refused with its place, and a reader visits everything else: one changed octet anywhere in what was
// written, and every way in which whole segments can be wrong.
import POSIX
import Testing

@testable import Journal

struct FlippedOctetTests {
    static let groups = [
        [Sample("one"), Workbench.text(100, "2")], [Workbench.text(33, "3")], [Workbench.text(530, "4"), Sample([])],
    ]

    /// The bar: every octet of every record, padding included, the last group's too.
    @Test(arguments: [0x01, 0x80, 0xFF] as [UInt8])
    func aChangedOctetIsDamageAtItsRecord(mask: UInt8) throws {
        let journal = try TornJournal(Self.groups)
        for (index, start) in journal.offsets.dropLast().enumerated() {
            for place in start..<journal.offsets[index + 1] {
                let disk = journal.disk.altering(journal.segment) { $0[place] ^= mask }
                expectRefusal(of: disk, journal.segment, start, SequenceNumber(index + 1), "octet \(place)")
                try expectAllBut(SequenceNumber(index + 1), disk, journal, start, "octet \(place)")
            }
        }
    }

    private func expectAllBut(
        _ lost: SequenceNumber, _ disk: SimulatedDisk, _ journal: TornJournal, _ offset: Int, _ note: Comment
    ) throws {
        var visited = Visited()
        let findings = try JournalReader(disk: disk).read { visited.visit($0) }
        #expect(findings.first.flatMap { $0.place } == Place(journal.segment, offset, lost), note)
        // What follows the last record is not known, so nothing is said to be missing there.
        let isLast = lost == UInt64(journal.samples.count)
        #expect(findings.dropFirst() == (isLast ? [] : [.missing(lost...lost)]), note)
        #expect(visited.numbers == (1...UInt64(journal.samples.count)).filter { $0 != lost }, note)
        #expect(visited.samples == visited.numbers.map { journal.samples[Int($0) - 1] }, note)
    }

    /// Whoever rewrites a record with all its checksums right cannot hide it: the next one knows what stood there.
    @Test
    func aRewrittenRecordIsDamageAtTheNext() throws {
        let journal = try TornJournal([[Sample("one")], [Sample("two")], [Sample("three")]])
        let disk = journal.disk.altering(journal.segment) { octets in
            var other = RecordBatch([Sample("TWO")])
            let first = octets.withUnsafeBytes { RecordHead($0, at: 64, seed: Workbench.identity.seed) }
            _ = other.number(from: 2, previous: first?.checksum ?? 0, durable: 1, seed: Workbench.identity.seed)
            octets.overwrite(other.bytes[...], at: journal.offsets[1])
        }
        expectRefusal(of: disk, journal.segment, journal.offsets[2], 3, "rewritten")
        var visited = Visited()
        #expect(try JournalReader(disk: disk).read { visited.visit($0) }.count == 1)
        #expect(visited.numbers == [1, 2, 3])
    }

    @Test
    func aChangedOctetInASegmentsHeaderIsDamage() throws {
        let journal = try TornJournal(Self.groups)
        for place in 0..<SegmentHeader.octets {
            let disk = journal.disk.altering(journal.segment) { $0[place] ^= 0x10 }
            expectRefusal(of: disk, journal.segment, 0, 1, "octet \(place)")
        }
    }
}

/// Where damage is said to be.
struct Place: Equatable {
    let segment: String
    let offset: Int
    let expected: SequenceNumber

    init(_ segment: String, _ offset: Int, _ expected: SequenceNumber) {
        (self.segment, self.offset, self.expected) = (segment, offset, expected)
    }
}

extension JournalReader.Finding {
    var place: Place? {
        guard case .damage(let damage) = self else { return nil }
        return Place(damage.segment, damage.offset, damage.expected)
    }
}

/// Opening refuses and says where; it leaves the segments as they were.
func expectRefusal(
    of disk: SimulatedDisk, _ segment: String, _ offset: Int, _ expected: SequenceNumber, _ note: Comment
) {
    let before = disk.octets(segment)
    do throws(JournalFailure) {
        _ = try Workbench.visited(disk)
        Issue.record("was opened, \(note)")
    } catch {
        guard case .damaged(let damage) = error else {
            Issue.record("\(error), \(note)")
            return
        }
        #expect(Place(damage.segment, damage.offset, damage.expected) == Place(segment, offset, expected), note)
    }
    #expect(disk.octets(segment) == before, note)
}

/// Four segments with 40 records each but the last; a row changes files, and says what is to be found.
struct SegmentDamageTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Where opening refuses: the index of the segment in the list, the offset, the number expected there.
        let refused: (segment: Int, offset: Int, expected: SequenceNumber)
        let reason: String
        /// What a reader cannot visit.
        let missing: [ClosedRange<SequenceNumber>]
        let change: @Sendable (SimulatedDisk, [String]) throws -> SimulatedDisk

        init(
            _ description: String, refused: (Int, Int, SequenceNumber), _ reason: String,
            missing: [ClosedRange<SequenceNumber>] = [],
            _ change: @escaping @Sendable (SimulatedDisk, [String]) throws -> SimulatedDisk
        ) {
            (testDescription, self.refused, self.reason, self.missing) = (description, refused, reason, missing)
            self.change = change
        }
    }

    static let recordsEach: SequenceNumber = 40
    static let recordOctets = 1_600

    static func journal() throws -> SimulatedDisk {
        let disk = SimulatedDisk()
        // One group fills a segment.
        let samples = (0..<40).map { Workbench.text(recordOctets - 45, Character(UnicodeScalar(65 + $0))) }
        try Workbench.commit([samples, samples, samples, Array(samples[..<10])], to: disk)
        return disk
    }

    static let rows = [
        Row("a segment in the middle is missing", refused: (2, 0, 41), "segment 2 is missing", missing: [41...80]) {
            try $0.remove($1[1])
            return $0
        },
        Row("the last segment is missing", refused: (3, 0, 121), "is missing", missing: []) {
            try $0.remove($1[3])
            return $0
        },
        Row("two segments have each other's name", refused: (1, 0, 41), "belongs to segment", missing: [41...80]) {
            try $0.rename($1[1], to: "x")
            try $0.rename($1[2], to: $1[1])
            try $0.rename("x", to: $1[2])
            return $0
        },
        Row("a segment is of another journal", refused: (1, 0, 41), "of another journal", missing: [41...80]) {
            $0.altering($1[1]) { octets in
                guard var header = octets.withUnsafeBytes({ SegmentHeader($0) }) else { return }
                header.identity = JournalIdentity(high: 3, low: 4)
                octets.overwrite(header.encoded()[...], at: 0)
            }
        },
        Row("a segment is there twice, in another's place", refused: (2, 0, 81), "belongs to", missing: [81...120]) {
            let copy = $0.octets($1[1])
            return $0.altering($1[2]) { $0 = copy }
        },
        Row("a segment is replaced by another history's", refused: (2, 0, 81), "not where this one begins") {
            $0.altering($1[1]) { octets in
                guard let header = octets.withUnsafeBytes({ SegmentHeader($0) }) else { return }
                var batch = RecordBatch((0..<40).map { _ in Workbench.text(recordOctets - 45, "z") })
                _ = batch.number(from: 41, previous: header.previous, durable: 40, seed: header.identity.seed)
                octets.overwrite(batch.bytes[...], at: SegmentHeader.octets)
            }
        },
        Row("a header does not verify", refused: (1, 0, 41), "header does not verify") {
            $0.altering($1[1]) { $0[20] ^= 1 }
        },
        Row("the first header does not verify", refused: (0, 0, 1), "header does not verify") {
            $0.altering($1[0]) { $0[20] ^= 1 }
        },
        Row("a sealed segment lost its end", refused: (1, 16_064, 41), "has 16064 octets", missing: [51...80]) {
            $0.altering($1[1]) { $0.removeLast($0.count - 64 - 1_600 * 10) }
        },
        Row("the last segment lost its end", refused: (3, 64 + 1_600 * 5, 121), "has 8064 octets") {
            $0.altering($1[3]) { $0.removeLast($0.count - 64 - 1_600 * 5) }
        },
        Row("a segment is empty", refused: (1, 0, 41), "header does not verify", missing: [41...80]) {
            $0.altering($1[1]) { $0 = [] }
        },
        Row("the last segment is empty", refused: (3, 0, 121), "header does not verify") {
            $0.altering($1[3]) { $0 = [] }
        },
        Row("a segment grew", refused: (1, 65_536, 41), "has 65544 octets") {
            $0.altering($1[1]) { $0 += [UInt8](repeating: 0, count: 8) }
        },
        Row("a sealed segment ends in something", refused: (1, 64_064, 81), "head does not verify") {
            $0.altering($1[1]) { $0[65_001] = 7 }
        },
        Row("the last record of a sealed segment", refused: (1, 64 + 1_600 * 39, 80), "checksum", missing: [80...80]) {
            $0.altering($1[1]) { $0[64 + 1_600 * 39 + 700] ^= 1 }
        },
        Row("the first record of a segment", refused: (2, 64, 81), "head does not verify", missing: [81...81]) {
            $0.altering($1[2]) { $0[64 + 17] ^= 1 }
        },
    ]

    @Test(arguments: rows)
    func openingRefusesAndTheReaderGoesOn(_ row: Row) throws {
        let intact = try Self.journal()
        let disk = try row.change(intact, intact.segments)
        let names = try Self.journal().segments
        #expect(names.count == 4)
        let place = Place(names[row.refused.segment], row.refused.offset, row.refused.expected)
        expectRefusal(of: disk, place.segment, place.offset, place.expected, "\(row)")

        var visited = Visited()
        let findings = try JournalReader(disk: disk).read { visited.visit($0) }
        #expect(findings.first { $0.place == place }?.description.contains(row.reason) == true)
        #expect(findings.filter { $0.place == nil } == row.missing.map { .missing($0) })
        // Nothing sound is accused: only two files that changed places are two damages.
        #expect(findings.count { $0.place != nil } == (row.reason == "belongs to segment" ? 2 : 1), "\(findings)")
        let readable = (1...SequenceNumber(130)).filter { number in !row.missing.contains { $0.contains(number) } }
        #expect(visited.numbers == readable.filter { number in !Self.isCutOff(number, row) })
    }

    /// Records at the end of the journal are missing without anybody to say so.
    private static func isCutOff(_ number: SequenceNumber, _ row: Row) -> Bool {
        switch row.testDescription {
        case "the last segment lost its end": number > 125
        case "the last segment is empty", "the last segment is missing": number > 120
        default: false
        }
    }

    /// Nobody mistakes it for a new journal.
    @Test
    func aJournalWithoutAnySegmentIsRefused() throws {
        let disk = try Self.journal()
        let names = disk.segments
        for name in names { try disk.remove(name) }
        expectRefusal(of: disk, names[3], 0, 121, "all are missing")
        let findings = try JournalReader(disk: disk).read { _ in }
        #expect(findings.map(\.place) == [Place(names[3], 0, 121)])
    }

    @Test
    func aNoteOfTheNewestSegmentThatDoesNotVerifyIsRefused() throws {
        for place in 0..<SegmentHeader.octets {
            let disk = try Self.journal().altering(NewestSegment.fileName) { $0[place] ^= 1 }
            expectRefusal(of: disk, NewestSegment.fileName, 0, 1, "octet \(place)")
        }
    }

    /// A journal of an earlier Lockstep has none; a power cut leaves an empty one, half of one, or one of zeros.
    @Test(arguments: [nil, 0, 63, 64])
    func aJournalWithoutANoteGetsOne(octets: Int?) throws {
        var disk = try Self.journal()
        let note = disk.octets(NewestSegment.fileName)
        if let octets {
            disk = disk.altering(NewestSegment.fileName) {
                $0 = octets == 64 ? [UInt8](repeating: 0, count: 64) : Array($0.prefix(octets))
            }
        } else {
            try disk.remove(NewestSegment.fileName)
        }
        #expect(try Workbench.visited(disk).numbers == Array(1...130))
        #expect(disk.octets(NewestSegment.fileName) == note)
    }

    @Test(arguments: [
        "00000000000000000001-00000001.segment.old", "1-1.segment", "notes.txt", "prepared-1.zero.old", "torn-x-1",
        ".segment",
        "00000000000000000000-00000009.segment", "18446744073709551615-18446744073709551615.segment",
        "00000000000000000009-+0000009.segment", "00000000000000000041-0000002.segment",
    ])
    func aForeignFileIsIgnored(name: String) throws {
        let disk = try Self.journal()
        try disk.open(name, .createNew).write([1, 2, 3], at: 0)
        #expect(try Workbench.visited(disk).numbers == Array(1...130))
        #expect(try JournalReader(disk: disk).read { _ in } == [])
    }
}
