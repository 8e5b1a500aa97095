// The journal's directory: which segments there are, the one that is being prepared, and which may go.
//
// Preparing (zeroing and syncing tens of megabytes) and removing happen on a thread of their own, so that a commit
// never waits for them. This is the only place where a full disk or a reached limit is met, and neither is a
// failure: no prepared segment means that the journal is full until one can be made.
package import POSIX
import Synchronization

/// A zeroed, synced file that is not part of the journal yet. It has this name only after the sync, so that a later
/// start can take it as it is: making another would keep the disk busy just when the first deliveries come.
package struct PreparedSegment: Sendable {
    let file: any DiskFile
    let number: UInt32
    var name: String { PreparedSegment.name(number) }

    static func name(_ number: UInt32) -> String { "prepared-\(number).zero" }
    static func unfinishedName(_ number: UInt32) -> String { "preparing-\(number).zero" }
}

extension PreparedSegment {
    /// Nil when it is not one, or cannot be opened.
    fileprivate init?(of octets: Int, named name: String, on disk: any Disk) {
        let digits = name.drop { !$0.isNumber }.prefix { $0.isNumber }
        guard let number = UInt32(digits), number > 0, PreparedSegment.name(number) == name,
            let file = try? disk.open(name, .readWrite), (try? file.size()) == octets
        else { return nil }
        self.init(file: file, number: number)
    }
}

/// A segment of the journal and its octets on disk.
struct HeldSegment: Sendable {
    let name: SegmentName
    let octets: Int
    /// Microseconds since 1970.
    let created: Int64
}

/// What an operator sees of the journal.
package struct JournalState: Equatable, Sendable {
    package var segments = 0
    /// Octets of all segments, the prepared one included.
    package var octets = 0
    package var firstSequence: SequenceNumber = 1
    package var durable: SequenceNumber = 0
    /// Octets used of the segment that is written to.
    package var offset = 0
    package var isNextPrepared = false
    /// Why no next segment could be prepared; nil when there is one or none was tried yet.
    package var obstacle: Obstacle?
    /// What recovery did at the start, in words; nil when it found nothing unusual.
    package var recovery: String?

    package enum Obstacle: Equatable, Sendable, CustomStringConvertible {
        /// The configured `sizeLimit` is reached and nothing is old enough to go.
        case limitReached
        case disk(Errno)

        package var description: String {
            switch self {
            case .limitReached: "journal.sizeLimit is reached"
            case .disk(let errno): "\(errno)"
            }
        }
    }
}

