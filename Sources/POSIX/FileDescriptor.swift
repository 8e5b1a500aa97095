// An open file, socket or event source as an owned value: closing twice does not compile.
import Glibc

/// An open file or socket. It has one owner, and the owner closes it exactly once.
package struct FileDescriptor: ~Copyable, Sendable {
    package let number: CInt

    init(owning number: CInt) {
        precondition(number >= 0)
        self.number = number
    }

    deinit {
        // A close that fails has still released the descriptor; there is nothing to retry.
        _ = Glibc.close(number)
    }

    /// Reads what is there, at most the buffer; 0 at the end of the stream.
    package borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        try retryingInterrupts { Glibc.read(number, buffer.baseAddress, buffer.count) }
    }

    /// The same into an array's existing elements.
    package borrowing func read(into bytes: inout [UInt8]) throws(Errno) -> Int {
        let number = number
        return try retryingInterrupts { bytes.withUnsafeMutableBytes { Glibc.read(number, $0.baseAddress, $0.count) } }
    }

    /// Reads at a position, at most the buffer; 0 at the end of the file.
    package borrowing func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(Errno) -> Int {
        try retryingInterrupts { pread(number, buffer.baseAddress, buffer.count, off_t(offset)) }
    }

    /// Writes every octet at a position or throws. A short write is continued, an interrupted one repeated.
    package borrowing func writeAll(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(Errno) {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = try retryingInterrupts { pwrite(number, rest.baseAddress, rest.count, off_t(offset + written)) }
            // POSIX lets a full device write nothing without an error; repeating that would never end.
            guard count > 0 else { throw .noSpace }
            written += count
        }
    }

    /// The same from an array.
    package borrowing func writeAll(_ bytes: [UInt8], at offset: Int) throws(Errno) {
        var rest = bytes[...]
        let number = number
        while !rest.isEmpty {
            let place = offset + rest.startIndex
            let count = try retryingInterrupts {
                rest.withUnsafeBytes { pwrite(number, $0.baseAddress, $0.count, off_t(place)) }
            }
            guard count > 0 else { throw .noSpace }
            rest = rest.dropFirst(count)
        }
    }

    /// Writes every octet to a socket or throws.
    package borrowing func writeAll(_ bytes: [UInt8]) throws(Errno) {
        var rest = bytes[...]
        let number = number
        while !rest.isEmpty {
            let count = try retryingInterrupts {
                rest.withUnsafeBytes { send(number, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            }
            rest = rest.dropFirst(count)
        }
    }

    /// `fdatasync`: everything written before is on the device, or an error after which nothing may be assumed.
    package borrowing func synchronizeData() throws(Errno) {
        // Not repeated even when interrupted: the kernel may have dropped the dirty pages already (P10).
        if fdatasync(number) != 0 { throw Errno(code: errno) }
    }

    /// `fsync`: for a directory, after which its names are on the device.
    package borrowing func synchronize() throws(Errno) {
        if fsync(number) != 0 { throw Errno(code: errno) }
    }

    package borrowing func size() throws(Errno) -> Int {
        var status = stat()
        _ = try retryingInterrupts { fstat(number, &status) }
        return Int(status.st_size)
    }

    /// The permission bits, such as 0o600.
    package borrowing func mode() throws(Errno) -> UInt32 {
        var status = stat()
        _ = try retryingInterrupts { fstat(number, &status) }
        return status.st_mode & 0o7777
    }

    /// Takes the exclusive lock that lasts as long as this descriptor; false when another process has it.
    package borrowing func tryLock() throws(Errno) -> Bool {
        try retryingInterruptsUnlessBlocked { flock(number, LOCK_EX | LOCK_NB) } != nil
    }
}
