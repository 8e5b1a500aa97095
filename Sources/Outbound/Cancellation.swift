// How a call that waits is told to stop: from another thread, promptly.
import Synchronization

/// Cancelled once, for good. Whoever waits registers a wake-up; it runs on the thread that cancels.
package final class Cancellation: Sendable {
    private struct State {
        var isCancelled = false
        var wakeUps: [Int: @Sendable () -> Void] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    package init() {}

    package var isCancelled: Bool { state.withLock { $0.isCancelled } }

    package func cancel() {
        let wakeUps = state.withLock { state in
            state.isCancelled = true
            defer { state.wakeUps = [:] }
            return Array(state.wakeUps.values)
        }
        for wakeUp in wakeUps { wakeUp() }
    }

    /// Runs `body`; when cancelled meanwhile, or before, `wakeUp` is called at once and `body` is to return.
    package func whileWaiting<Value, Failure>(
        _ wakeUp: @escaping @Sendable () -> Void, _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let number: Int? = state.withLock { state in
            guard !state.isCancelled else { return nil }
            state.next += 1
            state.wakeUps[state.next] = wakeUp
            return state.next
        }
        guard let number else {
            wakeUp()
            return try body()
        }
        defer { state.withLock { _ = $0.wakeUps.removeValue(forKey: number) } }
        return try body()
    }
}
