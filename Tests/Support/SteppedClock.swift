// The clock of a machine whose time somebody corrects: the monotonic one goes on, the wall's leaps.
package import POSIX
import Synchronization

package final class SteppedClock: Clock {
    private let base: any Clock
    private let offset: Mutex<Int64>
    private let watch = Mutex<(@Sendable () -> Void)?>(nil)

    /// - Parameter offset: microseconds by which the wall's clock is off already.
    package init(_ base: any Clock, offset: Int64 = 0) {
        self.base = base
        self.offset = Mutex(offset)
    }

    /// Sets the wall's clock forward, or back where it is negative; microseconds.
    package func step(by microseconds: Int64) { offset.withLock { $0 += microseconds } }

    package func monotonicMicroseconds() -> Int64 { base.monotonicMicroseconds() }
    package func wallMicroseconds() -> Int64 {
        watch.withLock(\.self)?()
        return base.wallMicroseconds() + offset.withLock { $0 }
    }

    /// Called whenever the wall's time is asked for, by who asks: a way into the middle of a step.
    package func meet(_ body: (@Sendable () -> Void)?) { watch.withLock { $0 = body } }

    package func wait(until deadline: Int64, or bell: Bell) { base.wait(until: deadline, or: bell) }
}
