// Opening a journal for writing: lock, verify every segment, decide about the tail, continue where it ends.
import POSIX

struct RecoveredJournal {
    let position: ChainPosition
    let header: SegmentHeader
    let file: any DiskFile
    let offset: Int
    /// Octets of the file, which another setting may have made.
    let capacity: Int
}

package enum JournalOpening {
    package struct Opened: ~Copyable {
        package let store: SegmentStore
        /// The same for as long as the journal lives, and different in every journal.
        package let contentSeed: UInt64
        private let writer: JournalWriter

        init(store: SegmentStore, identity: JournalIdentity, writer: consuming JournalWriter) {
            self.store = store
            contentSeed = identity.low
            self.writer = writer
        }

        package consuming func takeWriter() -> JournalWriter { writer }
    }

    /// Opens or creates the journal and visits each of its records in order. Everything that was visited is durable.
    /// Throws `locked`, `damaged` with the place, or an error of the disk; nothing of the journal was changed then.
    package static func open(
        _ disk: any Disk, options: JournalOptions, visit: (RecordView) -> Void
    ) throws(JournalFailure) -> Opened {
        precondition(options.segmentOctets >= JournalOptions.smallestSegmentOctets)
        precondition(options.segmentOctets <= JournalOptions.largestSegmentOctets)
        let lock = try takeLock(disk)
        let newest = try NewestSegment.read(disk)
        let names = try segmentNames(disk)
        if let damage = NewestSegment.damage(newest, last: names.last) { throw .damaged(damage) }
        guard let lastName = names.last else { return try create(disk, options, lock) }

        var walker = ChainWalker()
        for name in names.dropLast() { try verify(name, on: disk, &walker, visit: visit) }
        let (file, end) = try openLast(disk, lastName, &walker, visit: visit)
        let held = try sizes(of: names, on: disk)
        let unused = try takeUnused(disk, options, beside: held, tail: end)
        let recovery = try end.tornTail.map { tail throws(JournalFailure) in
            try keepCopy(of: tail, from: lastName, at: end.offset, on: disk)
        }
        try makeDurable(end, in: file, on: disk)

        guard let header = walker.header else { preconditionFailure("a walked segment has a header") }
        let store = SegmentStore(disk: disk, options: options, held: held, prepared: unused, recovery: recovery)
        let recovered = RecoveredJournal(
            position: walker.position, header: header, file: file, offset: end.offset, capacity: end.capacity)
        try store.noteNewest(header, isKnown: newest == header)
        store.note(durable: walker.position.next - 1, offset: end.offset)
        let writer = JournalWriter(recovered: recovered, store: store, lock: lock)
        return Opened(store: store, identity: header.identity, writer: writer)
    }

    private static func takeLock(_ disk: any Disk) throws(JournalFailure) -> any DiskFile {
        do throws(Errno) {
            let lock = try disk.open(SegmentStore.lockName, .directory)
            for _ in 0..<lockTries {
                if try lock.tryLock() { return lock }
                Thread.sleep(milliseconds: lockPause)
            }
        } catch { throw .read(error) }
        throw .locked
    }

    /// A tenth of a second: a process that was ended just now may still hold it.
    private static let lockTries = 10
    private static let lockPause = 10

    static func segmentNames(_ disk: any Disk) throws(JournalFailure) -> [SegmentName] {
        do throws(Errno) { return try disk.names().compactMap { SegmentName($0) }.sorted() } catch {
            throw .read(error)
        }
    }

    private static func sizes(of names: [SegmentName], on disk: any Disk) throws(JournalFailure) -> [HeldSegment] {
        do throws(Errno) {
            var held: [HeldSegment] = []
            for name in names {
                let file = try disk.open(name.text, .read)
                let created = try file.header()?.created ?? 0
                held.append(HeldSegment(name: name, octets: try file.size(), created: created))
            }
            return held
        } catch { throw .read(error) }
    }

    /// Not when the copy of a torn tail may need its room, or when it goes beyond the limit that is set now.
    private static func takeUnused(
        _ disk: any Disk, _ options: JournalOptions, beside held: [HeldSegment], tail: LastSegmentEnd
    ) throws(JournalFailure) -> PreparedSegment? {
        let octets = held.reduce(options.segmentOctets) { $0 + $1.octets }
        let isUsable = tail.tornTail == nil && octets <= options.sizeLimit
        return try SegmentStore.takeUnused(disk, octets: isUsable ? options.segmentOctets : nil)
    }

    private static func verify(
        _ name: SegmentName, on disk: any Disk, _ walker: inout ChainWalker, visit: (RecordView) -> Void
    ) throws(JournalFailure) {
        let damage: Damage?
        do throws(Errno) {
            damage = try walker.walkSealed(name, try disk.open(name.text, .read), visit: visit)
        } catch { throw .read(error) }
        if let damage { throw .damaged(damage) }
    }

    private static func create(
        _ disk: any Disk, _ options: JournalOptions, _ lock: any DiskFile
    ) throws(JournalFailure) -> Opened {
        let unused = try SegmentStore.takeUnused(disk, octets: nil)
        let store = SegmentStore(disk: disk, options: options, held: [], prepared: unused, recovery: nil)
        guard store.prepareNext(), let first = store.takePrepared() else {
            if case .disk(let errno) = store.state.obstacle { throw .write(errno) }
            throw .write(.noSpace)
        }
        let identity: JournalIdentity
        do throws(Errno) { identity = try options.identity() } catch { throw .read(error) }
        let header = SegmentHeader(
            fileOctets: options.segmentOctets, identity: identity, index: 1, firstSequence: 1,
            previous: identity.seed, created: options.now())
        try store.adopt(first, as: header)
        let recovered = RecoveredJournal(
            position: ChainPosition(next: 1, previous: identity.seed), header: header, file: first.file,
            offset: SegmentHeader.octets, capacity: options.segmentOctets)
        store.note(durable: 0, offset: SegmentHeader.octets)
        let writer = JournalWriter(recovered: recovered, store: store, lock: lock)
        return Opened(store: store, identity: header.identity, writer: writer)
    }

    private struct LastSegmentEnd {
        let offset: Int
        let capacity: Int
        /// The records of the last group, which end at `offset`: nothing in the journal says that they are durable.
        let lastGroup: [UInt8]
        /// From `offset` to its last octet that is not zero.
        let tornTail: [UInt8]?
    }

    private static func openLast(
        _ disk: any Disk, _ name: SegmentName, _ walker: inout ChainWalker, visit: (RecordView) -> Void
    ) throws(JournalFailure) -> (any DiskFile, LastSegmentEnd) {
        let damage: Damage
        do throws(Errno) {
            let file = try disk.open(name.text, .readWrite)
            switch try walker.walkLast(name, file, visit: visit) {
            case .clean(let offset): return (file, try end(walker, file, offset, tornTo: nil))
            case .torn(let offset, let end): return (file, try self.end(walker, file, offset, tornTo: end))
            case .damaged(let found): damage = found
            }
        } catch { throw .read(error) }
        throw .damaged(damage)
    }

    private static func end(
        _ walker: ChainWalker, _ file: any DiskFile, _ offset: Int, tornTo end: Int?
    ) throws(Errno) -> LastSegmentEnd {
        LastSegmentEnd(
            offset: offset, capacity: try file.size(),
            lastGroup: try file.read(walker.position.unpromisedOffset..<offset),
            tornTail: try end.map { end throws(Errno) in try file.read(offset..<end) })
    }

    /// Writes an unacknowledged tail to a file of its own, for whoever wants to know what was in it.
    private static func keepCopy(
        of tail: [UInt8], from name: SegmentName, at offset: Int, on disk: any Disk
    ) throws(JournalFailure) -> String {
        do throws(Errno) {
            let (copyName, copy) = try newCopy("torn-\(name.text)-\(offset)", on: disk)
            do throws(Errno) {
                try copy.write(tail, at: 0)
                try copy.synchronizeData()
                try disk.synchronizeDirectory()
            } catch {
                // The half of it would keep a full disk full.
                try? disk.remove(copyName)
                throw error
            }
            return "\(tail.count) octets of an unacknowledged batch were cut off; a copy is in \(copyName)"
        } catch { throw .write(error) }
    }

    /// Never in the place of another: a power cut during recovery leaves less of the tail than the first copy has.
    private static func newCopy(_ stem: String, on disk: any Disk) throws(Errno) -> (String, any DiskFile) {
        let taken = Set(try disk.names())
        var number = 1
        while taken.contains("\(stem)-\(number)") { number += 1 }
        return ("\(stem)-\(number)", try disk.open("\(stem)-\(number)", .createNew))
    }

    /// What was read may be in the page cache alone: the process before this one was killed before its sync, or its
    /// sync failed, and then the kernel counts the pages as clean and another sync would do nothing (P10). So the
    /// last group is written once more, with zeros over the tail, and then synced. The directory may hold a rename
    /// that was not synced.
    private static func makeDurable(
        _ end: LastSegmentEnd, in file: any DiskFile, on disk: any Disk
    ) throws(JournalFailure) {
        let octets = end.lastGroup + [UInt8](repeating: 0, count: end.tornTail?.count ?? 0)
        do throws(Errno) { try file.write(octets, at: end.offset - end.lastGroup.count) } catch { throw .write(error) }
        do throws(Errno) {
            try file.synchronizeData()
            try disk.synchronizeDirectory()
        } catch { throw .synchronize(error) }
    }
}
