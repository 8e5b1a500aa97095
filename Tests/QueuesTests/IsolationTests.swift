import Queues
import TestSupport
import Testing

/// A stuck key blocks only itself (promise P2): what happens to keys that share no job with it, directly or through
/// others, is the same as if the stuck one were not there.
struct IsolationTests {
    @Test(
        "Beside a stuck key, other keys' jobs start at the same times and in the same order",
        arguments: [
            Stuck.hangs, .failsForEver,
        ])
    func startsAreTheSame(stuck: Stuck) {
        for seed in UInt64(0)..<100 {
            var beside = Scenario(seed: seed, stuck: stuck)
            var alone = Scenario(seed: seed, stuck: nil)
            let (starts, expected) = (beside.startsOfOthers(), alone.startsOfOthers())
            #expect(starts == expected, "seed \(seed)")
            #expect(!starts.isEmpty)
        }
    }
}

enum Stuck {
    case hangs
    case failsForEver
}

/// Jobs arrive for two groups of keys that never share a job; one group's jobs never succeed, or never arrive.
private struct Scenario {
    struct Start: Equatable {
        let id: JobID
        let attempt: Int
        let at: Instant
    }

    private static let others = 0..<3
    private static let stuckGroup = 3..<6

    private let stuck: Stuck?
    private var chance: SplitMix64
    private var now = Instant(milliseconds: 0)
    private var queues = RealQueues(
        limits: QueueLimits(attemptLimit: 1_000), backoff: Backoff(first: 3, longest: 10))
    private var inFlight: [RealQueues.Started] = []

    init(seed: UInt64, stuck: Stuck?) {
        chance = SplitMix64(seed: seed)
        self.stuck = stuck
    }

    mutating func startsOfOthers() -> [Start] {
        var starts: [Start] = []
        for sequence in UInt64(1)...60 {
            arrive(JobID(sequence: sequence, index: 0))
            endOthers()
            while let job = queues.next(now: now) {
                if queues.keys(of: job).allSatisfy(Self.others.contains) {
                    starts.append(Start(id: job.id, attempt: job.attempt, at: now))
                    inFlight.append(job)
                } else if stuck == .failsForEver {
                    _ = queues.fail(job, kind: .transient, reason: "stuck", now: now, chance: 0)
                }
            }
            now = now + 1
        }
        return starts
    }

    /// Chance is drawn for both groups, so that the others' jobs are the same with and without the stuck group.
    private mutating func arrive(_ id: JobID) {
        let isStuck = chance.oneIn(2)
        let group = isStuck ? Self.stuckGroup : Self.others
        let keys = (0..<Int.random(in: 1...3, using: &chance)).map { _ in Int.random(in: group, using: &chance) }
        guard !isStuck || stuck != nil else { return }
        _ = queues.enqueue(id, keys: keys, work: 0, coalescing: nil, now: now)
    }

    /// How an attempt ends depends on the job and the attempt alone.
    private mutating func endOthers() {
        for job in inFlight {
            switch (job.id.sequence + UInt64(job.attempt)) % 5 {
            case 0: _ = queues.fail(job, kind: .permanent, reason: "refused", now: now, chance: 0)
            case 1, 2: _ = queues.fail(job, kind: .transient, reason: "busy", now: now, chance: 0)
            default: queues.succeed(job, now: now)
            }
        }
        inFlight = []
    }
}
