// The wire format, pinned octet by octet: what was written once is read for ever. The octets of the golden segment were
// made by another program, from the drawings in `Record.swift` and `Segment.swift` alone.
import Foundation
import POSIX
import Testing

@testable import Journal

struct GoldenSegmentTests {
    static let samples = [
        Sample(kind: 1, brand: "acme", time: 1_700_000_000_000_001, Array(#"{"sku":"A-1"}"#.utf8)),
        Sample(kind: 255, brand: "", time: -1, []),
        Sample(kind: 2, brand: "b", time: 1_700_000_000_000_002, [0, 0xED, 0, 0, 0, 0, 0, 0, 0]),
    ]

    static let name = "00000000000000000001-00000001.segment"

    /// The first group holds two records, the second one.
    static func octets() -> [UInt8] {
        let header = SegmentHeader(
            fileOctets: 512, identity: Workbench.identity, index: 1, firstSequence: 1,
            previous: Workbench.identity.seed, created: Workbench.created)
        var octets = header.encoded()
        var chain = header.previous
        for (first, group) in [(1, samples[..<2]), (3, samples[2...])] {
            var batch = RecordBatch(Array(group))
            chain = batch.number(
                from: SequenceNumber(first), previous: chain, durable: SequenceNumber(first - 1),
                seed: Workbench.identity.seed)
            octets += batch.bytes
        }
        return octets + [UInt8](repeating: 0, count: 512 - octets.count)
    }

    /// Header, three records; zeros to octet 512.
    static let drawn = """
        4c4f434b 53544550 01000000 00020000 08070605 04030201 100f0e0d 0c0b0a09
        01000000 00000000 01000000 00000000 d15ef7e5 adcc61dc 00401e18 240a0600

        821525b5 d15ef7e5 11000000 01040000 01000000 00000000 01401e18 240a0600
        01000000 ba35c533 61636d65 7b22736b 75223a22 412d3122 7ded0000 00000000

        83e01349 821525b5 00000000 ff000000 02000000 00000000 ffffffff ffffffff
        02000000 2dbecd75 ed000000 00000000

        b54c18dc 83e01349 0a000000 02010000 03000000 00000000 02401e18 240a0600
        01000000 1c69f754 6200ed00 00000000 0000ed00 00000000
        """

    @Test
    func aSegmentIsTheseOctets() throws {
        let digits = Self.drawn.filter { !$0.isWhitespace }
        let drawn = stride(from: 0, to: digits.count, by: 2).map { place in
            UInt8(digits.dropFirst(place).prefix(2), radix: 16) ?? 0
        }
        let expected = drawn + [UInt8](repeating: 0, count: 512 - drawn.count)
        #expect(Self.octets() == expected)
        #expect(try Self.fixture() == expected)
    }

    @Test
    func aSegmentOfVersionOneIsStillRead() throws {
        let disk = SimulatedDisk()
        try disk.open(Self.name, .createNew).write(try Self.fixture(), at: 0)
        let visited = try Workbench.visited(disk)
        #expect(visited == Visited(numbers: [1, 2, 3], samples: Self.samples))
    }

    @Test
    func anotherVersionIsRefused() throws {
        let disk = SimulatedDisk()
        var octets = try Self.fixture()
        octets[8] = 2
        try disk.open(Self.name, .createNew).write(octets, at: 0)
        expectRefusal(of: disk, Self.name, 0, 1, "version 2")
    }

    private static func fixture() throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        return Array(try Data(contentsOf: folder.appending(path: "../Fixtures/journal/v1.segment")))
    }
}

struct RecordFormatTests {
    /// Content octets and the octets that the record takes on disk.
    @Test(arguments: [(0, 48), (7, 48), (8, 56), (15, 56), (16, 64), (600, 648), (8 << 20, (8 << 20) + 48)])
    func aRecordTakesWholeWords(content: Int, size: Int) {
        #expect(RecordFormat.size(contentOctets: content) == size)
        var batch = RecordBatch()
        batch.append(kind: 1, brand: "", time: 0) { $0 += [UInt8](repeating: 1, count: content) }
        #expect(batch.octets == size)
    }

    /// The chain is one: whatever differs before a record, in number, time, kind or content, shows in its checksum.
    @Test
    func aChecksumStandsForEverythingBeforeIt() {
        let histories = [
            [Sample("a"), Sample("same")], [Sample("b"), Sample("same")], [Sample("a"), Sample("x"), Sample("same")],
            [Sample(kind: 2, Array("a".utf8)), Sample("same")], [Sample(time: 7, Array("a".utf8)), Sample("same")],
            [Sample("a"), Sample("a"), Sample("same")], [Sample("same")],
        ]
        let checksums = histories.map { history in
            var batch = RecordBatch(history)
            return batch.number(from: 1, previous: 5, durable: 0, seed: 9)
        }
        #expect(Set(checksums).count == histories.count)
    }

    @Test
    func recordsWithTheSameContentHaveTheirOwnChecksums() {
        var batch = RecordBatch((0..<50).map { _ in Sample("same") })
        _ = batch.number(from: 1, previous: 0, durable: 0, seed: 9)
        let checksums = batch.bytes.withUnsafeBytes { bytes in
            (0..<50).map { RecordHead(bytes, at: $0 * 56, seed: 9)?.checksum }
        }
        #expect(!checksums.contains(nil))
        #expect(Set(checksums).count == 50)
    }

    @Test
    func aRecordOfAnotherJournalDoesNotPass() {
        var batch = RecordBatch([Sample("mine")])
        _ = batch.number(from: 1, previous: 0, durable: 0, seed: 9)
        batch.bytes.withUnsafeBytes { bytes in
            #expect(RecordHead(bytes, at: 0, seed: 9)?.isIntact(bytes, at: 0) == true)
            #expect(RecordHead(bytes, at: 0, seed: 10) == nil)
        }
    }

    @Test
    func anEmptiedBatchIsUsedAgain() {
        var batch = RecordBatch([Sample("first")])
        batch.removeAll()
        #expect(batch.isEmpty && batch.octets == 0)
        batch.append(kind: 1, brand: "acme", time: 1_000) { $0 += Array("second".utf8) }
        #expect(batch.bytes == RecordBatch([Sample("second")]).bytes)
    }

    @Test
    func aBatchRefusesWhatNoListenerMayAccept() async {
        await #expect(processExitsWith: .failure) {
            var batch = RecordBatch()
            batch.append(kind: 1, brand: "", time: 0) { $0 += [UInt8](repeating: 1, count: (8 << 20) + 1) }
        }
        await #expect(processExitsWith: .failure) {
            var batch = RecordBatch()
            batch.append(kind: 1, brand: String(repeating: "b", count: 65), time: 0) { _ in }
        }
    }
}

struct SegmentNameTests {
    @Test
    func aNameSortsAsItsSegmentDoes() {
        let names = [(1, 1), (9, 2), (10, 3), (10, 4), (99_999_999_999, 99_999_999), (99_999_999_999, 100_000_000)]
            .map { SegmentName(firstSequence: $0.0, index: $0.1) }
        #expect(names.map(\.text) == names.shuffled().sorted().map(\.text))
        for name in names { #expect(SegmentName(name.text) == name) }
        #expect(names[1].text == "00000000000000000009-00000002.segment")
    }
}
