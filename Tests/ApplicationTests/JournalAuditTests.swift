// The audit finds each promise that was broken by hand, and says where; a right journal holds.
import Commerce
import Journal
import Queues
import TestSupport
import Testing
import Webhooks

@testable import Application

private struct Case: CustomTestStringConvertible {
    let what: String
    let records: [Written]
    /// Nil for a journal that holds.
    var broken: String?
    /// What the counter-example must say.
    var says = ""
    var first: SequenceNumber = 1

    var testDescription: String { what }

    init(_ what: String, _ entries: [Entry], broken: String? = nil, says: String = "", from first: SequenceNumber = 1) {
        self.init(what, records: entries.map { Written($0) }, broken: broken, says: says, from: first)
    }

    init(_ what: String, records: [Written], broken: String? = nil, says: String = "", from first: SequenceNumber = 1) {
        self.what = what
        self.records = records
        self.broken = broken
        self.says = says
        self.first = first
    }
}

private let dead = Outcome.Result.deadLettered(attempts: 3, reason: "no")
private let away = Outcome.Result.retry(attempt: 1, due: 5, reason: "away")
private let both = Event(.orderChanged, Subject(.order, "1"), and: Subject(.sku, "A"))
private let hour: Int64 = 3_600_000_000

private let right = [
    Case("nothing", []),
    Case("settled in order", [.delivery(sku("A")), .delivery(sku("A")), .settled(job(1), job(2))]),
    Case("another key overtakes", [.delivery(sku("A")), .delivery(sku("B")), .settled(job(2)), .settled(job(1))]),
    Case(
        "another brand is another key",
        records: [
            Written(.delivery(sku("A"))), Written(.delivery(sku("A")), brand: "other"),
            Written(.settled(job(2), job(1))),
        ]),
    Case(
        "retries do not end a job",
        [.delivery(sku("A")), .outcome(job(1), away), .outcome(job(1), away), .settled(job(1))]),
    Case(
        "a dead letter lets the next one pass",
        [.delivery(sku("A")), .delivery(sku("A")), .outcome(job(1), dead), .settled(job(2))]),
    Case(
        "a wake-up merges out of turn",
        [
            .delivery(sku("A")), .delivery(sku("A")), .delivery(sku("A")), .outcome(job(3), .coalesced(into: job(2))),
            .settled(job(1), job(2)),
        ]),
    Case(
        "one that stood between has merged",
        [
            .delivery(sku("A")), .delivery(both), .delivery(sku("A")), .outcome(job(2), .coalesced(into: job(1))),
            .settled(job(1), job(3)),
        ]),
    Case(
        "a key named twice is one key",
        [
            .delivery(Event(.stockChanged, subjects: Subjects(Subject(.sku, "A"), and: [Subject(.sku, "A")]))),
            .settled(job(1)),
        ]),
    Case(
        "a retried dead letter",
        [
            .delivery(sku("A")), .outcome(job(1), dead), .action(.retryDeadLetter, job(1), .of([sku("A")])),
            .settled(job(3)),
        ]),
    Case("a discarded one", [.delivery(notUnderstood: "x"), .action(.discardDeadLetter, job(1))]),
    Case(
        "one carried forward, and its key free for others",
        [
            .delivery(sku("A")), .outcome(job(1), dead),
            .carrying(job(1), .of([sku("A")]), DeadLetterNote(reason: "no", attempts: 3, time: 0)), .delivery(sku("A")),
            .settled(job(4)),
        ]),
    Case(
        "a replay has a place of its own",
        [
            .delivery(sku("A"), key: 1), .settled(job(1)), .action(.replay, job(1), .of([sku("A")])), .settled(job(3)),
        ]),
    Case("a release", [.action(.releaseQuarantined, job(1)), .delivery(order("1")), .settled(job(2))]),
    Case("the beginning was retired", [.settled(job(3), job(3)), .delivery(sku("A")), .settled(job(51))], from: 50),
    Case(
        "the same content after the window",
        records: [
            Written(.delivery(sku("A"), key: 1), time: 0), Written(.delivery(sku("A"), key: 1), time: 30 * hour),
        ]),
    Case("other content", [.delivery(sku("A"), key: 1), .delivery(sku("A"), key: 2)]),
    Case("unfinished work", [.started(version: "1"), .delivery(sku("A"), both), .delivery(both), .settled(job(2))]),
]

