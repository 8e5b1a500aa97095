// Whoever forges cannot use up what is kept for a partner whose secret was changed on one side only.
import POSIX
import Testing
import Webhooks

@testable import Application

private let half = QuarantineBudget.dailyRecords

extension TestIntake {
    /// What is refused, of that many deliveries; how many of them are kept.
    fileprivate func refuse(_ numbers: Range<Int>, from peer: String) throws -> Int {
        let before = brand("acme").quarantined.count
        for number in numbers {
            #expect(try ask(try Sent.centra("a=\(number)", t: time, secret: "wrong"), from: peer)?.status == 401)
            if number.isMultiple(of: 100) { try flush() }
        }
        try flush()
        return Int(brand("acme").quarantined.count - before)
    }

    fileprivate func genuine(_ number: Int, from peer: String) throws {
        #expect(try say(try Sent.centra(Sent.dated(number), t: time), from: peer) == .accepted)
    }
}

private let partner = "203.0.113.9"
private let forger = "198.51.100.66"

@Test
func forgeriesLeaveTheShareOfAPartner() throws {
    let intake = try TestIntake()
    try intake.genuine(1, from: partner)
    #expect(try intake.refuse(0..<half + 100, from: forger) == half)
    #expect(try intake.refuse(0..<half + 100, from: partner) == half)
}

@Test
func aPartnerHasWhatNobodyElseUses() throws {
    let intake = try TestIntake()
    try intake.genuine(1, from: partner)
    #expect(try intake.refuse(0..<2 * half + 100, from: partner) == 2 * half)
}

/// What was overheard and is sent again is genuine, and says nothing of who sends it.
@Test
func aRedeliveryMakesNobodyKnown() throws {
    let intake = try TestIntake()
    try intake.genuine(1, from: partner)
    intake.journal.clock.advance(milliseconds: 1_000)
    try intake.genuine(1, from: forger)
    #expect(intake.redelivered == 1)
    #expect(try intake.refuse(0..<half + 100, from: forger) == half)
}

@Test
func theLatestSendersAreKnown() {
    var shares = QuarantineShares(now: 0)
    let senders = (0...QuarantineShares.senderLimit).compactMap { IPAddress("10.0.\($0 / 256).\($0 % 256)") }
    for (second, sender) in senders.enumerated() { shares.note(genuine: { sender }, now: Int64(second) * 1_000) }
    let asked = Int64(senders.count) * 1_000 - 1
    shares.note(genuine: { address(forger) }, now: asked)
    for _ in 0..<half + 10 { _ = shares.allows(octets: 0, from: nil, now: 0) }
    func isKnown(_ sender: IPAddress) -> Bool { shares.allows(octets: 0, from: sender, now: 0) }
    #expect(!isKnown(senders[0]), "forgotten for a newer one")
    #expect(senders.dropFirst().allSatisfy(isKnown))
    #expect(!isKnown(address(forger)), "nobody asks twice within a second")
}
