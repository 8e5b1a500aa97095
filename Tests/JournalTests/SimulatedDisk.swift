// A disk in memory that keeps apart what was synced and what was only written. A test can cut the power, fill the disk
// or refuse a system call; the same seed always gives the same run.
import POSIX
import Synchronization

@testable import Journal

final class SimulatedDisk: Disk {
    /// What a test can count and refuse.
    enum Operation: Hashable {
        case open, write, synchronize, rename, remove, synchronizeDirectory
    }

    struct Inode {
        /// Of the directory, which holds no octets.
        static let directory = 0

        var synced: [UInt8] = []
        /// What a reader sees: the page cache.
        var cached: [UInt8] = []
        /// Written, not synced, oldest first.
        var unsynced: [Write] = []
    }

    struct Write {
        var offset: Int
        var bytes: [UInt8]
    }

    enum DirectoryChange {
        case add(String, inode: Int)
        case remove(String, inode: Int)
        case rename(String, to: String, inode: Int)
    }

    struct Contents {
        var inodes: [Int: Inode] = [:]
        var entries: [String: Int] = [:]
        var syncedEntries: [String: Int] = [:]
        var unsyncedEntries: [DirectoryChange] = []
        var nextInode = 1
    }

    /// How the disk misbehaves; by default it does not.
    struct Behaviour {
        /// Octets of all files together; more is refused with `full`.
        var capacity = Int.max
        var full = Errno.noSpace
        /// System calls left until the power is gone.
        var callsLeft = Int.max
        var refusals: [Operation: (after: Int, errno: Errno)] = [:]
        /// The canary: says that everything is synced, and syncs nothing.
        var ignoresSyncs = false
    }

    fileprivate struct State {
        var contents: Contents
        var behaviour = Behaviour()
        var calls: [Operation: Int] = [:]
        var locks: [Int: Int] = [:]
        var nextHandle = 1
    }

    private let state: Mutex<State>

    init(_ contents: Contents = Contents()) {
        state = Mutex(State(contents: contents))
    }

    var contents: Contents { state.withLock { $0.contents } }

    func behave(_ change: (inout Behaviour) -> Void) { state.withLock { change(&$0.behaviour) } }

    /// Refuses every call of that kind after the next `count`.
    func refuse(_ operation: Operation, after count: Int = 0, _ errno: Errno) {
        state.withLock { $0.behaviour.refusals[operation] = ($0.calls[operation, default: 0] + count, errno) }
    }

    var hasPower: Bool { state.withLock { $0.behaviour.callsLeft > 0 } }
    func calls(_ operation: Operation) -> Int { state.withLock { $0.calls[operation, default: 0] } }

    /// The process died, and everything that it had open is closed; the machine lives on.
    func afterKill() -> SimulatedDisk { SimulatedDisk(contents) }

    // MARK: Disk

    func open(_ name: String, _ access: Files.Access) throws(Errno) -> any DiskFile {
        try call(.open) { state throws(Errno) in
            let inode = try state.open(name, access)
            state.nextHandle += 1
            return SimulatedFile(disk: self, inode: inode, handle: state.nextHandle)
        }
    }

    func rename(_ old: String, to new: String) throws(Errno) {
        try call(.rename) { state throws(Errno) in
            guard let inode = state.contents.entries.removeValue(forKey: old) else { throw .notFound }
            state.contents.entries[new] = inode
            state.contents.unsyncedEntries.append(.rename(old, to: new, inode: inode))
        }
    }

    func remove(_ name: String) throws(Errno) {
        try call(.remove) { state throws(Errno) in
            guard let inode = state.contents.entries.removeValue(forKey: name) else { throw .notFound }
            state.contents.unsyncedEntries.append(.remove(name, inode: inode))
        }
    }

    func names() throws(Errno) -> [String] {
        state.withLock { $0.contents.entries.keys.sorted() }
    }

    func synchronizeDirectory() throws(Errno) {
        try call(.synchronizeDirectory) { state throws(Errno) in
            if state.behaviour.ignoresSyncs { return }
            state.contents.syncedEntries = state.contents.entries
            state.contents.unsyncedEntries = []
        }
    }

    // MARK: Files

