// A dead letter that everybody has forgotten does not keep the journal from becoming shorter.
import Commerce
import Journal
import Queues
import Testing

@testable import Application

extension TestDispatcher {
    fileprivate func carry() -> Int {
        DeadLetterCarrier(
            dispatcher: dispatcher, reader: journal.reader, commits: journal.commits, clock: journal.clock
        ).carry(below: journal.commits.store.state.durable + 1)
    }

    /// What an operator sees of each, but for its number.
    fileprivate var letters: [String] {
        dispatcher.inspect { queues, now in
            queues.deadLetters.map { letter in
                "\(letter.work.brand) \(letter.keys) \(letter.reason) \(letter.attempts) \(now - letter.at)"
            }
        }
    }

    fileprivate var numbers: [JobID] { dispatcher.inspect { queues, _ in queues.deadLetters.map(\.id) } }
}

private func withDeadLetters() throws -> TestDispatcher {
    let refuse: TestWorker.Script = { work, _ in
        work.event == sku("dead") ? .failed(.permanent, reason: "refused") : .done
    }
    let road = try TestDispatcher(TestJournal(), TestWorker(refuse))
    try road.deliver(sku("A"), sku("dead"), notUnderstood: "the last entry has no id")
    try road.deliver(notUnderstood: "nothing in it")
    road.run()
    return road
}

@Test
func deadLettersAreCarriedForwardAsTheyWere() throws {
    let road = try withDeadLetters()
    for _ in 0..<2 { try road.journal.fill() }
    road.advance(milliseconds: 5_000)
    let (before, tally) = (road.letters, road.dispatcher.deadLetters.all)
    #expect(before.count == 3 && road.floor == 1)
    let end = road.journal.commits.store.state.durable

    #expect(road.carry() == 3)
    #expect(road.letters == before && road.dispatcher.deadLetters.all == tally)
    #expect(road.numbers == [job(end + 1), job(end + 2), job(end + 3)])
    #expect(road.floor == end + 1)
    #expect(road.journal.commits.store.retire(below: road.floor) > 0)

    let restarted = try road.restarted()
    #expect(restarted.lost == 0)
    #expect(restarted.letters == before && restarted.numbers == [job(end + 1), job(end + 2), job(end + 3)])
    #expect(try restarted.journal.brokenPromises().isEmpty)
    // Once more, and what is left of a delivery is still found.
    #expect(restarted.carry() == 3)
    #expect(restarted.letters == before)
}

@Test
func whatIsCarriedForwardCanBeRetried() throws {
    let road = try withDeadLetters()
    #expect(road.carry() == 3)
    let found = try DeliveryLookup(road.journal.reader).deliveries(road.numbers.map(\.sequence))
    let first = try #require(found[road.numbers[0].sequence])
    let again = try OperatorAction.delivery(toRetry: road.numbers[0], first.delivery, nil).get()
    #expect(again.events == [sku("dead")])
    let other = try #require(found[road.numbers[1].sequence])
    #expect(other.delivery.events.isEmpty && other.delivery.flags.contains(.notUnderstood))
    #expect(other.delivery.reason == "the last entry has no id" && !other.delivery.flags.contains(.hasKey))
}

/// What is kept for an operator's actions stays theirs.
@Test
func aFullJournalCarriesNothingForward() throws {
    let road = try TestDispatcher(TestJournal())
    try road.deliver(notUnderstood: "nothing in it")
    road.run()
    let numbers = road.numbers
    #expect(numbers.count == 1)
    road.journal.disk.setFull(true)
    let reserve = road.journal.commits.store.reserveOctets
    while case .durable = try road.journal.append(.started(version: "x"), leaving: reserve) {}
    #expect(road.carry() == 0)
    #expect(road.numbers == numbers && road.floor == 1)
    guard case .durable = try road.journal.append(.started(version: "x")) else {
        Issue.record("there is no room for an operator")
        return
    }
}

@Test
func onlyAFewAreCarriedForwardAtATime() throws {
    let road = try TestDispatcher(TestJournal())
    for number in 0..<DeadLetterCarrier.limit + 3 { try road.deliver(notUnderstood: "\(number)") }
    road.run()
    let before = Set(road.letters)
    #expect(road.carry() == DeadLetterCarrier.limit)
    #expect(road.numbers.count == DeadLetterCarrier.limit + 3 && Set(road.letters) == before)
    #expect(road.floor == UInt64(DeadLetterCarrier.limit) + 1)
}
