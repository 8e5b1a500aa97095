import Queues
import Testing

/// The behaviours one by one, by example; `PropertyTests` has their combinations.
struct KeyedQueuesTests {
    static let now = Instant(milliseconds: 1_000)
    static let stock = Coalescing(kind: "stockChanged")

    private var queues = RealQueues(
        limits: QueueLimits(attemptLimit: 3), backoff: Backoff(first: 10, longest: 40))
    /// By sequence, every job as it was last started.
    private var started: [UInt64: RealQueues.Started] = [:]

    private static func id(_ sequence: UInt64) -> JobID { JobID(sequence: sequence, index: 0) }

    private mutating func enqueue(
        _ sequence: UInt64, _ keys: [Int], _ coalescing: Coalescing? = nil, now: Instant = now
    ) -> RealQueues.Enqueued {
        queues.enqueue(Self.id(sequence), keys: keys, work: Int(sequence), coalescing: coalescing, now: now)
    }

    private mutating func startAll(now: Instant = now) -> [UInt64] {
        var sequences: [UInt64] = []
        while let job = queues.next(now: now) {
            sequences.append(job.id.sequence)
            started[job.id.sequence] = job
        }
        return sequences
    }

    private mutating func succeed(_ sequence: UInt64, now: Instant = now) {
        if let job = started[sequence] { queues.succeed(job, now: now) }
    }

    private mutating func fail(
        _ sequence: UInt64, _ kind: FailureKind = .transient, now: Instant = now
    ) -> RealQueues.Failed? {
        started[sequence].map {
            queues.fail($0, kind: kind, reason: "the partner is away", now: now, chance: 0)
        }
    }

    @Test("A waiting job holds up those that share a key with it, also through others, and nobody else")
    mutating func stuckKey() {
        _ = enqueue(1, [1])
        #expect(startAll() == [1])
        #expect(fail(1) == .retry(at: Self.now + 10, attempt: 1))
        _ = enqueue(2, [1, 2])
        _ = enqueue(3, [2])
        _ = enqueue(4, [3])
        #expect(startAll() == [4])
        #expect(queues.nextWakeUp() == Self.now + 10)
        #expect(startAll(now: Self.now + 10) == [1])
        succeed(1, now: Self.now + 10)
        #expect(startAll(now: Self.now + 10) == [2])
        succeed(2, now: Self.now + 10)
        #expect(startAll(now: Self.now + 10) == [3])
    }

    @Test("Of the ready jobs the first in the journal starts first, whenever it became ready")
    mutating func journalOrderAmongReady() {
        _ = enqueue(1, [1])
        #expect(startAll() == [1])
        _ = enqueue(2, [1])
        _ = enqueue(3, [2])
        _ = enqueue(4, [1])
        succeed(1)
        #expect(startAll() == [2, 3])
    }

    // MARK: Coalescing

    struct Merge: Sendable {
        /// What the earlier job, with keys 1 and 2, is at when the later wake-up comes.
        enum Earlier: Sendable { case blocked, ready, running, waiting, deadLettered }

        let earlier: Earlier
        var earlierKind: Coalescing? = stock
        var keys = [1, 2]
        var kind: Coalescing? = stock
        let merges: Bool
    }

    static let merges = [
        Merge(earlier: .blocked, merges: true),
        Merge(earlier: .ready, merges: true),
        Merge(earlier: .waiting, merges: true),
        Merge(earlier: .running, merges: false),
        Merge(earlier: .deadLettered, merges: false),
        Merge(earlier: .ready, keys: [2, 1, 2], merges: true),
        Merge(earlier: .ready, keys: [1], merges: false),
        Merge(earlier: .ready, keys: [1, 2, 3], merges: false),
        Merge(earlier: .ready, kind: Coalescing(kind: "orderChanged"), merges: false),
        Merge(earlier: .ready, kind: nil, merges: false),
        Merge(earlier: .ready, earlierKind: nil, merges: false),
        Merge(earlier: .ready, earlierKind: nil, kind: nil, merges: false),
    ]

    @Test("A later wake-up merges into an identical one that will still read", arguments: merges)
    mutating func coalescing(_ example: Merge) {
        _ = enqueue(1, [1])
        _ = startAll()
        _ = enqueue(2, [1, 2], example.earlierKind)
        if example.earlier != .blocked { succeed(1) }
        if ![.blocked, .ready].contains(example.earlier) { _ = startAll() }
        if example.earlier == .waiting { _ = fail(2) }
        if example.earlier == .deadLettered {
            _ = fail(2, .permanent)
        }
        let depth = queues.depth
        let enqueued = enqueue(3, example.keys, example.kind)
        #expect(enqueued == (example.merges ? .coalesced(into: Self.id(2)) : .queued))
        #expect(queues.depth == depth + (example.merges ? 0 : 1))
    }

