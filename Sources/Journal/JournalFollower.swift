// Follows a journal while it is written: visits each record once, in order, soon after it is durable.
//
// Unlike a reader it remembers its place, and reads on from there in small pieces, so that what came in the last moment
// costs what it is long. It never looks behind the record that it is told is durable: what stands there may be half
// written. For the process that writes the journal; anybody else cannot know what is durable.
import POSIX

/// A record, and by the chain of checksums all that is before it.
package struct JournalMark: Equatable, Sendable {
    /// 0 before the first record.
    package let sequence: SequenceNumber
    package let checksum: UInt32

    package init(sequence: SequenceNumber, checksum: UInt32) {
        self.sequence = sequence
        self.checksum = checksum
    }
}

package struct JournalFollower: Sendable {
    /// What is read at once; a longer record is read whole.
    private static let pieceOctets = 256 << 10

    private let disk: any Disk
    private var place: FollowedSegment?
    private var buffer: [UInt8] = []

    package init(disk: any Disk) {
        self.disk = disk
    }

    /// The last record that was visited or passed; nil before the first `seek`.
    package var mark: JournalMark? {
        place.map { JournalMark(sequence: $0.position.next - 1, checksum: $0.position.previous) }
    }

    /// Goes behind the record with that number, which is durable, or to the oldest that there is when that is newer.
    package mutating func seek(after sequence: SequenceNumber) throws(JournalFailure) {
        let names = try JournalOpening.segmentNames(disk)
        guard let name = names.last(where: { $0.firstSequence <= sequence + 1 }) ?? names.first else {
            throw .read(.notFound)
        }
        try enter(name)
        _ = try read(through: sequence, octets: .max) { _ in }
    }

    /// Visits what follows, up to a record that is durable, and stops once that many octets were read.
    ///
    /// Throws `read(.notFound)` when the next segment was retired meanwhile: then `seek` goes on with what is left.
    package mutating func read(
        through durable: SequenceNumber, octets limit: Int, visit: (RecordView) -> Void
    ) throws(JournalFailure) {
        var taken = 0
        while let place, place.position.next <= durable, taken < limit {
            let start = place.offset
            let step = try readPiece(through: durable, visit: visit)
            if !step { try enterNext() } else { taken += (self.place?.offset ?? start) - start }
        }
    }

    /// False when the segment ends here.
    private mutating func readPiece(
        through durable: SequenceNumber, visit: (RecordView) -> Void
    ) throws(JournalFailure) -> Bool {
        guard var place else { return false }
        var octets = JournalFollower.pieceOctets
        while true {
            let count = min(octets, place.octets - place.offset)
            guard count >= RecordFormat.headOctets else { return false }
            try load(place.file, place.offset, count)
            let next = place.position.next
            let needed = try buffer.withUnsafeBytes { bytes in
                place.walk(UnsafeRawBufferPointer(rebasing: bytes[..<count]), through: durable, visit: visit)
            }.get()
            self.place = place
            if place.position.next > next { return true }
            guard let needed, needed > count, needed <= place.octets - place.offset else { return false }
            octets = needed
        }
    }

    private mutating func load(_ file: any DiskFile, _ offset: Int, _ count: Int) throws(JournalFailure) {
        if buffer.count < count { buffer = [UInt8](repeating: 0, count: count) }
        do throws(Errno) {
            var filled = 0
            while filled < count {
                let read = try file.read(into: &buffer, filled..<count, at: offset + filled)
                guard read > 0 else { throw .inputOutput }
                filled += read
            }
        } catch { throw .read(error) }
        if count < buffer.count, buffer.count > JournalFollower.pieceOctets { buffer.removeLast(buffer.count - count) }
    }

    private mutating func enterNext() throws(JournalFailure) {
        guard let place else { return }
        let name = try JournalOpening.segmentNames(disk).first { $0.index > place.name.index }
        guard let name else { throw .damaged(place.damage("the record is not there")) }
        guard name.index == place.name.index + 1 else { throw .read(.notFound) }
        try enter(name, behind: place)
    }

    private mutating func enter(_ name: SegmentName, behind last: FollowedSegment? = nil) throws(JournalFailure) {
        let (file, header, octets): (any DiskFile, SegmentHeader?, Int)
        do throws(Errno) {
            file = try disk.open(name.text, .read)
            (header, octets) = (try file.header(), try file.size())
        } catch { throw .read(error) }
        guard let header, header.firstSequence == name.firstSequence, Int(header.fileOctets) == octets else {
            throw .damaged(
                Damage(segment: name.text, offset: 0, expected: name.firstSequence, reason: "its header is wrong"))
        }
        let position = ChainPosition(next: header.firstSequence, previous: header.previous)
        let found = FollowedSegment(
            name: name, file: file, octets: octets, seed: header.identity.seed, position: position)
        if let last, (last.position.next, last.position.previous) != (position.next, position.previous) {
            throw .damaged(found.damage("it does not follow the segment before it"))
        }
        place = found
    }
}

/// The segment that is read, and where.
private struct FollowedSegment: Sendable {
    let name: SegmentName
    let file: any DiskFile
    let octets: Int
    let seed: UInt32
    var offset = SegmentHeader.octets
    var position: ChainPosition
}

extension FollowedSegment {
    /// Visits the durable records that are whole in these octets, which begin at `offset`. Returns how many octets the
    /// first one that is not whole needs; nil when no record begins there.
    mutating func walk(
        _ bytes: UnsafeRawBufferPointer, through durable: SequenceNumber, visit: (RecordView) -> Void
    ) -> Result<Int?, JournalFailure> {
        var read = 0
        defer { offset += read }
        while position.next <= durable {
            guard bytes.count - read >= RecordFormat.headOctets else { return .success(RecordFormat.headOctets) }
            guard let head = RecordHead(bytes, at: read, seed: seed) else { return .success(nil) }
            if head.size > bytes.count - read { return .success(head.size) }
            guard head.sequence == position.next, head.previous == position.previous, head.isIntact(bytes, at: read)
            else { return .failure(.damaged(damage("it is not intact", at: offset + read))) }
            visit(RecordView(head, bytes, at: read))
            position.next += 1
            position.previous = head.checksum
            read += head.size
        }
        return .success(nil)
    }

    func damage(_ reason: String, at place: Int? = nil) -> Damage {
        Damage(segment: name.text, offset: place ?? offset, expected: position.next, reason: reason)
    }
}
