// One for each brand and partner: nobody calls the partner without having been let through here.
//
// `Turnstile` decides; this is the part that threads wait in. Whoever waits is held, in the order of `Turnstile`, until it
// is let through, gives up or is cancelled: nothing is dropped.
package import POSIX
import Synchronization

package final class Governor: Sendable {
    /// That a call was let through. Every one is settled, once.
    package struct Admission: Sendable {
        fileprivate let number: Int
        fileprivate let ask: Ask
        fileprivate let cost: Cost
    }

    private struct State: Sendable {
        var turnstile: Turnstile
        var permissions: Permissions
        var health = PartnerHealth()
        var learned: [String: Int] = [:]
        var bells: [Int: Bell] = [:]
        var admitted: Set<Int> = []
        /// Of those whose operation is held: numbers below those of the turnstile.
        var lastHeld = 0
    }

    /// Operations are ours and few; this only says so.
    private static let operationLimit = 1_000

    private let settings: GovernorSettings
    private let clock: any Clock
    /// From 0 up to 1: spreads the end of a pause.
    private let chance: @Sendable () -> Double
    private let onPause: (@Sendable (Int64) -> Void)?
    private let state: Mutex<State>

    /// - Parameter onPause: told until when the partner is left alone, each time that it asks for it; microseconds since 1970.
    package init(
        _ settings: GovernorSettings, clock: any Clock, onPause: (@Sendable (Int64) -> Void)? = nil,
        chance: @escaping @Sendable () -> Double
    ) {
        self.onPause = onPause
        self.settings = settings
        self.clock = clock
        self.chance = chance
        state = Mutex(
            State(
                turnstile: Turnstile(settings, now: clock.monotonicMicroseconds()),
                permissions: Permissions(settings.breaker)))
    }

    // MARK: a call

    /// Waits until the call may be made.
    package func admit(_ ask: Ask, _ cancellation: Cancellation) throws(CallFailure) -> Admission {
        let bell = Bell()
        let arrival = clock.monotonicMicroseconds()
        let deadline = ask.patience.map { arrival + $0 * 1_000 } ?? .max
        try waitForPermission(ask.operation, until: deadline, bell, cancellation)
        let admission = arrive(ask, bell)
        // A pause that outlasts the patience is not waited for.
        guard state.withLock({ $0.turnstile.pausedUntil }) <= deadline else {
            throw leave(admission, .throttled(until: caughtUp(after: 1, of: admission.cost)))
        }
        return try cancellation.whileWaiting({ bell.ring() }) { () throws(CallFailure) in
            while true {
                let (isAdmitted, look) = look(admission.number)
                if isAdmitted { return admission }
                guard !cancellation.isCancelled else { throw leave(admission, .cancelled) }
                guard clock.monotonicMicroseconds() < deadline else {
                    throw leave(admission, .throttled(until: caughtUp(after: 1, of: admission.cost)))
                }
                clock.wait(until: min(look ?? .max, deadline), or: bell)
            }
        }
    }

    /// What came of the call. Its complexity is what was last learned of its operation, or what was thought before.
    ///
    /// - Parameter text: why it failed, for people; one that may be quoted.
    package func settle(_ admission: Admission, _ outcome: Outcome, because text: String = "") {
        let (now, wall) = (clock.monotonicMicroseconds(), clock.wallMicroseconds())
        let pause = pause(outcome)
        state.withLock { state in
            var spent = admission.cost
            spent.complexity = max(spent.complexity, state.learned[admission.ask.operation] ?? 0)
            state.turnstile.finish(admission.number, spent: spent, outcome, pause: pause, now: now)
            state.permissions.settle(admission.ask.operation, outcome, now: now)
            state.health.note(outcome, of: admission.ask.operation, because: text, at: wall)
            wakeAll(&state, now: now)
        }
        if let pause { onPause?(wall + pause) }
    }

    /// What a reply said of its operation's complexity. The highest of late is what the next one is thought to cost.
    package func learn(_ complexity: Int, of operation: String) {
        guard complexity >= 0 else { return }
        state.withLock { state in
            // Nothing costs more than all there is: a figure that is larger would close its window to everybody.
            let complexity = min(complexity, state.turnstile.largestComplexity)
            guard let known = state.learned[operation] else {
                if state.learned.count < Governor.operationLimit { state.learned[operation] = complexity }
                return
            }
            state.learned[operation] = max(complexity, known - (known - complexity) / 4)
        }
    }

    /// Whoever may not do what it wants waits here, and so in nobody's way.
    private func waitForPermission(
        _ operation: String, until deadline: Int64, _ bell: Bell, _ cancellation: Cancellation
    ) throws(CallFailure) {
        func look() -> Int64? {
            let now = clock.monotonicMicroseconds()
            return state.withLock { $0.permissions.enter(operation, now: now) }
        }
        guard look() != nil else { return }
        let number = state.withLock { state in
            state.lastHeld -= 1
            state.bells[state.lastHeld] = bell
            return state.lastHeld
        }
        defer { state.withLock { $0.bells[number] = nil } }
        try cancellation.whileWaiting({ bell.ring() }) { () throws(CallFailure) in
            while let opening = look() {
                guard !cancellation.isCancelled else { throw Self.cancelled }
                let now = clock.monotonicMicroseconds()
                guard now < deadline else {
                    let wait = CallFailure(
                        .throttled(until: clock.wallMicroseconds() + opening - now), "\(operation) is not permitted")
                    throw wait
                }
                clock.wait(until: min(opening, deadline), or: bell)
            }
        }
    }

    private func arrive(_ ask: Ask, _ bell: Bell) -> Admission {
        state.withLock { state in
            var cost = ask.cost
            if settings.countsComplexity {
                cost.complexity =
                    state.learned[ask.operation] ?? (cost.complexity > 0 ? cost.complexity : settings.complexity)
            }
            let number = state.turnstile.arrive(ask.lane, cost)
            state.bells[number] = bell
            return Admission(number: number, ask: ask, cost: cost)
        }
    }

    private func look(_ number: Int) -> (isAdmitted: Bool, next: Int64?) {
        let now = clock.monotonicMicroseconds()
        return state.withLock { state in
            wake(&state, now: now)
            let isAdmitted = state.admitted.remove(number) != nil
            if isAdmitted { state.bells[number] = nil }
            return (isAdmitted, state.turnstile.nextLook(now: now))
        }
    }

    private func wake(_ state: inout State, now: Int64) {
        for number in state.turnstile.admit(now: now) {
            state.admitted.insert(number)
            state.bells[number]?.ring()
        }
    }

    /// After a change that nobody who waits could foresee: each looks again until when it has to wait.
    private func wakeAll(_ state: inout State, now: Int64) {
        wake(&state, now: now)
        for bell in state.bells.values { bell.ring() }
    }

    private func leave(_ admission: Admission, _ kind: FailureKind) -> CallFailure {
        let now = clock.monotonicMicroseconds()
        state.withLock { state in
            state.bells[admission.number] = nil
            state.turnstile.leave(admission.number)
            // Let through in this very moment: it goes away without having used anything.
            if state.admitted.remove(admission.number) != nil {
                let nothing = Cost(requests: 0)
                state.turnstile.finish(admission.number, spent: nothing, .abandoned, pause: nil, now: now)
            }
            state.permissions.settle(admission.ask.operation, .abandoned, now: now)
            wakeAll(&state, now: now)
        }
        return kind == .cancelled ? Self.cancelled : CallFailure(kind, "the partner's limits leave no room in time")
    }

    private static let cancelled = CallFailure(.cancelled, "the call was cancelled while it waited")

    /// Microseconds to leave the partner alone.
    private func pause(_ outcome: Outcome) -> Int64? {
        guard case .throttled(let until) = outcome else { return nil }
        let asked = until.map { $0 - clock.wallMicroseconds() } ?? settings.pause.usual * 1_000
        let wait = min(max(asked, 1_000_000), settings.pause.longest * 1_000)
        return wait + Int64(Double(wait) * settings.pause.jitter * chance())
    }

    // MARK: what partner and people say

    /// The partner's own figures, such as Centra's `rateLimits`. A quota that is not among the settings' is ignored.
    package func refresh(_ quotas: [Quota]) {
        let now = clock.monotonicMicroseconds()
        state.withLock { state in
            state.turnstile.refresh(quotas, now: now)
            wakeAll(&state, now: now)
        }
    }

    /// What the partner asked of an earlier process: it is left alone until then (microseconds since 1970), and no longer than
    /// for one pause, whatever became of the clock.
    package func pause(until time: Int64) {
        let (now, wall) = (clock.monotonicMicroseconds(), clock.wallMicroseconds())
        guard time > wall else { return }
        let longest = Double(settings.pause.longest * 1_000) * (1 + settings.pause.jitter)
        let wait = min(time.subtractingReportingOverflow(max(0, wall)).partialValue, Int64(longest))
        state.withLock { $0.turnstile.pause(until: now + wait) }
    }

    /// A person says that whatever was wrong is mended.
    package func reopen() {
        let now = clock.monotonicMicroseconds()
        state.withLock { state in
            state.turnstile.close()
            state.permissions.forget()
            wakeAll(&state, now: now)
        }
    }

    // MARK: what it knows

    /// About when `count` more calls of that cost would be through, in microseconds of wall clock.
    package func caughtUp(after count: Int, of cost: Cost) -> Int64 {
        let now = clock.monotonicMicroseconds()
        return clock.wallMicroseconds()
            + state.withLock { $0.turnstile.caughtUp(after: count, of: cost, now: now) - now }
    }

    /// What a call has shown of something that is no call of its own, such as a login.
    package func note(_ outcome: Outcome, of operation: String, because text: String = "") {
        let wall = clock.wallMicroseconds()
        state.withLock { $0.health.note(outcome, of: operation, because: text, at: wall) }
    }

    package var health: PartnerHealth { state.withLock { $0.health } }
    package var breaker: Breaker.State { state.withLock { $0.turnstile.breaker.state } }
    package var waiting: [Lane: Int] { state.withLock { $0.turnstile.waiting } }
}

extension GovernorSettings {
    var countsComplexity: Bool { quotas.contains { $0.resource == .complexity } }
}
