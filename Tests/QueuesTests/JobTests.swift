import Queues
import Testing

/// The state machine, one row for each transition, and what happens to a caller who asks for one that does not exist.
struct JobTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var keyCount = 1
        var attempts = 0
        var notBefore: Int64?
        let inputs: [Job.Input]
        let action: Job.Action
        let state: Job.State
        var attempt = 0

        var testDescription: String { name }
    }

    static let now = Instant(milliseconds: 100)
    static let later = Instant(milliseconds: 150)
    static let retried = Instant(milliseconds: 110)
    static let backoff = Backoff(first: 10, longest: 40, jitterShare: 0.5)

    static let cases = [
        Case(
            name: "head of one of two keys: still blocked by the other", keyCount: 2, inputs: [.reachedHead],
            action: .stay, state: .blocked(keys: 1, notBefore: nil)),
        Case(
            name: "head of both of two keys: ready", keyCount: 2, inputs: [.reachedHead, .reachedHead],
            action: .makeReady, state: .ready),
        Case(
            name: "head of its only key, not to start yet: waits", notBefore: 150, inputs: [.reachedHead],
            action: .wake(at: later), state: .waiting(until: later)),
        Case(
            name: "head of its only key, and it may start by now: ready", notBefore: 100, inputs: [.reachedHead],
            action: .makeReady, state: .ready),
        Case(
            name: "starts", inputs: [.reachedHead, .start],
            action: .run(attempt: 1), state: .running, attempt: 1),
        Case(
            name: "succeeds", inputs: [.reachedHead, .start, .succeeded],
            action: .settle, state: .finished, attempt: 1),
        Case(
            name: "fails, may be tried again: waits", inputs: [.reachedHead, .start, .failed(.transient, chance: 0)],
            action: .wake(at: retried), state: .waiting(until: retried), attempt: 1),
        Case(
            name: "fails, and chance shortens the wait",
            inputs: [.reachedHead, .start, .failed(.transient, chance: 0.5)],
            action: .wake(at: Instant(milliseconds: 108)), state: .waiting(until: Instant(milliseconds: 108)),
            attempt: 1),
        Case(
            name: "fails at its last attempt: dead letter", attempts: 2,
            inputs: [.reachedHead, .start, .failed(.transient, chance: 0)],
            action: .deadLetter, state: .finished, attempt: 3),
        Case(
            name: "fails for good at its first: dead letter",
            inputs: [.reachedHead, .start, .failed(.permanent, chance: 0)],
            action: .deadLetter, state: .finished, attempt: 1),
        Case(
            name: "snoozed: waits, and the attempt does not count", attempts: 1,
            inputs: [.reachedHead, .start, .snoozed(until: later)],
            action: .wake(at: later), state: .waiting(until: later), attempt: 1),
        Case(
            name: "due: ready", inputs: [.reachedHead, .start, .snoozed(until: now), .due],
            action: .makeReady, state: .ready),
        Case(
            name: "starts again", inputs: [.reachedHead, .start, .snoozed(until: now), .due, .start],
            action: .run(attempt: 1), state: .running, attempt: 1),
    ]

    @Test("Each transition", arguments: cases)
    func transition(_ example: Case) {
        var job = Job(
            JobID(sequence: 1, index: 0), keyCount: example.keyCount, attempts: example.attempts,
            notBefore: example.notBefore.map(Instant.init), enqueuedAt: Self.now)
        var action = Job.Action.stay
        for input in example.inputs {
            action = job.handle(input, now: Self.now, backoff: Self.backoff, attemptLimit: 3)
        }
        #expect(action == example.action)
        #expect(job.state == example.state)
        #expect(job.attempt == example.attempt)
    }

    @Test("A job that is not running cannot succeed")
    func succeedingWithoutRunning() async {
        await #expect(processExitsWith: .failure) {
            var job = Job(JobID(sequence: 1, index: 0), keyCount: 1, enqueuedAt: JobTests.now)
            _ = job.handle(.reachedHead, now: JobTests.now, backoff: JobTests.backoff, attemptLimit: 1)
            _ = job.handle(.succeeded, now: JobTests.now, backoff: JobTests.backoff, attemptLimit: 1)
        }
    }

    @Test("A job that is blocked cannot start")
    func startingWhileBlocked() async {
        await #expect(processExitsWith: .failure) {
            var job = Job(JobID(sequence: 1, index: 0), keyCount: 2, enqueuedAt: JobTests.now)
            _ = job.handle(.reachedHead, now: JobTests.now, backoff: JobTests.backoff, attemptLimit: 1)
            _ = job.handle(.start, now: JobTests.now, backoff: JobTests.backoff, attemptLimit: 1)
        }
    }

    @Test("A job does not wake before it is due")
    func wakingTooEarly() async {
        await #expect(processExitsWith: .failure) {
            var job = Job(
                JobID(sequence: 1, index: 0), keyCount: 1, notBefore: JobTests.later, enqueuedAt: JobTests.now)
            _ = job.handle(.reachedHead, now: JobTests.now, backoff: JobTests.backoff, attemptLimit: 1)
            _ = job.handle(.due, now: JobTests.now, backoff: JobTests.backoff, attemptLimit: 1)
        }
    }
}
