// What a restart, a full disk and retention do to jobs: nothing.
import Commerce
import Journal
import Queues
import TestSupport
import Testing

@testable import Application

private let away = WorkResult.failed(.transient, reason: "away")

@Test
func aRestartGoesOnWithTheAttemptsWhereTheyWere() throws {
    var road = try TestDispatcher(TestJournal(), TestWorker { _, _ in away })
    try road.deliver(sku("A"))
    try road.deliver(sku("A"), order("1"))
    road.run()
    for attempt in 2...3 {
        road = try road.restarted(TestWorker { _, _ in away })
        road.run()
        #expect(road.worker.attempted.isEmpty, "it is not due before it was due")
        road.advance(milliseconds: 2_000)
        road.run()
        #expect(road.worker.attempted == [Attempted(sku("A"), attempt), Attempted(order("1"), attempt)])
    }
    #expect(road.dispatcher.deadLetter(job(1)) != nil && road.dispatcher.deadLetter(job(2, 1)) != nil)
    road = try road.restarted(TestWorker())
    road.advance(milliseconds: 100_000)
    road.run()
    #expect(road.worker.attempted.isEmpty)
    #expect(road.dispatcher.deadLetter(job(2, 1))?.attempts == 3, "a dead letter is still there")
    #expect(road.floor == 1)
    #expect(try road.journal.brokenPromises().isEmpty)
}

/// Deliveries, failures and restarts at random: in the end everything has ended once, in order.
@Test(arguments: UInt64(0)..<6)
func restartsInTheMiddleLoseNothing(seed: UInt64) throws {
    var chance = SplitMix64(seed: seed)
    var road = try TestDispatcher(TestJournal())
    for _ in 0..<30 {
        switch chance.number(below: 5) {
        case 0: road = try road.restarted()
        case 1: road.worker.set { _, attempt in attempt < 2 ? away : .done }
        case 2: road.worker.set { _, _ in .done }
        default: try road.deliver(sku("\(chance.number(below: 5))"), order("\(chance.number(below: 5))"))
        }
        if chance.oneIn(2) { road.run() }
        road.advance(milliseconds: Int64(chance.number(below: 1_500)))
    }
    for _ in 0..<20 {
        road.advance(milliseconds: 5_000)
        road.run()
    }
    let delivered = try road.journal.deliveries().reduce(0) { $0 + $1.events.count }
    let ended = try road.journal.outcomes().filter { if case .retry = $0.result { false } else { true } }
    #expect(ended.count == delivered)
    #expect(Set(ended.map(\.job)).count == delivered)
    #expect(road.floor == road.journal.commits.store.state.durable + 1)
    #expect(try road.journal.brokenPromises().isEmpty)
}

@Test
func aFullJournalKeepsTheOutcomesForLater() throws {
    let road = try TestDispatcher(TestJournal())
    try road.deliver(sku("A"))
    try road.deliver(sku("B"))
    try road.journal.fill()
    road.journal.disk.setFull(true)
    road.run()
    #expect(road.worker.attempted.count == 2)
    #expect(road.floor == 1, "what is not journaled is not settled")

    // Offered again when the pause is over, refused again, and with it what has come since.
    road.advance(milliseconds: 1_000)
    road.run()
    let dispatcher = road.dispatcher
    dispatcher.arrive([arrival(sku("C"))], from: 4)
    road.run()
    #expect(try road.journal.outcomes().isEmpty)

    road.journal.disk.setFull(false)
    // What the thread that prepares segments does once a second.
    #expect(road.journal.commits.store.prepareNext())
    road.run()
    #expect(try road.journal.outcomes().isEmpty, "the pause is not over")
    road.advance(milliseconds: 1_000)
    road.run()
    #expect(try road.journal.outcomes() == [job(1), job(2), job(4)].map { Outcome($0, .settled) })
    #expect(road.floor == road.journal.commits.store.state.durable + 1)
    #expect(road.journal.failures.all.isEmpty)
}

