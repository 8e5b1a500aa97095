// Time and chance. Everything above takes them as arguments; only the threads' loops read them here.
import CPOSIX
import Glibc

/// The two clocks. A seam: tests turn one by hand.
package protocol Clock: Sendable {
    /// Microseconds that never go backwards: deadlines, backoff, durations.
    func monotonicMicroseconds() -> Int64
    /// Microseconds since 1970: what records and people see; it can jump.
    func wallMicroseconds() -> Int64
    /// Waits until that monotonic time, or until somebody rings `bell`. May return early: look at the time again.
    func wait(until deadline: Int64, or bell: Bell)
}

package struct SystemClock: Clock {
    package init() {}

    package func monotonicMicroseconds() -> Int64 { microseconds(CLOCK_MONOTONIC) }
    package func wallMicroseconds() -> Int64 { microseconds(CLOCK_REALTIME) }

    private func microseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        let result = clock_gettime(clock, &time)
        precondition(result == 0, "these clocks exist on every Linux")
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}

extension SystemClock {
    package func wait(until deadline: Int64, or bell: Bell) {
        let left = deadline - monotonicMicroseconds()
        if left > 0 { bell.wait(milliseconds: Int(clamping: left / 1_000 + 1)) }
    }
}

extension Clock {
    package func monotonicMilliseconds() -> Int64 { monotonicMicroseconds() / 1_000 }

    /// For a clock that is turned by hand: whoever waits looks again soon, because nothing else tells it of a turn. One
    /// that waiting itself is to turn has a `wait` of its own.
    package func wait(until deadline: Int64, or bell: Bell) {
        if monotonicMicroseconds() < deadline { bell.wait(milliseconds: 1) }
    }
}

package enum Chance {
    /// Octets from the kernel's generator, fit for tokens.
    package static func octets(_ count: Int) throws(Errno) -> [UInt8] {
        var octets = [UInt8](repeating: 0, count: count)
        let result = octets.withUnsafeMutableBytes { lockstep_random($0.baseAddress, $0.count) }
        if result != 0 { throw Errno(code: errno) }
        return octets
    }
}
