// Does it make sense to call at all? While it does not, one call at a time is let through to find out.
//
// ```
//            failures in a row                   wait is over
//   closed --------------------------> open ---------------------> probing
//     ^ ^                               ^ |                           |  |
//     | +----- any call succeeds -------|-+      the probe fails      |  |
//     |                                 +--------(longer wait)--------+  |
//     +------------------------ the probe succeeds ----------------------+
// ```

package struct Breaker: Hashable, Sendable {
    package struct Settings: Hashable, Sendable {
        /// Failures in a row that open it.
        package var failures: Int
        /// Milliseconds until the first probe; each failed one doubles it, up to `longest`.
        package var first: Int64
        package var longest: Int64
        /// Calls in a row that a wrong setting failed. One of them can be about a single permission.
        package var misconfigurations: Int
        /// Milliseconds between probes of a setting that a person has to change.
        package var slow: Int64

        package init(
            failures: Int = 5, first: Int64 = 15_000, longest: Int64 = 300_000, misconfigurations: Int = 3,
            slow: Int64 = 600_000
        ) {
            precondition(failures >= 1 && misconfigurations >= 1, "it is closed at first")
            precondition(first >= 1 && first <= longest && slow >= 1, "a probe comes later")
            self.failures = failures
            self.first = first
            self.longest = longest
            self.misconfigurations = misconfigurations
            self.slow = slow
        }
    }

    package enum State: Hashable, Sendable {
        case closed
        /// Microseconds of the monotonic clock; why is for a person.
        case open(until: Int64, isMisconfigured: Bool)
        case probing(Int, isMisconfigured: Bool)
    }

    private let settings: Settings
    package private(set) var state = State.closed
    private var failures = 0
    private var misconfigurations = 0
    private var wait: Int64

    init(_ settings: Settings) {
        self.settings = settings
        wait = settings.first
    }

    /// When the next call may be let through, nil while a probe is out.
    func opening(now: Int64) -> Int64? {
        switch state {
        case .closed: now
        case .open(let until, _): max(now, until)
        case .probing: nil
        }
    }

    /// The call with this number was let through.
    mutating func admitted(_ number: Int) {
        if case .open(_, let isMisconfigured) = state { state = .probing(number, isMisconfigured: isMisconfigured) }
    }

    mutating func close() {
        state = .closed
        failures = 0
        misconfigurations = 0
        wait = settings.first
    }

    mutating func failed(_ number: Int, isMisconfigured: Bool, now: Int64) {
        switch state {
        case .closed:
            failures += 1
            misconfigurations = isMisconfigured ? misconfigurations + 1 : 0
            if misconfigurations >= settings.misconfigurations || failures >= settings.failures {
                open(isMisconfigured: isMisconfigured, now: now)
            }
        case .probing(number, _):
            wait = min(wait * 2, settings.longest)
            open(isMisconfigured: isMisconfigured, now: now)
        case .open, .probing: break
        }
    }

    /// A probe that said nothing: the next one is let through at once.
    mutating func abandoned(_ number: Int, now: Int64) {
        if case .probing(number, let isMisconfigured) = state {
            state = .open(until: now, isMisconfigured: isMisconfigured)
        }
    }

    private mutating func open(isMisconfigured: Bool, now: Int64) {
        let milliseconds = isMisconfigured ? settings.slow : wait
        state = .open(until: now + milliseconds * 1_000, isMisconfigured: isMisconfigured)
    }
}
