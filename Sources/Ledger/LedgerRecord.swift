// A record of the journal as the ledger takes it in. The journal's own form is `Application`'s to read.
package import Commerce
package import Workflows

package struct LedgerRecord: Equatable, Sendable {
    package let sequence: JournalPosition
    /// Stands for this record and all before it.
    package let checksum: UInt32
    /// Microseconds since 1970.
    package let time: Int64
    package let brand: String
    package let content: Content

    package enum Content: Equatable, Sendable {
        /// A server started: what was underway before has no answer.
        case started(version: String)
        case woken(Wakeup)
        case finished([JobEnd])
        case stock(StockEntry)
        case checkpoint(StockCheckpoint)
        case reconciliation(ReconciliationEntry)
        case exception(ExceptionEntry)
        /// Nothing that the ledger keeps.
        case other
    }

    package init(sequence: JournalPosition, checksum: UInt32, time: Int64, brand: String, content: Content) {
        self.sequence = sequence
        self.checksum = checksum
        self.time = time
        self.brand = brand
        self.content = content
    }
}

/// A delivery, with the events that it was translated into: one job for each.
package struct Wakeup: Equatable, Sendable {
    /// Who sent it: `centra`, `peoplevox`.
    package let source: String
    /// The sender's own word for it; empty when it has none.
    package let type: String
    /// What an operator did, when this is a delivery that was queued again.
    package let action: String?
    package let events: [Event]

    package init(source: String, type: String, action: String?, events: [Event]) {
        self.source = source
        self.type = type
        self.action = action
        self.events = events
    }
}

/// What became of a job, or of one attempt at it.
package struct JobEnd: Hashable, Sendable {
    /// The record of its delivery, and which of its jobs.
    package let delivery: JournalPosition
    package let job: Int
    package let result: Result

    package enum Result: Hashable, Sendable {
        case settled
        /// Another job, which had not started, does its work too.
        case coalesced(into: JournalPosition, job: Int)
        /// Tried again at `due`, microseconds since 1970.
        case retry(attempt: Int, due: Int64, reason: String)
        case deadLettered(attempts: Int, reason: String)
    }

    package init(delivery: JournalPosition, job: Int, _ result: Result) {
        self.delivery = delivery
        self.job = job
        self.result = result
    }
}
