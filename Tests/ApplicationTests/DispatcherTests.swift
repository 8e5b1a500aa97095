// Every outcome of a job is journaled, in the order of its keys, over a real journal and with a clock turned by hand.
import Commerce
import Journal
import Queues
import Synchronization
import TestSupport
import Testing

@testable import Application

private let away = WorkResult.failed(.transient, reason: "away")
private let refused = WorkResult.failed(.permanent, reason: "refused")

/// Fails so often before it succeeds.
private func failing(_ times: Int) -> TestWorker.Script {
    { _, attempt in attempt <= times ? away : .done }
}

private struct Life: CustomTestStringConvertible {
    let what: String
    let worker: TestWorker.Script
    /// With times from the start of the test.
    let results: [Outcome.Result]
    var attempts = 1
    var isDead = false

    var testDescription: String { what }
}

// Three attempts, a second and two seconds apart (`Configuration.forTests`).
private let firstRetry = Outcome.Result.retry(attempt: 1, due: 1_000_000, reason: "away")
private let secondRetry = Outcome.Result.retry(attempt: 2, due: 3_000_000, reason: "away")

private let lives = [
    Life(what: "done at once", worker: failing(0), results: [.settled]),
    Life(what: "away once", worker: failing(1), results: [firstRetry, .settled], attempts: 2),
    Life(what: "away twice", worker: failing(2), results: [firstRetry, secondRetry, .settled], attempts: 3),
    Life(
        what: "away for good", worker: failing(.max),
        results: [firstRetry, secondRetry, .deadLettered(attempts: 3, reason: "away")], attempts: 3, isDead: true),
    Life(
        what: "refused", worker: { _, _ in refused }, results: [.deadLettered(attempts: 1, reason: "refused")],
        isDead: true),
    Life(
        what: "away, then refused", worker: { _, attempt in attempt == 1 ? away : refused },
        results: [firstRetry, .deadLettered(attempts: 2, reason: "refused")], attempts: 2, isDead: true),
]

extension Outcome.Result {
    /// With its time counted from that moment.
    fileprivate func due(after start: Int64) -> Outcome.Result {
        guard case .retry(let attempt, let due, let reason) = self else { return self }
        return .retry(attempt: attempt, due: start + due, reason: reason)
    }
}

@Test(arguments: lives)
private func everyOutcomeIsJournaled(_ life: Life) throws {
    let road = try TestDispatcher(TestJournal(), TestWorker(life.worker))
    let wall = road.journal.clock.wallMicroseconds()
    try road.deliver(sku("A"))
    road.run()
    road.run()
    #expect(road.worker.attempted.count == 1, "the wait is not over")
    for wait in [1_000, 2_000] as [Int64] {
        road.advance(milliseconds: wait)
        road.run()
    }
    #expect(road.worker.attempted == (1...life.attempts).map { Attempted(sku("A"), $0) })
    #expect(try road.journal.outcomes() == life.results.map { Outcome(job(1), $0.due(after: wall)) })
    #expect((road.dispatcher.deadLetter(job(1)) != nil) == life.isDead)
    #expect(try road.journal.brokenPromises().isEmpty)
    let durable = road.journal.commits.store.state.durable
    #expect(road.floor == (life.isDead ? 1 : durable + 1))
}

@Test
func anEqualWakeUpThatHasNotStartedCoalesces() throws {
    let road = try TestDispatcher(TestJournal())
    for event in [sku("A"), sku("A"), order("A"), sku("B"), sku("A")] { try road.deliver(event) }
    road.run()
    #expect(road.worker.attempted == [sku("A"), order("A"), sku("B")].map { Attempted($0, 1) })
    let outcomes = try road.journal.outcomes()
    #expect(outcomes.filter { $0.result == .coalesced(into: job(1)) }.map(\.job) == [job(2), job(5)])
    #expect(outcomes.filter { $0.result == .settled }.map(\.job) == [job(1), job(3), job(4)])
    #expect(road.dispatcher.statistics == DispatcherStatistics(settled: 3, coalesced: 2))
    #expect(try road.journal.brokenPromises().isEmpty)
}