    fileprivate func read(_ inode: Int, into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        state.withLock { state in
            let cached = state.contents.inodes[inode]?.cached ?? []
            let count = max(0, min(buffer.count, cached.count - offset))
            cached.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count]))
            }
            return count
        }
    }

    fileprivate func write(_ bytes: [UInt8], at offset: Int, to inode: Int) throws(Errno) {
        try call(.write) { state throws(Errno) in
            let room = state.room(for: bytes.count, at: offset, in: inode)
            state.contents.inodes[inode]?.write(Array(bytes.prefix(room)), at: offset)
            if room < bytes.count { throw state.behaviour.full }
        }
    }

    fileprivate func synchronize(_ inode: Int) throws(Errno) {
        do throws(Errno) {
            try call(.synchronize) { state throws(Errno) in
                if !state.behaviour.ignoresSyncs { state.contents.inodes[inode]?.synchronize() }
            }
        } catch {
            // What Linux does: after a failed sync the pages count as clean, and no later sync writes them.
            state.withLock { if $0.behaviour.callsLeft > 0 { $0.contents.inodes[inode]?.unsynced = [] } }
            throw error
        }
    }

    fileprivate func size(_ inode: Int) -> Int { state.withLock { $0.contents.inodes[inode]?.cached.count ?? 0 } }

    fileprivate func tryLock(_ inode: Int, by handle: Int) -> Bool {
        state.withLock { state in
            guard state.locks[inode] == nil || state.locks[inode] == handle else { return false }
            state.locks[inode] = handle
            return true
        }
    }

    fileprivate func close(_ inode: Int, _ handle: Int) {
        state.withLock { if $0.locks[inode] == handle { $0.locks[inode] = nil } }
    }

    private func call<Answer: Sendable>(
        _ operation: Operation, _ body: (inout State) throws(Errno) -> Answer
    ) throws(Errno) -> Answer {
        let outcome: Result<Answer, Errno> = state.withLock { state in
            do throws(Errno) {
                try state.admit(operation)
                return .success(try body(&state))
            } catch { return .failure(error) }
        }
        return try outcome.get()
    }
}

extension SimulatedDisk.State {
    fileprivate mutating func admit(_ operation: SimulatedDisk.Operation) throws(Errno) {
        if behaviour.callsLeft <= 0 { throw .inputOutput }
        behaviour.callsLeft -= 1
        calls[operation, default: 0] += 1
        if let refusal = behaviour.refusals[operation], calls[operation, default: 0] > refusal.after {
            throw refusal.errno
        }
    }

    fileprivate mutating func open(_ name: String, _ access: Files.Access) throws(Errno) -> Int {
        switch (access, contents.entries[name]) {
        case (.directory, _): return SimulatedDisk.Inode.directory
        case (.createNew, .some): throw .exists
        case (.read, nil), (.readWrite, nil): throw .notFound
        case (_, let inode?): return inode
        case (.createNew, nil), (.createIfMissing, nil):
            let inode = contents.nextInode
            contents.nextInode += 1
            contents.inodes[inode] = SimulatedDisk.Inode()
            contents.entries[name] = inode
            contents.unsyncedEntries.append(.add(name, inode: inode))
            return inode
        }
    }

    /// How many octets of a write the disk still holds.
    fileprivate func room(for count: Int, at offset: Int, in inode: Int) -> Int {
        let used = contents.entries.values.reduce(0) { $0 + (contents.inodes[$1]?.cached.count ?? 0) }
        let end = (contents.inodes[inode]?.cached.count ?? 0) + max(0, behaviour.capacity - used)
        return min(count, max(0, end - offset))
    }
}

extension SimulatedDisk.Inode {
    fileprivate mutating func write(_ bytes: [UInt8], at offset: Int) {
        cached.overwrite(bytes[...], at: offset)
        unsynced.append(SimulatedDisk.Write(offset: offset, bytes: bytes))
    }

    fileprivate mutating func synchronize() {
        for write in unsynced { synced.overwrite(write.bytes[...], at: write.offset) }
        unsynced = []
    }
}

extension [UInt8] {
    /// As a file takes a write: a gap before it reads as zeros.
    mutating func overwrite(_ bytes: ArraySlice<UInt8>, at offset: Int) {
        if count < offset + bytes.count { self += [UInt8](repeating: 0, count: offset + bytes.count - count) }
        withUnsafeMutableBytes { target in
            bytes.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: target[offset..<offset + bytes.count]).copyMemory(from: $0)
            }
        }
    }
}

private final class SimulatedFile: DiskFile {
    private let disk: SimulatedDisk
    private let inode: Int
    private let handle: Int

    init(disk: SimulatedDisk, inode: Int, handle: Int) {
        self.disk = disk
        self.inode = inode
        self.handle = handle
    }

    deinit { disk.close(inode, handle) }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(Errno) -> Int {
        disk.read(inode, into: buffer, at: offset)
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(Errno) {
        try disk.write(Array(bytes), at: offset, to: inode)
    }

    func synchronizeData() throws(Errno) { try disk.synchronize(inode) }
    func size() throws(Errno) -> Int { disk.size(inode) }
    func tryLock() throws(Errno) -> Bool { disk.tryLock(inode, by: handle) }
}
