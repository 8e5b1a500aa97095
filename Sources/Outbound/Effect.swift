// The driver of writes. A write whose answer is missing may have been applied, so it is never simply repeated: first the
// partner is asked, and only what was not applied is sent again (P5, P6).
//
// ```
//            transient, throttled                 not applied
//   perform ----------------------> wait -> perform <-----------+
//      |                                       |                |
//      | ambiguous                             | ambiguous      |
//      +------------------> read back <--------+                |
//                               |   +---------------------------+
//                               +-- applied --> done
//                               +-- cannot be read yet --> wait -> read back
// ```
package import POSIX

/// What reading back found.
package enum Applied<Value: Sendable>: Sendable {
    /// It is there; the value is what the answer would have said.
    case yes(Value)
    /// It is not there, and will not come any more by itself.
    case no
}

package struct Effect: Sendable {
    /// Milliseconds.
    package struct Settings: Hashable, Sendable {
        /// The wait after the first failure in a row; each further one doubles it, up to `longest`.
        package var first: Int64
        package var longest: Int64
        /// The share of a wait that chance may take away.
        package var jitter: Double
        /// Before a partner is asked whether a write without an answer was applied: it may still be at work on it.
        package var settling: Int64
        /// Failures altogether after which it is given up, nil for never: whoever called has a queue to wait in.
        package var failures: Int?

        package init(
            first: Int64 = 1_000, longest: Int64 = 300_000, jitter: Double = 0.2, settling: Int64 = 5_000,
            failures: Int? = nil
        ) {
            precondition(first >= 1 && first <= longest && jitter >= 0 && jitter <= 1 && settling >= 0, "waits grow")
            precondition(failures ?? 1 >= 1, "it is tried at least once")
            self.first = first
            self.longest = longest
            self.jitter = jitter
            self.settling = settling
            self.failures = failures
        }
    }

    private let settings: Settings
    private let clock: any Clock
    /// From 0 up to 1.
    private let chance: @Sendable () -> Double

    package init(_ settings: Settings, clock: any Clock, chance: @escaping @Sendable () -> Double) {
        self.settings = settings
        self.clock = clock
        self.chance = chance
    }

    /// Blocks until it is applied, for good or by an earlier attempt, or cannot be.
    ///
    /// Fails as permanent or configuration when the partner says so; as cancelled when nothing was applied; as ambiguous
    /// when it ends (cancelled, out of failures, or because it cannot be read back) while nobody knows. Whoever takes it
    /// up again then starts with `mayBeApplied`, also after a restart.
    package func apply<Value: Sendable>(
        mayBeApplied: Bool = false, _ cancellation: Cancellation, perform: () throws(CallFailure) -> Value,
        readBack: () throws(CallFailure) -> Applied<Value>
    ) throws(CallFailure) -> Value {
        var course = Course(settings, isUnknown: mayBeApplied)
        while true {
            do throws(CallFailure) {
                guard course.isUnknown else { return try perform() }
                switch try readBack() {
                case .yes(let value): return value
                case .no: course.isUnknown = false
                }
            } catch {
                let until = try course.failed(error, clock, chance())
                guard clock.wait(until: until, cancellation) else { throw course.cancelled() }
            }
            if cancellation.isCancelled { throw course.cancelled() }
        }
    }
}

/// How far it is, without waiting itself.
private struct Course {
    private let settings: Effect.Settings
    /// Whether an attempt may have been applied.
    var isUnknown: Bool
    private var failures = 0

    init(_ settings: Effect.Settings, isUnknown: Bool) {
        self.settings = settings
        self.isUnknown = isUnknown
    }

    /// Until when to wait before going on, in microseconds of the monotonic clock; or the failure with which it ends.
    mutating func failed(_ failure: CallFailure, _ clock: any Clock, _ chance: Double) throws(CallFailure) -> Int64 {
        let (now, wall) = (clock.monotonicMicroseconds(), clock.wallMicroseconds())
        failures += 1
        var until = now + wait(chance) * 1_000
        switch failure.kind {
        case .transient: break
        case .throttled(let end?): until = max(until, now + min(max(0, end - wall), Effect.farthest))
        case .throttled: break
        case .ambiguous:
            isUnknown = true
            until = max(until, now + settings.settling * 1_000)
        case .cancelled: throw cancelled()
        case .permanent, .configuration: throw isUnknown ? unknown(failure.text) : failure
        }
        if failures >= settings.failures ?? .max { throw isUnknown ? unknown(failure.text) : failure }
        return until
    }

    func cancelled() -> CallFailure {
        isUnknown ? unknown("it was cancelled") : CallFailure(.cancelled, "it was cancelled, and nothing was applied")
    }

    private func unknown(_ text: String) -> CallFailure {
        CallFailure(.ambiguous, "nobody knows whether it was applied: \(text)")
    }

    /// Milliseconds.
    private func wait(_ chance: Double) -> Int64 {
        var wait = settings.first
        for _ in 1..<max(2, min(failures, 64)) where failures > 1 {
            wait = wait > settings.longest / 2 ? settings.longest : wait * 2
        }
        return wait - Int64(Double(wait) * settings.jitter * chance)
    }
}

extension Effect {
    /// No partner keeps anybody waiting for more than a day.
    fileprivate static let farthest: Int64 = 86_400_000_000
}
