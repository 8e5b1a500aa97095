// What one brand's partners send must not stop another's intake: each has its own limit of dead letters.
import HTTP
import Testing

@testable import Application

private let limit = Configuration.forTests().queues.deadLetterLimit

private func twoBrands(_ journal: TestJournal) throws -> TestIntake {
    var other = Configuration.Brand.acme
    other.name = "other"
    return try TestIntake(journal, brands: [.acme, other])
}

extension TestIntake {
    /// Genuine, and unlike anything that Centra is known to send.
    fileprivate func poison(_ number: Int) throws -> Told {
        try say(try Sent.centra("poison=\(number)", t: time))
    }

    fileprivate func order(_ number: Int, of brand: String) throws -> Told {
        try say(try Sent.centra(Sent.dated(number), t: time, brand: brand))
    }

    fileprivate func fill() throws {
        for number in 0..<limit {
            #expect(try poison(number).status == 200)
            road.run()
        }
    }
}

@Test
func aBrandWithTooManyDeadLettersIsRefusedAndNoOther() throws {
    let intake = try twoBrands(TestJournal())
    try intake.fill()
    let told = try intake.order(1, of: "acme")
    #expect(told.status == 503)
    #expect(told.field("Retry-After") != nil)
    #expect(try intake.order(1, of: "other") == .accepted)
    #expect(intake.readiness.current.isReady, "a proxy goes on sending")
    #expect(intake.brand("acme").refusedForDeadLetters.count == 1)
    #expect(intake.brand("other").refusedForDeadLetters.count == 0)
    #expect(intake.road.dispatcher.deadLetters.all == ["acme": limit])
}

@Test
func whatWasTakenBeforeIsStillRecognised() throws {
    let intake = try twoBrands(TestJournal())
    #expect(try intake.order(1, of: "acme") == .accepted)
    try intake.fill()
    #expect(try intake.order(1, of: "acme") == .accepted)
}

@Test
func aDiscardedDeadLetterLetsTheBrandInAgain() throws {
    let intake = try twoBrands(TestJournal())
    try intake.fill()
    let dispatcher = intake.road.dispatcher
    let first = try #require(dispatcher.inspect { queues, _ in queues.deadLetters.first?.id })
    #expect(dispatcher.removeDeadLetter(first))
    #expect(!dispatcher.removeDeadLetter(first), "once")
    #expect(dispatcher.deadLetters.all == ["acme": limit - 1])
    #expect(try intake.order(1, of: "acme") == .accepted)
}

@Test
func aRestartCountsThemAgain() throws {
    let journal = try TestJournal()
    try twoBrands(journal).fill()
    let road = try TestDispatcher(journal.reopened())
    #expect(road.dispatcher.deadLetters.isFull("acme"))
    #expect(!road.dispatcher.deadLetters.isFull("other"))
}

/// A job that failed for good counts like what was not understood.
@Test
func whatWasGivenUpCounts() throws {
    let road = try TestDispatcher(TestJournal(), TestWorker { _, _ in .failed(.permanent, reason: "no") })
    try road.deliver(sku("A"))
    road.run()
    #expect(road.dispatcher.deadLetters.all == ["acme": 1])
}
