// A client that sends octets as it is told and reads answers, over a blocking socket.
import Foundation
import Testing

struct ReceivedAnswer: Equatable {
    let status: Int
    let fields: [String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var closes: Bool { fields.contains("Connection: close") }
}

struct ClientFailure: Error, CustomStringConvertible {
    let description: String
}

final class TestClient {
    private var socket: CInt
    private var received: [UInt8] = []
    /// Milliseconds after which a test is taken to hang.
    private static let patience: CInt = 20_000

    init(port: UInt16, buffer: CInt? = nil) throws {
        socket = Foundation.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var on: CInt = 1
        setsockopt(socket, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
        if var buffer { setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &buffer, socklen_t(MemoryLayout<CInt>.size)) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result != 0 { throw ClientFailure(description: "connect: errno \(errno)") }
    }

    deinit { close() }

    func close() {
        if socket >= 0 { _ = Foundation.close(socket) }
        socket = -1
    }

    /// Closes with a reset, which the other side learns of at once.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        close()
    }

    func endSending() { shutdown(socket, CInt(SHUT_WR)) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ octets: [UInt8]) throws {
        var rest = octets[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            if count <= 0 { throw ClientFailure(description: "send: errno \(errno)") }
            rest = rest.dropFirst(count)
        }
    }

    /// How many of the octets the kernels between both sides take now.
    func sendWhatFits(_ octets: [UInt8]) -> Int {
        let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
        return max(0, octets.withUnsafeBytes { Foundation.send(socket, $0.baseAddress, $0.count, flags) })
    }

    /// Whether something (or the end) can be read at once.
    var hasInput: Bool {
        var watched = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return !received.isEmpty || poll(&watched, 1, 0) > 0
    }

    func ask(_ path: String, method: String = "GET", body: String? = nil, fields: [String] = []) throws
        -> ReceivedAnswer
    {
        try send(TestClient.request(path, method: method, body: body, fields: fields))
        return try answer(isHead: method == "HEAD")
    }

    static func request(_ path: String, method: String = "GET", body: String? = nil, fields: [String] = []) -> String {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: loop"] + fields
        if let body { lines.append("Content-Length: \(body.utf8.count)") }
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
    }

    /// The next answer. `100 Continue` is one, too.
    func answer(isHead: Bool = false) throws -> ReceivedAnswer {
        let headEnd = try readHead()
        let head = String(decoding: received[..<headEnd], as: UTF8.self)
        let lines = head.components(separatedBy: "\r\n").filter { !$0.isEmpty }
        guard let status = lines.first.flatMap({ Int($0.split(separator: " ")[1]) }) else {
            throw ClientFailure(description: "no status in \(head)")
        }
        let field = lines.first { $0.hasPrefix("Content-Length: ") }
        let length = isHead || status == 100 ? 0 : field.flatMap { Int($0.dropFirst(16)) } ?? 0
        while received.count < headEnd + length { try readMore() }
        let body = Array(received[headEnd..<headEnd + length])
        received.removeFirst(headEnd + length)
        return ReceivedAnswer(status: status, fields: Array(lines.dropFirst()), body: body)
    }

    private func readHead() throws -> Int {
        var searched = 0
        while true {
            while searched + 4 <= received.count {
                if received[searched..<searched + 4].elementsEqual([13, 10, 13, 10]) { return searched + 4 }
                searched += 1
            }
            try readMore()
        }
    }

    /// What comes until the other side ends.
    func rest() throws -> [UInt8] {
        while try read() {}
        defer { received = [] }
        return received
    }

    /// Whether the other side has ended without saying any more.
    func hasEnded() throws -> Bool { try rest().isEmpty }

    private func readMore() throws {
        guard try read() else { throw ClientFailure(description: "ended after \(received.count) octets") }
    }

    /// False at the end of the stream.
    private func read() throws -> Bool {
        var watched = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&watched, 1, TestClient.patience) == 1 else { throw ClientFailure(description: "nothing came") }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &chunk, chunk.count, 0)
        if count < 0 { throw ClientFailure(description: "recv: errno \(errno)") }
        received += chunk[..<count]
        return count > 0
    }
}
