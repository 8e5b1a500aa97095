// What recovery makes of the end of a journal: every combination of evidence, every cut of the last batch, every sector
// of it that may be missing. The rules stand in `Recovery.swift`.
import POSIX
import Testing

@testable import Journal

struct TailRuleTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let evidence: TailEvidence
        let rule: String

        var testDescription: String { "\(evidence)" }

        /// One letter for each thing that is seen: last segment, vouched for, ends in zeros, misses a sector.
        init(_ seen: String, _ rule: String) {
            evidence = TailEvidence(
                isLastSegment: seen.contains("L"), laterRecordVouches: seen.contains("V"),
                endsInZeros: seen.contains("Z"), missesSector: seen.contains("S"))
            self.rule = rule
        }
    }

    static let sealed = "inside a sealed segment"
    static let acknowledged = "it had been acknowledged: a later record says so"
    static let cutOff = "cut off"
    static let sectorsMissing = "sectors missing"
    static let complete = "complete, and wrong"

    static let rows = [
        Row("....", sealed), Row("...S", sealed), Row("..Z.", sealed), Row("..ZS", sealed),
        Row(".V..", sealed), Row(".V.S", sealed), Row(".VZ.", sealed), Row(".VZS", sealed),
        Row("L...", complete), Row("L..S", sectorsMissing), Row("L.Z.", cutOff), Row("L.ZS", cutOff),
        Row("LV..", acknowledged), Row("LV.S", acknowledged), Row("LVZ.", acknowledged), Row("LVZS", acknowledged),
    ]

    @Test(arguments: rows)
    func eachSituationHasItsRule(_ row: Row) {
        let (rule, verdict) = TailRule.decide(row.evidence)
        #expect(rule == row.rule)
        #expect(verdict == ([Self.cutOff, Self.sectorsMissing].contains(row.rule) ? .torn : .damaged))
    }

    @Test
    func theRowsAreAllSituations() {
        #expect(Self.rows.count == 16)
        for row in Self.rows { #expect(Self.rows.count { $0.evidence == row.evidence } == 1) }
    }
}

/// A journal whose last group is not known to be durable, and where each of its records stands.
struct TornJournal {
    let disk = SimulatedDisk()
    let segment = "00000000000000000001-00000001.segment"
    let samples: [Sample]
    /// Where each record begins, and where the last one ends.
    let offsets: [Int]
    let groups: [Int]

    init(_ groups: [[Sample]]) throws {
        try Workbench.commit(groups, to: disk)
        samples = groups.flatMap { $0 }
        self.groups = groups.map(\.count)
        offsets = samples.reduce(into: [SegmentHeader.octets]) { offsets, sample in
            offsets.append(
                offsets[offsets.count - 1]
                    + RecordFormat.size(contentOctets: sample.brand.utf8.count + sample.payload.count))
        }
    }

    var end: Int { offsets[offsets.count - 1] }
    var lastGroup: Range<Int> { offsets[samples.count - (groups.last ?? 0)]..<end }

    /// Opens what the change left; expects the first `kept` records, and that the journal goes on behind them.
    func expectRecovery(
        keeping kept: Int, _ note: Comment, _ change: (inout [UInt8]) -> Void
    ) throws {
        let disk = disk.altering(segment, change)
        let damaged = disk.octets(segment)
        #expect(try Workbench.visited(disk).samples == Array(samples[..<kept]), note)
        let tail = damaged.withUnsafeBytes { $0.lastNonZero(from: offsets[kept]) }.map { damaged[offsets[kept]...$0] }
        #expect(disk.tornCopies.map { disk.octets($0) } == (tail.map { [Array($0)] } ?? []), note)
        #expect(disk.octets(segment).withUnsafeBytes { $0.firstNonZero(from: offsets[kept]) } == nil, note)

        try Workbench.commit([[Sample("after")]], to: disk)
        #expect(try Workbench.visited(disk).samples == samples[..<kept] + [Sample("after")], note)
    }
}

struct TornTailTests {
    static let groups = [
        [Sample("one"), Workbench.text(100, "2")], [Workbench.text(33, "3")],
        [Workbench.text(70, "4"), Sample([]), Workbench.text(610, "6")],
    ]

    /// The bar: at every octet of the last batch, and so of the last record.
    @Test
    func aBatchCutAtAnyOctetIsTorn() throws {
        let journal = try TornJournal(Self.groups)
        for cut in journal.lastGroup {
            // A record is whole with its marker; the padding behind it is zero either way.
            let kept = (0..<journal.samples.count).count {
                let content = journal.samples[$0].brand.utf8.count + journal.samples[$0].payload.count
                return journal.offsets[$0] + RecordFormat.headOctets + content < cut
            }
            try journal.expectRecovery(keeping: kept, "cut at octet \(cut)") { octets in
                octets[cut..<journal.end].replaceAll(with: 0)
            }
        }
    }

