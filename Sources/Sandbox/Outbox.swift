// Webhooks and callbacks on their way to us: a pure queue of what is due when. It sends nothing; a `Pump` does, or a test
// that takes what is due by hand.
//
//     put -> (dropped) -> waiting -> takeDue -> settle: delivered
//                           ^                      |
//                           +-- after a delay -----+  while attempts are left; then lost
package import Outbound
package import POSIX
import Synchronization

/// What goes wrong between a partner and us, in percent of the deliveries.
package struct DeliveryMishaps: Equatable, Sendable {
    package var dropPercent = 0
    package var duplicatePercent = 0
    /// Of the deliveries that are late, by up to `delayMilliseconds`; others may overtake them.
    package var delayPercent = 0
    package var delayMilliseconds = 10_000
    /// Of the deliveries that wait for the one after them, though no longer than `delayMilliseconds`.
    package var reorderPercent = 0

    package init() {}

    package static let table = SwitchTable<DeliveryMishaps>([
        .init("dropPercent", \.dropPercent),
        .init("duplicatePercent", \.duplicatePercent),
        .init("delayPercent", \.delayPercent),
        .init("delayMilliseconds", \.delayMilliseconds),
        .init("reorderPercent", \.reorderPercent),
    ])
}

/// One call to a receiver.
package struct Delivery: Sendable {
    /// For the counters and the eye: "order 10003".
    package let subject: String
    /// Makes the request anew for each attempt, so that a signature can carry the time of the attempt.
    package let request: @Sendable (_ unixSeconds: Int, _ attempt: Int) -> OutboundRequest
    /// Milliseconds before the second attempt, the third, and so on; empty: one attempt.
    package let retryDelays: [Int]

    package init(
        subject: String, retryDelays: [Int] = [],
        request: @escaping @Sendable (_ unixSeconds: Int, _ attempt: Int) -> OutboundRequest
    ) {
        self.subject = subject
        self.retryDelays = retryDelays
        self.request = request
    }
}

package final class Outbox: Sendable {
    package struct Attempt: Sendable {
        package let number: Int
        package let subject: String
        /// From 1.
        package let attempt: Int
        package let request: OutboundRequest
    }

    package struct Counters: Equatable, Sendable {
        package var put = 0, dropped = 0, duplicated = 0, delayed = 0, reordered = 0
        package var attempts = 0, delivered = 0, lost = 0
    }

    fileprivate struct Waiting {
        let number: Int
        let delivery: Delivery
        var attempt = 1
        var dueAt: Int64
        /// Goes after the next one that is put.
        var isHeldBack = false
    }

    fileprivate struct State {
        var chance: SeededChance
        var mishaps = DeliveryMishaps()
        var waiting: [Waiting] = []
        var underway: [Int: Waiting] = [:]
        var next = 1
        var counters = Counters()
    }

    /// Rings when something is put; a pump waits on it.
    package let bell = Bell()
    private let clock: any Clock
    private let state: Mutex<State>

    package init(clock: any Clock, seed: UInt64) {
        self.clock = clock
        state = Mutex(State(chance: SeededChance(seed: seed)))
    }

    package var mishaps: DeliveryMishaps {
        get { state.withLock { $0.mishaps } }
        set { state.withLock { $0.mishaps = newValue } }
    }

    package var counters: Counters { state.withLock { $0.counters } }
    package var isEmpty: Bool { state.withLock { $0.waiting.isEmpty && $0.underway.isEmpty } }

    /// Monotonic microseconds; nil when nothing waits.
    package var nextDue: Int64? { state.withLock { $0.waiting.map(\.dueAt).min() } }

    package func put(_ delivery: Delivery) {
        let now = clock.monotonicMicroseconds()
        state.withLock { $0.put(delivery, now: now) }
        bell.ring()
    }

    /// What is due, in the order in which it is to be sent; each must be settled.
    package func takeDue() -> [Attempt] {
        let now = clock.monotonicMicroseconds()
        let seconds = Int(clock.wallMicroseconds() / 1_000_000)
        return state.withLock { state in
            state.takeDue(now).map { waiting in
                Attempt(
                    number: waiting.number, subject: waiting.delivery.subject, attempt: waiting.attempt,
                    request: waiting.delivery.request(seconds, waiting.attempt))
            }
        }
    }

    package func settle(_ attempt: Attempt, isDelivered: Bool) {
        let now = clock.monotonicMicroseconds()
        state.withLock { $0.settle(attempt.number, isDelivered: isDelivered, now: now) }
    }
}

extension Outbox.State {
    fileprivate mutating func put(_ delivery: Delivery, now: Int64) {
        counters.put += 1
        // Every mishap throws its die, so that one switch does not change another's luck.
        let isDropped = chance.befalls(percent: mishaps.dropPercent)
        let isDuplicated = chance.befalls(percent: mishaps.duplicatePercent)
        let isDelayed = chance.befalls(percent: mishaps.delayPercent)
        let delay = chance.number(upTo: mishaps.delayMilliseconds)
        let isReordered = chance.befalls(percent: mishaps.reorderPercent)
        if isDropped { return counters.dropped += 1 }
        let heldBack = waiting.indices.filter { waiting[$0].isHeldBack }
        wait(delivery, dueAt: now + (isDelayed ? Int64(delay) * 1_000 : 0), isHeldBack: false)
        if isDelayed { counters.delayed += 1 }
        if isReordered {
            counters.reordered += 1
            waiting[waiting.count - 1].isHeldBack = true
            waiting[waiting.count - 1].dueAt = now + Int64(mishaps.delayMilliseconds) * 1_000
        }
        release(heldBack, now)
        guard isDuplicated else { return }
        counters.duplicated += 1
        wait(delivery, dueAt: now, isHeldBack: false)
    }

    private mutating func wait(_ delivery: Delivery, dueAt: Int64, isHeldBack: Bool) {
        waiting.append(Outbox.Waiting(number: next, delivery: delivery, dueAt: dueAt, isHeldBack: isHeldBack))
        next += 1
    }

    /// Those that were held back for the one that was just put go behind it.
    private mutating func release(_ indices: [Int], _ now: Int64) {
        let released = indices.map { waiting[$0] }
        for index in indices.reversed() { waiting.remove(at: index) }
        for var one in released {
            one.isHeldBack = false
            one.dueAt = now
            waiting.append(one)
        }
    }

    fileprivate mutating func takeDue(_ now: Int64) -> [Outbox.Waiting] {
        let due = waiting.filter { $0.dueAt <= now }
        waiting.removeAll { $0.dueAt <= now }
        for one in due { underway[one.number] = one }
        counters.attempts += due.count
        return due
    }

    fileprivate mutating func settle(_ number: Int, isDelivered: Bool, now: Int64) {
        guard var one = underway.removeValue(forKey: number) else { return }
        if isDelivered { return counters.delivered += 1 }
        guard one.attempt <= one.delivery.retryDelays.count else { return counters.lost += 1 }
        one.dueAt = now + Int64(one.delivery.retryDelays[one.attempt - 1]) * 1_000
        one.attempt += 1
        waiting.append(one)
    }
}
