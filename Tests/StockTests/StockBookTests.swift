// What the book believes after what was journaled, case by case, and that it never believes to know what it does not.
import Testing
import Workflows

private let shelf = Shelf(sku, 1)
private func write(_ quantity: Int, from position: JournalPosition) -> StockWrite {
    StockWrite(shelf, quantity, from: position)
}

private func answered(_ write: StockWrite, _ outcome: StockWriteResult.Outcome) -> [StockEntry] {
    [.writing([write]), .written([StockWriteResult(write, outcome)])]
}

private func completed(_ units: Int) -> StockEntry { moved(.completed, units) }

private func moved(_ kind: StockMovement.Kind, _ units: Int) -> StockEntry {
    .moved(StockMovement(kind, order: "1", [shelf: units]))
}

private struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let entries: [StockEntry]
    var shown: Int?
    var wanted: StockWrite?
    /// Minutes after the first entry.
    var lateSince: Int?

    init(
        _ name: String, _ entries: [StockEntry], shown: Int? = nil, wanted: StockWrite? = nil, lateSince: Int? = nil
    ) {
        testDescription = name
        self.entries = entries
        self.shown = shown
        self.wanted = wanted
        self.lateSince = lateSince
    }
}

private let unanswered: [StockEntry] = [aimed(shelf, at: 1, 7), .writing([write(7, from: 1)])]

@Test(arguments: [
    Case("nothing is known of what Centra shows", [aimed(shelf, at: 1, 7)], wanted: write(7, from: 1), lateSince: 0),
    Case("on its way", unanswered, lateSince: 0),
    Case("taken", [aimed(shelf, at: 1, 7)] + answered(write(7, from: 1), .applied), shown: 7),
    Case(
        "refused is as late as it was", [aimed(shelf, at: 1, 7)] + answered(write(7, from: 1), .refused("no")),
        wanted: write(7, from: 1), lateSince: 0),
    Case(
        "unanswered is as late as it was", [aimed(shelf, at: 1, 7)] + answered(write(7, from: 1), .unknown("cut")),
        wanted: write(7, from: 1), lateSince: 0),
    Case(
        "not applied: what was taken before is still shown",
        [aimed(shelf, at: 1, 7)] + answered(write(7, from: 1), .applied) + [aimed(shelf, at: 4, 5)]
            + answered(write(5, from: 4), .failed("busy")),
        shown: 7, wanted: write(5, from: 4), lateSince: 3),
    Case(
        "perhaps applied: nobody knows what is shown",
        [aimed(shelf, at: 1, 7)] + answered(write(7, from: 1), .applied) + [aimed(shelf, at: 4, 5)]
            + answered(write(5, from: 4), .unknown("cut")),
        wanted: write(5, from: 4), lateSince: 3),
    Case(
        "seen again as it is shown",
        [aimed(shelf, at: 1, 7)] + answered(write(7, from: 1), .applied) + [aimed(shelf, at: 4, 7)],
        shown: 7),
    Case(
        "changed and changed back before it was sent",
        [aimed(shelf, at: 1, 7)] + answered(write(7, from: 1), .applied) + [
            aimed(shelf, at: 4, 5), aimed(shelf, at: 5, 7),
        ],
        shown: 7),
    Case(
        "an older target than the newest says nothing", [aimed(shelf, at: 4, 7), aimed(shelf, at: 3, 9)],
        wanted: write(7, from: 4), lateSince: 0),
    Case(
        "changed while something is underway: later, and as late as it was",
        unanswered + [aimed(shelf, at: 3, 5), .written([StockWriteResult(write(7, from: 1), .applied)])],
        shown: 7, wanted: write(5, from: 3), lateSince: 0),
    Case(
        "a shipment that is complete took its units on both sides",
        [aimed(shelf, at: 1, 7)] + answered(write(7, from: 1), .applied) + [completed(2)], shown: 5),
    Case(
        "a shipment that is complete before the write", [aimed(shelf, at: 1, 7), completed(2)],
        wanted: write(5, from: 1),
        lateSince: 0),
    Case(
        "more complete than was there: nobody knows what that shows",
        [aimed(shelf, at: 1, 7)] + answered(write(7, from: 1), .applied) + [completed(.max)],
        wanted: write(0, from: 1), lateSince: 3),
    Case(
        "complete while something is underway: nobody knows which came first",
        unanswered + [completed(2), .written([StockWriteResult(write(7, from: 1), .applied)])],
        wanted: write(5, from: 1), lateSince: 0),
    Case(
        "cancelled, of more than Centra was told: it may keep what it raised the figure to",
        [moved(.exported, 3), aimed(shelf, at: 1, 1)] + answered(write(1, from: 1), .applied) + [moved(.cancelled, 2)],
        wanted: write(1, from: 1), lateSince: 4),
    Case(
        "cancelled, of as much as Centra was told",
        [moved(.exported, 3), aimed(shelf, at: 1, 3)] + answered(write(3, from: 1), .applied) + [moved(.cancelled, 2)],
        shown: 3),
    Case(
        "cancelled while less than was promised is underway: nobody knows which came first",
        [moved(.exported, 3), aimed(shelf, at: 1, 1), .writing([write(1, from: 1)]), moved(.cancelled, 2)] + [
            .written([StockWriteResult(write(1, from: 1), .applied)])
        ],
        wanted: write(1, from: 1), lateSince: 1),
    Case(
        "cancelled while enough is underway",
        [moved(.exported, 3), aimed(shelf, at: 1, 3), .writing([write(3, from: 1)]), moved(.cancelled, 2)] + [
            .written([StockWriteResult(write(3, from: 1), .applied)])
        ],
        shown: 3),
    Case(
        "doubted",
        [aimed(shelf, at: 1, 7)] + answered(write(7, from: 1), .applied) + [.doubted([StockDoubt(shelf, shown: 9)])],
        wanted: write(7, from: 1), lateSince: 3),
    Case(
        "doubted while something is underway",
        unanswered + [
            .doubted([StockDoubt(shelf, shown: nil)]), .written([StockWriteResult(write(7, from: 1), .applied)]),
        ],
        wanted: write(7, from: 1), lateSince: 0),
    Case(
        "written after a doubt",
        [aimed(shelf, at: 1, 7), .doubted([StockDoubt(shelf, shown: 9)])] + answered(write(7, from: 1), .applied),
        shown: 7),
    Case(
        "not known any more: nothing is written",
        [aimed(shelf, at: 1, 7)] + answered(write(7, from: 1), .applied)
            + [.targeted([StockTarget(shelf, at: 4, .unknown(.absent))])],
        shown: 7),
    Case(
        "not late when it is not known",
        [aimed(shelf, at: 1, 7), .targeted([StockTarget(shelf, at: 4, .unknown(.absent))])]),
    Case("moved and never read", [completed(3)]),
]) private func whatTheBookBelieves(_ example: Case) {
    let book = book(example.entries)
    let state = book.shelves[shelf]
    #expect(state?.shown == example.shown)
    #expect(state?.wanted == example.wanted)
    #expect(state?.lateSince == example.lateSince.map { start + Int64($0) * minute })
    #expect(book.oldestLate == state?.lateSince)
}

