// A wait on the injected clock that can be given up.
package import POSIX

extension Clock {
    /// Waits until that monotonic time, in microseconds. False when it was cancelled before.
    package func wait(until deadline: Int64, _ cancellation: Cancellation) -> Bool {
        let bell = Bell()
        return cancellation.whileWaiting({ bell.ring() }) {
            while !cancellation.isCancelled && monotonicMicroseconds() < deadline { wait(until: deadline, or: bell) }
            return !cancellation.isCancelled
        }
    }
}