private let wrong = [
    Case("an outcome without a delivery", [.settled(job(7))], broken: "P1", says: "record 1 reports on job 7.0"),
    Case(
        "an outcome of a job too many", [.delivery(sku("A")), .settled(job(1, 1))], broken: "P1",
        says: "record 2 reports on job 1.1"),
    Case(
        "an outcome before its delivery", [.settled(job(2)), .delivery(sku("A"))], broken: "P1",
        says: "record 1 reports on job 2.0"),
    Case(
        "a retry without a delivery", [.started(version: "1"), .outcome(job(1), away)], broken: "P1", says: "job 1.0"),
    Case(
        "settled twice", [.delivery(sku("A")), .settled(job(1)), .settled(job(1))], broken: "once",
        says: "job 1.0 ended again in record 3"),
    Case(
        "settled twice in one record", [.delivery(sku("A")), .settled(job(1), job(1))], broken: "once",
        says: "job 1.0 ended again in record 2"),
    Case(
        "settled and dead", [.delivery(sku("A")), .settled(job(1)), .outcome(job(1), dead)], broken: "once",
        says: "job 1.0 ended again"),
    Case(
        "coalesced and settled",
        [
            .delivery(sku("A")), .delivery(sku("A")), .outcome(job(2), .coalesced(into: job(1))),
            .settled(job(1), job(2)),
        ], broken: "once", says: "job 2.0 ended again"),
    Case(
        "a redelivery queued again", [.delivery(sku("A"), key: 1), .delivery(sku("A"), key: 1)], broken: "once",
        says: "delivery 2 is a redelivery of 1"),
    Case(
        "out of order", [.delivery(sku("A")), .delivery(sku("A")), .settled(job(2)), .settled(job(1))], broken: "P2",
        says: "job 2.0 ended before 1.0 on acme/sku:A"),
    Case(
        "out of order within a delivery", [.delivery(sku("A"), sku("A")), .settled(job(1, 1), job(1, 0))], broken: "P2",
        says: "job 1.1 ended before 1.0"),
    Case(
        "out of order on a second key", [.delivery(sku("A")), .delivery(both), .settled(job(2))], broken: "P2",
        says: "job 2.0 ended before 1.0 on acme/sku:A"),
    Case(
        "dead out of order", [.delivery(order("1")), .delivery(both), .outcome(job(2), dead)], broken: "P2",
        says: "job 2.0 ended before 1.0 on acme/order:1"),
    Case(
        "a replay overtakes", [.delivery(sku("A")), .action(.replay, job(1), .of([sku("A")])), .settled(job(2))],
        broken: "P2", says: "job 2.0 ended before 1.0"),
    Case("an e-mail address", [.delivery(.of([sku("A")], body: "a=kim@example.com"))], broken: "P9", says: "record 1"),
    Case(
        "an e-mail address, escaped", [.delivery(.of([sku("A")], body: "a=kim%40example.com"))], broken: "P9",
        says: "record 1"),
    Case("one at the very end", [.delivery(.of([], body: "a%40"))], broken: "P9", says: "record 1"),
    Case(
        "one in the quarantine",
        [
            .quarantined(QuarantineRecord(reason: "x", signatureField: [], isMinimised: true, body: Array("a@b".utf8)))
        ], broken: "P9", says: "record 1"),
    Case("one in a replay", [.action(.replay, job(1), .of([], body: "a@b"))], broken: "P9", says: "record 1"),
    Case("an unknown kind", records: [Written(kind: 99, payload: [1])], broken: "format", says: "record 1 has kind 99"),
    Case(
        "an unknown version", records: [Written(kind: 1, payload: [9])], broken: "format", says: "record 1 has kind 1"),
]

