// A real directory whose disk can be told to be full, to fail a sync, or to take its time over one.
import Journal
import POSIX
import Synchronization

final class TroubledDisk: Disk {
    private let base: DirectoryDisk
    private let trouble: Trouble

    init(_ directory: String) throws {
        base = try DirectoryDisk(creating: directory)
        trouble = Trouble()
    }

    /// While set, no file can be created: the next segment cannot be prepared.
    func setFull(_ isFull: Bool) { trouble.state.withLock { $0.isFull = isFull } }

    /// The next sync and all that follow fail.
    func failSyncs() { trouble.state.withLock { $0.failsSyncs = true } }

    /// From now on a sync takes until `releaseSyncs`.
    func holdSyncs() { trouble.state.withLock { $0.holdsSyncs = true } }

    func releaseSyncs() {
        trouble.state.withLock { $0.holdsSyncs = false }
        trouble.released.ring()
    }

    /// Waits until a sync has begun and is held.
    func waitUntilHeld() {
        while !trouble.state.withLock({ $0.isHeld }) { trouble.held.wait(milliseconds: 100) }
    }

    func open(_ name: String, _ access: Files.Access) throws(Errno) -> any DiskFile {
        if access == .createNew, trouble.state.withLock({ $0.isFull }) { throw .noSpace }
        return TroubledFile(try base.open(name, access), trouble)
    }

    func rename(_ old: String, to new: String) throws(Errno) { try base.rename(old, to: new) }
    func remove(_ name: String) throws(Errno) { try base.remove(name) }
    func names() throws(Errno) -> [String] { try base.names() }
    func synchronizeDirectory() throws(Errno) { try base.synchronizeDirectory() }
}

private final class Trouble: Sendable {
    struct State {
        var isFull = false
        var failsSyncs = false
        var holdsSyncs = false
        var isHeld = false
    }

    let state = Mutex(State())
    let held = Bell()
    let released = Bell()

    func sync() throws(Errno) {
        while hold() {
            held.ring()
            released.wait(milliseconds: 100)
        }
        if state.withLock({ $0.failsSyncs }) { throw .inputOutput }
    }

    private func hold() -> Bool {
        state.withLock { state in
            state.isHeld = state.holdsSyncs
            return state.holdsSyncs
        }
    }
}

private final class TroubledFile: DiskFile {
    private let base: any DiskFile
    private let trouble: Trouble

    init(_ base: any DiskFile, _ trouble: Trouble) {
        self.base = base
        self.trouble = trouble
    }

    func synchronizeData() throws(Errno) {
        try trouble.sync()
        try base.synchronizeData()
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(Errno) -> Int {
        try base.read(into: buffer, at: offset)
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(Errno) { try base.write(bytes, at: offset) }
    func size() throws(Errno) -> Int { try base.size() }
    func tryLock() throws(Errno) -> Bool { try base.tryLock() }
}
