// A disk in memory, for tests that open a journal hundreds of times.
import Journal
import POSIX
import Synchronization

final class MemoryDisk: Disk {
    private let files: Mutex<[String: MemoryFile]>

    init(_ contents: [String: [UInt8]] = [:]) {
        files = Mutex(contents.mapValues { MemoryFile($0) })
    }

    /// What stands on the disk now: what a crash leaves.
    var contents: [String: [UInt8]] { files.withLock { $0.mapValues(\.contents) } }

    func open(_ name: String, _ access: Files.Access) throws(Errno) -> any DiskFile {
        if access == .directory { return MemoryFile([]) }
        let opened = files.withLock { files -> Result<MemoryFile, Errno> in
            switch (access, files[name]) {
            case (.directory, _), (.createNew, .some): return .failure(.exists)
            case (.read, nil), (.readWrite, nil): return .failure(.notFound)
            case (.read, let file?), (.readWrite, let file?), (.createIfMissing, let file?): return .success(file)
            case (.createNew, nil), (.createIfMissing, nil):
                let file = MemoryFile([])
                files[name] = file
                return .success(file)
            }
        }
        return try opened.get()
    }

    func rename(_ old: String, to new: String) throws(Errno) {
        let isThere = files.withLock { files in
            files[new] = files.removeValue(forKey: old)
            return files[new] != nil
        }
        if !isThere { throw .notFound }
    }

    func remove(_ name: String) throws(Errno) {
        if files.withLock({ $0.removeValue(forKey: name) }) == nil { throw .notFound }
    }

    func names() throws(Errno) -> [String] { files.withLock { $0.keys.sorted() } }
    func synchronizeDirectory() throws(Errno) {}
}

private final class MemoryFile: DiskFile {
    private let octets: Mutex<[UInt8]>

    init(_ octets: [UInt8]) {
        self.octets = Mutex(octets)
    }

    var contents: [UInt8] { octets.withLock { $0 } }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(Errno) -> Int {
        let part = octets.withLock { Array($0.dropFirst(offset).prefix(buffer.count)) }
        buffer.copyBytes(from: part)
        return part.count
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(Errno) {
        let written = Array(bytes)
        octets.withLock { octets in
            let missing = offset + written.count - octets.count
            if missing > 0 { octets += [UInt8](repeating: 0, count: missing) }
            octets.replaceSubrange(offset..<offset + written.count, with: written)
        }
    }

    func synchronizeData() throws(Errno) {}
    func size() throws(Errno) -> Int { octets.withLock { $0.count } }

    func tryLock() throws(Errno) -> Bool { true }
}
