// A disk in memory, for tests that open a journal hundreds of times, and for simulations that end the program at any step:
// it keeps apart what was synced and what was only written. Names are durable at once; what the directory itself can lose
// is the subject of `JournalTests`.
package import Journal
package import POSIX
import Synchronization

package final class MemoryDisk: Disk {
    /// The moments at which a simulation may end the program.
    package enum Moment: Sendable {
        case written, syncing, synced
    }

    private let files: Mutex<[String: MemoryFile]>
    private let watcher: (@Sendable (Moment) -> Void)?
    private let refusal = Mutex<Errno?>(nil)

    /// - Parameter watcher: told of each moment, by the thread that writes.
    package init(_ contents: [String: [UInt8]] = [:], watcher: (@Sendable (Moment) -> Void)? = nil) {
        files = Mutex(contents.mapValues { MemoryFile($0) })
        self.watcher = watcher
        for file in files.withLock({ Array($0.values) }) { file.disk = self }
    }

    /// What stands on the disk now: what `kill -9` leaves.
    package var contents: [String: [UInt8]] { files.withLock { $0.mapValues(\.contents) } }

    /// What a power cut leaves: what was synced, and of the rest so many octets of each file, the oldest.
    package func afterPowerCut(keeping octets: Int = 0) -> [String: [UInt8]] {
        files.withLock { $0.mapValues { $0.afterPowerCut(keeping: octets) } }
    }

    /// Every write and sync fails from now on.
    package func refuse(_ errno: Errno?) { refusal.withLock { $0 = errno } }

    package func open(_ name: String, _ access: Files.Access) throws(Errno) -> any DiskFile {
        if access == .directory { return MemoryFile([]) }
        let opened = files.withLock { files -> Result<MemoryFile, Errno> in
            switch (access, files[name]) {
            case (.directory, _), (.createNew, .some): return .failure(.exists)
            case (.read, nil), (.readWrite, nil): return .failure(.notFound)
            case (.read, let file?), (.readWrite, let file?), (.createIfMissing, let file?): return .success(file)
            case (.createNew, nil), (.createIfMissing, nil):
                let file = MemoryFile([])
                file.disk = self
                files[name] = file
                return .success(file)
            }
        }
        return try opened.get()
    }

    package func rename(_ old: String, to new: String) throws(Errno) {
        let isThere = files.withLock { files in
            files[new] = files.removeValue(forKey: old)
            return files[new] != nil
        }
        if !isThere { throw .notFound }
    }

    package func remove(_ name: String) throws(Errno) {
        if files.withLock({ $0.removeValue(forKey: name) }) == nil { throw .notFound }
    }

    package func names() throws(Errno) -> [String] { files.withLock { $0.keys.sorted() } }
    package func synchronizeDirectory() throws(Errno) {}

    fileprivate func pass(_ moment: Moment) throws(Errno) {
        if moment != .synced, let errno = refusal.withLock({ $0 }) { throw errno }
        watcher?(moment)
    }
}

private final class MemoryFile: DiskFile {
    private struct State {
        var octets: [UInt8]
        var synced: [UInt8]
        /// Written, not synced, oldest first.
        var unsynced: [Range<Int>] = []
    }

    private let state: Mutex<State>
    private let owner = Mutex<WeakDisk>(WeakDisk())

    private struct WeakDisk: Sendable {
        weak var disk: MemoryDisk?
    }

    init(_ octets: [UInt8]) {
        state = Mutex(State(octets: octets, synced: octets))
    }

    var disk: MemoryDisk? {
        get { owner.withLock { $0.disk } }
        set { owner.withLock { $0.disk = newValue } }
    }

    var contents: [UInt8] { state.withLock { $0.octets } }

    func afterPowerCut(keeping count: Int) -> [UInt8] {
        state.withLock { state in
            var (left, octets) = (count, state.synced)
            for range in state.unsynced where left > 0 {
                let end = min(range.upperBound, range.lowerBound + left)
                // A disk writes a sector whole or not at all.
                let kept = range.lowerBound..<(end == range.upperBound ? end : max(range.lowerBound, end & ~511))
                left -= range.count
                octets.overwrite(state.octets[kept], at: kept.lowerBound)
            }
            return octets
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(Errno) -> Int {
        state.withLock { state in
            let count = max(0, min(buffer.count, state.octets.count - offset))
            state.octets.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count]))
            }
            return count
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(Errno) {
        let written = Array(bytes)
        state.withLock { state in
            state.octets.overwrite(written[...], at: offset)
            state.unsynced.append(offset..<offset + written.count)
        }
        try disk?.pass(.written)
    }

    func synchronizeData() throws(Errno) {
        let disk = disk
        try disk?.pass(.syncing)
        state.withLock { state in
            for range in state.unsynced { state.synced.overwrite(state.octets[range], at: range.lowerBound) }
            state.unsynced = []
        }
        try disk?.pass(.synced)
    }

    func size() throws(Errno) -> Int { state.withLock { $0.octets.count } }

    func tryLock() throws(Errno) -> Bool { true }
}

extension [UInt8] {
    /// As a file takes a write: a gap before it reads as zeros.
    fileprivate mutating func overwrite(_ bytes: ArraySlice<UInt8>, at offset: Int) {
        if count < offset + bytes.count { self += [UInt8](repeating: 0, count: offset + bytes.count - count) }
        withUnsafeMutableBytes { target in
            bytes.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: target[offset..<offset + bytes.count]).copyMemory(from: $0)
            }
        }
    }
}
