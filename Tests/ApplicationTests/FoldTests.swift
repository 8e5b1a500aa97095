// What a journal comes to: tables of record sequences, and random journals against a naive model at every record.
import Commerce
import Journal
import Queues
import Testing
import Webhooks

@testable import Application

private func fold(_ records: [Written], now: Int64 = 1_000_000, redeliveryWindow: Int64 = 1_000_000_000) -> Fold {
    var fold = Fold(now: now, redeliveryWindow: redeliveryWindow)
    visit(records) { fold.apply($0) }
    return fold
}

private struct Case: CustomTestStringConvertible {
    let what: String
    let entries: [Entry]
    var open: [JobID: Int] = [:]
    var dead: [JobID] = []

    var testDescription: String { what }
}

private let away = Outcome.Result.retry(attempt: 2, due: 5_000_000, reason: "away")
private let dead = Outcome.Result.deadLettered(attempts: 3, reason: "no")
private let note = DeadLetterNote(reason: "no", attempts: 3, time: 5)

private let cases = [
    Case(what: "nothing", entries: []),
    Case(what: "a start alone", entries: [.started(version: "1")]),
    Case(what: "a delivery without events", entries: [.delivery(.of([]))]),
    Case(what: "a delivery", entries: [.delivery(sku("A"), sku("B"))], open: [job(1, 0): 0, job(1, 1): 0]),
    Case(
        what: "one job of two is settled", entries: [.delivery(sku("A"), sku("B")), .settled(job(1, 0))],
        open: [job(1, 1): 0]),
    Case(what: "both are settled", entries: [.delivery(sku("A"), sku("B")), .settled(job(1, 1), job(1, 0))]),
    Case(
        what: "a job that is settled twice ends one job",
        entries: [.delivery(sku("A"), sku("B")), .settled(job(1, 0)), .settled(job(1, 0))], open: [job(1, 1): 0]),
    Case(
        what: "a job that there never was ends none", entries: [.delivery(sku("A")), .settled(job(1, 7), job(9))],
        open: [job(1): 0]),
    Case(
        what: "a coalesced job is over, the other is not",
        entries: [.delivery(sku("A")), .delivery(sku("A")), .outcome(job(2), .coalesced(into: job(1)))],
        open: [job(1): 0]),
    Case(
        what: "a retry stays open with its attempts", entries: [.delivery(sku("A")), .outcome(job(1), away)],
        open: [job(1): 2]),
    Case(
        what: "a retry of a job that is over opens nothing",
        entries: [.delivery(sku("A"), sku("B")), .settled(job(1)), .outcome(job(1), away)], open: [job(1, 1): 0]),
    Case(what: "a dead letter", entries: [.delivery(sku("A")), .outcome(job(1), dead)], dead: [job(1)]),
    Case(
        what: "not understood, beside an event", entries: [.delivery(sku("A"), notUnderstood: "x")],
        open: [job(1): 0], dead: [job(1, 1)]),
    Case(
        what: "a discarded dead letter", entries: [.delivery(notUnderstood: "x"), .action(.discardDeadLetter, job(1))]),
    Case(
        what: "a retried dead letter is a new job",
        entries: [.delivery(sku("A")), .outcome(job(1), dead), .action(.retryDeadLetter, job(1), .of([sku("A")]))],
        open: [job(3): 0]),
    Case(
        what: "a retried dead letter that is still not understood",
        entries: [
            .delivery(notUnderstood: "x"), .action(.retryDeadLetter, job(1), .of([], notUnderstood: "y")),
        ], dead: [job(2)]),
    Case(
        what: "a dead letter that is carried forward",
        entries: [.delivery(sku("A")), .outcome(job(1), dead), .carrying(job(1), .of([sku("A")]), note)],
        dead: [job(3)]),
    Case(
        what: "one whose own records are gone, twice, and then retried",
        entries: [
            .carrying(job(1), .of([sku("A")]), note), .carrying(job(1), .of([sku("A")]), note),
            .action(.retryDeadLetter, job(2), .of([sku("A")])),
        ], open: [job(3): 0]),
    Case(
        what: "a replay", entries: [.delivery(sku("A")), .settled(job(1)), .action(.replay, job(1), .of([sku("A")]))],
        open: [job(3): 0]),
    Case(
        what: "a replay that is settled",
        entries: [.delivery(sku("A")), .action(.replay, job(1), .of([sku("A")])), .settled(job(2))], open: [job(1): 0]),
    Case(
        what: "a release", entries: [.action(.releaseQuarantined, job(1), .of([order("1"), order("2")]))],
        open: [job(1, 0): 0, job(1, 1): 0]),
    Case(
        what: "discarding what is not dead", entries: [.delivery(sku("A")), .action(.discardDeadLetter, job(1))],
        open: [job(1): 0]),
]

