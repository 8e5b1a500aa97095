// What comes of a job's attempts, and how those who took jobs hand it back to the dispatcher.
import POSIX
package import Queues
import Synchronization

/// What came of one attempt.
package enum WorkResult: Equatable, Sendable {
    case done
    case failed(FailureKind, reason: String)
    /// Not now, through no fault of the job: it waits until then (monotonic microseconds), and the attempt does not count.
    case later(until: Int64)
    /// Somebody else goes on with it, and says `Handback.finish` in the end. Until then it holds its keys.
    case taken
}

/// Where those who took jobs hand back what came of them.
package final class Handback: Sendable {
    let bell = Bell()
    private let results = Mutex<[(StartedJob, WorkResult)]>([])

    package init() {}

    /// From any thread. `taken` is no result here.
    package func finish(_ finished: [(StartedJob, WorkResult)]) {
        if finished.isEmpty { return }
        results.withLock { $0 += finished }
        bell.ring()
    }

    func take() -> [(StartedJob, WorkResult)] {
        results.withLock { results in
            defer { results = [] }
            return results
        }
    }
}
