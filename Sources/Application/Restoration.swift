// From a fold to running queues: reads the open deliveries back and places their jobs as they stood.
package import Journal
package import POSIX
import Queues
import Webhooks

package struct Restoration {
    package private(set) var queues: BrandQueues
    /// Open jobs whose delivery is not in the journal any more.
    package private(set) var lost = 0

    package init(
        _ fold: Fold, _ configuration: Configuration, _ clock: any Clock, _ reader: JournalReader
    ) throws(JournalFailure) {
        let settings = configuration.queues
        queues = BrandQueues(
            limits: QueueLimits(
                jobCount: settings.backlogLimit, keysPerJob: Restoration.keysPerJob,
                attemptLimit: settings.attemptLimit),
            backoff: Backoff(first: settings.firstBackoff, longest: settings.longestBackoff))
        let found = try DeliveryLookup(reader).deliveries(fold.needed, withBodies: false)
        let moment = Moment(clock, longestBackoff: settings.longestBackoff)
        for sequence in fold.needed {
            guard let delivery = found[sequence] else {
                lost += 1
                continue
            }
            if let open = fold.open[sequence] { restore(delivery, sequence, open, moment) }
        }
        for (id, note) in fold.deadLetters.sorted(by: { $0.key < $1.key }) {
            guard let delivery = found[id.sequence] else { continue }
            restore(note, id, delivery, moment)
        }
    }

    /// A return names itself, an order, and as many items as a callback has fields (`CallbackFields.limit`).
    static let keysPerJob = 256

    /// Ties the wall clock of the journal to the queues' own.
    private struct Moment {
        let now: Instant
        private let wall: Int64
        private let longestBackoff: Int64

        init(_ clock: any Clock, longestBackoff: Int64) {
            now = Instant(milliseconds: clock.monotonicMilliseconds())
            wall = clock.wallMicroseconds()
            self.longestBackoff = longestBackoff
        }

        /// Of something that was; a clock that was set back since does not put it into the future.
        func instant(of time: Int64) -> Instant { now + min(0, distance(to: time)) }

        /// Of an attempt that is to be; a clock that was set back since does not put it off for longer than any wait.
        func due(at time: Int64) -> Instant { now + min(longestBackoff, distance(to: time)) }

        private func distance(to time: Int64) -> Int64 {
            let (microseconds, isFar) = time.subtractingReportingOverflow(wall)
            return isFar ? 0 : microseconds / 1_000
        }
    }

    private mutating func restore(
        _ found: DeliveryLookup.Found, _ sequence: SequenceNumber, _ open: OpenDelivery, _ moment: Moment
    ) {
        for (index, event) in found.delivery.events.enumerated() {
            let id = JobID(sequence: sequence, index: UInt16(clamping: index))
            guard open.isOpen(id.index) else { continue }
            let retry = open.retries[id.index]
            let work = Work(brand: found.brand, event: event, received: found.time)
            queues.restore(
                id, keys: Array(work.keys), work: work, coalescing: work.coalescing, attempts: retry?.attempts ?? 0,
                notBefore: retry.map { moment.due(at: $0.due) }, enqueuedAt: moment.instant(of: found.time),
                now: moment.now)
        }
    }

    private mutating func restore(
        _ note: DeadLetterNote, _ id: JobID, _ found: DeliveryLookup.Found, _ moment: Moment
    ) {
        let events = found.delivery.events
        let event = Int(id.index) < events.count ? events[Int(id.index)] : nil
        let work = Work(brand: found.brand, event: event, received: found.time)
        queues.addDeadLetter(
            id, keys: Array(work.keys), work: work, coalescing: work.coalescing, reason: note.reason,
            attempts: note.attempts, at: moment.instant(of: note.time))
    }
}
