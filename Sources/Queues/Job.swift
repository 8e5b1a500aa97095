/// The life of one piece of work, from the moment it is placed in the queues of its keys until it leaves them.
///
/// ```
///                       head of every key               start                  succeeded, permanent failure,
///     placed ▶ blocked ───────────────────▶ ready ───────────────▶ running ──▶ finished      or attempts used up
///                 │                           ▲                       │
///                 │ head of every key,        │ due                   │ transient failure with attempts left,
///                 │ but not to start yet      │                       │ or snoozed
///                 └──────────────────────▶ waiting ◀──────────────────┘
/// ```
///
/// A waiting job keeps its place at the head of its queues, so what follows it waits as well: order before speed. A job
/// knows neither its keys nor its work (`KeyedQueues` holds those); it says what shall happen and does none of it.
@usableFromInline package struct Job: Sendable {
    package enum State: Hashable, Sendable {
        /// Not yet at the head of the queues of so many of its keys; even then not to start before `notBefore`, if any.
        case blocked(keys: Int, notBefore: Instant?)
        case ready
        case running
        case waiting(until: Instant)
        case finished
    }

    package enum Input: Hashable, Sendable {
        /// The job is now the head of the queue of one more of its keys.
        case reachedHead
        case start
        case succeeded
        /// `chance` is from 0 up to but not including 1.
        case failed(FailureKind, chance: Double)
        /// The attempt could not be made, through no fault of the job; it does not count.
        case snoozed(until: Instant)
        /// The wait is over.
        case due
    }

    package enum Action: Hashable, Sendable {
        case stay
        case makeReady
        case run(attempt: Int)
        case wake(at: Instant)
        case settle
        case deadLetter
    }

    @usableFromInline package let id: JobID
    package let enqueuedAt: Instant
    /// Attempts started; while running, the number of this one.
    @usableFromInline package private(set) var attempt: Int
    package private(set) var state: State

    /// A job that has yet to join the queues of its keys: each of them blocks it.
    @usableFromInline package init(
        _ id: JobID, keyCount: Int, attempts: Int = 0, notBefore: Instant? = nil, enqueuedAt: Instant
    ) {
        precondition(keyCount > 0, "a job without a key has no order")
        precondition(attempts >= 0, "attempts are counted from 0")
        self.id = id
        self.enqueuedAt = enqueuedAt
        attempt = attempts
        state = .blocked(keys: keyCount, notBefore: notBefore)
    }

    var isFinished: Bool {
        if case .finished = state { true } else { false }
    }

    /// The whole life of a job. A pair that is not listed is a bug in the caller.
    package mutating func handle(_ input: Input, now: Instant, backoff: Backoff, attemptLimit: Int) -> Action {
        switch (state, input) {
        case (.blocked(let keys, let notBefore), .reachedHead) where keys > 1:
            state = .blocked(keys: keys - 1, notBefore: notBefore)
            return .stay

        case (.blocked(_, let notBefore?), .reachedHead) where notBefore > now:
            state = .waiting(until: notBefore)
            return .wake(at: notBefore)

        case (.blocked, .reachedHead):
            state = .ready
            return .makeReady

        case (.waiting(let until), .due) where until <= now:
            state = .ready
            return .makeReady

        case (.ready, .start):
            state = .running
            attempt += 1
            precondition(attempt <= attemptLimit, "attempt \(attempt) of \(attemptLimit)")
            return .run(attempt: attempt)

        case (.running, .succeeded):
            state = .finished
            return .settle

        case (.running, .failed(.transient, let chance)) where attempt < attemptLimit:
            let wakeUp = now + backoff.delay(afterAttempt: attempt, chance: chance)
            state = .waiting(until: wakeUp)
            return .wake(at: wakeUp)

        case (.running, .failed):
            state = .finished
            return .deadLetter

        case (.running, .snoozed(let until)):
            state = .waiting(until: until)
            attempt -= 1
            return .wake(at: until)

        case (.blocked, _), (.ready, _), (.running, _), (.waiting, _), (.finished, _):
            preconditionFailure("\(input) is impossible for a job that is \(state)")
        }
    }
}

/// Whether trying again may help.
package enum FailureKind: Hashable, Sendable {
    /// It may: the partner was away, or busy.
    case transient
    /// It will not, until a person or a release changes something.
    case permanent
}
