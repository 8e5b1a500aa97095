import Queues
import Testing

struct LimitsTests {
    struct Room: Sendable {
        let jobs: Int
        let deadLetters: Int
        let asked: Int
        let hasRoom: Bool
    }

    /// Of at most 3 jobs.
    static let rooms = [
        Room(jobs: 0, deadLetters: 0, asked: 0, hasRoom: true),
        Room(jobs: 0, deadLetters: 0, asked: 3, hasRoom: true),
        Room(jobs: 0, deadLetters: 0, asked: 4, hasRoom: false),
        Room(jobs: 2, deadLetters: 0, asked: 1, hasRoom: true),
        Room(jobs: 2, deadLetters: 0, asked: 2, hasRoom: false),
        Room(jobs: 3, deadLetters: 0, asked: 1, hasRoom: false),
        Room(jobs: 3, deadLetters: 2, asked: 0, hasRoom: true),
        Room(jobs: 0, deadLetters: 4, asked: 3, hasRoom: true),
        Room(jobs: 4, deadLetters: 0, asked: 0, hasRoom: false),
    ]

    @Test("Room is for jobs; a dead letter is none", arguments: rooms)
    func room(_ example: Room) {
        var queues = RealQueues(limits: QueueLimits(jobCount: 3), backoff: Backoff())
        queues.fill(jobs: example.jobs, deadLetters: example.deadLetters)
        #expect((example.asked <= queues.room) == example.hasRoom)
    }

    @Test("Running and waiting jobs take room, finished ones do not")
    func whatTakesRoom() {
        var queues = RealQueues(limits: QueueLimits(jobCount: 2), backoff: Backoff())
        queues.fill(jobs: 2, deadLetters: 0)
        let now = Instant(milliseconds: 0)
        let first = queues.next(now: now)
        let second = queues.next(now: now)
        #expect(queues.room == 0)
        if let first { _ = queues.fail(first, kind: .transient, reason: "busy", now: now, chance: 0) }
        #expect(queues.room == 0)
        if let second { queues.succeed(second, now: now) }
        #expect(queues.room == 1)
    }

    struct Retry: Sendable {
        var jobs = 0
        var keys: [Int] = [1]
        var id: UInt64 = 500
        let isQueued: Bool
    }

    static let retries = [
        Retry(isQueued: true),
        Retry(jobs: 2, isQueued: true),
        Retry(jobs: 3, isQueued: false),
        Retry(keys: [], isQueued: false),
        Retry(keys: [1, 2], isQueued: true),
        Retry(keys: [1, 2, 3], isQueued: false),
        Retry(id: 501, isQueued: false),
    ]

    @Test("A dead letter is retried when it is known, has keys, and there is room", arguments: retries)
    func retry(_ example: Retry) {
        var queues = RealQueues(
            limits: QueueLimits(jobCount: 3, keysPerJob: 2), backoff: Backoff())
        queues.fill(jobs: example.jobs, deadLetters: 0)
        let now = Instant(milliseconds: 0)
        queues.addDeadLetter(
            JobID(sequence: 500, index: 0), keys: example.keys, work: 0, reason: "", attempts: 0, at: now)
        let id = JobID(sequence: example.id, index: 0)
        #expect(queues.retryDeadLetter(id, asNew: JobID(sequence: 900, index: 0), now: now) == example.isQueued)
        #expect(queues.depth == example.jobs + (example.isQueued ? 1 : 0))
        #expect(queues.deadLetters.count == (example.isQueued ? 0 : 1))
    }

    @Test("A restart brings everything back, even under lower limits")
    func restoringUnderLowerLimits() {
        let limits = QueueLimits(jobCount: 1, keysPerJob: 1, attemptLimit: 2)
        var queues = RealQueues(limits: limits, backoff: Backoff())
        let now = Instant(milliseconds: 0)
        for sequence in UInt64(1)...3 {
            queues.restore(
                JobID(sequence: sequence, index: 0), keys: [Int(sequence), 10 + Int(sequence)], work: 0,
                coalescing: nil, attempts: 7, notBefore: nil, enqueuedAt: now, now: now)
        }
        #expect(queues.depth == 3)
        let last = queues.next(now: now)
        #expect(last?.attempt == 2)
        if let last {
            #expect(queues.fail(last, kind: .transient, reason: "", now: now, chance: 0) == .deadLettered)
        }
    }
}

extension KeyedQueues<Int, Int> {
    /// Jobs with a key each, and dead letters, from journal sequence 1.
    fileprivate mutating func fill(jobs: Int, deadLetters: Int) {
        let now = Instant(milliseconds: 0)
        for number in 0..<jobs {
            _ = enqueue(
                JobID(sequence: UInt64(number) + 1, index: 0), keys: [number], work: 0, coalescing: nil, now: now)
        }
        for number in 0..<deadLetters {
            addDeadLetter(
                JobID(sequence: UInt64(number) + 100, index: 0), keys: [], work: 0, reason: "", attempts: 0, at: now)
        }
    }
}
