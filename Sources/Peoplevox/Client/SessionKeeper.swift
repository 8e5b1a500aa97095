// One session for each brand, whoever calls: a second login may end the first one's session, and failed ones may lock
// the user out. So there is one login at a time, and none for long after one that was refused.
import Outbound
import POSIX
import Synchronization

/// A session and which one it is, so that who was refused can say which one has to be replaced.
struct Session: Sendable, Equatable {
    let number: Int
    let id: SessionID
}

/// Threads wait in here while one of them logs in; they cannot be cancelled meanwhile, but the login can, and what
/// cancels one at the end cancels all.
final class SessionKeeper: Sendable {
    /// All in microseconds of the monotonic clock.
    struct Times: Sendable, Equatable {
        /// Peoplevox forgets a session after 30 minutes without use. One that was not used for so long is replaced before
        /// it is refused.
        var idle: Int64 = 24 * 60_000_000
        /// Without a login after one that was refused.
        var afterRefusedLogin: Int64 = 3_600_000_000
        /// Without a call after a new session was refused as well, so that two who end each other's sessions do not go
        /// on doing it.
        var afterRefusedSession: Int64 = 60_000_000
    }

    private struct State: Sendable {
        /// Who logs in, and the how many-th that is.
        var credentials: PeoplevoxCredentials
        var generation = 0
        var session: Session?
        var lastUse: Int64 = 0
        var count = 0
        /// No login before then, and why.
        var pause: (until: Int64, failure: CallFailure)?
    }

    private let clock: any Clock
    private let times: Times
    /// Held through a login. Whoever notes what became of a call must not wait for it: the login may wait for the end of
    /// that very call, which holds a place in the governor.
    private let login = Mutex(())
    /// Held for a moment only.
    private let state: Mutex<State>

    init(_ credentials: PeoplevoxCredentials, clock: any Clock, times: Times = Times()) {
        self.clock = clock
        self.times = times
        state = Mutex(State(credentials: credentials))
    }

    /// Logs in with these from now on. Only when they are other ones than those that were refused may a login be tried before
    /// its time. A session that is open stays: nobody knows yet whether these are right.
    ///
    /// - Returns: whether they are.
    func renew(_ credentials: PeoplevoxCredentials) -> Bool {
        state.withLock { state in
            guard credentials != state.credentials else { return false }
            (state.credentials, state.generation) = (credentials, state.generation + 1)
            state.pause = nil
            return true
        }
    }

    /// The session to call with.
    ///
    /// - Parameters:
    ///   - refused: a session that Peoplevox has refused. When another one has taken its place meanwhile, that is it.
    ///   - login: called once, on one thread at a time.
    func session(
        insteadOf refused: Session? = nil, login: (PeoplevoxCredentials) throws(CallFailure) -> LoginAnswer
    ) throws(CallFailure) -> Session {
        try self.login.withLock { _ throws(CallFailure) in
            let now = clock.monotonicMicroseconds()
            let open = try state.withLock { state throws(CallFailure) in try openSession(&state, refused, now) }
            if let open { return open }
            let (credentials, generation) = state.withLock { ($0.credentials, $0.generation) }
            // Without an answer nobody counts a failed login, so the next call may try again.
            switch try login(credentials) {
            case .opened(let id): return state.withLock { begin(&$0, id, now) }
            case .refused(let failure):
                state.withLock { state in
                    // What came in their place meanwhile was not refused.
                    guard state.generation == generation else { return }
                    state.pause = (now + times.afterRefusedLogin, paused(failure))
                }
                throw failure
            }
        }
    }

    /// Nil when somebody has to log in.
    private func openSession(_ state: inout State, _ refused: Session?, _ now: Int64) throws(CallFailure) -> Session? {
        if let session = state.session, session != refused, now - state.lastUse < times.idle { return session }
        state.session = nil
        if let pause = state.pause, now < pause.until { throw pause.failure }
        state.pause = nil
        return nil
    }

    private func begin(_ state: inout State, _ id: SessionID, _ now: Int64) -> Session {
        state.count += 1
        let session = Session(number: state.count, id: id)
        (state.session, state.lastUse) = (session, now)
        return session
    }

    /// The service has taken a call, begun at that time, with the session.
    func wasUsed(_ session: Session, at start: Int64) {
        state.withLock { state in
            if state.session == session { state.lastUse = max(state.lastUse, start) }
        }
    }

    /// The session was refused, which another call had been given because of a refusal already.
    func wasRefusedAgain(_ session: Session) -> CallFailure {
        let failure = CallFailure(
            .throttled(until: clock.wallMicroseconds() + times.afterRefusedSession),
            "a new session was refused at once: does somebody else use the same user?")
        state.withLock { state in
            if state.session == session {
                state.session = nil
                state.pause = (clock.monotonicMicroseconds() + times.afterRefusedSession, failure)
            }
        }
        return failure
    }

    private func paused(_ failure: CallFailure) -> CallFailure {
        let minutes = times.afterRefusedLogin / 60_000_000
        return CallFailure(.configuration, "\(failure.text); no login is tried for \(minutes) minutes after that")
    }
}
