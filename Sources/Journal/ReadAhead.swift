// Reads the next window of a segment on a thread of its own while the present one is checked: half of what a long start
// costs is copying out of the page cache, and on a cold cache nearly all of it is waiting for the device.
//
// One order is under way at a time. Its buffer goes to the thread with the order and comes back with the result.
import POSIX
import Synchronization

/// Where a part of a file is to be put.
struct ReadOrder: Sendable {
    let file: any DiskFile
    let range: Range<Int>
    var buffer: [UInt8]
    /// Where in the buffer the part begins.
    let place: Int

    mutating func carryOut() throws(Errno) {
        var filled = 0
        while filled < range.count {
            let part = place + filled..<place + range.count
            let count = try file.read(into: &buffer, part, at: range.lowerBound + filled)
            // The file was longer when it was opened, and nobody else has this journal.
            guard count > 0 else { throw .inputOutput }
            filled += count
        }
    }
}

final class ReadAhead: Sendable {
    private enum State: Sendable {
        case idle
        case ordered(ReadOrder)
        case reading
        case done(ReadOrder, Errno?)
        case stopped
    }

    /// What both threads hold, so that neither keeps the other alive.
    private final class Desk: Sendable {
        let state = Mutex(State.idle)
        let orders = Bell()
        let results = Bell()
    }

    private let desk: Desk
    private let thread: Mutex<POSIX.Thread?>

    init() throws(Errno) {
        let desk = Desk()
        self.desk = desk
        thread = Mutex(try Thread(named: "read-ahead") { ReadAhead.work(at: desk) })
    }

    deinit {
        desk.state.withLock { $0 = .stopped }
        desk.orders.ring()
        let thread = thread.withLock { $0.take() }
        thread?.join()
    }

    func place(_ order: ReadOrder) {
        desk.state.withLock { state in
            guard case .idle = state else { preconditionFailure("one order at a time") }
            state = .ordered(order)
        }
        desk.orders.ring()
    }

    /// Waits for the order that was placed; gives its buffer back.
    func result() -> (buffer: [UInt8], failure: Errno?) {
        while true {
            let done = desk.state.withLock { state -> (ReadOrder, Errno?)? in
                guard case .done(let order, let failure) = state else { return nil }
                state = .idle
                return (order, failure)
            }
            if let (order, failure) = done { return (order.buffer, failure) }
            desk.results.wait(milliseconds: -1)
        }
    }

    private static func work(at desk: Desk) {
        while true {
            let (order, isStopped) = desk.state.withLock { state -> (ReadOrder?, Bool) in
                switch state {
                case .stopped: return (nil, true)
                case .idle, .reading, .done: return (nil, false)
                case .ordered(let order):
                    state = .reading
                    return (order, false)
                }
            }
            if isStopped { return }
            guard var order else {
                desk.orders.wait(milliseconds: -1)
                continue
            }
            var failure: Errno?
            do throws(Errno) { try order.carryOut() } catch { failure = error }
            let done = State.done(order, failure)
            desk.state.withLock { if case .reading = $0 { $0 = done } }
            desk.results.ring()
        }
    }
}
