// The seam between the journal and the file system: a directory of flat names. Tests put a disk in its place that
// loses what was not synced, tears writes, or refuses them.
package import POSIX

package protocol DiskFile: AnyObject, Sendable {
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(Errno) -> Int
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(Errno)
    func synchronizeData() throws(Errno)
    func size() throws(Errno) -> Int
    func tryLock() throws(Errno) -> Bool
}

package protocol Disk: Sendable {
    func open(_ name: String, _ access: Files.Access) throws(Errno) -> any DiskFile
    func rename(_ old: String, to new: String) throws(Errno)
    func remove(_ name: String) throws(Errno)
    func names() throws(Errno) -> [String]
    func synchronizeDirectory() throws(Errno)
}

/// A directory of the machine's file system.
package struct DirectoryDisk: Disk {
    private let directory: String
    /// A journal that is written to keeps its directory open: adopting a segment must not fail, which would be final
    /// (P10), because the process has no descriptor left.
    private let opened: OpenDirectory?

    private final class OpenDirectory: Sendable {
        let descriptor: FileDescriptor
        init(_ path: String) throws(Errno) { descriptor = try Files.openDirectory(path) }
    }

    /// Creates the directory (mode 0700) when it is missing.
    package init(creating directory: String) throws(Errno) {
        try Files.createDirectories(directory)
        self.directory = directory
        opened = try OpenDirectory(directory)
    }

    package init(existing directory: String) {
        self.directory = directory
        opened = nil
    }

    package func open(_ name: String, _ access: Files.Access) throws(Errno) -> any DiskFile {
        OpenFile(try Files.open(path(name), access))
    }

    package func rename(_ old: String, to new: String) throws(Errno) {
        try Files.rename(path(old), to: path(new))
    }

    package func remove(_ name: String) throws(Errno) {
        try Files.remove(path(name))
    }

    package func names() throws(Errno) -> [String] {
        try Files.names(in: directory)
    }

    package func synchronizeDirectory() throws(Errno) {
        guard let opened else { return try Files.synchronizeDirectory(directory) }
        try opened.descriptor.synchronize()
    }

    private func path(_ name: String) -> String { directory + "/" + name }

    private final class OpenFile: DiskFile {
        private let descriptor: FileDescriptor

        init(_ descriptor: consuming FileDescriptor) {
            self.descriptor = descriptor
        }

        func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(Errno) -> Int {
            try descriptor.read(into: buffer, at: offset)
        }

        func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(Errno) {
            try descriptor.writeAll(bytes, at: offset)
        }

        func synchronizeData() throws(Errno) { try descriptor.synchronizeData() }
        func size() throws(Errno) -> Int { try descriptor.size() }
        func tryLock() throws(Errno) -> Bool { try descriptor.tryLock() }
    }
}

extension DiskFile {
    /// The whole file in one buffer that the caller keeps between files.
    func readAll(into buffer: inout [UInt8]) throws(Errno) {
        let size = try size()
        if buffer.count != size { buffer = [UInt8](repeating: 0, count: size) }
        var filled = 0
        while filled < size {
            let count = try read(into: &buffer, from: filled)
            guard count > 0 else { break }
            filled += count
        }
        buffer.removeLast(size - filled)
    }

    func read(into buffer: inout [UInt8], from offset: Int) throws(Errno) -> Int {
        try read(into: &buffer, offset..<buffer.count, at: offset)
    }

    /// Reads from a place in the file into a part of the buffer.
    func read(into buffer: inout [UInt8], _ part: Range<Int>, at offset: Int) throws(Errno) -> Int {
        var outcome: Result<Int, Errno> = .success(0)
        buffer.withUnsafeMutableBytes { bytes in
            do throws(Errno) {
                outcome = .success(try read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[part]), at: offset))
            } catch { outcome = .failure(error) }
        }
        return try outcome.get()
    }

    /// Nil when the file does not begin with a segment's header.
    func header() throws(Errno) -> SegmentHeader? {
        var head = [UInt8](repeating: 0, count: SegmentHeader.octets)
        var filled = 0
        while filled < head.count {
            let count = try read(into: &head, from: filled)
            guard count > 0 else { return nil }
            filled += count
        }
        return head.withUnsafeBytes { SegmentHeader($0) }
    }

    /// A part of the file that is known to be there.
    func read(_ range: Range<Int>) throws(Errno) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        var filled = 0
        while filled < bytes.count {
            let count = try read(into: &bytes, filled..<bytes.count, at: range.lowerBound + filled)
            guard count > 0 else { throw .inputOutput }
            filled += count
        }
        return bytes
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(Errno) {
        var outcome: Result<Void, Errno> = .success(())
        bytes.withUnsafeBytes { buffer in
            do throws(Errno) { try write(buffer, at: offset) } catch { outcome = .failure(error) }
        }
        try outcome.get()
    }
}
