// Can we accept and make durable? Behind `/readyz`, and behind every 503 of the intake.
package import Journal
package import Operations
import Synchronization

package final class ReadinessBoard: Sendable {
    private struct State: Sendable {
        var isDraining = false
        var isJournalFull = false
        var isBacklogFull = false
    }

    private let state = Mutex(State())
    private let commits: GroupCommit
    private let backlogHasRoom: @Sendable () -> Bool

    package init(commits: GroupCommit, backlogHasRoom: @escaping @Sendable () -> Bool) {
        self.commits = commits
        self.backlogHasRoom = backlogHasRoom
    }

    /// Whether there is no use in staging anything: the journal has failed (P10), whoever's batch it was.
    var isRefusing: Bool { commits.hasFailed }

    package var current: Readiness {
        let store = commits.store
        let isPrepared = store.state.isNextPrepared
        // A start with a full journal must not look ready until the first delivery is refused.
        let isFull = !isPrepared && store.state.obstacle != nil && store.remainingOctets <= store.reserveOctets
        let hasRoom = backlogHasRoom()
        let hasFailed = isRefusing
        return state.withLock { state in
            // The next delivery would be taken again, although none has come to show it.
            if isPrepared { state.isJournalFull = false }
            if hasRoom { state.isBacklogFull = false }
            var reasons: [String] = []
            if hasFailed { reasons.append("journalFailed") }
            if state.isJournalFull || isFull { reasons.append("journalFull") }
            if state.isBacklogFull || !hasRoom { reasons.append("backlogFull") }
            if state.isDraining { reasons.append("draining") }
            return Readiness(reasons: reasons)
        }
    }

    package func noteDraining() { state.withLock { $0.isDraining = true } }
    func noteBacklogFull() { state.withLock { $0.isBacklogFull = true } }
    func noteRoom() { state.withLock { $0.isJournalFull = false } }

    func noteFull() { state.withLock { $0.isJournalFull = true } }
}