@Test(arguments: cases)
private func aJournalComesToWhatIsOpen(_ example: Case) {
    let fold = fold(example.entries.map { Written($0) })
    #expect(Standing(fold).open == example.open)
    #expect(fold.deadLetters.keys.sorted() == example.dead.sorted())
    #expect(fold.needed == Set((example.open.keys + example.dead).map(\.sequence)).sorted())
    #expect(fold.last == UInt64(example.entries.count))
    #expect(fold.unknownRecords == 0)
}

/// More deliveries than the ring of the newest has places: old ones stay open, and can still be closed or put off.
@Test
func deliveriesStayOpenHoweverManyComeAfterThem() {
    let count = UInt64(OpenDeliveries.ringPlaces + 20)
    let left: [UInt64] = [1, 10, UInt64(OpenDeliveries.ringPlaces), count - 5, count]
    let over = (1...count).filter { !left.contains($0) }.map { Outcome(job($0), .settled) }
    let deliveries = (1...count).map { _ in Written(.delivery(sku("A"))) }
    let fold = fold(deliveries + [Written(.outcome(job(1), away)), Written(.outcomes(over))])
    #expect(fold.needed == left)
    #expect(left.allSatisfy { fold.open[$0]?.isOpen(0) == true })
    #expect(fold.open[1]?.retries[0]?.attempts == 2 && fold.open[10]?.retries.isEmpty == true)
    #expect(fold.open[2] == nil && fold.open[count - 1] == nil && fold.open[count + 1] == nil)
}

@Test
func aDeadLetterSaysWhyWhenAndAfterHowManyAttempts() {
    let fold = fold([
        Written(.delivery(sku("A"), notUnderstood: "x"), time: 5), Written(.outcome(job(1), dead), time: 9),
    ])
    #expect(fold.deadLetters[job(1, 1)] == DeadLetterNote(reason: "x", attempts: 0, time: 5))
    #expect(fold.deadLetters[job(1)] == DeadLetterNote(reason: "no", attempts: 3, time: 9))
}

@Test
func aDeadLetterThatIsCarriedForwardIsAsOldAsItWas() {
    let fold = fold([Written(.carrying(job(70, 2), .of([sku("A")]), note), time: 90)])
    #expect(fold.deadLetters == [job(1): note])
}

@Test
func whatALaterVersionWroteIsPassedOverAndCounted() {
    let later = EntryKind.allCases.filter { $0 != .started && $0 != .quarantined }.map(\.rawValue) + [77]
    let fold = fold(later.map { Written(kind: $0, payload: [9]) } + [Written(.delivery(sku("A")))])
    #expect(fold.unknownRecords == later.count)
    #expect(fold.open.all.keys.sorted() == [UInt64(later.count) + 1])
}

@Test(arguments: [(0, 1), (999, 1), (1_001, 0)] as [(Int64, Int)])
func keysOfTheWindowAreRecognisedAgain(age: Int64, count: Int) {
    let now: Int64 = 10_000
    let fold = fold([Written(.delivery(sku("A"), key: 4), time: now - age)], now: now, redeliveryWindow: 1_000)
    #expect(fold.deduplication.count == count)
    #expect(fold.deduplication.recognises(ContentKey(high: 4, low: ~4), now: now) == (count == 1))
}

@Test
func whatHasNoKeyIsNeverARedelivery() {
    let fold = fold([
        Written(.delivery(sku("A"))), Written(.action(.replay, job(1), .of([sku("A")], key: 4))),
    ])
    #expect(fold.deduplication.count == 0)
}

// MARK: Random journals

@Test(arguments: UInt64(0)..<100)
func everyPrefixComesToWhatTheModelSays(seed: UInt64) {
    let journal = RandomJournal(seed: seed, count: 60, isSound: false)
    var model = Model()
    var fold = Fold(now: 1_770_000_000_000_000, redeliveryWindow: 1_000_000_000)
    var records = journal.records[...]
    visit(journal.records) { view in
        fold.apply(view)
        if let record = records.popFirst() { model.apply(record, view.sequence) }
        #expect(Standing(fold) == model.standing, "after record \(view.sequence)")
    }
    #expect(model.standing == journal.model.standing)
}

/// A fold has no memory beside its value: going on from a copy, or from the same prefix folded again, is the same.
@Test(arguments: UInt64(0)..<20)
func theWholeIsThePrefixAndThenTheRest(seed: UInt64) {
    let records = RandomJournal(seed: seed, count: 40, isSound: false).records
    let whole = fold(records, now: 1_770_000_000_000_000)
    for cut in records.indices {
        var pieces = fold(Array(records[..<cut]), now: 1_770_000_000_000_000)
        visit(Array(records[cut...]), from: UInt64(cut) + 1) { pieces.apply($0) }
        #expect(Standing(pieces) == Standing(whole))
        #expect(pieces.needed == whole.needed && pieces.last == whole.last)
        #expect(EntryKind.allCases.map(pieces.count) == EntryKind.allCases.map(whole.count))
        #expect(pieces.deduplication.count == whole.deduplication.count)
    }
}
