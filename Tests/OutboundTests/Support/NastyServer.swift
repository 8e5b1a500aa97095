// A server on loopback that says exactly what a test tells it to, connection by connection, also what no server should.
import Foundation
import Synchronization

/// Runs each accepted connection's script on a thread of its own.
final class NastyServer: Sendable {
    let port: UInt16
    let connections = Atomic(0)
    let requests = Atomic(0)
    private let listener: CInt

    /// The script is given the connection and its number, from 1; the connection is closed when it returns.
    init(_ script: @escaping @Sendable (NastyConnection, Int) -> Void) throws {
        (listener, port) = try NastyServer.bind()
        let listener = listener
        guard listen(listener, 128) == 0 else { throw POSIXError(.EADDRINUSE) }
        Foundation.Thread.detachNewThread { [self] in
            while true {
                let accepted = accept(listener, nil, nil)
                guard accepted >= 0 else { return }
                let number = connections.add(1, ordering: .relaxed).newValue
                Foundation.Thread.detachNewThread { [self] in
                    let connection = NastyConnection(accepted, self)
                    script(connection, number)
                    connection.close()
                }
            }
        }
    }

    func stop() { shutdown(listener, CInt(SHUT_RDWR)) }

    var url: String { "http://127.0.0.1:\(port)/graphql" }

    /// A port on which nobody listens, and on which nobody else will.
    static func closedPort() throws -> UInt16 { try bind().port }

    private static func bind() throws -> (socket: CInt, port: UInt16) {
        let number = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.bind(number, $0, length) == 0 && getsockname(number, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRINUSE) }
        return (number, UInt16(bigEndian: address.sin_port))
    }
}

final class NastyConnection {
    private var socket: CInt
    private let server: NastyServer
    private var received: [UInt8] = []

    init(_ socket: CInt, _ server: NastyServer) {
        self.socket = socket
        self.server = server
        var on: CInt = 1
        setsockopt(socket, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
    }

    /// A whole request's head and body; nil at the end of the stream.
    func request() -> (head: String, body: [UInt8])? {
        guard let head = head() else { return nil }
        let length = head.lowercased().components(separatedBy: "content-length: ").dropFirst().first
            .flatMap { Int($0.prefix { $0.isWholeNumber }) }
        while received.count < length ?? 0 { guard more() else { return nil } }
        let body = Array(received.prefix(length ?? 0))
        received.removeFirst(body.count)
        server.requests.add(1, ordering: .relaxed)
        return (head, body)
    }

    func head() -> String? {
        while true {
            if let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
                defer { received.removeFirst(end.upperBound) }
                return String(decoding: received[..<end.lowerBound], as: UTF8.self)
            }
            guard more() else { return nil }
        }
    }

    private func more() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &buffer, buffer.count, 0)
        if count > 0 { received += buffer[..<count] }
        return count > 0
    }

    /// False when the other side is gone.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ octets: [UInt8]) -> Bool {
        var rest = octets[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            if count <= 0 { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    func answer(_ body: String) {
        send("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Until the other side closes.
    func waitForEnd() { while more() {} }

    func pause(milliseconds: UInt32) { usleep(milliseconds * 1_000) }

    func close() {
        if socket >= 0 { _ = Foundation.close(socket) }
        socket = -1
    }

    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        close()
    }
}
