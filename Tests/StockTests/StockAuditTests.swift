// Each promise about stock, and what the audit says of a journal that breaks it.
import Testing
import Workflows

private let shelf = Shelf(sku, 1)
private let read: [StockEntry] = [
    .readStarted(skus: [sku]), .observed(position: 1, levels: [sku: ["Main": levels(7, available: 7)]], absent: []),
    aimed(shelf, at: 1, 7),
]
private let sent = StockWrite(shelf, 7, from: 1)
private let written = read + [.writing([sent]), applied(sent)]

private func moved(_ kind: StockMovement.Kind, _ units: Int) -> StockEntry {
    .moved(StockMovement(kind, order: "1", [shelf: units]))
}

/// Entries are records 1, 2, ...
private struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let entries: [StockEntry]
    var breaks: StockAudit.Rule?
    var saying = ""

    init(_ name: String, _ entries: [StockEntry], breaks: StockAudit.Rule? = nil, _ saying: String = "") {
        testDescription = name
        self.entries = entries
        self.breaks = breaks
        self.saying = saying
    }
}

@Test(arguments: [
    Case("read, decided, sent and answered", written),
    Case(
        "read again and sent again",
        written + [
            .readStarted(skus: [sku]),
            .observed(position: 6, levels: [sku: ["Main": levels(5, available: 5)]], absent: []),
            aimed(shelf, at: 6, 5), .writing([StockWrite(shelf, 5, from: 6)]), applied(StockWrite(shelf, 5, from: 6)),
        ]),
    Case("completed since", read + [moved(.completed, 2), .writing([StockWrite(shelf, 5, from: 1)])]),
    Case(
        "a floor where there was no row",
        [
            .readStarted(skus: [sku]), .observed(position: 1, levels: [:], absent: [sku]),
            .targeted([StockTarget(shelf, at: 1, .unknown(.absent))]),
            .targeted([StockTarget(shelf, at: 1, floor(0, .absent))]), .writing([StockWrite(shelf, 0, from: 1)]),
        ]),
    Case(
        "older than what was sent before",
        read + [.writing([StockWrite(shelf, 7, from: 3)]), applied(StockWrite(shelf, 7, from: 3)), .writing([sent])],
        breaks: .newest,
        "record 6 sends JACKET-M in warehouse 1: 7 (from 1), and what was read at 3 had been sent before"),
    Case(
        "sent without a position", read + [.writing([StockWrite(shelf, 7, from: 0)])], breaks: .decided,
        "record 4 sends JACKET-M in warehouse 1: 7 (from 0), and what was decided last is JACKET-M in warehouse 1: 7, from 1"
    ),
    Case(
        "never decided", [.writing([sent])], breaks: .decided,
        "record 1 sends JACKET-M in warehouse 1: 7 (from 1), and what was decided last is nothing"),
    Case(
        "another quantity than was decided", read + [.writing([StockWrite(shelf, 8, from: 1)])], breaks: .decided,
        "record 4 sends JACKET-M in warehouse 1: 8 (from 1), and what was decided last is JACKET-M in warehouse 1: 7, from 1"
    ),
    Case(
        "unknown, and sent all the same",
        read + [
            .targeted([StockTarget(shelf, at: 2, .unknown(.siteAbsent))]), .writing([StockWrite(shelf, 7, from: 2)]),
        ],
        breaks: .decided,
        "record 5 sends JACKET-M in warehouse 1: 7 (from 2), and what was decided last is "
            + "JACKET-M in warehouse 1: unknown (siteAbsent), from 2"),
    Case(
        "completed units that are counted twice", read + [moved(.completed, 2), .writing([sent])], breaks: .decided,
        "record 5 sends JACKET-M in warehouse 1: 7 (from 1), and what was decided last is JACKET-M in warehouse 1: 7, from 1"
    ),
    Case(
        "answered and never sent", read + [applied(sent)], breaks: .answered,
        "record 4 answers JACKET-M in warehouse 1: 7 (from 1), which was not sent"),
    Case(
        "sent twice at once", read + [.writing([sent]), .writing([sent])], breaks: .answered,
        "record 5 sends JACKET-M in warehouse 1: 7 (from 1) before JACKET-M in warehouse 1: 7 (from 1) was answered"),
    Case(
        "several sizes share it, and it is not sent",
        read + [
            .ambiguous([sku: [12, 13]], unique: []), .writing([sent]),
            .written([StockWriteResult(sent, .failed("several sizes"))]), .ambiguous([:], unique: [sku]),
            .writing([sent]), applied(sent),
        ]),
    Case(
        "several sizes share it, and it is sent",
        read + [.ambiguous([sku: [12, 13]], unique: []), .writing([sent]), applied(sent)], breaks: .unique,
        "record 6 answers JACKET-M in warehouse 1: 7 (from 1), which several sizes were known to share when it was sent"
    ),
    Case(
        "missing, and taken as zero",
        [
            .readStarted(skus: [sku]), .observed(position: 1, levels: [:], absent: [sku]), aimed(shelf, at: 1, 0),
        ],
        breaks: .evidence,
        "record 3 decides JACKET-M in warehouse 1: 0 from 1, where no complete read had a row of it"),
    Case(
        "decided from a read that failed",
        [
            .readStarted(skus: [sku]), .readFailed(position: 1, skus: [sku], reason: "timed out"),
            aimed(shelf, at: 1, 0),
        ],
        breaks: .evidence,
        "record 3 decides JACKET-M in warehouse 1: 0 from 1, where no complete read had a row of it"),
    Case(
        "decided from a read before the one that found no row",
        read + [
            .readStarted(skus: [sku]), .observed(position: 4, levels: [:], absent: [sku]), aimed(shelf, at: 1, 7),
        ],
        breaks: .evidence,
        "record 6 decides JACKET-M in warehouse 1: 7 from 1, where no complete read had a row of it"),
    Case(
        "rows that nobody asked for",
        [.observed(position: 1, levels: [sku: ["Main": levels(7, available: 7)]], absent: [])],
        breaks: .evidence, "record 1 has rows of JACKET-M, which read 1 did not ask for"),
    Case(
        "parts that do not add up",
        Array(read.prefix(2)) + [.targeted([StockTarget(shelf, at: 1, quantity(9, base: 7))])],
        breaks: .evidence, "record 3 decides JACKET-M in warehouse 1: 9, which is not 7 and 0 less 0"),
    Case(
        "moved while it was read", [.readStarted(skus: [sku]), moved(.exported, 2)], breaks: .exact,
        "record 2 moves units of JACKET-M in warehouse 1 while read 1 is underway"),
    Case(
        "moved between the read and the decision",
        Array(read.prefix(2)) + [moved(.exported, 2), aimed(shelf, at: 1, 7)],
        breaks: .exact, "record 4 decides JACKET-M in warehouse 1: 7 from 1, and record 3 moved it since"),
]) private func whatTheAuditSays(_ example: Case) {
    let audit = audited(example.entries)
    let broken = StockAudit.Rule.allCases.filter { audit.verdicts[$0]?.counterExamples.isEmpty == false }
    // What is older than what was sent before is not what was decided last either.
    #expect(broken == (example.breaks.map { $0 == .newest ? [$0, .decided] : [$0] } ?? []))
    if let rule = example.breaks { #expect(audit.verdicts[rule]?.counterExamples == [example.saying]) }
}

private func audited(_ entries: [StockEntry]) -> StockAudit {
    var audit = StockAudit(isWhole: true)
    for (index, entry) in entries.enumerated() {
        audit.apply(entry, sequence: JournalPosition(index + 1), time: start + Int64(index))
    }
    return audit
}

@Test func itCountsWhatHolds() {
    let held = audited(written).verdicts.mapValues(\.holdsFor)
    #expect(held == [.newest: 1, .decided: 1, .answered: 2, .unique: 1, .evidence: 3, .exact: 1, .restated: 0])
}

@Test func aRestartEndsWhatIsUnderway() {
    var audit = audited(read + [.writing([sent]), .readStarted(skus: [sku])])
    audit.noteRestart()
    audit.apply(moved(.exported, 1), sequence: 6, time: start)
    audit.apply(.writing([sent]), sequence: 7, time: start)
    #expect(StockAudit.Rule.allCases.filter { audit.verdicts[$0]?.counterExamples != [] } == [])
}

/// A journal whose beginning is gone is checked from its first whole checkpoint on.
@Test func whatWasRemovedIsTakenFromACheckpoint() {
    let book = book(written)
    let older = StockWrite(shelf, 9, from: 0)
    func audit(restating book: StockBook, isWhole: Bool) -> StockAudit {
        var audit = StockAudit(isWhole: isWhole)
        audit.apply(.writing([older]), sequence: 19, time: start)
        audit.apply(applied(older), sequence: 20, time: start)
        audit.apply(.begun, sequence: 21)
        for (index, part) in book.checkpoint(begun: 21).enumerated() {
            audit.apply(part, sequence: JournalPosition(22 + index))
        }
        audit.apply(.writing([older]), sequence: 30, time: start)
        return audit
    }
    let partial = audit(restating: book, isWhole: false)
    #expect(partial.verdicts[.newest]?.counterExamples.count == 1)
    #expect(partial.verdicts[.restated] == StockAudit(isWhole: false).verdicts[.restated])
    let restated = audit(restating: book, isWhole: true).verdicts[.restated]
    #expect(restated?.counterExamples == ["checkpoint 21 says something else than the entries before it"])
}
