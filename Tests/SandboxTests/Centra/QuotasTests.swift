// The token buckets: full at the start, filled at a constant rate, shared.
import Testing

@testable import Sandbox

private let second: Moment = 1_000_000

@Test
func aBucketStartsFullAndFillsAtAConstantRate() {
    var quotas = Quotas([10, 1_000, 5, 100, 0, 0], now: 0)
    for _ in 0..<10 { #expect(quotas.pay([.requests: 1], now: 0) == nil) }
    // Ten in ten seconds: the next one in a second.
    #expect(quotas.pay([.requests: 1], now: 0) == second + 1)
    #expect(quotas.pay([.requests: 1], now: second / 2) == second + 1)
    #expect(quotas.pay([.requests: 1], now: second + 1) == nil)
    #expect(quotas.pay([.requests: 1], now: second + 2) != nil)
    #expect(quotas.refusals == 3)
    // A long time later it is full, not fuller.
    for _ in 0..<10 { #expect(quotas.pay([.requests: 1], now: 3_600 * second) == nil) }
    #expect(quotas.pay([.requests: 1], now: 3_600 * second) != nil)
}

@Test
func everyBucketMustHaveEnough() {
    var quotas = Quotas([100, 1_000, 5, 6, 0, 0], now: 0)
    for _ in 0..<5 { #expect(quotas.pay([.requests: 1, .mutations: 1], now: 0) == nil) }
    #expect(quotas.pay([.requests: 1, .mutations: 1], now: 0) == 2 * second + 1)
    // A query still passes, and what was refused has cost nothing.
    #expect(quotas.pay([.requests: 1], now: 0) == nil)
    #expect(quotas.buckets[0].remaining == 94)
    // After ten seconds the small window is full again, and the hour has one left.
    #expect(quotas.pay([.requests: 1, .mutations: 1], now: 10 * second) == nil)
    #expect((quotas.pay([.mutations: 1], now: 10 * second) ?? 0) > 500 * second)
}

@Test
func aCallThatIsLargerThanTheQuotaPassesWhenItIsFull() {
    var quotas = Quotas([10, 10, 10, 10, 100, 0], now: 0)
    #expect(quotas.pay([.complexity: 5_000], now: 0) == nil)
    #expect(quotas.pay([.complexity: 5_000], now: 0) == 10 * second + 1)
}

@Test
func loweredQuotasKeepWhatWasUsed() {
    var quotas = Quotas([100, 1_000, 0, 0, 0, 0], now: 0)
    quotas.take([.requests: 30])
    quotas.set([40, 1_000, 0, 0, 0, 0], now: 0)
    #expect(quotas.buckets[0].remaining == 10)
}