    /// Sectors reach a disk in any order. Content lengths move the ends of the records over a sector's boundary.
    @Test(arguments: Array(stride(from: 0, to: 64, by: 8)))
    func aBatchWithoutAnyOfItsSectorsIsTorn(shift: Int) throws {
        let last = [Workbench.text(340 + shift, "2"), Workbench.text(460, "3"), Workbench.text(600, "4")]
        let journal = try TornJournal([[Sample("one")], last])
        let sectors = Array(journal.lastGroup.lowerBound / 512...(journal.end - 1) / 512)
        for missing in 0..<(1 << sectors.count) {
            let holes = sectors.enumerated().filter { missing >> $0.offset & 1 == 1 }.map(\.element)
                .map { max($0 * 512, journal.lastGroup.lowerBound)..<min(($0 + 1) * 512, journal.end) }
            let kept = holes.first.map { hole in journal.offsets.dropFirst().count { $0 <= hole.lowerBound } } ?? 4
            try journal.expectRecovery(keeping: kept, "without sectors \(holes)") { octets in
                for hole in holes { octets[hole].replaceAll(with: 0) }
            }
        }
    }

    /// The same holes in a group that a later one vouches for, through records that vouch only for what came before.
    @Test
    func anAcknowledgedBatchWithoutASectorIsDamage() throws {
        let group = [Workbench.text(1_500, "2"), Sample("three"), Workbench.text(600, "4")]
        let journal = try TornJournal([[Sample("one")], group, [Sample("five")]])
        for sector in 1...3 {
            let hole = sector * 512..<(sector + 1) * 512
            let disk = journal.disk.altering(journal.segment) { $0[hole].replaceAll(with: 0) }
            let first = journal.offsets.dropFirst().count { $0 <= hole.lowerBound }
            expectRefusal(
                of: disk, journal.segment, journal.offsets[first], SequenceNumber(first + 1), "sector \(sector)")
        }
    }

    /// The copy is there before the tail is gone, whatever the power does afterwards.
    @Test
    func theCopyOfATailIsDurable() throws {
        let journal = try TornJournal(Self.groups)
        let disk = journal.disk.altering(journal.segment) { $0[journal.end - 100..<journal.end].replaceAll(with: 0) }
        let tail = Array(disk.octets(journal.segment)[journal.offsets[5]..<journal.end - 100])
        var chance = SeededChance(seed: 1)
        for calls in 0..<20 {
            let trial = disk.afterKill()
            trial.behave { $0.callsLeft = calls }
            _ = try? Workbench.visited(trial)
            let after = trial.after(.stoppedWrite, &chance)
            let isWhole = after.octets(journal.segment) == disk.octets(journal.segment)
            #expect(isWhole || after.tornCopies.map { after.octets($0) } == [tail], "power for \(calls) calls")
        }
    }

    @Test
    func theCopyOfATailIsNeverOverwritten() throws {
        let journal = try TornJournal(Self.groups)
        let disk = journal.disk.altering(journal.segment) { $0[journal.end - 100..<journal.end].replaceAll(with: 0) }
        _ = try Workbench.visited(disk)
        // Power went while the tail was being zeroed: its end is still there.
        let again = disk.altering(journal.segment) { $0[journal.end - 8] = 1 }
        _ = try Workbench.visited(again)
        #expect(again.tornCopies.count == 2)
        #expect(Set(again.tornCopies.map { again.octets($0).count }).count == 2)
    }

    /// A disk too full for the copy: nothing is cut, and half a copy does not stay.
    @Test
    func aTailIsNotCutWithoutItsCopy() throws {
        let journal = try TornJournal(Self.groups)
        let disk = journal.disk.altering(journal.segment) { $0[journal.end - 100..<journal.end].replaceAll(with: 0) }
        let before = disk.octets(journal.segment)
        disk.behave { $0.capacity = before.count + 10 }
        #expect(throws: JournalFailure.write(.noSpace)) { try Workbench.visited(disk) }
        #expect(disk.octets(journal.segment) == before)
        #expect(disk.tornCopies.isEmpty)

        disk.behave { $0.capacity = .max }
        #expect(try Workbench.visited(disk).samples == Array(journal.samples.dropLast()))
    }
}

extension ArraySlice<UInt8> {
    mutating func replaceAll(with octet: UInt8) {
        for index in indices { self[index] = octet }
    }
}
