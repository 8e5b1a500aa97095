// A segment that is read in windows is the segment: whatever stands in it, the walk visits the same records, comes to
// the same end and leaves the chain at the same place as the walk over all of its octets.
import POSIX
import Testing

@testable import Journal

struct WindowTests {
    struct Walked: Equatable {
        var visited = Visited()
        var end = SegmentScan.End.clean(offset: 0)
        var position = ChainPosition(next: 1, previous: Workbench.identity.seed)
    }

    /// Groups of records of any size, some longer than every window; zeros behind them, sometimes none.
    static func segment(_ chance: inout SeededChance) -> [UInt8] {
        var octets = [UInt8](repeating: 0xAA, count: SegmentHeader.octets)
        var (next, chain) = (SequenceNumber(1), Workbench.identity.seed)
        for _ in 0..<chance.below(8) {
            let samples = (0...chance.below(4)).map { _ in
                Sample(chance.text(chance.oneIn(5) ? chance.below(3_000) : chance.below(120)))
            }
            var batch = RecordBatch(samples)
            chain = batch.number(from: next, previous: chain, durable: next - 1, seed: Workbench.identity.seed)
            next += SequenceNumber(samples.count)
            octets += batch.bytes
        }
        return octets + [UInt8](repeating: 0, count: chance.coin() ? 0 : 8 * chance.below(600))
    }

    static func damage(_ octets: inout [UInt8], _ chance: inout SeededChance) {
        for _ in 0..<chance.below(3) where octets.count > SegmentHeader.octets {
            let place = SegmentHeader.octets + chance.below(octets.count - SegmentHeader.octets)
            if chance.coin() {
                octets[place] ^= UInt8(1 + chance.below(255))
            } else {
                let end = min(octets.count, place + chance.below(1_024))
                octets.replaceSubrange(place..<end, with: repeatElement(0, count: end - place))
            }
        }
    }

    static func whole(_ octets: [UInt8]) -> Walked {
        var walked = Walked()
        octets.withUnsafeBytes {
            walked.end = SegmentScan(bytes: $0, seed: Workbench.identity.seed)
                .walk(from: SegmentHeader.octets, position: &walked.position) { walked.visited.visit($0) }
        }
        return walked
    }

    @Test(arguments: UInt64(0)..<400)
    func windowsOfAnySizeShowWhatTheWholeShows(seed: UInt64) throws {
        var chance = SeededChance(seed: seed)
        var octets = Self.segment(&chance)
        Self.damage(&octets, &chance)
        let file = try SimulatedDisk().open("segment", .createNew)
        try file.write(octets, at: 0)
        let expected = Self.whole(octets)
        for size in [40, 41, 48, 100, 512, 1_000, 4_096, 1 << 20] {
            var (walked, windows) = (Walked(), SegmentWindows(octets: size))
            walked.end = try windows.walk(
                file, octets: octets.count, seed: Workbench.identity.seed, position: &walked.position
            ) { walked.visited.visit($0) }
            #expect(walked == expected, "windows of \(size)")
        }
    }

    static func window(of octets: [UInt8], to end: Int? = nil) throws -> SegmentWindow {
        let file = try SimulatedDisk().open("segment", .createNew)
        try file.write(octets, at: 0)
        var window = SegmentWindow(SegmentHeader.octets..<(end ?? octets.count), buffer: [])
        try window.read(file)
        return window
    }

    static func walked(_ window: SegmentWindow) -> Walked {
        var walked = Walked()
        walked.end = window.walk(seed: Workbench.identity.seed, position: &walked.position) {
            walked.visited.visit($0)
        }
        return walked
    }

    @Test(arguments: UInt64(0)..<400)
    func howMuchWasCheckedAheadChangesNothing(seed: UInt64) throws {
        var chance = SeededChance(seed: seed)
        var octets = Self.segment(&chance)
        Self.damage(&octets, &chance)
        let expected = Self.whole(octets)
        for limit in [0, 1, 2, 5, Int.max] {
            var (window, count) = (try Self.window(of: octets), 0)
            window.check(seed: Workbench.identity.seed) {
                count += 1
                return count > limit
            }
            #expect(Self.walked(window) == expected, "\(limit) records checked ahead")
            #expect(window.checked <= expected.end.offset)
            if limit == Int.max { #expect(window.checked == expected.end.offset) }
        }
    }

    /// The chain is for the walk to follow: a record that is intact may still be in the wrong place.
    @Test
    func aRecordThatWasCheckedAheadCanBeTheWrongOne() throws {
        var batch = RecordBatch([Sample("one"), Sample("two")])
        _ = batch.number(from: 1, previous: Workbench.identity.seed, durable: 0, seed: Workbench.identity.seed)
        let octets = [UInt8](repeating: 0xAA, count: SegmentHeader.octets) + batch.bytes + batch.bytes
        var window = try Self.window(of: octets)
        window.check(seed: Workbench.identity.seed) { false }
        #expect(window.checked == octets.count)
        let walked = Self.walked(window)
        let end = SegmentHeader.octets + batch.bytes.count
        #expect(walked.end == .invalid(offset: end, reason: "record 1 stands there instead"))
        #expect(walked == Self.whole(octets))
    }

    @Test(arguments: UInt64(0)..<40)
    func theNextWindowBeginsWithTheRecordThatIsCutOff(seed: UInt64) throws {
        var chance = SeededChance(seed: seed)
        let octets = Self.segment(&chance)
        for end in SegmentHeader.octets...octets.count {
            let window = try Self.window(of: octets, to: end)
            #expect(window.cutOff == Self.walked(window).end.offset)
        }
    }

    @Test
    func theSegmentsComeAcrossEverything() {
        var ends: [String: Int] = [:]
        for seed in UInt64(0)..<400 {
            var chance = SeededChance(seed: seed)
            var octets = Self.segment(&chance)
            Self.damage(&octets, &chance)
            switch Self.whole(octets).end {
            case .clean(let offset): ends[offset == octets.count ? "full" : "zeros behind", default: 0] += 1
            case .invalid(_, let reason): ends[reason, default: 0] += 1
            }
        }
        #expect(ends.count >= 4 && ends.values.allSatisfy { $0 >= 5 }, "\(ends)")
    }
}
