// How far a brand's stock is behind, and when it will have caught up: for metrics, operators and whoever raises exceptions.
package import Outbound
import POSIX
import Workflows

/// All times are microseconds; since 1970 where they are moments.
package struct StockStatus: Equatable, Sendable {
    package var isPeak = false
    /// SKUs that were woken and are about to be read, and since when the oldest wake-up has had no reading, those included
    /// that wait for a partner.
    package var waiting = 0
    package var waitingSince: Int64?
    /// Shelves that Centra is not known to show rightly, and since when the oldest is.
    package var late = 0
    package var lateSince: Int64?
    /// Shelves whose quantity is not known.
    package var unknown = 0
    /// Shelves of which Centra refused the last write.
    package var refused = 0
    /// SKUs and shelves that the book has.
    package var items = 0
    package var shelves = 0
    /// Failures in a row, of reading and of writing.
    package var readFailures = 0
    package var writeFailures = 0
    /// About when everything that is known now will be in Centra, as far as the partners' limits let it.
    package var caughtUp: Int64 = 0
    package var counts = StockCounts()
    package var centra = Breaker.State.closed
    package var peoplevox = Breaker.State.closed
}

extension StockEngine {
    package var status: StockStatus {
        var status = state.withLock { $0.status }
        let reads = (status.waiting + settings.reading.batch - 1) / settings.reading.batch
        var planner = StockPlanner(settings.writing)
        planner.settings.batch = centra.batchSize(settings.writing.batch)
        let writes = state.withLock { planner.callsNeeded(in: $0.book) }
        let cost = Cost(mutations: 1, complexity: 150 + planner.settings.batch)
        status.caughtUp = max(
            clock.wallMicroseconds(), reads == 0 ? 0 : peoplevox.governor.caughtUp(after: reads, of: Cost()),
            writes == 0 ? 0 : centra.governor.caughtUp(after: writes, of: cost))
        (status.centra, status.peoplevox) = (centra.governor.breaker, peoplevox.governor.breaker)
        return status
    }
}

extension StockEngine {
    var reading: ReadingFacts {
        state.withLock { state in
            ReadingFacts(
                unread: state.unread.count, oldest: state.unread.values.min(), failures: state.read.failures)
        }
    }
}

extension StockEngine {
    /// What Centra says of stock as a whole; nil while nothing was written since the start.
    var writing: RefusalFacts? {
        state.withLock { state in
            guard let (warehouse, one) = state.refusing.min(by: { $0.value.since < $1.value.since }) else {
                return state.hasWritten ? .takes : nil
            }
            return .refuses(warehouse: warehouse, since: one.since, text: one.text)
        }
    }
}

extension StockEngine.State {
    fileprivate var status: StockStatus {
        var status = StockStatus()
        status.isPeak = peak.isPeak
        status.waiting = taken.reduce(0) { $0 + $1.skus.count }
        status.waitingSince = unread.values.min()
        (status.late, status.lateSince) = (book.late.count, book.oldestLate)
        status.unknown = book.unknown.count
        status.refused = book.late.count { book.shelves[$0]?.refusal != nil }
        (status.items, status.shelves) = (book.items.count, book.shelves.count)
        (status.readFailures, status.writeFailures) = (read.failures, write.failures)
        status.counts = counts
        return status
    }
}
