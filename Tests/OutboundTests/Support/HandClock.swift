// A clock that a test turns by hand, and that whoever waits turns as far as it waits.
import POSIX
import Synchronization

final class HandClock: Clock {
    /// Microseconds since the start of both clocks.
    private let passed = Mutex<Int64>(0)
    private let monotonic: Int64 = 1_000_000_000
    let wall: Int64

    init(wall: Int64 = 1_770_000_000_000_000) { self.wall = wall }

    /// Microseconds since the test began.
    var now: Int64 { passed.withLock { $0 } }

    func monotonicMicroseconds() -> Int64 { monotonic + now }
    func wallMicroseconds() -> Int64 { wall + now }

    func advance(milliseconds: Int64) { passed.withLock { $0 += milliseconds * 1_000 } }

    func wait(until deadline: Int64, or bell: Bell) {
        if deadline == .max { return bell.wait(milliseconds: 1) }
        passed.withLock { $0 = max($0, deadline - monotonic) }
    }
}
