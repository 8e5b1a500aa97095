// Reads the next window of a segment on a thread of its own while the present one is walked, and checks its records until
// it is asked for: checksums are most of what a long start costs, and on a cold cache nearly all of it is waiting for
// the device.
//
// One order is under way at a time. A buffer goes to the thread with the order and comes back in the window.
import POSIX
import Synchronization

/// A part of a file that will be wanted next.
struct ReadOrder: Sendable {
    let file: any DiskFile
    let seed: UInt32
    var window: SegmentWindow
    var failure: Errno?

    mutating func carryOut(until isWanted: () -> Bool) {
        do throws(Errno) {
            try window.read(file)
            window.check(seed: seed, until: isWanted)
        } catch { failure = error }
    }
}

final class ReadAhead: Sendable {
    private enum State: Sendable {
        case idle
        case ordered(ReadOrder)
        case working
        case done(ReadOrder)
        case stopped
    }

    /// What both threads hold, so that neither keeps the other alive.
    private final class Desk: Sendable {
        let state = Mutex(State.idle)
        /// The walk has come to the end of its window.
        let isWanted = Atomic(false)
        let orders = Bell()
        let results = Bell()

        /// Puts it into the thread's own variable: with another reference, it would be a copy that is written to.
        func takeOrder(into order: inout ReadOrder?) {
            state.withLock { state in
                guard case .ordered(let placed) = state else { return }
                state = .working
                order = placed
            }
        }

        func takeDone() -> ReadOrder? {
            state.withLock { state in
                guard case .done(let order) = state else { return nil }
                state = .idle
                return order
            }
        }

        var isStopped: Bool {
            state.withLock { if case .stopped = $0 { true } else { false } }
        }
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

    func place(_ order: consuming ReadOrder) {
        desk.isWanted.store(false, ordering: .relaxed)
        var handed = Optional(order)
        desk.state.withLock { state in
            guard case .idle = state, let order = handed.take() else { preconditionFailure("one order at a time") }
            state = .ordered(order)
        }
        desk.orders.ring()
    }

    /// The window that was ordered, checked as far as the thread has come by now.
    func result() throws(Errno) -> SegmentWindow {
        desk.isWanted.store(true, ordering: .relaxed)
        while true {
            if let order = desk.takeDone() {
                if let failure = order.failure { throw failure }
                return order.window
            }
            desk.results.wait(milliseconds: -1)
        }
    }

    private static func work(at desk: Desk) {
        var order: ReadOrder?
        while !desk.isStopped {
            desk.takeOrder(into: &order)
            order?.carryOut { desk.isWanted.load(ordering: .relaxed) }
            guard let done = order.take() else {
                desk.orders.wait(milliseconds: -1)
                continue
            }
            desk.state.withLock { if case .working = $0 { $0 = .done(done) } }
            desk.results.ring()
        }
    }
}