package final class SegmentStore: Sendable {
    /// The directory itself is what is locked: unlike a file in it, nobody can remove it and put another in its place.
    static let lockName = "."

    package let options: JournalOptions
    private let disk: any Disk
    private let shared: Mutex<Shared>
    /// Held while a segment is prepared, so that a second caller waits for the first one's instead of making another.
    private let preparing = Mutex(())

    /// Open from the start on: the next segment must not fail for want of a descriptor, which would be final (P10).
    private let newest = Mutex<(any DiskFile)?>(nil)

    private struct Shared: Sendable {
        var held: [HeldSegment]
        var prepared: PreparedSegment?
        /// Of the last prepared segment that the writer took. What is taken keeps its name until it is renamed, and
        /// meanwhile another thread prepares the next one.
        var taken: UInt32
        /// Whether the last one taken is not among the held ones yet.
        var isAdopting = false
        var state: JournalState
    }

    init(
        disk: any Disk, options: JournalOptions, held: [HeldSegment], prepared: PreparedSegment?, recovery: String?
    ) {
        self.disk = disk
        self.options = options
        var state = JournalState()
        state.recovery = recovery
        shared = Mutex(Shared(held: held, prepared: prepared, taken: (prepared?.number ?? 1) - 1, state: state))
    }

    package var state: JournalState {
        shared.withLock { shared in
            var state = shared.state
            state.segments = shared.held.count
            state.isNextPrepared = shared.prepared != nil
            let unheld = (shared.prepared == nil ? 0 : 1) + (shared.isAdopting ? 1 : 0)
            state.octets = shared.held.reduce(unheld * options.segmentOctets) { $0 + $1.octets }
            state.firstSequence = shared.held.first?.name.firstSequence ?? 1
            return state
        }
    }

    /// Whether there is no next segment, and nothing known that stands against preparing one.
    var wantsNext: Bool { shared.withLock { $0.prepared == nil && $0.state.obstacle == nil } }

    /// Octets that deliveries leave in a journal that is full, for outcomes and for an operator's actions.
    package var reserveOctets: Int { options.segmentOctets / 64 }

    /// Octets that are left in the segment that is written to.
    package var remainingOctets: Int {
        shared.withLock { shared in max(0, (shared.held.last?.octets ?? 0) - shared.state.offset) }
    }

    /// Zeroes and syncs a next segment when there is none. True when one is ready; otherwise `state.obstacle` says
    /// why not, and it is worth trying again when space may have returned.
    package func prepareNext() -> Bool {
        preparing.withLock { _ in prepareUnlessReady() }
    }

    private func prepareUnlessReady() -> Bool {
        let octets = state.octets
        if state.isNextPrepared { return true }
        guard octets + options.segmentOctets <= options.sizeLimit else {
            shared.withLock { $0.state.obstacle = .limitReached }
            return false
        }
        let number = shared.withLock { $0.taken &+ 1 }
        do throws(Errno) {
            let prepared = try zeroed(number)
            shared.withLock {
                $0.prepared = prepared
                $0.state.obstacle = nil
            }
            return true
        } catch {
            // What was written before the disk was full would keep it full.
            try? disk.remove(PreparedSegment.unfinishedName(number))
            shared.withLock { $0.state.obstacle = .disk(error) }
            return false
        }
    }

    private func zeroed(_ number: UInt32) throws(Errno) -> PreparedSegment {
        let name = PreparedSegment.unfinishedName(number)
        try? disk.remove(name)
        let file = try disk.open(name, .createNew)
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        var offset = 0
        while offset < options.segmentOctets {
            let count = min(zeros.count, options.segmentOctets - offset)
            try file.write(count == zeros.count ? zeros : Array(zeros[..<count]), at: offset)
            offset += count
        }
        try file.synchronizeData()
        let prepared = PreparedSegment(file: file, number: number)
        try disk.rename(name, to: prepared.name)
        return prepared
    }

    /// Takes what a process before this one prepared and did not use, when it has the right size, and removes what
    /// cannot be used.
    static func takeUnused(_ disk: any Disk, octets: Int?) throws(JournalFailure) -> PreparedSegment? {
        var taken: PreparedSegment?
        do throws(Errno) {
            for name in try disk.names() where name.hasPrefix("prepar") && name.hasSuffix(".zero") {
                if taken == nil, let octets { taken = PreparedSegment(of: octets, named: name, on: disk) }
                if taken?.name != name { try? disk.remove(name) }
            }
        } catch { throw .read(error) }
        return taken
    }

    /// The writer's; `adopt` is to follow.
    func takePrepared() -> PreparedSegment? {
        shared.withLock { shared in
            guard let prepared = shared.prepared else { return nil }
            shared.prepared = nil
            shared.taken = prepared.number
            shared.isAdopting = true
            return prepared
        }
    }

    /// Makes a prepared file the next segment: header, sync, rename, directory sync, `newest`.
    func adopt(_ prepared: PreparedSegment, as header: SegmentHeader) throws(JournalFailure) {
        do throws(Errno) { try prepared.file.write(header.encoded(), at: 0) } catch { throw .write(error) }
        do throws(Errno) {
            try prepared.file.synchronizeData()
            try disk.rename(prepared.name, to: header.name)
            try disk.synchronizeDirectory()
        } catch { throw .synchronize(error) }
        try noteNewest(header, isKnown: false)
        shared.withLock {
            let name = SegmentName(firstSequence: header.firstSequence, index: header.index)
            $0.held.append(HeldSegment(name: name, octets: options.segmentOctets, created: header.created))
            $0.isAdopting = false
            $0.state.offset = SegmentHeader.octets
        }
    }

    /// Says in the file `newest` which segment is the last one.
    func noteNewest(_ header: SegmentHeader, isKnown: Bool) throws(JournalFailure) {
        let opened = newest.withLock { $0 }
        let file = if let opened { opened } else { try NewestSegment.open(on: disk) }
        newest.withLock { $0 = file }
        if !isKnown { try NewestSegment.write(header, to: file, on: disk) }
    }

    func note(durable: SequenceNumber, offset: Int) {
        shared.withLock {
            $0.state.durable = durable
            $0.state.offset = offset
        }
    }

    /// Removes the segments whose every record lies below `sequence`; the one that is written to always stays.
    /// Returns how many went. A file that cannot be removed stays in the list and is tried again next time.
    package func retire(below sequence: SequenceNumber) -> Int {
        let leaving = shared.withLock { shared in
            zip(shared.held, shared.held.dropFirst()).prefix { $1.name.firstSequence <= sequence }.map(\.0.name)
        }
        var gone = 0
        for name in leaving {
            // Each synced before the next: a power cut must not leave an older segment without a newer one.
            guard removeDurably(name) else { break }
            shared.withLock { _ = $0.held.removeFirst() }
            gone += 1
        }
        return gone
    }

    private func removeDurably(_ name: SegmentName) -> Bool {
        do throws(Errno) {
            try disk.remove(name.text)
        } catch {
            // One that is gone already may not be durably gone.
            if error != .notFound { return false }
        }
        return (try? disk.synchronizeDirectory()) != nil
    }

    /// The number below which every record was written before `time` (microseconds since 1970); nil when that is not
    /// a whole segment.
    package func endOfRecords(before time: Int64) -> SequenceNumber? {
        // A segment begins when the one before it is full.
        shared.withLock { $0.held.dropFirst().last { $0.created <= time }?.name.firstSequence }
    }
}
