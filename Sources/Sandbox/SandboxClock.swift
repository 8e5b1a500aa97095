// The sandbox's time. It runs with the system's, or stands until it is turned by hand; both can be turned forward.
package import POSIX
import Synchronization

package final class SandboxClock: Clock {
    private let running: (any Clock)?
    private let turned: Mutex<Turned>

    private struct Turned {
        var monotonic: Int64
        var wall: Int64
    }

    /// Runs with `clock`.
    package init(running clock: any Clock) {
        running = clock
        turned = Mutex(Turned(monotonic: 0, wall: 0))
    }

    /// Stands at `wall` (microseconds since 1970) until it is turned.
    package init(standingAt wall: Int64) {
        running = nil
        turned = Mutex(Turned(monotonic: 1_000_000, wall: wall))
    }

    package var isManual: Bool { running == nil }

    package func monotonicMicroseconds() -> Int64 {
        (running?.monotonicMicroseconds() ?? 0) + turned.withLock { $0.monotonic }
    }

    package func wallMicroseconds() -> Int64 {
        (running?.wallMicroseconds() ?? 0) + turned.withLock { $0.wall }
    }

    package var unixSeconds: Int { Int(wallMicroseconds() / 1_000_000) }

    /// Up to a year at once; time does not go back.
    package func advance(milliseconds: Int) {
        let microseconds = Int64(min(max(milliseconds, 0), 366 * 86_400_000)) * 1_000
        turned.withLock { turned in
            turned.monotonic += microseconds
            turned.wall += microseconds
        }
    }

    /// On a clock that stands, waiting is what turns it: whoever waits in a simulation waits no longer than he must.
    package func wait(until deadline: Int64, or bell: Bell) {
        let left = deadline - monotonicMicroseconds()
        guard left > 0 else { return }
        if !isManual { return bell.wait(milliseconds: Int(clamping: left / 1_000 + 1)) }
        if deadline == .max { return bell.wait(milliseconds: 1) }
        turned.withLock { turned in
            turned.monotonic += left
            turned.wall += left
        }
    }

    /// Waiting, as far as it is the sandbox's to pass: a clock that runs needs no help.
    package func pass(milliseconds: Int) {
        if isManual { advance(milliseconds: milliseconds) }
    }
}
