// No sender is told "accepted" before its delivery is durable, and a redelivery never before its original (P1, P10):
// the intake over a real journal whose disk holds, refuses or fails a sync.
import Journal
import Queues
import Testing
import Webhooks

@testable import Application

private let busy = Told(Answers.unavailable)

@Test
func nobodyIsToldAcceptedBeforeTheSync() throws {
    let intake = try TestIntake()
    intake.journal.disk.holdSyncs()
    #expect(try intake.ask(try Sent.centra(Sent.dated(1), t: intake.time)) == nil)
    #expect(try intake.ask(try Sent.peoplevox("item=A")) == nil)
    #expect(intake.turn().isEmpty)
    intake.journal.disk.waitUntilHeld()
    #expect(intake.turn().isEmpty)
    #expect(intake.accepted == 0)
    #expect(intake.road.floor == 1, "nothing has reached the queues")

    intake.journal.disk.releaseSyncs()
    #expect(intake.settle() == [.accepted, .accepted])
    #expect(try intake.journal.deliveries().flatMap(\.events) == [order("1"), sku("A")])
    #expect(intake.accepted == 2)
}

@Test
func theNextBatchFormsWhileOneIsSynced() throws {
    let intake = try TestIntake()
    intake.journal.disk.holdSyncs()
    _ = try intake.ask(try Sent.peoplevox("item=A"))
    #expect(intake.turn().isEmpty)
    intake.journal.disk.waitUntilHeld()
    for item in ["B", "C"] { #expect(try intake.ask(try Sent.peoplevox("item=\(item)")) == nil) }
    #expect(intake.turn().isEmpty)
    intake.journal.disk.releaseSyncs()
    #expect(intake.turnAfterCompletion() == [.accepted], "the first batch alone")
    #expect(intake.settle() == [.accepted, .accepted])
    #expect(intake.journal.commits.statistics.commits == 2)
    #expect(intake.journal.commits.statistics.records == 3)
}

// MARK: Redeliveries

@Test
func aRedeliveryIsToldNoEarlierThanItsOriginal() throws {
    let intake = try TestIntake()
    let delivery = try Sent.centra(Sent.dated(1), t: intake.time)
    intake.journal.disk.holdSyncs()
    #expect(try intake.ask(delivery) == nil)
    #expect(intake.turn().isEmpty)
    intake.journal.disk.waitUntilHeld()
    #expect(try intake.ask(delivery) == nil)
    for _ in 0..<3 { #expect(intake.turn().isEmpty) }
    intake.journal.disk.releaseSyncs()
    #expect(intake.settle() == [.accepted, .accepted])
    #expect(try intake.journal.deliveries().count == 1)
    #expect(intake.redelivered == 1 && intake.accepted == 1)

    #expect(try intake.ask(delivery) == nil)
    #expect(intake.turn() == [.accepted], "its original is durable, so nothing is waited for")
    #expect(try intake.journal.deliveries().count == 1)
}

@Test
func aRedeliveryInTheSameTurnIsJournaledOnce() throws {
    let intake = try TestIntake()
    for _ in 0..<3 { #expect(try intake.ask(try Sent.centra(Sent.dated(1), t: intake.time)) == nil) }
    #expect(intake.settle() == [.accepted, .accepted, .accepted])
    #expect(try intake.journal.deliveries().count == 1)
    intake.road.run()
    #expect(intake.road.worker.attempted == [Attempted(order("1"), 1)])
}

/// Bodies are staged while the disk has not taken the ones before; above the limit their senders keep them.
@Test
func whatIsStagedForOneCommitIsLimited() throws {
    let intake = try TestIntake()
    let nobody = (1..<1_000).map { #"{"type":"customer","action":"update","date":"2026-02-03 14:05:11","id":\#($0)}"# }
    var octets = 0
    while true {
        let event = #"{"type":"order","action":"update","date":"2026-02-03 14:05:11","id":\#(octets)}"#
        let delivery = try Sent.centra(
            Sent.payload(#"{"events":["# + ([event] + nobody).joined(separator: ",") + "]}"), t: intake.time)
        if let told = try intake.ask(delivery) {
            #expect(told == busy)
            break
        }
        octets += try delivery.read().body.count
    }
    #expect(octets > Intake.stagedLimit / 2 && octets <= Intake.stagedLimit)
}

/// When the redelivery comes, its original is still being committed; where it is staged decides who must refuse it.
@Test(arguments: [false, true])
func aRedeliveryFailsWithItsOriginalAndIsNewAfterwards(isStagedWithIt: Bool) throws {
    let intake = try TestIntake()
    try intake.journal.fill()
    intake.journal.disk.setFull(true)
    let delivery = try Sent.centra(Sent.dated(1), t: intake.time)
    #expect(try intake.ask(delivery) == nil)
    if !isStagedWithIt { #expect(intake.turn().isEmpty) }
    #expect(try intake.ask(delivery) == nil)
    #expect(intake.settle() == [busy, busy])
    #expect(busy.status == 503 && busy.field("Retry-After") == "5")
    #expect(intake.readiness.current.reasons == ["journalFull"])
    #expect(intake.accepted == 0, "what was refused is not counted as accepted")

    intake.journal.disk.setFull(false)
    // What the thread that prepares segments does once a second.
    #expect(intake.journal.commits.store.prepareNext())
    #expect(try intake.say(delivery) == .accepted)
    #expect(intake.readiness.current.isReady)
    #expect(intake.redelivered == 1, "the one that came while the original was on its way")
    #expect(try intake.journal.deliveries().count == 1)
    #expect(try intake.say(delivery) == .accepted)
    #expect(intake.redelivered == 2 && intake.accepted == 1)
    #expect(try intake.journal.deliveries().count == 1)
}

@Test
func aRedeliveryOfWhatIsDurableSurvivesTheFailureOfItsBatch() throws {
    let intake = try TestIntake()
    let old = try Sent.centra(Sent.dated(1), t: intake.time)
    #expect(try intake.say(old) == .accepted)
    try intake.journal.fill()
    intake.journal.disk.setFull(true)
    #expect(try intake.ask(try Sent.centra(Sent.dated(2), t: intake.time)) == nil)
    #expect(try intake.ask(old) == nil)
    #expect(intake.settle() == [busy, busy])
    #expect(try intake.say(old) == .accepted, "it is durable, full journal or not")
    #expect(try intake.journal.deliveries().count == 1)
}

@Test
func aRedeliveryIsRecognisedAfterARestart() throws {
    let journal = try TestJournal()
    let bodies = [Sent.dated(1), Sent.products("7")]
    let time: Int
    do {
        let intake = try TestIntake(journal)
        time = intake.time
        for body in bodies { #expect(try intake.say(try Sent.centra(body, t: time)) == .accepted) }
    }
    let intake = try TestIntake(journal.reopened())
    for body in bodies { #expect(try intake.say(try Sent.centra(body, t: time)) == .accepted) }
    #expect(intake.redelivered == 2)
    #expect(try intake.journal.deliveries().count == 2)
    #expect(try intake.journal.brokenPromises().isEmpty)
}

private struct Again: CustomTestStringConvertible {
    let what: String
    let first: String
    let second: String
    var secondsLater = 0
    let isRedelivery: Bool

    var testDescription: String { what }
}

private let again = [
    Again(what: "a dated event", first: Sent.dated(1), second: Sent.dated(1), isRedelivery: true),
    Again(
        what: "a dated event, signed anew", first: Sent.dated(1), second: Sent.dated(1), secondsLater: 60,
        isRedelivery: true),
    Again(what: "another second", first: Sent.dated(1), second: Sent.dated(1, second: 12), isRedelivery: false),
    Again(what: "another order", first: Sent.dated(1), second: Sent.dated(2), isRedelivery: false),
    Again(what: "ids alone, same time", first: Sent.products("1"), second: Sent.products("1"), isRedelivery: true),
    Again(
        what: "ids alone, another time", first: Sent.products("1"), second: Sent.products("1"), secondsLater: 1,
        isRedelivery: false),
    Again(
        what: "not understood, same time", first: Sent.payload("[]"), second: Sent.payload("[]"), isRedelivery: true),
    Again(
        what: "not understood, another time", first: Sent.payload("[]"), second: Sent.payload("[]"), secondsLater: 1,
        isRedelivery: false),
]

@Test(arguments: again)
private func whatIsARedelivery(_ example: Again) throws {
    let intake = try TestIntake()
    #expect(try intake.say(try Sent.centra(example.first, t: intake.time)) == .accepted)
    #expect(try intake.say(try Sent.centra(example.second, t: intake.time + example.secondsLater)) == .accepted)
    #expect(intake.redelivered == (example.isRedelivery ? 1 : 0))
    #expect(try intake.journal.deliveries().count == (example.isRedelivery ? 1 : 2))
}

/// The same content of two brands is two deliveries.
@Test
func brandsDoNotShareRedeliveries() throws {
    var other = Configuration.Brand.acme
    other.name = "other"
    let intake = try TestIntake(brands: [.acme, other])
    for brand in ["acme", "other"] {
        #expect(try intake.say(try Sent.centra(Sent.dated(1), t: intake.time, brand: brand)) == .accepted)
    }
    #expect(try intake.journal.deliveries().count == 2)
    intake.road.run()
    #expect(intake.road.worker.attempted.count == 2)
}

/// Nothing in a callback tells a repetition from news, so both are kept, and the work is done once.
@Test
func equalCallbacksAreBothJournaledAndCoalesced() throws {
    let intake = try TestIntake()
    for _ in 0..<2 { #expect(try intake.say(try Sent.peoplevox("item=A&available=11")) == .accepted) }
    #expect(try intake.journal.deliveries().count == 2)
    #expect(intake.redelivered == 0 && intake.accepted == 2)
    intake.road.run()
    #expect(intake.road.worker.attempted == [Attempted(sku("A"), 1)])
    #expect(try intake.journal.outcomes().contains(Outcome(job(2), .coalesced(into: job(1)))))
    #expect(try intake.say(try Sent.peoplevox("item=A&available=11")) == .accepted)
    intake.road.run()
    #expect(intake.road.worker.attempted.count == 2, "the first has ended, so this one is news")
}

// MARK: A journal that fails, a road that is full

@Test
func afterAFailedSyncNothingIsAccepted() throws {
    let intake = try TestIntake()
    intake.journal.disk.failSyncs()
    intake.journal.disk.holdSyncs()
    let delivery = try Sent.centra(Sent.dated(1), t: intake.time)
    #expect(try intake.ask(delivery) == nil)
    #expect(intake.turn().isEmpty)
    // Staged while the sync is on its way to fail.
    #expect(try intake.ask(delivery) == nil)
    #expect(try intake.ask(try Sent.centra(Sent.dated(2), t: intake.time)) == nil)
    intake.journal.disk.releaseSyncs()
    #expect(intake.settle() == [busy, busy, busy])
    #expect(intake.journal.failures.all == [.synchronize(.inputOutput)])
    #expect(intake.readiness.current.reasons == ["journalFailed"])

    for request in [delivery, try Sent.peoplevox("item=A")] { #expect(try intake.ask(request) == busy) }
    #expect(try intake.say(try Sent.request("GET", "/readyz")).status == 503)
    #expect(try intake.say(try Sent.request("GET", "/healthz")) == Told(Answers.alive), "the process is alive")
    #expect(intake.turn().isEmpty)
    #expect(intake.accepted == 0)
    #expect(intake.road.floor == 1 && intake.road.dispatcher.inspect { queues, _ in queues.depth } == 0)
}

/// The intake need not meet the failure itself.
@Test
func afterAFailedSyncOfAnOutcomeNothingIsAccepted() throws {
    let intake = try TestIntake()
    #expect(try intake.say(try Sent.peoplevox("item=A")) == .accepted)
    intake.journal.disk.failSyncs()
    intake.road.run()
    #expect(intake.journal.failures.all.count == 1)
    #expect(intake.readiness.current.reasons == ["journalFailed"])
    #expect(try intake.ask(try Sent.peoplevox("item=B")) == busy)
}

@Test
func aFullBacklogRefusesAndRecovers() throws {
    let intake = try TestIntake()
    for number in 0..<50 { #expect(try intake.say(try Sent.centra(Sent.dated(number), t: intake.time)) == .accepted) }
    // What waits for its commit, and what is staged, counts as well.
    intake.journal.disk.holdSyncs()
    for number in 50..<75 { #expect(try intake.ask(try Sent.centra(Sent.dated(number), t: intake.time)) == nil) }
    #expect(intake.turn().isEmpty)
    for number in 75..<99 { #expect(try intake.ask(try Sent.centra(Sent.dated(number), t: intake.time)) == nil) }
    #expect(try intake.ask(try Sent.centra(Sent.products("1", "2"), t: intake.time)) == busy, "two more are too many")
    #expect(try intake.ask(try Sent.centra(Sent.dated(99), t: intake.time)) == nil, "one is not")
    #expect(try intake.ask(try Sent.centra(Sent.dated(100), t: intake.time)) == busy)
    intake.journal.disk.releaseSyncs()
    #expect(intake.settle() == Array(repeating: .accepted, count: 50))
    #expect(intake.readiness.current.reasons == ["backlogFull"])
    #expect(try intake.say(try Sent.centra(Sent.dated(0), t: intake.time)) == .accepted, "a redelivery needs no room")

    intake.road.run()
    #expect(intake.readiness.current.isReady)
    #expect(try intake.say(try Sent.centra(Sent.dated(100), t: intake.time)) == .accepted)
    #expect(intake.accepted == 101)
}

@Test
func whatIsStagedDuringASyncIsLimited() throws {
    let intake = try TestIntake()
    intake.journal.disk.holdSyncs()
    #expect(try intake.ask(try Sent.peoplevox("item=A")) == nil)
    #expect(intake.turn().isEmpty)
    intake.journal.disk.waitUntilHeld()
    // White space is content like any other, and kept.
    let space = String(repeating: "+", count: 900_000)
    var staged = 0
    while staged < 50, try intake.ask(try Sent.centra(Sent.dated(staged) + space, t: intake.time)) == nil {
        staged += 1
    }
    #expect(staged == 9)
    // What a stranger makes us keep is staged as well.
    for number in 0..<10 {
        let forged = Sent.dated(number) + String(repeating: "+", count: 60_000)
        #expect(try intake.ask(try Sent.centra(forged, t: intake.time, secret: "wrong"))?.status == 401)
    }
    #expect((1..<10).contains(intake.brand("acme").quarantineOverflow.count))
    #expect(try intake.ask(try Sent.request("GET", "/healthz")) == Told(Answers.alive))
    intake.journal.disk.releaseSyncs()
    _ = intake.settle()
    #expect(try intake.say(try Sent.peoplevox("item=B")) == .accepted)
}

/// A refused delivery that is kept for release has a number, and makes no work.
@Test
func numbersOfOneBatchBelongToTheirDeliveries() throws {
    let intake = try TestIntake()
    #expect(try intake.ask(try Sent.centra(Sent.dated(1), t: intake.time)) == nil)
    #expect(try intake.ask(try Sent.centra(Sent.dated(2), t: intake.time, secret: "wrong"))?.status == 401)
    #expect(try intake.ask(try Sent.centra(Sent.payload("[]"), t: intake.time)) == nil)
    #expect(try intake.ask(try Sent.centra(Sent.products("7", "8"), t: intake.time)) == nil)
    #expect(intake.settle() == [.accepted, .accepted, .accepted])
    intake.road.run()
    #expect(try intake.journal.outcomes().map(\.job) == [job(1), job(4, 0), job(4, 1)])
    #expect(intake.road.dispatcher.deadLetter(job(3)) != nil)
    #expect(try intake.journal.brokenPromises().isEmpty)
}
