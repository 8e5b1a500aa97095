// Every kind of entry reads back as it was written, and octets that are not what they should be are nil or a value,
// never the end of the program: a journal outlives the version that wrote it.
import Commerce
import Queues
import TestSupport
import Testing
import Webhooks

@testable import Application

private let delivery = DeliveryRecord(
    source: .peoplevox, flags: [.isMinimised, .notUnderstood], eventType: "Returns", reason: "no item parameter",
    signedAt: 0, key: .none, events: [sku("SOCK DUO"), order("10001")], body: Array("return=RET501".utf8)[...])

private let entries: [Entry] = [
    .delivery(delivery),
    .delivery(sku("A"), key: 7),
    .delivery(.of([], body: "")),
    .quarantined(
        QuarantineRecord(
            reason: "signature_mismatch", signatureField: Array("t=1,v1=00".utf8), isMinimised: true, body: [1, 2])),
    .outcomes([]),
    .settled(job(1)),
    .outcomes([
        Outcome(job(.max, .max), .settled), Outcome(job(2, 1), .coalesced(into: job(1))),
        Outcome(job(3), .retry(attempt: 7, due: -1, reason: "away")),
        Outcome(job(4), .retry(attempt: .max, due: .max, reason: "")),
        Outcome(job(5), .deadLettered(attempts: 8, reason: String(repeating: "ä", count: 127))),
        Outcome(job(6), .deadLettered(attempts: 0, reason: "")),
    ]),
    .action(.retryDeadLetter, job(3, 1), delivery),
    .action(.discardDeadLetter, job(3, 1)),
    .carrying(job(3, 1), delivery, DeadLetterNote(reason: "no", attempts: 3, time: 7)),
    .action(.replay, job(9), .of([sku("A")])),
    .action(.releaseQuarantined, job(9), .of([order("1")])),
    .started(version: "1.2.3"),
    .started(version: ""),
]

@Test(arguments: entries)
private func anEntryReadsBackAsItWasWritten(_ entry: Entry) {
    #expect(Entry.read(entry.kind.rawValue, entry.octets) == entry)
}

/// What a cut payload may be read as: nothing, or less of the same kind. Only parts without an end mark can be less.
@Test(arguments: entries)
private func aCutPayloadNeverCrashes(_ entry: Entry) {
    let octets = entry.octets
    for count in octets.indices {
        let read = Entry.read(entry.kind.rawValue, Array(octets[..<count]))
        #expect(read != entry)
        #expect(read == nil || read?.kind == entry.kind)
    }
}

@Test(arguments: entries)
private func aDamagedPayloadNeverCrashes(_ entry: Entry) {
    let octets = entry.octets
    for index in octets.indices {
        for value in [0, 1, 2, 3, 4, 0x7F, 0x80, 0xFF] as [UInt8] {
            var damaged = octets
            damaged[index] = value
            for kind in 0...UInt8(6) { _ = Entry.read(kind, damaged) }
        }
    }
}

@Test(arguments: UInt64(0)..<200)
func randomPayloadsNeverCrash(seed: UInt64) {
    var chance = SplitMix64(seed: seed)
    let count = chance.number(below: 200)
    var octets = (0..<count).map { _ in UInt8.random(in: 0...255, using: &chance) }
    if !octets.isEmpty { octets[0] = 1 }
    for kind in EntryKind.allCases { _ = Entry.read(kind.rawValue, octets) }
}

@Test
func whatALaterVersionWroteIsNotRead() {
    for entry in entries where entry.kind != .started {
        var octets = entry.octets
        octets[0] = 2
        #expect(Entry.read(entry.kind.rawValue, octets) == nil)
    }
    #expect(Entry.read(0, [1]) == nil)
    #expect(Entry.read(6, [1]) == nil)
    #expect(Entry.read(EntryKind.outcomes.rawValue, [1, 5] + [UInt8](repeating: 0, count: 10)) == nil)
    #expect(Entry.read(EntryKind.operatorAction.rawValue, [1, 6] + [UInt8](repeating: 0, count: 18)) == nil)
}

/// A reason can be a partner's words; the record keeps as much as has a place in it.
@Test
func aLongReasonIsCutAndStaysText() throws {
    let reason = String(repeating: "a", count: 254) + "€€€"
    let entry = Entry.outcome(job(1), .deadLettered(attempts: 1, reason: reason))
    let read = try #require(Entry.read(entry.kind.rawValue, entry.octets))
    guard case .outcomes(let outcomes) = read, case .deadLettered(1, let kept) = outcomes.first?.result else {
        Issue.record("\(read)")
        return
    }
    #expect(kept.hasPrefix(String(repeating: "a", count: 254)))
    #expect(!kept.contains("€"))
}

@Test
func theNamesOfKindsAreWhatOperatorsFilterBy() {
    let names = [
        "delivery", "quarantined", "outcome", "operator", "started", "stock", "exception", "reconciliation",
        "checkpoint",
    ]
    #expect(EntryKind.allCases.map(\.name) == names)
    #expect(Set(OperatorAction.Action.allCases.map(\.name)).count == OperatorAction.Action.allCases.count)
    for kind in EntryKind.allCases { #expect(RecordFilter.kind(kind.name) == kind) }
}