@Test
func aWakeUpThatComesDuringTheWorkIsWorkOfItsOwn() throws {
    let road = try TestDispatcher(TestJournal())
    let handed = Mutex<Dispatcher?>(road.dispatcher)
    road.worker.set { _, _ in
        // As if the next delivery had become durable just now.
        let dispatcher = handed.withLock { $0.take() }
        dispatcher?.arrive([arrival(sku("A"))], from: 2)
        return .done
    }
    try road.deliver(sku("A"))
    road.run()
    #expect(road.worker.attempted == [Attempted(sku("A"), 1), Attempted(sku("A"), 1)])
    #expect(road.dispatcher.statistics == DispatcherStatistics(settled: 2))
}

@Test
func aWaitingJobTakesEqualWakeUpsAndHoldsUpItsKeysOnly() throws {
    let road = try TestDispatcher(TestJournal(), TestWorker(failing(1)))
    road.worker.set { work, attempt in work.event == sku("A") && attempt == 1 ? away : .done }
    let both = Event(.orderChanged, Subject(.order, "1"), and: Subject(.sku, "A"))
    try road.deliver(sku("A"))
    road.run()
    for event in [sku("A"), both, sku("B")] { try road.deliver(event) }
    road.run()
    #expect(road.worker.attempted == [Attempted(sku("A"), 1), Attempted(sku("B"), 1)])
    road.advance(milliseconds: 1_000)
    road.run()
    #expect(road.worker.attempted.suffix(2) == [Attempted(sku("A"), 2), Attempted(both, 1)])
    #expect(try road.journal.outcomes().contains(Outcome(job(3), .coalesced(into: job(1)))))
}

@Test
func whatWasNotUnderstoodIsADeadLetterBesideItsEvents() throws {
    let road = try TestDispatcher(TestJournal())
    try road.deliver(sku("A"), notUnderstood: "the second entry has no id")
    road.run()
    let letter = try #require(road.dispatcher.deadLetter(job(1, 1)))
    #expect(letter.reason == "the second entry has no id" && letter.attempts == 0 && letter.keys.isEmpty)
    #expect(try road.journal.outcomes() == [Outcome(job(1), .settled)])
    #expect(road.dispatcher.statistics == DispatcherStatistics(settled: 1, deadLettered: 1))
}

/// A return can name as many items as a callback has fields; each is a key.
@Test
func anEventWithEveryKeyThatACallbackCanNameIsPlaced() throws {
    let road = try TestDispatcher(TestJournal())
    let items = (0..<254).map { Subject(.sku, "\($0)") }
    try road.deliver(Event(.returnChanged, Subject(.return, "R"), and: [Subject(.order, "1")] + items))
    try road.deliver(sku("253"))
    road.run()
    #expect(road.worker.attempted.count == 2)
    #expect(try road.journal.brokenPromises().isEmpty)
}

// MARK: Room

/// What was accepted takes room until it is over, in the inbox as well; a dead letter takes none.
@Test
func whatIsNotOverTakesRoom() throws {
    let road = try TestDispatcher(TestJournal())
    let limit = Configuration.forTests().queues.backlogLimit
    func room() -> Int { (0...limit).last { road.dispatcher.hasRoom(for: $0) } ?? -1 }
    #expect(room() == limit)
    road.worker.set { work, attempt in
        switch (work.event, attempt) {
        case (sku("dead"), _): refused
        case (sku("away"), 1): away
        default: .done
        }
    }
    for code in ["A", "dead", "away"] { try road.deliver(sku(code)) }
    #expect(room() == limit - 3, "in the inbox")
    road.run()
    #expect(room() == limit - 1, "one waits, one is dead")
    road.advance(milliseconds: 1_000)
    road.run()
    #expect(room() == limit)
    try road.deliver(notUnderstood: "x")
    #expect(room() == limit - 1, "in the inbox")
    road.run()
    #expect(room() == limit)
}

// MARK: Order

