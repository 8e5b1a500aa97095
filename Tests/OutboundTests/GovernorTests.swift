// What threads see of the governor: they wait, are let through, give up, and never meet more than are allowed at once.
import Foundation
import POSIX
import Synchronization
import Testing

@testable import Outbound

/// Calls in sequence, each over at once; the second in which each was let through.
private func pass(_ count: Int, _ ask: Ask, _ governor: Governor, _ clock: HandClock) throws -> [Int64] {
    try (0..<count).map { _ in
        governor.settle(try governor.admit(ask, Cancellation()), .answered)
        return clock.now / 1_000_000
    }
}

@Test
func whatRepliesSayOfTheirComplexityIsBelieved() throws {
    let clock = HandClock()
    let settings = GovernorSettings(
        quotas: [Quota(.complexity, span: 10_000, limit: 1_000)], reserve: 0, concurrency: 1, complexity: 300)
    let governor = plain(settings, clock)
    #expect(try pass(4, .read("A", .sweep), governor, clock) == [0, 0, 0, 10])
    governor.learn(100, of: "B")
    #expect(try pass(8, .read("B", .sweep), governor, clock).suffix(2) == [10, 20])
    // One that was costlier than thought: what it used is what it said.
    let admission = try governor.admit(.read("C", .sweep, cost: Cost(complexity: 10)), Cancellation())
    governor.learn(900, of: "C")
    governor.settle(admission, .answered)
    #expect(try pass(1, .read("C", .sweep), governor, clock) == [30])
    // A cheap one between costly ones does not make them cheap.
    governor.learn(100, of: "C")
    #expect(try pass(1, .read("C", .sweep), governor, clock) == [40])
}

/// The partner takes nothing that is larger than its limit, so a figure beyond it is wrong, and must not keep everybody
/// waiting until the window has forgotten it.
@Test
func aComplexityBeyondAllLimitsIsNotBelieved() throws {
    let clock = HandClock()
    let settings = GovernorSettings(
        quotas: [Quota(.complexity, span: 1_000, limit: 100), Quota(.complexity, span: 3_600_000, limit: 10_000)],
        reserve: 0, concurrency: 1, complexity: 10)
    let governor = plain(settings, clock)
    let admission = try governor.admit(.read("A", .sweep), Cancellation())
    governor.learn(.max, of: "A")
    governor.settle(admission, .answered)
    #expect(try pass(10, .read("A", .sweep), governor, clock).last == 10)
}

/// Somebody who waits a minute at most is told at once that the partner wants to be left alone for two hours.
@Test
func aPauseThatOutlastsThePatienceIsNotWaitedFor() throws {
    let clock = HandClock()
    let governor = plain(.peoplevox(), clock)
    let until = clock.wall + 7_200_000_000
    governor.settle(try governor.admit(.read("A", .sweep), Cancellation()), .throttled(until: until))
    let before = clock.now
    #expect(throws: CallFailure.self) { try governor.admit(.read("A", .sweep, patience: 60_000), Cancellation()) }
    #expect(clock.now == before)
    governor.settle(try governor.admit(.read("A", .sweep), Cancellation()), .answered)
    #expect(clock.now - before >= 7_200_000_000)
}

@Test
func itSaysByWhenItWillHaveCaughtUp() throws {
    let clock = HandClock()
    let governor = plain(.peoplevox(), clock)
    for count in [1, 10, 40, 100] {
        let estimate = governor.caughtUp(after: count, of: Cost()) - clock.wall
        _ = try pass(count, .read("A", .orderExport), governor, clock)
        #expect(abs(estimate - clock.now) <= 16_000_000, "\(count): \(estimate) and \(clock.now)")
    }
}

@Test
func aPersonClosesTheBreaker() throws {
    let clock = HandClock()
    let governor = plain(.peoplevox(), clock)
    for _ in 0..<3 { governor.settle(try governor.admit(.read("A", .sweep), Cancellation()), .misconfigured) }
    #expect(governor.breaker != .closed)
    #expect(throws: CallFailure.self) { try governor.admit(.read("A", .sweep, patience: 1_000), Cancellation()) }
    governor.reopen()
    #expect(governor.breaker == .closed)
    let before = clock.now
    governor.settle(try governor.admit(.read("A", .sweep), Cancellation()), .answered)
    #expect(clock.now == before)
}

@Test
func threadsAreLetThroughAFewAtATime() {
    let settings = GovernorSettings(
        quotas: [Quota(.requests, span: 20, limit: 5)], reserve: 0.2, concurrency: 3)
    let governor = Governor(settings, clock: SystemClock(), chance: { 0 })
    let inside = Atomic(0)
    let most = Atomic(0)
    let through = Atomic(0)
    let left = Atomic(8)
    let done = Bell()
    for thread in 0..<8 {
        Foundation.Thread.detachNewThread {
            for number in 0..<10 {
                let lane = Lane.allCases[(thread + number) % 5]
                guard let admission = try? governor.admit(.read("A", lane), Cancellation()) else { continue }
                most.max(inside.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
                through.add(1, ordering: .relaxed)
                inside.subtract(1, ordering: .relaxed)
                governor.settle(admission, .answered)
            }
            if left.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { done.ring() }
        }
    }
    done.wait(milliseconds: -1)
    #expect(most.load(ordering: .relaxed) <= 3)
    #expect(through.load(ordering: .relaxed) == 80)
    #expect(governor.waiting.values.allSatisfy { $0 == 0 })
}

@Test
func whoeverWaitsForLongIsCancelledAtOnce() throws {
    let governor = Governor(.peoplevox(), clock: SystemClock(), chance: { 0 })
    governor.settle(try governor.admit(.read("A", .sweep), Cancellation()), .throttled(until: nil))
    let cancellation = Cancellation()
    Foundation.Thread.detachNewThread {
        while governor.waiting[.sweep] != 1 { usleep(1_000) }
        cancellation.cancel()
    }
    #expect(throws: CallFailure(.cancelled, "the call was cancelled while it waited")) {
        try governor.admit(.read("A", .sweep), cancellation)
    }
    #expect(governor.waiting[.sweep] == 0)
}
