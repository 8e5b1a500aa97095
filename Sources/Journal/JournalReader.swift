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

    /// The oldest record that is kept, by the names of the segments; nil when there is none.
    package func firstSequence() throws(JournalFailure) -> SequenceNumber? {
        try JournalOpening.segmentNames(disk).first?.firstSequence
    }

    /// The seed for contents of this journal, as `JournalOpening.Opened` gives it to a server; nil when no segment's
    /// header verifies.
    package func contentSeed() throws(JournalFailure) -> UInt64? {
        identity(among: try JournalOpening.segmentNames(disk))?.low
    }

    /// Visits the intact records of the segments that hold any of those numbers.
    package func read(
        only numbers: [SequenceNumber], visit: (RecordView) -> Void
    ) throws(JournalFailure) -> [Finding] {
        let names = try JournalOpening.segmentNames(disk)
        var findings: [Finding] = []
        for (name, next) in zip(names, names.dropFirst().map(Optional.some) + [nil]) {
            let end = next?.firstSequence ?? .max
            guard numbers.contains(where: { name.firstSequence <= $0 && $0 < end }) else { continue }
            findings += try read([name], last: names.last, visit: visit)
        }
        return findings
    }

    /// Visits the intact records from a number on, and some before it: all of the segment that holds it.
    package func read(
        from number: SequenceNumber, visit: (RecordView) -> Void
    ) throws(JournalFailure) -> [Finding] {
        let names = try JournalOpening.segmentNames(disk)
        let first = names.lastIndex { $0.firstSequence <= number } ?? 0
        return try read(Array(names.dropFirst(first)), last: names.last, visit: visit)
    }

    /// Visits every intact record in order; `progress` gets the octets read so far, once a segment.
    package func read(
        progress: (Int) -> Void = { _ in }, visit: (RecordView) -> Void
    ) throws(JournalFailure) -> [Finding] {
        // Before the names: the writer may go on to another segment meanwhile.
        let (newest, problem) = newest()
        let names = try JournalOpening.segmentNames(disk)
        let findings = try read(names, last: names.last, progress: progress, visit: visit)
        let lost = NewestSegment.damage(newest, last: names.last) ?? problem
        return findings + (lost.map { [.damage($0)] } ?? [])
    }

    private func read(
        _ names: [SegmentName], last: SegmentName?, progress: (Int) -> Void = { _ in }, visit: (RecordView) -> Void
    ) throws(JournalFailure) -> [Finding] {
        var findings: [Finding] = []
        var walker = TolerantWalker(identity: identity(among: names))
        var buffer: [UInt8] = []
        var done = 0
        for name in names {
            do throws(Errno) {
                try load(name, into: &buffer)
                if name == last { try settle(name, &buffer, walker) }
            } catch {
                if error != .notFound { throw .read(error) }
                // The writer retired it, and all before it, since we listed the names.
                walker = TolerantWalker(identity: identity(among: names))
                continue
            }
            findings += walker.walk(name, buffer, isLast: name == last, visit: visit)
            done += buffer.count
            progress(done)
        }
        return findings
    }

    private func load(_ name: SegmentName, into buffer: inout [UInt8]) throws(Errno) {
        try disk.open(name.text, .read).readAll(into: &buffer)
    }

    /// Reads again until the octets can be trusted. The writer goes on while a segment is read, so a page that was
    /// read early may lack what a page that was read late builds on. A hole of that kind is filled before the octets
    /// behind it are written: what looks like damage is believed when a second reading shows the same up to the end.
    private func settle(_ name: SegmentName, _ buffer: inout [UInt8], _ walker: TolerantWalker) throws(Errno) {
        var again: [UInt8] = []
        while walker.findsDamage(name, buffer) {
            try load(name, into: &again)
            let written = buffer.withUnsafeBytes { ($0.lastNonZero(from: 0) ?? -1) + 1 }
            if again.prefix(written) == buffer.prefix(written) { return }
            swap(&buffer, &again)
        }
    }

    /// What the file `newest` says, or what is wrong with it.
    private func newest() -> (SegmentHeader?, Damage?) {
        do throws(JournalFailure) {
            return (try NewestSegment.read(disk), nil)
        } catch {
            if case .damaged(let damage) = error { return (nil, damage) }
            return (nil, nil)
        }
    }

    /// Of the first segment whose header verifies; nil when none does.
    private func identity(among names: [SegmentName]) -> JournalIdentity? {
        var head = [UInt8](repeating: 0, count: SegmentHeader.octets)
        for name in names {
            guard let file = try? disk.open(name.text, .read), (try? file.read(into: &head, from: 0)) == head.count
            else { continue }
            if let header = head.withUnsafeBytes({ SegmentHeader($0) }) { return header.identity }
        }
        return nil
    }
}
