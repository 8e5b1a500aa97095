// Speaks to a running server on the same machine, over the Unix socket in its journal's directory.
import HTTP
package import POSIX

package struct OperatorClient: Sendable {
    package static let socketName = "operator.sock"

    package struct Reply: Sendable {
        package let status: Int
        package let body: String
    }

    private let path: String

    package init(journal directory: String) {
        path = directory + "/" + OperatorClient.socketName
    }

    /// Nil when no server listens there.
    package func post(_ target: String, body: [UInt8] = []) throws(Errno) -> Reply? {
        try ask("POST", target, body: body)
    }

    /// Nil when no server listens there.
    package func ask(_ method: String, _ target: String, body: [UInt8] = []) throws(Errno) -> Reply? {
        let socket: FileDescriptor
        do throws(Errno) {
            socket = try Sockets.connect(unix: path, answerLimit: OperatorClient.answerLimit)
        } catch {
            if error == .connectionRefused || error == .notFound { return nil }
            throw error
        }
        let head =
            "\(method) \(target) HTTP/1.1\r\nHost: operator\r\nConnection: close\r\nContent-Length: \(body.count)\r\n\r\n"
        try socket.writeAll(Array(head.utf8) + body)
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while received.count < OperatorClient.replyLimit {
            let count = try socket.read(into: &chunk)
            if count == 0 { break }
            received += chunk[..<count]
        }
        return OperatorClient.reply(received)
    }

    private static let replyLimit = 4 << 20
    /// Seconds; a release reads the whole journal.
    private static let answerLimit = 120

    private static func reply(_ received: [UInt8]) -> Reply {
        let text = String(decoding: received, as: UTF8.self)
        let status = text.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) } ?? 0
        // A grapheme-wise search would see "\r\n" as one character.
        let marker = Array("\r\n\r\n".utf8)
        let end = received.indices.first { received[$0...].starts(with: marker) } ?? received.count
        return Reply(status: status, body: String(decoding: received[min(end + 4, received.count)...], as: UTF8.self))
    }
}
