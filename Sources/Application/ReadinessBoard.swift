// Can we accept and make durable? Behind `/readyz`, and behind every 503 of the intake.
package import Journal
package import Operations
import Synchronization

package final class ReadinessBoard: Sendable {
    private struct State: Sendable {
        var isDraining = false
        var hasFailed = false
        var isJournalFull = false
        var isBacklogFull = false
    }

    private let state = Mutex(State())
    private let store: SegmentStore
    private let backlogHasRoom: @Sendable () -> Bool

    package init(store: SegmentStore, backlogHasRoom: @escaping @Sendable () -> Bool) {
        self.store = store
        self.backlogHasRoom = backlogHasRoom
    }

    /// Whether there is no use in staging anything.
    var isRefusing: Bool { state.withLock { $0.hasFailed } }

    package var current: Readiness {
        let isPrepared = store.state.isNextPrepared
        // A start with a full journal must not look ready until the first delivery is refused.
        let isFull = !isPrepared && store.state.obstacle != nil && store.remainingOctets <= store.reserveOctets
        let hasRoom = backlogHasRoom()
        return state.withLock { state in
            // The next delivery would be taken again, although none has come to show it.
            if isPrepared { state.isJournalFull = false }
            if hasRoom { state.isBacklogFull = false }
            var reasons: [String] = []
            if state.hasFailed { reasons.append("journalFailed") }
            if state.isJournalFull || isFull { reasons.append("journalFull") }
            if state.isBacklogFull || !hasRoom { reasons.append("backlogFull") }
            if state.isDraining { reasons.append("draining") }
            return Readiness(reasons: reasons)
        }
    }

    package func noteDraining() { state.withLock { $0.isDraining = true } }
    package func noteFailure() { state.withLock { $0.hasFailed = true } }
    func noteBacklogFull() { state.withLock { $0.isBacklogFull = true } }
    func noteRoom() { state.withLock { $0.isJournalFull = false } }

    func note(_ outcome: CommitOutcome) {
        state.withLock { state in
            switch outcome {
            case .durable: break
            case .noRoom: state.isJournalFull = true
            case .failed: state.hasFailed = true
            }
        }
    }
}