private func audit(_ records: [Written], from first: SequenceNumber = 1) -> [JournalAudit.Check] {
    var audit = JournalAudit(redeliveryWindow: 48 * hour)
    visit(records, from: first) { audit.apply($0) }
    return audit.checks(findings: [])
}

@Test(arguments: right)
private func aRightJournalHolds(_ example: Case) {
    #expect(audit(example.records, from: example.first).flatMap(\.counterExamples) == [])
}

@Test(arguments: wrong)
private func aBrokenPromiseIsFound(_ example: Case) {
    let checks = audit(example.records, from: example.first)
    #expect(checks.filter { !$0.holds }.map(\.promise) == [example.broken])
    let examples = checks.flatMap(\.counterExamples)
    #expect(examples.contains { $0.contains(example.says) }, "\(examples)")
}

@Test
func theAuditSaysForHowManyAPromiseHolds() {
    let checks = audit([Written(.delivery(sku("A"), both)), Written(.settled(job(1, 0), job(1, 1)))])
    let counts = Dictionary(uniqueKeysWithValues: checks.map { ($0.promise, $0.holdsFor) })
    #expect(counts == ["chain": 2, "format": 2, "P1": 2, "once": 2, "P2": 3, "P8": 0, "P9": 1])
}

@Test
func counterExamplesAreLimited() {
    let checks = audit((0..<100).map { _ in Written(.settled(job(1_000))) })
    #expect(checks.first { $0.promise == "P1" }?.counterExamples.count == JournalAudit.exampleLimit)
}

// MARK: A damaged journal

private struct AuditedDisk {
    let checks: [JournalAudit.Check]
    let findings: [JournalReader.Finding]
    let seen: [SequenceNumber]
}

private func writtenDisk() throws -> [String: [UInt8]] {
    let disk = MemoryDisk()
    var writer = try JournalOpening.open(disk, options: .forTests(HandClock())) { _ in }.takeWriter()
    for number in 0..<10 {
        var batch = RecordBatch()
        let entry = number.isMultiple(of: 2) ? Entry.delivery(sku("A")) : .settled(job(UInt64(number)))
        batch.append(kind: entry.kind.rawValue, brand: "acme", time: 1) { entry.encode(into: &$0) }
        guard case .from = try writer.append(&batch) else { continue }
        _ = try writer.commit()
    }
    return disk.contents
}

private func audit(_ contents: [String: [UInt8]]) throws -> AuditedDisk {
    var audit = JournalAudit(redeliveryWindow: 48 * hour)
    var seen: [SequenceNumber] = []
    let findings = try JournalReader(disk: MemoryDisk(contents)).read { record in
        audit.apply(record)
        seen.append(record.sequence)
    }
    return AuditedDisk(checks: audit.checks(findings: findings), findings: findings, seen: seen)
}

@Test
func aDamagedRecordIsReportedAndHidesNothingBehindIt() throws {
    let sound = try writtenDisk()
    #expect(try audit(sound).checks.allSatisfy(\.holds))
    let name = try #require(sound.keys.first { $0.hasSuffix(".segment") })
    // Somewhere in the middle of the ten records, which stand behind the segment's header.
    let used = try #require(sound[name]).lastIndex { $0 != 0 } ?? 0
    for place in stride(from: 200, to: used - 200, by: 37) {
        var damaged = sound
        damaged[name]?[place] ^= 1
        let audited = try audit(damaged)
        #expect(audited.findings.contains { $0.isDamage }, "octet \(place)")
        let chain = audited.checks.first { $0.promise == "chain" }
        #expect(chain?.counterExamples.contains { $0.contains("damage at octet") } == true, "octet \(place)")
        #expect(audited.seen.last == 10, "octet \(place)")
        #expect(audited.seen.count >= 9)
    }
}
