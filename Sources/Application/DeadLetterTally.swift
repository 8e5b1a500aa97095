// How many dead letters each brand has. A brand that has as many as it may is not taken from any more: what one brand's
// partners send must not stop the others' intake.
import Queues
import Synchronization

package final class DeadLetterTally: Sendable {
    private let limit: Int
    private let counts: Mutex<[String: Int]>
    /// Whether some brand has as many as it may; asked for each delivery. Changed only under the lock.
    private let isAnyFull: Atomic<Bool>

    /// - Parameters:
    ///   - queues: what a restart brought back.
    ///   - limit: of each brand.
    package init(_ queues: borrowing BrandQueues, limit: Int) {
        var counts: [String: Int] = [:]
        for letter in queues.deadLetters { counts[letter.work.brand, default: 0] += 1 }
        self.limit = limit
        self.counts = Mutex(counts)
        isAnyFull = Atomic(DeadLetterTally.isAnyFull(counts, limit))
    }

    /// Whether the brand has as many as it may. It can get more: what was accepted before, and retries of the operator's.
    package func isFull(_ brand: String) -> Bool {
        isAnyFull.load(ordering: .relaxed) && counts.withLock { $0[brand] ?? 0 } >= limit
    }

    /// By brand; none for a brand that has none.
    package var all: [String: Int] { counts.withLock { $0 } }

    func add(_ brand: String) { change(brand, by: 1) }

    func remove(_ brand: String) { change(brand, by: -1) }

    private func change(_ brand: String, by step: Int) {
        counts.withLock { counts in
            let count = (counts[brand] ?? 0) + step
            precondition(count >= 0, "what is removed was there")
            counts[brand] = count == 0 ? nil : count
            isAnyFull.store(DeadLetterTally.isAnyFull(counts, limit), ordering: .relaxed)
        }
    }

    private static func isAnyFull(_ counts: [String: Int], _ limit: Int) -> Bool {
        counts.values.contains { $0 >= limit }
    }
}