    @Test("With two identical jobs, one waiting and one behind it, a third merges into the latter")
    mutating func mergesIntoTheLatest() {
        _ = enqueue(1, [1], Self.stock)
        #expect(startAll() == [1])
        #expect(enqueue(2, [1], Self.stock) == .queued)
        _ = fail(1)
        #expect(enqueue(3, [1], Self.stock) == .coalesced(into: Self.id(2)))
        #expect(startAll(now: Self.now + 10) == [1])
        succeed(1, now: Self.now + 10)
        #expect(enqueue(4, [1], Self.stock) == .coalesced(into: Self.id(2)))
    }

    // MARK: Attempts

    @Test("Attempts are counted over failures, used up, and kept in the dead letter")
    mutating func attemptsUsedUp() {
        _ = enqueue(1, [1])
        #expect(startAll() == [1])
        #expect(fail(1) == .retry(at: Self.now + 10, attempt: 1))
        #expect(startAll(now: Self.now + 10) == [1])
        #expect(fail(1, now: Self.now + 10) == .retry(at: Self.now + 30, attempt: 2))
        #expect(startAll(now: Self.now + 30) == [1])
        #expect(fail(1, now: Self.now + 30) == .deadLettered)
        let letter = queues.deadLetters[Self.id(1)]
        #expect(letter?.attempts == 3)
        #expect(letter?.reason == "the partner is away")
        #expect(letter?.at == Self.now + 30)
        #expect(letter?.work == 1)
        #expect(queues.counts.keys == 0)
    }

    @Test("A snoozed job has lost no attempt")
    mutating func snoozing() {
        _ = enqueue(1, [1])
        #expect(startAll() == [1])
        if let job = started[1] { queues.snooze(job, until: Self.now + 500, now: Self.now) }
        #expect(queues.nextWakeUp() == Self.now + 500)
        #expect(startAll(now: Self.now + 499).isEmpty)
        #expect(queues.next(now: Self.now + 500)?.attempt == 1)
    }

    @Test("A dead letter that is retried has all its attempts before it, at the end of its queues")
    mutating func retryingADeadLetter() {
        _ = enqueue(1, [1], Self.stock)
        _ = startAll()
        _ = fail(1, .permanent)
        _ = enqueue(2, [1], Self.stock)
        let isQueued = queues.retryDeadLetter(Self.id(1), asNew: Self.id(3), now: Self.now)
        #expect(isQueued)
        #expect(startAll() == [2])
        #expect(enqueue(4, [1], Self.stock) == .coalesced(into: Self.id(3)))
        succeed(2)
        let job = queues.next(now: Self.now)
        #expect(job?.id == Self.id(3) && job?.attempt == 1 && job.map { queues.work(of: $0) } == 1)
    }

    @Test("Dead letters are in journal order, whenever they came")
    mutating func orderOfDeadLetters() {
        for sequence in [5, 1, 9, 3] as [UInt64] {
            queues.addDeadLetter(Self.id(sequence), keys: [], work: 0, reason: "", attempts: 0, at: Self.now)
        }
        #expect(queues.deadLetters.map(\.id.sequence) == [1, 3, 5, 9])
        let discarded = [3, 4].map { queues.discardDeadLetter(Self.id($0)) }
        #expect(discarded == [true, false])
        #expect(queues.deadLetters.map(\.id.sequence) == [1, 5, 9])
        #expect(queues.deadLetters[Self.id(3)] == nil)
    }

    // MARK: Restart

    @Test("A restored job waits until it may start, but never longer than the longest backoff")
    mutating func restoring() {
        restore(1, [1], attempts: 1, notBefore: Self.now + 15)
        restore(2, [2], attempts: 1, notBefore: Self.now + 1_000_000)
        restore(3, [2], attempts: 0, notBefore: Self.now + 60)
        #expect(startAll(now: Self.now + 15) == [1])
        #expect(startAll(now: Self.now + 39).isEmpty)
        #expect(startAll(now: Self.now + 40) == [2])
        succeed(2, now: Self.now + 20)
        #expect(queues.snapshot(of: 2, now: Self.now)?.headState == .waiting(until: Self.now + 40))
        #expect(startAll(now: Self.now + 40) == [3])
    }

    private mutating func restore(_ sequence: UInt64, _ keys: [Int], attempts: Int, notBefore: Instant?) {
        queues.restore(
            Self.id(sequence), keys: keys, work: 0, coalescing: nil, attempts: attempts, notBefore: notBefore,
            enqueuedAt: Self.now, now: Self.now)
    }

    // MARK: Misuse

    @Test("Ids must rise")
    func idsMustRise() async {
        await #expect(processExitsWith: .failure) {
            var tests = KeyedQueuesTests()
            _ = tests.enqueue(2, [1])
            _ = tests.enqueue(2, [2])
        }
    }

    @Test("Only a running job can succeed, and once")
    func succeedingTwice() async {
        await #expect(processExitsWith: .failure) {
            var tests = KeyedQueuesTests()
            _ = tests.enqueue(1, [1])
            _ = tests.startAll()
            tests.succeed(1)
            tests.succeed(1)
        }
    }
}