@Test func aRestartLosesAnswers() {
    var book = book([aimed(shelf, at: 1, 7)] + answered(write(7, from: 1), .applied) + [aimed(shelf, at: 4, 5)])
    book.noteRestart()
    #expect(book.shelves[shelf]?.shown == 7)
    book.apply(.writing([write(5, from: 4)]), sequence: 5, time: start + 9 * minute)
    #expect(book.underway == [shelf])
    book.noteRestart()
    #expect(book.underway.isEmpty)
    #expect(book.shelves[shelf]?.shown == nil)
    #expect(book.shelves[shelf]?.wanted == write(5, from: 4))
    #expect(book.oldestLate == start + 3 * minute)
}

@Test func whatSeveralSizesShareIsNotWrittenAndIsWrittenAnewWhenItIsUnique() {
    let ambiguous = StockEntry.ambiguous([shelf.sku: [12, 13]], unique: [])
    let shared = [aimed(shelf, at: 1, 7)] + answered(write(7, from: 1), .applied) + [ambiguous, aimed(shelf, at: 5, 2)]
    #expect(book(shared).late.isEmpty && book(shared).oldestLate == nil)
    // The same size or another one: what was written before says nothing of it.
    let unique = book(shared + [.ambiguous([:], unique: [shelf.sku])])
    #expect(unique.shelves[shelf]?.shown == nil && unique.shelves[shelf]?.wanted == write(2, from: 5))
    #expect(unique.late == [shelf] && unique.oldestLate == start + 5 * minute)
    #expect(book([ambiguous, .ambiguous([:], unique: [shelf.sku])]) == StockBook(), "nothing is left of it")
}

