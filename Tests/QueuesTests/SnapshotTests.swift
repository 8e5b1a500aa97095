import Queues
import Testing

/// What an operator sees.
struct SnapshotTests {
    private static func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }
    private static func id(_ sequence: UInt64) -> JobID { JobID(sequence: sequence, index: 0) }

    /// Job 1 with key 7 is running, job 2 with keys 7 and 5 is behind it, 3 with key 5 is behind that, 4 with key 6 is
    /// ready; they came at 10, 20, 30 and 40.
    private static func placed() -> RealQueues {
        var queues = RealQueues(limits: QueueLimits(), backoff: Backoff())
        let keys = [[7], [7, 5], [5], [6]]
        for (index, keys) in keys.enumerated() {
            let sequence = UInt64(index) + 1
            _ = queues.enqueue(id(sequence), keys: keys, work: 0, coalescing: nil, now: at(Int64(sequence) * 10))
        }
        return queues
    }

    private static func queues() -> RealQueues {
        var queues = placed()
        _ = queues.next(now: at(50))
        return queues
    }

    @Test("Keys are listed with the oldest head first")
    func keys() {
        let expected = [
            RealQueues.KeySnapshot(
                key: 7, depth: 2, ageOfOldest: 90, head: Self.id(1), headState: .running, headAttempt: 1),
            RealQueues.KeySnapshot(
                key: 5, depth: 2, ageOfOldest: 80, head: Self.id(2), headState: .blocked(keys: 1, notBefore: nil),
                headAttempt: 0),
            RealQueues.KeySnapshot(
                key: 6, depth: 1, ageOfOldest: 60, head: Self.id(4), headState: .ready, headAttempt: 0),
        ]
        let queues = Self.queues()
        #expect(queues.snapshot(limit: 10, now: Self.at(100)) == expected)
        #expect(queues.snapshot(limit: 2, now: Self.at(100)) == Array(expected.prefix(2)))
        #expect(queues.snapshot(limit: 0, now: Self.at(100)).isEmpty)
        #expect(queues.snapshot(of: 5, now: Self.at(100)) == expected[1])
        #expect(queues.snapshot(of: 8, now: Self.at(100)) == nil)
    }

    @Test("Counts, and the age of the oldest job")
    func counts() {
        let queues = Self.queues()
        let expected = RealQueues.Counts(blocked: 2, ready: 1, running: 1, waiting: 0, deadLetters: 0, keys: 3)
        #expect(queues.counts == expected)
        #expect(queues.depth == 4)
        #expect(queues.oldestAge(now: Self.at(100)) == 90)
        #expect(queues.oldestAge(now: Self.at(3)) == 0, "the clock was set back")
    }

    @Test("Nothing is left of keys and jobs that are done")
    func empty() {
        var queues = Self.placed()
        while let job = queues.next(now: Self.at(60)) { queues.succeed(job, now: Self.at(60)) }
        let expected = RealQueues.Counts(blocked: 0, ready: 0, running: 0, waiting: 0, deadLetters: 0, keys: 0)
        #expect(queues.counts == expected)
        #expect(queues.oldestAge(now: Self.at(100)) == nil)
        #expect(queues.oldest == nil)
        #expect(queues.snapshot(limit: 10, now: Self.at(100)).isEmpty)
    }

    struct Sum: Sendable {
        let instant: Int64
        let added: Int64
        let sum: Int64
    }

    @Test(
        "A wrong clock cannot overflow",
        arguments: [
            Sum(instant: 5, added: 7, sum: 12), Sum(instant: 5, added: -7, sum: -2),
            Sum(instant: .max, added: 1, sum: .max), Sum(instant: .min, added: -1, sum: .min),
            Sum(instant: .max, added: .min, sum: -1),
        ])
    func instants(_ example: Sum) {
        #expect((Self.at(example.instant) + example.added).milliseconds == example.sum)
        #expect(Self.at(.max) - Self.at(.min) == .max)
        #expect(Self.at(.min) - Self.at(.max) == .min)
        #expect(Self.at(12) - Self.at(5) == 7)
    }

    @Test("Ids are in the order of the journal, and written as sequence and place")
    func ids() {
        let ids = [(9, 0), (9, 1), (10, 0)].map { JobID(sequence: $0.0, index: $0.1) }
        #expect(ids.shuffled().sorted() == ids)
        #expect(ids.map(\.description) == ["9.0", "9.1", "10.0"])
    }
}