/// Jobs with a key in common run in journal order whatever fails, and what is journaled shows it.
@Test(arguments: UInt64(0)..<10)
func jobsOfOneKeyRunInJournalOrder(seed: UInt64) throws {
    let road = try TestDispatcher(TestJournal())
    let chance = Mutex(SplitMix64(seed: seed))
    let running = Mutex<[(received: Int64, event: Event)]>([])
    road.worker.set { work, _ in
        guard let event = work.event else { return .done }
        running.withLock { $0.append((work.received, event)) }
        return chance.withLock { chance in
            chance.oneIn(3) ? away : chance.oneIn(6) ? refused : .done
        }
    }
    var random = SplitMix64(seed: seed &+ 1_000)
    for _ in 0..<40 {
        let codes = [random.number(below: 4), random.number(below: 4)].map(String.init)
        // The time of its receipt tells the worker which delivery it is.
        road.advance(milliseconds: 1)
        try road.deliver(Event(.orderChanged, Subject(.order, codes[0]), and: Subject(.sku, codes[1])))
        if random.oneIn(3) { road.run() }
        if random.oneIn(5) { road.advance(milliseconds: Int64(random.number(below: 3_000))) }
    }
    for _ in 0..<200 {
        road.advance(milliseconds: 5_000)
        road.run()
    }
    #expect(road.dispatcher.inspect { queues, _ in queues.depth } == 0)
    var latest: [Subject: Int64] = [:]
    for (received, event) in running.withLock({ $0 }) {
        for subject in event.subjects {
            #expect(latest[subject, default: 0] <= received, "\(event)")
            latest[subject] = received
        }
    }
    #expect(try road.journal.brokenPromises().isEmpty)
}

// MARK: The end

@Test
func aStopEndsAfterWhatIsReady() throws {
    let road = try TestDispatcher(TestJournal(), TestWorker { work, _ in work.event == sku("A") ? away : .done })
    for event in [sku("A"), sku("B"), sku("A")] { try road.deliver(event) }
    road.dispatcher.stop(by: .max)
    road.run()
    #expect(road.worker.attempted == [Attempted(sku("A"), 1), Attempted(sku("B"), 1)])
    #expect(try road.journal.outcomes().count == 3)
}

/// A backlog is no reason to outlast the time that a drain is given.
@Test
func aStopEndsAtItsTimeAlthoughJobsAreReady() throws {
    let road = try TestDispatcher(TestJournal())
    let (dispatcher, clock) = (road.dispatcher, road.journal.clock)
    let next = Mutex<UInt64>(2)
    road.worker.set { _, _ in
        let sequence = next.withLock { next in
            next += 1
            return next
        }
        clock.advance(milliseconds: 1)
        // Something is always ready, up to a number that a stop which forgets the time would reach.
        if sequence < 10_000 {
            dispatcher.arrive([arrival(sku("\(sequence)"))], from: sequence)
        }
        return .done
    }
    try road.deliver(sku("A"))
    road.dispatcher.stop(by: clock.monotonicMilliseconds() + 50)
    road.run()
    #expect((50...51).contains(road.worker.attempted.count))
    #expect(try road.journal.outcomes().count == road.worker.attempted.count, "what ran is journaled")
}

/// A reading that began between the two would answer the first wake-up alone.
@Test
func aJobStandsForTheNewestWakeUpThatMergedIntoIt() throws {
    let road = try TestDispatcher(TestJournal())
    try road.deliver(sku("A"))
    try road.deliver(sku("A"))
    try road.deliver(sku("B"))
    road.run()
    #expect(road.worker.newest.withLock { $0 } == [2, 3])
}

/// What had merged into it is not told any more: it may have been the last record.
@Test
func afterARestartAJobStandsForAllThatTheJournalHas() throws {
    let journal = try TestJournal()
    let worker = TestWorker { _, _ in away }
    let road = try TestDispatcher(journal, worker)
    try road.deliver(sku("A"))
    try road.deliver(sku("A"))
    let restarted = try road.restarted(TestWorker())
    restarted.run()
    #expect(restarted.worker.newest.withLock { $0.first } == restarted.journal.fold.last)
}