/// A code that nobody has is remembered as such, so that it is not found out again, but not whatever others make up.
@Test func codesThatNobodyHasAreRememberedAsFarAsThereIsRoom() {
    let codes = (0..<StockBook.neitherLimit).map { "X\($0)" }
    var book = book([.strangers(shown: [:], gone: ["A"]), .strangers(shown: [:], gone: codes)])
    #expect(book.items.count == StockBook.neitherLimit && book.items["A"] == nil)
    book.apply(
        .observed(position: 5, levels: ["X0": ["M": levels(4, available: 4)]], absent: ["X1"]), sequence: 6, time: 7)
    #expect(book.items["X0"]?.neitherSince == nil && book.items["X1"]?.neitherSince != nil)
    #expect(book.items["X1"]?.isForgotten == false && book.items["X2"]?.isForgotten == true)
}

@Test func whatIsUnknownIsUnknownUntilItIsSeen() {
    let lost = StockEntry.targeted([StockTarget(shelf, at: 2, .unknown(.siteAbsent))])
    let floored = StockEntry.targeted([StockTarget(shelf, at: 3, floor(0, .siteAbsent))])
    #expect(book([lost, lost, floored]).shelves[shelf]?.unknownSince == start)
    #expect(book([lost, floored]).unknown == [shelf])
    #expect(book([lost, floored, aimed(shelf, at: 4, 2)]).unknown.isEmpty)
}

@Test func whatWasSeenOfAnItem() throws {
    let rows = ["Main": levels(1, available: 1)]
    var book = book([
        .readFailed(position: 1, skus: [sku], reason: "timed out"),
        .readFailed(position: 2, skus: [sku], reason: "timed out"),
    ])
    #expect(book.items[sku]?.failedReads == 2)
    book.apply(.observed(position: 5, levels: [sku: rows], absent: []), sequence: 6, time: start)
    #expect(book.items[sku]?.failedReads == 0)
    book.apply(
        .observed(position: 3, levels: [sku: ["Old": levels(9, available: 9)]], absent: []), sequence: 7, time: start)
    #expect(book.items[sku]?.seen?.levels == rows, "an older read says nothing")
    for position in [8, 9] as [JournalPosition] {
        book.apply(
            .observed(position: position, levels: [:], absent: [sku]), sequence: position, time: start + Int64(position)
        )
    }
    #expect(book.items[sku]?.absentSince?.time == start + 8, "since the first")
    #expect(book.items[sku]?.sites == ["Main"])
}

@Test func howFastAShelfSells() {
    func rate(_ steps: [(hours: Int64, StockEntry)], at hours: Int64) -> Int {
        var book = StockBook()
        for (index, step) in steps.enumerated() {
            book.apply(step.1, sequence: JournalPosition(index + 1), time: start + step.hours * hour)
        }
        return book.shelves[shelf]?.sales.perDay(at: start + hours * hour) ?? -1
    }
    func exported(_ units: Int) -> StockEntry { .moved(StockMovement(.exported, order: "1", [shelf: units])) }
    #expect(rate([(0, aimed(shelf, at: 1, 9)), (1, aimed(shelf, at: 2, 9))], at: 1) == 0)
    #expect(rate([(0, aimed(shelf, at: 1, 9)), (1, aimed(shelf, at: 2, 5))], at: 1) == 4 * 693)
    #expect(rate([(0, aimed(shelf, at: 1, 9)), (1, aimed(shelf, at: 2, 5))], at: 25) == 2 * 693)
    #expect(rate([(0, aimed(shelf, at: 1, 9)), (1, aimed(shelf, at: 2, 5))], at: 25 + 24 * 60) == 0)
    let delivery: [(hours: Int64, StockEntry)] = [
        (0, aimed(shelf, at: 1, 9)), (0, exported(3)), (1, aimed(shelf, at: 3, 50)),
    ]
    #expect(rate(delivery, at: 1) == 3 * 693, "goods that come in hide no sale of ours")
    let counted: [(hours: Int64, StockEntry)] = [
        (0, aimed(shelf, at: 1, 9)), (0, exported(3)), (1, aimed(shelf, at: 3, 6)),
    ]
    #expect(rate(counted, at: 1) == 3 * 693, "an order is counted once")
    // A steady 12 a day.
    let steady = (0..<200).map { step in
        (hours: Int64(step) * 2, aimed(shelf, at: JournalPosition(step), 1_000 - step))
    }
    #expect((11_000...13_000).contains(rate(steady, at: 398)))
}
