// What to make of the first place in a segment where no intact record stands.
//
// After a power cut the last, unacknowledged batch may be there in part: sectors that did not reach the disk are
// still zero, because segments are zeroed in advance. That is a torn tail: nobody was promised those records, so the
// tail is copied aside and zeroed. Anything else that does not verify is damage, and the journal is not opened.
// The table below names every situation; `RecoveryTests` walks all combinations and every cut of a real record.

/// What can be seen at a place where an intact record was expected and something other than zeros begins.
struct TailEvidence: Equatable {
    /// Only the last segment can have been written to when the power went.
    var isLastSegment: Bool
    /// A later intact record says that this place was durable when it was written.
    var laterRecordVouches: Bool
    /// Everything from inside this record on is zero: the write was cut off here.
    var endsInZeros: Bool
    /// A whole sector of this record (or its part in one) is still zero: the write came out of order.
    var missesSector: Bool
}

enum TailVerdict: Equatable {
    /// Not promised to anybody: copy aside, zero, go on.
    case torn
    /// Refuse to start and say where.
    case damaged
}

struct TailRule: Sendable {
    let name: String
    let matches: @Sendable (TailEvidence) -> Bool
    let verdict: TailVerdict

    /// The first row that matches decides; the last matches always.
    static let table: [TailRule] = [
        TailRule(name: "inside a sealed segment", matches: { !$0.isLastSegment }, verdict: .damaged),
        TailRule(
            name: "it had been acknowledged: a later record says so", matches: { $0.laterRecordVouches },
            verdict: .damaged),
        TailRule(name: "cut off", matches: { $0.endsInZeros }, verdict: .torn),
        TailRule(name: "sectors missing", matches: { $0.missesSector }, verdict: .torn),
        TailRule(name: "complete, and wrong", matches: { _ in true }, verdict: .damaged),
    ]

    static func decide(_ evidence: TailEvidence) -> (rule: String, verdict: TailVerdict) {
        for rule in table where rule.matches(evidence) { return (rule.name, rule.verdict) }
        preconditionFailure("the last row matches always")
    }
}

/// Where a journal is damaged, in words for the person who has to mend it.
package struct Damage: Error, Equatable, Sendable, CustomStringConvertible {
    package let segment: String
    /// Octets from the start of the segment.
    package let offset: Int
    /// The sequence number that was expected there.
    package let expected: SequenceNumber
    package let reason: String

    package var description: String {
        "\(segment): damage at octet \(offset), where record \(expected) was expected: \(reason)"
    }
}

/// Where the chain stands: what the next record must be.
struct ChainPosition: Equatable {
    var next: SequenceNumber
    var previous: UInt32
    /// Up to which number the last record says that everything was durable when it was written.
    var promised: SequenceNumber = 0
    /// Where, in the segment that was walked last, the records above `promised` begin: the last group, for which no
    /// later record vouches.
    var unpromisedOffset = SegmentHeader.octets
}

/// Reads one segment's octets as far as they verify.
struct SegmentScan {
    enum End: Equatable {
        /// Nothing but zeros (or nothing at all) from here on.
        case clean(offset: Int)
        /// Something else, and not the record that should follow.
        case invalid(offset: Int, reason: String)
    }

    let bytes: UnsafeRawBufferPointer
    let seed: UInt32
    /// Where in the segment `bytes` begin; the offsets here count from there.
    var base = 0
    /// Every record before this offset is known to be intact.
    var checked = 0
    static let sectorOctets = 512

    /// Visits every record from `offset` on that is intact and next in the chain.
    func walk(from offset: Int, position: inout ChainPosition, visit: (RecordView) -> Void) -> End {
        var offset = offset
        while offset < bytes.count {
            let isChecked = offset < checked
            let found = isChecked ? RecordHead(intact: bytes, at: offset) : RecordHead(bytes, at: offset, seed: seed)
            guard let head = found else {
                let isClean = bytes.firstNonZero(from: offset) == nil
                return isClean
                    ? .clean(offset: offset) : .invalid(offset: offset, reason: "the record's head does not verify")
            }
            guard isChecked || head.isIntact(bytes, at: offset) else {
                return .invalid(offset: offset, reason: "the checksum of the record does not match its content")
            }
            guard head.sequence == position.next else {
                return .invalid(offset: offset, reason: "record \(head.sequence) stands there instead")
            }
            guard head.previous == position.previous else {
                return .invalid(
                    offset: offset, reason: "the record does not follow the one before it: one was altered or taken out"
                )
            }
            visit(RecordView(head, bytes, at: offset))
            position.advance(past: head, at: base + offset)
            offset += head.size
        }
        return .clean(offset: offset)
    }

    /// The next intact record after a bad place, with at least that number.
    func nextIntact(after offset: Int, atLeast number: SequenceNumber) -> (offset: Int, head: RecordHead)? {
        var candidate = (offset & ~7) + 8
        while let something = bytes.firstNonZero(from: candidate) {
            // A head begins with two checksums, which are not both zero.
            candidate = max(candidate, something & ~7)
            if let head = RecordHead(bytes, at: candidate, seed: seed), head.sequence >= number,
                head.isIntact(bytes, at: candidate)
            {
                return (candidate, head)
            }
            candidate += 8
        }
        return nil
    }

    func evidence(at offset: Int, expected: SequenceNumber, isLastSegment: Bool) -> TailEvidence {
        let head = RecordHead(bytes, at: offset, seed: seed)
        let last = bytes.lastNonZero(from: offset) ?? offset
        let later = nextIntact(after: offset, atLeast: expected + 1)
        // Of an unknown length: up to the next record that is known, or to the end of what is there.
        let end = head.map { offset + $0.size } ?? later?.offset ?? (last | 7) + 1
        return TailEvidence(
            isLastSegment: isLastSegment,
            laterRecordVouches: vouches(later, for: expected),
            endsInZeros: last < offset + (head?.markerOffset ?? RecordFormat.headOctets - 1),
            missesSector: missesSector(in: offset..<min(end, bytes.count)))
    }

    /// Whether that record or an intact one after it says that `expected` was durable.
    private func vouches(_ record: (offset: Int, head: RecordHead)?, for expected: SequenceNumber) -> Bool {
        var record = record
        while let (offset, head) = record {
            if head.promised >= expected { return true }
            record = nextIntact(after: offset, atLeast: expected + 1)
        }
        return false
    }

    /// The extent ends where a record does: what it has in its last sector includes an end marker, which is not zero.
    private func missesSector(in extent: Range<Int>) -> Bool {
        var start = extent.lowerBound
        while start < extent.upperBound {
            let end = min((start / SegmentScan.sectorOctets + 1) * SegmentScan.sectorOctets, extent.upperBound)
            if UnsafeRawBufferPointer(rebasing: bytes[start..<end]).firstNonZero(from: 0) == nil { return true }
            start = end
        }
        return false
    }
}

extension ChainPosition {
    fileprivate mutating func advance(past head: RecordHead, at offset: Int) {
        next = head.sequence + 1
        previous = head.checksum
        if head.promised != promised {
            promised = head.promised
            unpromisedOffset = offset
        }
    }
}

extension RecordHead {
    /// Up to which number everything was durable when this was written.
    fileprivate var promised: SequenceNumber { sequence - min(UInt64(gap), sequence) }
}
