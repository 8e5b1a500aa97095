// What a person can ask of a sweep, and be told of it. From any thread, and without waiting for a run.
package import Workflows

extension StockSweep {
    package enum Asked: Equatable, Sendable {
        /// The run has begun, or does when this thread's turn comes.
        case run(JournalPosition)
        /// Another one is under way.
        case busy(JournalPosition)
        /// Nothing is held back under this number (any more).
        case nothingHeld
        case notJournaled
    }

    /// Asks for a run; at most one waits or is under way. Blocks until that is durable.
    package func ask(by user: UInt32, isDryRun: Bool) -> Asked {
        let asked = beginUnlessBusy(.user(user), isDryRun: isDryRun)
        if case .run = asked { bell.ring() }
        return asked
    }

    /// What a run held back goes on. Blocks until that is durable.
    package func confirm(_ run: JournalPosition, by user: UInt32) -> Asked {
        guard state.withLock({ $0.memory.held == run }) else { return .nothingHeld }
        guard record(.confirmed(run: run, user: user)) != nil else { return .notJournaled }
        bell.ring()
        return .run(run)
    }

    package struct Status: Sendable {
        package struct Underway: Equatable, Sendable {
            package let run: SweepMemory.Begun
            /// Calls so far.
            package let warehouse: Int
            package let shop: Int
        }

        package let underway: Underway?
        package let last: StockReconciliation?
        /// The run whose corrections wait for a person.
        package let held: JournalPosition?
        /// When the next is due, microseconds since 1970.
        package let next: Int64?
    }

    /// The run whose corrections wait for a person.
    var held: JournalPosition? { state.withLock { $0.memory.held } }

    package var status: Status {
        let now = clock.wallMicroseconds()
        return state.withLock { state in
            let waiting = state.next.map { Status.Underway(run: $0, warehouse: 0, shop: 0) }
            let underway = state.underway.map { run, calls in
                Status.Underway(run: run, warehouse: calls.warehouse, shop: calls.shop)
            }
            return Status(
                underway: underway ?? waiting, last: state.memory.lastReport(), held: state.memory.held,
                next: help.wake == nil
                    ? nil : state.memory.began.flatMap { settings.schedule.next(after: $0, now: now) })
        }
    }
}
