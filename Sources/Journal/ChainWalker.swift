// Follows the chain from segment to segment, and stops at the first place that breaks it. `TolerantWalker` goes on there.
import POSIX

struct ChainWalker {
    var header: SegmentHeader?
    var position = ChainPosition(next: 1, previous: 0)
    private var windows = SegmentWindows()

    enum LastEnd {
        case clean(offset: Int)
        case torn(offset: Int, end: Int)
        case damaged(Damage)
    }

    /// Nil when every record of a segment that others follow is intact.
    mutating func walkSealed(
        _ name: SegmentName, _ file: any DiskFile, visit: (RecordView) -> Void
    ) throws(Errno) -> Damage? {
        let octets = try file.size()
        if let damage = enter(name, try file.header(), octets: octets) { return damage }
        return switch try walk(file, octets, visit: visit) {
        case .clean: nil
        case .invalid(let offset, let reason): damage(name, offset, reason)
        }
    }

    mutating func walkLast(
        _ name: SegmentName, _ file: any DiskFile, visit: (RecordView) -> Void
    ) throws(Errno) -> LastEnd {
        let octets = try file.size()
        if let damage = enter(name, try file.header(), octets: octets) { return .damaged(damage) }
        switch try walk(file, octets, visit: visit) {
        case .clean(let offset): return .clean(offset: offset)
        case .invalid(let offset, let reason): return try decide(name, file, offset, reason)
        }
    }

    private mutating func walk(
        _ file: any DiskFile, _ octets: Int, visit: (RecordView) -> Void
    ) throws(Errno) -> SegmentScan.End {
        try windows.walk(
            file, octets: octets, seed: header?.identity.seed ?? 0, position: &position, visit: visit)
    }

    /// What an end that is not clean is, by all that stands behind it.
    private func decide(
        _ name: SegmentName, _ file: any DiskFile, _ offset: Int, _ reason: String
    ) throws(Errno) -> LastEnd {
        var bytes: [UInt8] = []
        try file.readAll(into: &bytes)
        return bytes.withUnsafeBytes { bytes in
            let evidence = scan(bytes).evidence(at: offset, expected: position.next, isLastSegment: true)
            let (rule, verdict) = TailRule.decide(evidence)
            let end = (bytes.lastNonZero(from: offset) ?? offset) + 1
            return verdict == .torn
                ? .torn(offset: offset, end: end) : .damaged(damage(name, offset, "\(reason) (\(rule))"))
        }
    }

    func scan(_ bytes: UnsafeRawBufferPointer) -> SegmentScan {
        SegmentScan(bytes: bytes, seed: header?.identity.seed ?? 0)
    }

    /// Checks that a segment is the next one; the first of a journal, which may have been preceded by retired ones,
    /// sets where the chain begins.
    mutating func enter(_ name: SegmentName, _ entered: SegmentHeader?, octets count: Int) -> Damage? {
        guard let entered else {
            return damage(name, 0, "the segment's header does not verify")
        }
        guard entered.firstSequence == name.firstSequence, entered.index == name.index else {
            return damage(name, 0, "the header belongs to segment \(entered.name)")
        }
        let octets = Int(entered.fileOctets)
        guard octets == count else {
            let reason = "the file has \(count) octets and was made with \(octets)"
            return damage(name, min(octets, count), reason)
        }
        if let header {
            guard entered.identity == header.identity else {
                return damage(name, 0, "the segment is of another journal")
            }
            guard entered.index == header.index + 1 else {
                return damage(name, 0, "segment \(header.index + 1) is missing before it")
            }
            guard entered.firstSequence == position.next, entered.previous == position.previous else {
                return damage(
                    name, 0, "the segment before it ends at record \(position.next - 1), not where this one begins")
            }
        } else {
            position = ChainPosition(next: entered.firstSequence, previous: entered.previous)
        }
        header = entered
        position.unpromisedOffset = SegmentHeader.octets
        return nil
    }

    private func damage(_ name: SegmentName, _ offset: Int, _ reason: String) -> Damage {
        Damage(segment: name.text, offset: offset, expected: position.next, reason: reason)
    }
}
