// Reading a journal without owning it: for `journal-replay`, also while a server writes to it.
//
// Unlike recovery, a reader does not stop at damage: it reports the place, looks for the next intact record and goes
// on, so that nothing behind the damage is hidden.
import POSIX

package struct JournalReader: Sendable {
    package enum Finding: Equatable, Sendable, CustomStringConvertible {
        case damage(Damage)
        /// Records that no intact place holds; what `damage` reported made them unreadable.
        case missing(ClosedRange<SequenceNumber>)
        /// The end of the last segment holds part of a batch that nobody was promised: a power cut, or a write that
        /// is going on just now.
        case unfinishedTail(segment: String, offset: Int, octets: Int)

        package var description: String {
            switch self {
            case .damage(let damage): damage.description
            case .missing(let range):
                range.count == 1
                    ? "record \(range.lowerBound) cannot be read"
                    : "records \(range.lowerBound) to \(range.upperBound) cannot be read"
            case .unfinishedTail(let segment, let offset, let octets):
                "\(segment): \(octets) octets from octet \(offset) on are an unfinished batch that was not acknowledged"
            }
        }

        package var isDamage: Bool {
            if case .unfinishedTail = self { return false }
            return true
        }
    }

    private let disk: any Disk

    package init(directory: String) {
        disk = DirectoryDisk(existing: directory)
    }

    package init(disk: any Disk) {
        self.disk = disk
    }

    /// Octets of all segments, for a progress display.
    package func octets() throws(JournalFailure) -> Int {
        var total = 0
        for name in try JournalOpening.segmentNames(disk) {
            do throws(Errno) { total += try disk.open(name.text, .read).size() } catch {}
        }
        return total
    }

    /// Visits every intact record in order; `progress` gets the octets read so far, once a segment.
    package func read(
        progress: (Int) -> Void = { _ in }, visit: (RecordView) -> Void
    ) throws(JournalFailure) -> [Finding] {
        var findings: [Finding] = []
        var walker = ChainWalker()
        var buffer: [UInt8] = []
        var done = 0
        let names = try JournalOpening.segmentNames(disk)
        for name in names {
            do throws(Errno) {
                try disk.open(name.text, .read).readAll(into: &buffer)
            } catch {
                // A writer may retire old segments while we read.
                if error == .notFound && walker.header == nil { continue }
                throw .read(error)
            }
            if let damage = walker.enter(name, buffer) {
                findings.append(.damage(damage))
                walker.resume(at: name, buffer)
            }
            findings += walker.walkPastDamage(name, buffer, isLast: name == names.last, visit: visit)
            done += buffer.count
            progress(done)
        }
        return findings
    }
}

extension ChainWalker {
    /// Goes on behind a header that does not fit: the name says what should be there.
    fileprivate mutating func resume(at name: SegmentName, _ bytes: [UInt8]) {
        if let header = bytes.withUnsafeBytes({ SegmentHeader($0) }) {
            self = ChainWalker(continuing: header)
        } else if let known = header {
            self = ChainWalker(
                continuing: SegmentHeader(
                    fileOctets: bytes.count, identity: known.identity, index: name.index,
                    firstSequence: name.firstSequence, previous: position.previous, created: 0))
        }
    }

    private init(continuing header: SegmentHeader) {
        self.init(header: header, position: ChainPosition(next: header.firstSequence, previous: header.previous))
    }

    fileprivate mutating func walkPastDamage(
        _ name: SegmentName, _ bytes: [UInt8], isLast: Bool, visit: (RecordView) -> Void
    ) -> [JournalReader.Finding] {
        guard header != nil else { return [] }
        var findings: [JournalReader.Finding] = []
        bytes.withUnsafeBytes { bytes in
            let scan = scan(bytes)
            var offset = SegmentHeader.octets
            while case .invalid(let place, let reason) = scan.walk(from: offset, position: &position, visit: visit) {
                let evidence = scan.evidence(at: place, expected: position.next, isLastSegment: isLast)
                if TailRule.decide(evidence).verdict == .torn {
                    let end = (bytes.lastNonZero(from: place) ?? place) + 1
                    findings.append(.unfinishedTail(segment: name.text, offset: place, octets: end - place))
                    return
                }
                findings.append(
                    .damage(Damage(segment: name.text, offset: place, expected: position.next, reason: reason)))
                guard let next = skip(scan, from: place) else { return }
                if next.head.sequence > position.next {
                    findings.append(.missing(position.next...next.head.sequence - 1))
                }
                position = ChainPosition(next: next.head.sequence, previous: next.head.previous)
                offset = next.offset
            }
        }
        return findings
    }

    /// The next place to read on from: the intact record itself when only its link to the one before is wrong.
    private func skip(_ scan: SegmentScan, from place: Int) -> (offset: Int, head: RecordHead)? {
        if let head = RecordHead(scan.bytes, at: place, seed: scan.seed),
            head.isIntact(scan.bytes, at: place), head.sequence >= position.next
        {
            return (place, head)
        }
        return scan.nextIntact(after: place, atLeast: position.next + 1)
    }
}
