import Queues
import TestSupport
import Testing

/// Hashes are what makes finding a key quick; what is found must not depend on them.
struct HashTests {
    /// All of them have one hash.
    private struct Alike: Hashable, Comparable {
        let number: Int

        func hash(into hasher: inout Hasher) {}
        static func < (left: Alike, right: Alike) -> Bool { left.number < right.number }
    }

    private static let stock = Coalescing(kind: "stockChanged")
    private static let now = Instant(milliseconds: 0)

    @Test("Keys with one hash are told apart, also when wake-ups merge", arguments: UInt64(0)..<20)
    func keysWithOneHash(seed: UInt64) {
        var chance = SplitMix64(seed: seed)
        var plain = RealQueues(limits: QueueLimits(), backoff: Backoff())
        var alike = KeyedQueues<Alike, Int>(limits: QueueLimits(), backoff: Backoff())
        for sequence in 1...UInt64(100) {
            let id = JobID(sequence: sequence, index: 0)
            let keys = (0..<Int.random(in: 1...3, using: &chance)).map { _ in Int.random(in: 0..<8, using: &chance) }
            let answer = plain.enqueue(id, keys: keys, work: 0, coalescing: Self.stock, now: Self.now)
            let other = alike.enqueue(
                id, keys: keys.map(Alike.init), work: 0, coalescing: Self.stock, now: Self.now)
            #expect(String(describing: answer) == String(describing: other))
            guard chance.oneIn(3) else { continue }
            let (job, same) = (plain.next(now: Self.now), alike.next(now: Self.now))
            #expect(job?.id == same?.id)
            if let job { plain.succeed(job, now: Self.now) }
            if let same { alike.succeed(same, now: Self.now) }
        }
        #expect(plain.counts.keys == alike.counts.keys && plain.depth == alike.depth)
    }

    @Test("However many keys there are, each is found, and none is left")
    func manyKeys() {
        var queues = RealQueues(limits: QueueLimits(), backoff: Backoff())
        for round in 0..<2 {
            for number in 0..<5_000 {
                let id = JobID(sequence: UInt64(round * 5_000 + number + 1), index: 0)
                let keys = [number % 2_500, 10_000 + number]
                _ = queues.enqueue(id, keys: keys, work: 0, coalescing: nil, now: Self.now)
            }
            #expect(queues.counts.keys == 7_500)
            #expect(queues.snapshot(of: 2_499, now: Self.now)?.depth == 2)
            while let job = queues.next(now: Self.now) { queues.succeed(job, now: Self.now) }
            #expect(queues.depth == 0 && queues.counts.keys == 0)
        }
    }
}
