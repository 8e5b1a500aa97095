// The one writer of a journal: append, commit, roll to the next segment.
//
// Use: `open` verifies what is there and visits every record; then `append` batches and `commit` them. A failure of
// `append` or `commit` is final (P10): the writer refuses everything after it, because what the kernel still holds of
// the pages is not known any more. Only a missing next segment is not a failure: the batch stays with the caller.
package import POSIX

/// Why the journal cannot go on, or could not be opened.
package enum JournalFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// A write was refused; nothing may be acknowledged any more (P10).
    case write(Errno)
    /// A sync was refused; nothing may be acknowledged any more (P10).
    case synchronize(Errno)
    case read(Errno)
    case damaged(Damage)
    /// Another process has the lock.
    case locked

    package var description: String {
        switch self {
        case .write(let errno): "the journal could not be written: \(errno)"
        case .synchronize(let errno): "the journal could not be synced: \(errno)"
        case .read(let errno): "the journal could not be read: \(errno)"
        case .damaged(let damage): damage.description
        case .locked: "another process has this journal open"
        }
    }
}

package struct JournalOptions: Sendable {
    /// Octets of a segment, zeroed in advance.
    package var segmentOctets: Int
    /// Octets of all segments together; above it the journal is full.
    package var sizeLimit: Int
    package var now: @Sendable () -> Int64
    package var identity: @Sendable () throws(Errno) -> JournalIdentity

    package init(
        segmentOctets: Int, sizeLimit: Int, now: @escaping @Sendable () -> Int64,
        identity: @escaping @Sendable () throws(Errno) -> JournalIdentity
    ) {
        self.segmentOctets = segmentOctets
        self.sizeLimit = sizeLimit
        self.now = now
        self.identity = identity
    }

    /// Segments must hold the largest record with room to spare.
    package static let smallestSegmentOctets = 64 << 10
    /// One is read whole into memory.
    package static let largestSegmentOctets = 1 << 30
}

package struct JournalWriter: ~Copyable, Sendable {
    package enum Appended: Equatable, Sendable {
        /// Buffered; durable once `commit` returns at least the last of its numbers.
        case from(SequenceNumber)
        /// No room, and no next segment is ready: the journal or the disk is full. Nothing was taken.
        case noRoom
    }

    package private(set) var durable: SequenceNumber
    private var appended: SequenceNumber
    private var chain: UInt32
    private var file: any DiskFile
    private var header: SegmentHeader
    private var offset: Int
    private var capacity: Int
    private var pending: [UInt8] = []
    private var hasFailed = false

    private let store: SegmentStore
    private let seed: UInt32
    /// Held for as long as the writer lives.
    private let lock: any DiskFile

    init(recovered: RecoveredJournal, store: SegmentStore, lock: any DiskFile) {
        durable = recovered.position.next - 1
        appended = durable
        chain = recovered.position.previous
        file = recovered.file
        header = recovered.header
        offset = recovered.offset
        capacity = recovered.capacity
        self.store = store
        self.lock = lock
        seed = recovered.header.identity.seed
    }

    /// Takes a batch: numbers it and buffers it. Rolls to the next segment when it does not fit in this one.
    ///
    /// `reserve` octets of the last segment are left to others while there is no next one: what is received must not
    /// take the room for saying what became of it.
    package mutating func append(
        _ batch: inout RecordBatch, leaving reserve: Int = 0
    ) throws(JournalFailure) -> Appended {
        precondition(!hasFailed, "a failed journal takes nothing")
        precondition(!batch.isEmpty && batch.bytes.count == batch.octets, "a batch is appended once")
        if batch.octets + reserve > remainingOctets {
            guard batch.octets + SegmentHeader.octets <= store.options.segmentOctets,
                let next = store.takePrepared()
            else { return .noRoom }
            _ = try commit()
            try roll(to: next)
        }
        let first = appended + 1
        chain = batch.number(from: first, previous: chain, durable: durable, seed: seed)
        batch.move(onto: &pending)
        appended += UInt64(batch.count)
        return .from(first)
    }

    /// One write and one `fdatasync` for all that was appended. Returns the highest number that is now safe to
    /// acknowledge (P1).
    package mutating func commit() throws(JournalFailure) -> SequenceNumber {
        precondition(!hasFailed, "a failed journal commits nothing")
        guard durable < appended else { return durable }
        do throws(Errno) { try file.write(pending, at: offset) } catch { throw failed(.write(error)) }
        do throws(Errno) { try file.synchronizeData() } catch { throw failed(.synchronize(error)) }
        offset += pending.count
        pending.removeAll(keepingCapacity: pending.capacity <= 4 << 20)
        durable = appended
        store.note(durable: durable, offset: offset)
        return durable
    }

    /// A batch of at most that many octets fits in the present segment.
    private var remainingOctets: Int { capacity - offset - pending.count }

    private mutating func roll(to next: PreparedSegment) throws(JournalFailure) {
        precondition(durable == appended)
        let following = SegmentHeader(
            fileOctets: store.options.segmentOctets, identity: header.identity, index: header.index + 1,
            firstSequence: durable + 1, previous: chain, created: store.options.now())
        do throws(JournalFailure) { try store.adopt(next, as: following) } catch { throw failed(error) }
        (file, header, offset, capacity) = (next.file, following, SegmentHeader.octets, store.options.segmentOctets)
    }

    private mutating func failed(_ failure: JournalFailure) -> JournalFailure {
        hasFailed = true
        return failure
    }
}
