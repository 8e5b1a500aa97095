// An event loop with a tiny service on a thread of its own, and a client for it, over TCP on the loopback interface.
import Foundation
import HTTP
import Synchronization
import Testing

@testable import EventLoop
@testable import POSIX

/// What the service holds back until a test says so.
final class Desk: Sendable {
    private struct State {
        var asked: [ConnectionID] = []
        var replies: [Reply] = []
        var served: [String] = []
    }

    private let state = Mutex(State())

    func ask(_ connection: ConnectionID) { state.withLock { $0.asked.append(connection) } }

    /// The connections whose request has come and waits, in order.
    var asked: [ConnectionID] { state.withLock { $0.asked } }

    /// The paths of all other requests, in order.
    var served: [String] { state.withLock { $0.served } }

    func serve(_ path: String) { state.withLock { $0.served.append(path) } }

    func answer(_ connection: ConnectionID, _ text: String) {
        state.withLock { $0.replies.append(Reply(connection: connection, answer: .respond(.text(.ok, text)))) }
    }

    /// Nothing is served or answered meanwhile.
    func hold(_ body: () throws -> Void) rethrows { try state.withLock { _ in try body() } }

    func take() -> [Reply] {
        state.withLock { state in
            defer { state.replies = [] }
            return state.replies
        }
    }
}

/// `/later` waits for the desk, `/large/N` answers N octets, `/accepted` as a delivery, `/user` who asks, and anything
/// else what it was asked.
final class DeskService: Service {
    private let desk: Desk

    init(desk: Desk) {
        self.desk = desk
    }

    func handle(_ request: borrowing Request, on connection: ConnectionID, from peer: Peer, now: Now) -> Answer {
        let path = String(decoding: request.path, as: UTF8.self)
        let body = String(decoding: request.body, as: UTF8.self)
        if path == "/later" {
            desk.ask(connection)
            return .later
        }
        desk.serve(path)
        if path == "/accepted" { return .accepted }
        if path == "/user" { return .respond(.text(.ok, "\(peer.user.map(String.init) ?? "nobody")")) }
        if path.hasPrefix("/large/"), let count = Int(path.dropFirst(7)) {
            return .respond(Response(.ok, body: DeskService.large(count)))
        }
        return .respond(.text(.ok, "\(request.method.rawValue) \(path) \(body)"))
    }

    func isServedAboveLimit(_ request: borrowing Request) -> Bool { request.path.elementsEqual("/health".utf8) }

    func turn(now: Now, isQuiet: Bool) -> [Reply] { desk.take() }

    private static let block = (0..<65_521).map { UInt8(truncatingIfNeeded: $0 / 251) }

    /// Octets of which every place is recognised, as far as a test needs it.
    static func large(_ count: Int) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(count + block.count)
        while octets.count < count { octets += block }
        octets.removeLast(octets.count - count)
        return octets
    }
}

final class TestLoop {
    let desk = Desk()
    let clock = HandClock()
    let control: LoopControl
    let port: UInt16
    private let finishing: Finishing
    private let ended: Ended

    private final class Ended: Sendable {
        private let flag = Mutex(false)
        func note() { flag.withLock { $0 = true } }
        var isNoted: Bool { flag.withLock { $0 } }
    }

    init(
        connections: Int = 100, bodyLimit: Int = 1 << 20, heldOctets: Int? = nil, unixPath: String? = nil,
        buffer: CInt? = nil
    ) throws {
        let control = try LoopControl()
        self.control = control
        let socket = try Sockets.listen(
            on: unixPath.map { .unix(path: $0) } ?? .tcp(address("127.0.0.1"), port: 0))
        port = unixPath == nil ? try Sockets.port(of: socket) : 0
        if var buffer {
            // Accepted connections inherit it.
            setsockopt(socket.number, SOL_SOCKET, SO_RCVBUF, &buffer, socklen_t(MemoryLayout<CInt>.size))
        }
        let listener = ListenerBox(socket)
        var limits = LoopLimits(
            message: HTTP.Limits(bodyOctets: bodyLimit), connections: connections, headDeadline: 10_000,
            bodyDeadline: 30_000, answerDeadline: 30_000, idleDeadline: 75_000)
        if let heldOctets { limits.totalHeldOctets = heldOctets }
        let ended = Ended()
        self.ended = ended
        finishing = try Finishing { [desk, clock, limits] in
            do {
                var loop = try EventLoop(
                    service: DeskService(desk: desk), limits: limits, control: control, clock: clock)
                try loop.listen(on: listener.take())
                try loop.run()
            } catch { Issue.record("\(error)") }
            ended.note()
        }
    }

    deinit { stop() }

    func stop() {
        control.drain(by: 0)
        finishing.wait()
    }

    var hasEnded: Bool { ended.isNoted }

    func client(buffer: CInt? = nil) throws -> TestClient { try TestClient(port: port, buffer: buffer) }

    /// Turns the clock and wakes the loop, so that it looks at its deadlines.
    func advance(milliseconds: Int64) {
        clock.advance(milliseconds: milliseconds)
        control.bell.ring()
    }

    func answer(_ connection: ConnectionID, _ text: String) {
        desk.answer(connection, text)
        control.bell.ring()
    }

    /// Waits until the loop's thread has come so far.
    func wait(_ what: String = "", until isSo: () -> Bool) {
        for _ in 0..<10_000 {
            if isSo() { return }
            usleep(1_000)
        }
        Issue.record("never so: \(what)")
    }

    /// The connection of the request to `/later` with that number, from 0.
    func asked(_ number: Int) -> ConnectionID {
        wait("request \(number) has come") { desk.asked.count > number }
        return desk.asked[number]
    }

    /// What was sent to the loop before has been read by it when this returns.
    func settle(with other: TestClient) throws {
        let answer = try other.ask("/settle")
        #expect(answer.text == "GET /settle ")
    }
}

/// Takes a socket to the thread that will own it.
private final class ListenerBox: Sendable {
    private let socket: Mutex<FileDescriptor?>

    init(_ socket: consuming sending FileDescriptor) {
        self.socket = Mutex(consume socket)
    }

    func take() -> FileDescriptor {
        guard let socket = socket.withLock({ $0.take() }) else { preconditionFailure("taken once") }
        return socket
    }
}
