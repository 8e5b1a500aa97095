// A clock that a test turns by hand.
import POSIX
import Synchronization

final class HandClock: Clock {
    /// Both clocks, in microseconds.
    private let time: Mutex<(monotonic: Int64, wall: Int64)>

    init(monotonic: Int64 = 1_000_000_000, wall: Int64 = 1_770_000_000_000_000) {
        time = Mutex((monotonic, wall))
    }

    func monotonicMicroseconds() -> Int64 { time.withLock { $0.monotonic } }
    func wallMicroseconds() -> Int64 { time.withLock { $0.wall } }

    func advance(milliseconds: Int64) {
        time.withLock { time in
            time.monotonic += milliseconds * 1_000
            time.wall += milliseconds * 1_000
        }
    }
}
