// Stream sockets: listening on TCP and on Unix paths, accepting, receiving, sending.
import CPOSIX
import Glibc

/// Where to listen: `127.0.0.1:8080`, `[::1]:8080`, or `unix:/path`.
package enum ListenAddress: Equatable, Sendable, CustomStringConvertible {
    case tcp(IPAddress, port: UInt16)
    case unix(path: String)

    package init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard !path.isEmpty, path.utf8.count <= Sockets.unixPathLimit, !path.utf8.contains(0) else { return nil }
            self = .unix(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(digits: text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        // Without brackets nobody can tell an IPv6 address's last group from a port.
        guard let address = IPAddress(String(host)), isBracketed == host.contains(":") else { return nil }
        self = .tcp(address, port: port)
    }

    package var description: String {
        switch self {
        case .tcp(let address, let port):
            address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
        case .unix(let path): "unix:" + path
        }
    }
}

package enum Sockets {
    /// Octets that the kernel keeps for one connection, in each direction; it takes up to twice as much memory. Without
    /// a limit it lends millions to whoever sends or asks and does not read.
    package static let kernelBuffer = 64 << 10

    /// Binds and listens, non-blocking. A Unix socket left over from a dead process is replaced.
    ///
    /// `awaitingOctets`: a TCP connection waits in the kernel until its first octets are there, or for about a second
    /// (tcp(7), TCP_DEFER_ACCEPT). So it can be read from as soon as it is accepted, which spares a look in vain, a
    /// registration and a wake-up.
    package static func listen(
        on address: ListenAddress, backlog: Int = 4_096, awaitingOctets: Bool = false
    ) throws(Errno) -> FileDescriptor {
        switch address {
        case .tcp(let host, let port):
            let socket = try listen(host, port, backlog)
            if awaitingOctets { try set(socket, CInt(IPPROTO_TCP), TCP_DEFER_ACCEPT) }
            return socket
        case .unix(let path):
            return try listen(unix: path, backlog)
        }
    }

    private static func listen(_ host: IPAddress, _ port: UInt16, _ backlog: Int) throws(Errno) -> FileDescriptor {
        let socket = try open(host.isIPv4 ? AF_INET : AF_INET6)
        try set(socket, SOL_SOCKET, SO_REUSEADDR)
        // Inherited by accepted connections: an answer is one small segment that must not wait for another.
        try set(socket, CInt(IPPROTO_TCP), TCP_NODELAY)
        try set(socket, SOL_SOCKET, SO_SNDBUF, to: CInt(kernelBuffer))
        try set(socket, SOL_SOCKET, SO_RCVBUF, to: CInt(kernelBuffer))
        try host.withSocketAddress(port: port) { address, length throws(Errno) in
            _ = try retryingInterrupts { bind(socket.number, address, length) }
        }
        _ = try retryingInterrupts { Glibc.listen(socket.number, CInt(clamping: backlog)) }
        return socket
    }

    /// Octets of a Unix socket's path, without the zero that ends it (unix(7): `sun_path`).
    package static let unixPathLimit = 107

    private static func listen(unix path: String, _ backlog: Int) throws(Errno) -> FileDescriptor {
        let socket = try open(AF_UNIX)
        try removeStaleSocket(path)
        // Created without access for anybody else, before the first connection can be made.
        let mask = umask(0o177)
        defer { umask(mask) }
        try withUnixAddress(path) { address, length throws(Errno) in
            _ = try retryingInterrupts { bind(socket.number, address, length) }
        }
        _ = try retryingInterrupts { Glibc.listen(socket.number, CInt(clamping: backlog)) }
        return socket
    }

    /// Removes what a dead process left; anything but a socket is somebody's file.
    private static func removeStaleSocket(_ path: String) throws(Errno) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .exists }
        _ = unlink(path)
    }

    /// Connects to a Unix socket, blocking; waits for an answer as long as `answerLimit` seconds.
    package static func connect(unix path: String, answerLimit: Int = 30) throws(Errno) -> FileDescriptor {
        let socket = FileDescriptor(
            owning: try retryingInterrupts {
                Glibc.socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            })
        try withUnixAddress(path) { address, length throws(Errno) in
            _ = try retryingInterrupts { Glibc.connect(socket.number, address, length) }
        }
        var limit = timeval(tv_sec: answerLimit, tv_usec: 0)
        let number = socket.number
        _ = try retryingInterrupts {
            setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        return socket
    }

    package struct Accepted: ~Copyable {
        package let connection: FileDescriptor
        /// The sender's address; nil on a Unix socket.
        package let peer: IPAddress?

        package consuming func takeConnection() -> FileDescriptor { connection }
    }

    /// Whether `accept` failed because of the connection and not of this process or machine (accept(2), ERRORS).
    package static func isAboutOneConnection(_ error: Errno) -> Bool {
        [.connectionAborted, .protocolError, .hostUnreachable, .networkUnreachable, .networkDown].contains(error)
    }

    /// The next waiting connection, non-blocking; nil when none waits.
    package static func accept(
        from listener: borrowing FileDescriptor
    ) throws(Errno) -> Accepted? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let number = listener.number
        let accepted = try retryingInterruptsUnlessBlocked {
            withUnsafeMutablePointer(to: &storage) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { lockstep_accept(number, $0, &length) }
            }
        }
        guard let accepted else { return nil }
        return Accepted(connection: FileDescriptor(owning: accepted), peer: IPAddress(storage))
    }

    /// The port that the kernel chose when 0 was asked for.
    package static func port(of socket: borrowing FileDescriptor) throws(Errno) -> UInt16 {
        var storage = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let number = socket.number
        _ = try retryingInterrupts {
            withUnsafeMutablePointer(to: &storage) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &length) }
            }
        }
        return UInt16(bigEndian: storage.sin6_port)  // the port has the same place in both families
    }

    /// Who is at the other end of a Unix socket; nil when the kernel does not say.
    package static func peerUser(of connection: borrowing FileDescriptor) -> UInt32? {
        var user: UInt32 = 0
        return lockstep_peer_user(connection.number, &user) == 0 ? user : nil
    }

    /// Octets received into the array's elements, 0 at the end of the stream; nil when nothing is there yet.
    package static func receive(
        from connection: borrowing FileDescriptor, into buffer: inout [UInt8]
    ) throws(Errno) -> Int? {
        let number = connection.number
        return try retryingInterruptsUnlessBlocked {
            buffer.withUnsafeMutableBytes { recv(number, $0.baseAddress, $0.count, 0) }
        }
    }

    /// Octets taken by the kernel; 0 when its buffer is full.
    package static func send(
        _ bytes: UnsafeRawBufferPointer, to connection: borrowing FileDescriptor
    ) throws(Errno) -> Int {
        let number = connection.number
        return try retryingInterruptsUnlessBlocked {
            Glibc.send(number, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
        } ?? 0
    }

    /// Says that nothing more will be sent; the peer reads to the end and closes.
    package static func endSending(_ connection: borrowing FileDescriptor) {
        _ = shutdown(connection.number, CInt(SHUT_WR))
    }

    private static func open(_ family: CInt) throws(Errno) -> FileDescriptor {
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        return FileDescriptor(owning: try retryingInterrupts { Glibc.socket(family, kind, 0) })
    }

    private static func set(
        _ socket: borrowing FileDescriptor, _ level: CInt, _ option: CInt, to value: CInt = 1
    ) throws(Errno) {
        var value = value
        let number = socket.number
        _ = try retryingInterrupts { setsockopt(number, level, option, &value, socklen_t(MemoryLayout<CInt>.size)) }
    }

    private static func withUnixAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws(Errno) -> Void
    ) throws(Errno) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { throw .invalid }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        var outcome: Result<Void, Errno> = .success(())
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                do throws(Errno) {
                    try body(pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
                } catch { outcome = .failure(error) }
            }
        }
        try outcome.get()
    }
}
