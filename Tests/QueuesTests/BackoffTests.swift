import Queues
import TestSupport
import Testing

struct BackoffTests {
    /// The schedule as it is, to give a feeling: in seconds after attempt 1, 2, 3 …
    @Test("The usual schedule doubles from a second to an hour, and lasts half a day")
    func usualSchedule() {
        let backoff = Backoff()
        let attemptLimit = QueueLimits().attemptLimit
        let seconds = (1..<attemptLimit).map { backoff.delay(afterAttempt: $0, chance: 0) / 1_000 }
        let doubling: [Int64] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048]
        #expect(seconds == doubling + Array(repeating: 3_600, count: 11))
        #expect(seconds.reduce(0, +) == 12 * 3_600 + 495)
    }

    struct Case: Sendable {
        var first: Int64 = 1_000
        var longest: Int64 = 60_000
        var multiplier: Int64 = 2
        var jitterShare = 0.2
        let attempt: Int
        var chance = 0.0
        let delay: Int64
    }

    static let cases = [
        Case(attempt: 1, delay: 1_000),
        Case(attempt: 1, chance: 0.5, delay: 900),
        Case(attempt: 2, chance: 0.999_999, delay: 1_601),
        Case(attempt: 6, delay: 32_000),
        Case(attempt: 7, delay: 60_000),
        Case(attempt: 7, chance: 0.5, delay: 54_000),
        Case(attempt: .max, delay: 60_000),
        Case(multiplier: 10, attempt: 2, delay: 10_000),
        Case(multiplier: .max, attempt: 2, delay: 60_000),
        Case(first: 60_000, attempt: 1, delay: 60_000),
        Case(first: 1, longest: 1, jitterShare: 1, attempt: 1, chance: 0.999, delay: 1),
        Case(jitterShare: 0, attempt: 1, chance: 0.999, delay: 1_000),
        Case(jitterShare: 1, attempt: 1, chance: 0.5, delay: 500),
        Case(first: 1, longest: .max, attempt: 63, delay: 1 << 62),
        Case(first: 1, longest: .max, attempt: 64, delay: .max),
        Case(first: 3, longest: .max, attempt: .max, delay: .max),
    ]

    @Test("Delays", arguments: cases)
    func delay(_ example: Case) {
        let backoff = Backoff(
            first: example.first, longest: example.longest, multiplier: example.multiplier,
            jitterShare: example.jitterShare)
        #expect(backoff.delay(afterAttempt: example.attempt, chance: example.chance) == example.delay)
    }

    @Test(
        "Whatever the settings: bounded, never shorter after more attempts, jitter within its share",
        arguments: UInt64(0)..<20)
    func properties(seed: UInt64) {
        var chance = SplitMix64(seed: seed)
        for _ in 0..<50 {
            let first = Int64.random(in: 1...100_000, using: &chance)
            let backoff = Backoff(
                first: first,
                longest: Bool.random(using: &chance) ? .random(in: first ... .max, using: &chance) : first,
                multiplier: .random(in: 2...1_000, using: &chance), jitterShare: .random(in: 0...1, using: &chance))
            check(backoff, using: &chance)
        }
    }

    private func check(_ backoff: Backoff, using chance: inout SplitMix64) {
        var earlier: Int64 = 0
        for attempt in Array(1...70) + [.max] {
            let full = backoff.delay(afterAttempt: attempt, chance: 0)
            #expect(full >= max(earlier, backoff.first) && full <= backoff.longest, "\(backoff), \(attempt)")
            let drawn = Double.random(in: 0..<1, using: &chance)
            let delay = backoff.delay(afterAttempt: attempt, chance: drawn)
            let shortest = Double(full) * (1 - backoff.jitterShare)
            #expect(delay <= full && Double(delay) >= shortest.rounded(.down), "\(backoff), \(attempt), \(drawn)")
            earlier = full
        }
    }
}
