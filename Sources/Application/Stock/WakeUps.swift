// Wake-ups of our own making: they come through the journal like a delivery, so that they have a place in the order, and a
// restart finds them.
import Commerce
package import Journal
package import POSIX
import Webhooks

/// For whoever has found out that something should be looked at.
package struct WakeUps: Sendable {
    private let commits: GroupCommit
    private let dispatcher: Dispatcher
    private let clock: any Clock

    /// Events of one record.
    static let limitPerRecord = 250

    package init(_ commits: GroupCommit, _ dispatcher: Dispatcher, clock: any Clock) {
        self.commits = commits
        self.dispatcher = dispatcher
        self.clock = clock
    }

    /// Wakes SKUs of a brand; blocks until that is durable and on its way into the queues.
    ///
    /// - Parameter reason: one word that goes into the journal, such as `reconcile`.
    /// - Returns: how many were woken, from the first. Not all when the queues or the journal are full.
    @discardableResult
    package func wake(_ brand: String, _ skus: [String], because reason: String) -> Int {
        var woken = 0
        while woken < skus.count {
            let next = skus[woken...].prefix(WakeUps.limitPerRecord)
            guard dispatcher.hasRoom(for: next.count), deliver(next, of: brand, reason) else { return woken }
            woken += next.count
        }
        return woken
    }

    private func deliver(_ skus: ArraySlice<String>, of brand: String, _ reason: String) -> Bool {
        let delivery = DeliveryRecord(
            source: .lockstep, flags: [], eventType: reason, reason: "", signedAt: 0, key: .none,
            events: skus.map { Event(.stockChanged, Subject(.sku, $0)) }, body: [])
        let time = clock.wallMicroseconds()
        var batch = RecordBatch()
        batch.append(kind: EntryKind.delivery.rawValue, brand: brand, time: time) {
            Entry.delivery(delivery).encode(into: &$0)
        }
        var arrivals: [Arrival] = []
        arrivals.append(delivery, record: 0, brand: brand, received: time)
        let outcome = commits.commitAndWait(batch) { [dispatcher, arrivals] first in
            dispatcher.arrive(arrivals, from: first)
        }
        if case .durable = outcome { return true }
        return false
    }
}
