// Time for a test in which nobody else turns it.
import POSIX
import Sandbox

/// The sandbox's clock, which waiting turns: there is nobody else who could.
struct TurningClock: Clock {
    private let clock: SandboxClock

    init(_ clock: SandboxClock) { self.clock = clock }

    func monotonicMicroseconds() -> Int64 { clock.monotonicMicroseconds() }
    func wallMicroseconds() -> Int64 { clock.wallMicroseconds() }

    func wait(until deadline: Int64, or bell: Bell) {
        if deadline == .max { return bell.wait(milliseconds: 1) }
        let left = deadline - monotonicMicroseconds()
        if left > 0 { clock.pass(milliseconds: Int(clamping: min(left, 3_600_000_000) / 1_000 + 1)) }
    }
}
