// Files and directories by path. Everything that Lockstep creates is readable by its owner alone (0600, 0700).
import Glibc

package enum Files {
    package enum Access: Sendable {
        case read
        case readWrite
        /// Fails when the name is taken.
        case createNew
        /// Opens what is there, or creates it.
        case createIfMissing
        /// A directory itself: it can be locked and synchronised.
        case directory
    }

    package static func open(_ path: String, _ access: Access) throws(Errno) -> FileDescriptor {
        let flags =
            switch access {
            case .read: O_RDONLY
            case .readWrite: O_RDWR
            case .createNew: O_RDWR | O_CREAT | O_EXCL
            case .createIfMissing: O_RDWR | O_CREAT
            case .directory: O_RDONLY | O_DIRECTORY
            }
        return FileDescriptor(owning: try retryingInterrupts { Glibc.open(path, flags | O_CLOEXEC, 0o600) })
    }

    /// The whole of a small file, at most `limit` octets; a larger one is an error rather than a prefix.
    package static func contents(of path: String, limit: Int) throws(Errno) -> [UInt8] {
        let file = try open(path, .read)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try file.read(into: &chunk)
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            if bytes.count > limit { throw Errno(code: EFBIG) }
        }
    }

    /// Copies a file's octets to a new file.
    package static func copy(_ source: String, to destination: String) throws(Errno) {
        let old = try open(source, .read)
        let new = try open(destination, .createNew)
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        var offset = 0
        while true {
            let count = try old.read(into: &chunk)
            if count == 0 { return try new.synchronizeData() }
            try new.writeAll(Array(chunk[..<count]), at: offset)
            offset += count
        }
    }

    /// Which file it is, whatever its name: the same number is given again only when a file is gone for good.
    package struct Identity: Hashable, Sendable {
        private let device: UInt64
        private let number: UInt64

        fileprivate init(_ status: stat) {
            device = UInt64(status.st_dev)
            number = UInt64(status.st_ino)
        }
    }

    package static func identity(of path: String) throws(Errno) -> Identity {
        var status = stat()
        _ = try retryingInterrupts { stat(path, &status) }
        return Identity(status)
    }

    package static func rename(_ old: String, to new: String) throws(Errno) {
        _ = try retryingInterrupts { Glibc.rename(old, new) }
    }

    package static func remove(_ path: String) throws(Errno) {
        _ = try retryingInterrupts { unlink(path) }
    }

    /// Creates a directory and its parents with mode 0700, durably; fine when it is there already.
    package static func createDirectories(_ path: String) throws(Errno) {
        if path.hasSuffix("/") && path != "/" { return try createDirectories(String(path.dropLast())) }
        if mkdir(path, 0o700) != 0 {
            if errno == EEXIST { return }
            guard errno == ENOENT, let parent = parent(of: path), parent != path else { throw Errno(code: errno) }
            try createDirectories(parent)
            if mkdir(path, 0o700) != 0 && errno != EEXIST { throw Errno(code: errno) }
        }
        // What is synced in a directory is lost with the directory when its own name is not durable.
        try synchronizeDirectory(parent(of: path) ?? ".")
    }

    /// Nil for a name without a slash.
    private static func parent(of path: String) -> String? {
        guard let slash = path.lastIndex(of: "/") else { return nil }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The names in a directory, sorted, without `.` and `..`.
    package static func names(in directory: String) throws(Errno) -> [String] {
        guard let stream = opendir(directory) else { throw Errno(code: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let name = try nextName(stream) {
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Nil at the end. A directory that cannot be read is an error: it must not look like one that is empty.
    private static func nextName(_ stream: OpaquePointer) throws(Errno) -> String? {
        errno = 0
        guard let entry = readdir(stream) else {
            if errno != 0 { throw Errno(code: errno) }
            return nil
        }
        return withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
    }

    /// Makes creations, renames and removals in a directory durable.
    package static func synchronizeDirectory(_ path: String) throws(Errno) {
        try openDirectory(path).synchronize()
    }

    /// For somebody who synchronises it again and again, and must be able to when no descriptor is left.
    package static func openDirectory(_ path: String) throws(Errno) -> FileDescriptor {
        try open(path, .directory)
    }
}