/// What has collected while the journal was full fits in when space returns, however much it is.
@Test
func moreOutcomesThanASegmentHoldsAreJournaledInParts() throws {
    let road = try TestDispatcher(TestJournal(), TestWorker { _, _ in .done })
    try road.journal.fill()
    road.journal.disk.setFull(true)
    let first = road.journal.commits.store.state.durable + 1
    let count = UInt64(Outcome.limitPerRecord) * 2
    for number in 0..<count {
        road.dispatcher.arrive([arrival(sku("\(number)"))], from: first + number)
    }
    road.run()
    road.journal.disk.setFull(false)
    // What the thread that prepares segments does once a second.
    #expect(road.journal.commits.store.prepareNext())
    road.advance(milliseconds: 1_000)
    road.run()
    #expect(try road.journal.outcomes().map(\.job) == (0..<count).map { job(first + $0) })
    #expect(road.journal.failures.all.isEmpty)
}

@Test
func aFailedJournalEndsTheRunAndTheJobsAreOpenAfterIt() throws {
    var road = try TestDispatcher(TestJournal())
    try road.deliver(sku("A"))
    road.journal.disk.failSyncs()
    road.run()
    #expect(road.journal.failures.all == [.synchronize(.inputOutput)])
    #expect(road.floor == 1)
    road = try road.restarted()
    road.run()
    #expect(try road.journal.brokenPromises().isEmpty)
    // Whether the outcome was durable nobody could say; either way the job has ended once.
    #expect(try road.journal.outcomes().filter { $0.result == .settled }.map(\.job) == [job(1)])
}

// MARK: What retention must keep

@Test
func theFloorStaysBelowWhatIsNotOver() throws {
    let road = try TestDispatcher(TestJournal())
    var durable: SequenceNumber { road.journal.commits.store.state.durable }
    #expect(road.floor == 1)
    try road.deliver(sku("A"))
    #expect(road.floor == 1, "in the inbox")
    road.run()
    #expect(road.floor == durable + 1)

    let retried = durable + 1
    road.worker.set { _, attempt in attempt == 1 ? away : .done }
    try road.deliver(sku("B"))
    road.run()
    try road.deliver(sku("B"))
    road.run()
    #expect(road.floor == retried, "waiting for its next attempt")
    road.advance(milliseconds: 1_000)
    road.run()
    #expect(road.floor == durable + 1, "and what was coalesced into it is over as well")

    let dead = durable + 1
    try road.deliver(notUnderstood: "x")
    road.run()
    road.worker.set { _, _ in .done }
    try road.deliver(sku("C"))
    road.run()
    #expect(road.floor == dead)
    #expect(road.dispatcher.removeDeadLetter(job(dead)))
    #expect(!road.dispatcher.removeDeadLetter(job(dead)))
    #expect(road.floor == durable + 1)
}

@Test
func theFloorWaitsForTheSyncOfTheOutcome() throws {
    let road = try TestDispatcher(TestJournal())
    try road.deliver(sku("A"))
    road.journal.disk.holdSyncs()
    let finished = try Finishing { [dispatcher = road.dispatcher] in dispatcher.run() }
    road.journal.disk.waitUntilHeld()
    #expect(road.worker.attempted.count == 1)
    #expect(road.floor == 1)
    road.journal.disk.releaseSyncs()
    finished.wait()
    #expect(road.floor == 3)
}

@Test
func retentionKeepsTheSegmentsOfWhatIsOpen() throws {
    var road = try TestDispatcher(TestJournal(), TestWorker { work, _ in work.event == sku("stuck") ? away : .done })
    try road.deliver(sku("A"))
    try road.journal.fill()
    try road.deliver(sku("stuck"))
    road.run()
    for _ in 0..<3 {
        try road.journal.fill()
        try road.deliver(sku("B"))
        road.run()
    }
    let store = road.journal.commits.store
    #expect(store.state.segments == 5)
    #expect(store.retire(below: road.floor) == 1, "the segment before the stuck delivery")

    road = try road.restarted(TestWorker())
    #expect(road.lost == 0)
    road.advance(milliseconds: 1_000)
    road.run()
    #expect(road.worker.attempted == [Attempted(sku("stuck"), 2)])
    #expect(road.journal.commits.store.retire(below: road.floor) == 3)
    road = try road.restarted()
    #expect(road.lost == 0 && road.journal.fold.open.all.isEmpty)
    #expect(try road.journal.brokenPromises().isEmpty)
}
