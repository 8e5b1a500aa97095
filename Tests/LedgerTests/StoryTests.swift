// The sentence that ends each story, for every way in which a quantity can have come about or not.
import Commerce
import Testing
import Workflows

@testable import Ledger

/// A checkpoint of what the facts have come to, as the records from 900 on, or behind so many.
private func restated(_ facts: [Happening.Fact], behind count: Int? = nil) -> [Happening.Fact] {
    var book = StockBook()
    for (index, fact) in facts.enumerated() {
        if case .stock(let entry) = fact {
            book.apply(entry, sequence: JournalPosition(index + 1), time: Int64(index) * 1_000_000)
        }
    }
    let begun = count.map { JournalPosition($0 + 1) } ?? 900
    return [.restated(.begun)] + book.checkpoint(begun: begun).map { .restated($0.part(about: "A")) }
}

private let tales = [
    Told("all as it should be", seven, "Centra shows 7 \(because)."),
    Told(
        "nothing of our own, nothing held back",
        [read, seen(5, by: 1), target(5, 5, by: 1), writing(5, by: 1), written(5, by: 1)],
        "Centra shows 5 because Peoplevox had 5 available when read at 14:02:00 (record 1)."),
    Told(
        "on hand counts", source: .onHandAndDespatched,
        [read, seen(5, by: 1), target(10, 9, own: 1, by: 1), writing(10, by: 1), written(10, by: 1)],
        "Centra shows 10 because Peoplevox had 9 on hand when read at 14:02:00 (record 1) and 1 unit that left the "
            + "warehouse is not complete in Centra."),
    Told(
        "the buffer is more than there is",
        [read, seen(1, by: 1), target(0, 1, buffer: 2, by: 1), writing(0, by: 1), written(0, by: 1)],
        "Centra shows 0 because Peoplevox had 1 available when read at 14:02:00 (record 1) and 2 are held back as buffer, "
            + "which leaves nothing."),
    Told(
        "a shipment was completed since", seven + [moved(.exported, 2), moved(.completed, 2)],
        "Centra shows 5 because Peoplevox had 5 available when read at 14:02:01 (record 2), 3 units of exported orders "
            + "are not complete, 1 is held back as buffer, and 2 units of shipments completed since then left Centra's "
            + "count by themselves."),
    Told(
        "a newer quantity waits", seven + [read, seen(4, by: 7), target(4, 4, by: 7)],
        "Centra shows 7 and should show 4, because Peoplevox had 4 available when read at 14:02:06 (record 7); it is about "
            + "to be written."),
    Told(
        "a write underway", Array(seven.prefix(5)),
        "Centra is being told 7 at 14:02:04 (record 5), without an answer so far, \(because)."),
    Told(
        "another write underway", seven + [read, seen(4, by: 7), target(4, 4, by: 7), writing(4, by: 7)],
        "Centra is being told 4 at 14:02:09 (record 10), without an answer so far, and took 7 before, because Peoplevox "
            + "had 4 available when read at 14:02:06 (record 7)."),
    Told(
        "a write that failed",
        seven + [
            read, seen(4, by: 7), target(4, 4, by: 7), writing(4, by: 7), written(4, by: 7, .failed("timed out")),
        ],
        "Centra shows 7 and should show 4, because Peoplevox had 4 available when read at 14:02:06 (record 7); the write at "
            + "14:02:10 (record 11) failed: timed out, and it is tried again at 14:02:12."),
    Told(
        "refused by Centra",
        [read, seen(5, by: 1), target(5, 5, by: 1), writing(5, by: 1), written(5, by: 1, .refused("no such size"))],
        "Centra was never told a quantity; it should show 5, because Peoplevox had 5 available when read at 14:02:00 "
            + "(record 1); Centra refused it at 14:02:04 (record 5): no such size, and it is tried again at 20:02:04."),
    Told(
        "a write without an answer",
        seven + [read, seen(4, by: 7), target(4, 4, by: 7), writing(4, by: 7), written(4, by: 7, .unknown("cut off"))],
        "What Centra shows is not known: 7 was written at 14:02:05, and a later write has no answer; it should show 4, "
            + "because Peoplevox had 4 available when read at 14:02:06 (record 7); the write at 14:02:10 (record 11) has no "
            + "answer: cut off, and it is tried again at 14:02:12."),
    Told(
        "a restart while a write was underway",
        seven + [read, seen(4, by: 7), target(4, 4, by: 7), writing(4, by: 7), .started],
        "What Centra shows is not known: 7 was written at 14:02:05, and a later write has no answer; it should show 4, "
            + "because Peoplevox had 4 available when read at 14:02:06 (record 7); it is about to be written."),
    Told(
        "a manual edit", seven + [doubt(9)],
        "Centra was seen to show 9 at 14:02:06 (record 7) though 7 was written at 14:02:05: somebody changed it there; it "
            + "should show 7, \(because); it is about to be written."),
    Told(
        "a manual edit that nobody read", seven + [doubt(nil)],
        "Centra was changed at 14:02:06 (record 7) though 7 was written at 14:02:05: somebody changed it there; it should "
            + "show 7, \(because); it is about to be written."),
    Told(
        "absent, after it was there", seven + [read, absent(by: 7), unknown(.absent, by: 7)],
        "Centra shows 7, as was written at 14:02:05, and nothing is written, because Peoplevox had no row for it when read "
            + "at 14:02:06 (record 7), and missing is not zero."),
    Told(
        "absent for so long that a floor counts",
        seven + [
            read, absent(by: 7), target(3, 0, own: 3, floor: .absent, by: 7), writing(3, by: 7), written(3, by: 7),
        ],
        "Centra shows 3 because Peoplevox had no row for it when read at 14:02:06 (record 7) for longer than is allowed, "
            + "which counts as 0 and 3 units of exported orders are not complete."),
    Told(
        "unknown, and never written", [read, seen(5, by: 1), unknown(.unreadable, by: 1)],
        "Centra was never told a quantity, and nothing is written, because a cell that is needed was empty or no number "
            + "when read at 14:02:00 (record 1), and missing is not zero."),
    Told(
        "absent from the first", [woken, read, absent(by: 2)],
        "Nothing is written, because Peoplevox had no row for A when read at 14:02:01 (record 2), and missing is not zero."
    ),
    Told(
        "at a site that is nobody's", [read, seen(5, by: 1, at: "Annex")],
        "Nothing is written, because none of the sites that had it when read at 14:02:00 (record 1) belongs to a warehouse "
            + "of Centra: Annex."),
    Told(
        "never read", [woken, woken],
        "A was named 2 times, the last time at 14:02:01 (record 2), and was not read at Peoplevox so far, so nothing is "
            + "written."),
    Told("just being read", [woken, read], "A is being read since 14:02:01 (record 2)."),
    Told(
        "no read came back", [woken, read, .stock(.readFailed(position: 2, skus: ["A"], reason: "timed out"))],
        "Nothing is written, because A was never read at Peoplevox: the read failed at 14:02:02 (record 3): timed out; "
            + "a wake-up waits since 14:02:00 (record 1) to be read, so this may change."),
    Told(
        "Centra sells what Peoplevox never had", [woken, read, absent(by: 2), strangers(shown: 5)],
        "Nothing is written, because Peoplevox never had a row for A, and missing is not zero; Centra showed 5 when both sides "
            + "were compared at 14:02:03."),
    Told(
        "the same, where a warehouse is known",
        [woken, read, absent(by: 2), unknown(.absent, by: 2), strangers(shown: 5)],
        "Centra was never told a quantity, and nothing is written, because Peoplevox had no row for it when read at 14:02:01 "
            + "(record 2), and missing is not zero; Centra showed 5 when both sides were compared at 14:02:04."),
    Told(
        "neither side has it", [woken, read, absent(by: 2), strangers(shown: nil)],
        "Nothing is written, because neither Peoplevox nor Centra had A when both sides were compared at 14:02:03 (record "
            + "4)."),
    Told(
        "neither side had it, and it was named since",
        [woken, read, absent(by: 2), strangers(shown: nil), woken, read],
        "A is being read since 14:02:05 (record 6)."),
    Told(
        "several sizes share it",
        seven + [ambiguous([12, 13]), woken, read, seen(1, by: 9), target(4, 1, own: 3, by: 9)],
        "Centra took 7 last, at 14:02:05, and nothing is written, because sizes 12 and 13 of Centra share this SKU, as a "
            + "comparison found at 14:02:06, and which of them is meant nobody can tell; the one that is should show 4."
    ),
    Told(
        "one size has it again", seven + [ambiguous([12, 13]), ambiguous(nil), writing(7, by: 2), written(7, by: 2)],
        "Centra shows 7 \(because)."),
    Told("nothing at all", [.started], "Nothing is known of A."),
    Told("only orders", [moved(.exported, 2)], "A was never read at Peoplevox, so nothing is written."),
]

struct StoryTests {
    @Test(arguments: tales)
    private func theLastSentenceSaysWhy(_ told: Told) {
        #expect(told.story.conclusions == [told.sentence])
    }

    @Test
    func eachWarehouseHasItsSentence() {
        let other = Shelf("A", 2)
        let facts = seven + [target(2, 2, by: 2, other), writing(2, by: 2, other), written(2, by: 2, .applied, other)]
        #expect(
            Told("", facts, "").story.conclusions == [
                "Centra shows 7 in warehouse 1 \(because).",
                "Centra shows 2 in warehouse 2 because Peoplevox had 2 available when read at 14:02:01 (record 2).",
            ])
    }

    /// Older records were retired, so "never" would be too much.
    @Test(arguments: [
        ([read, absent(by: 1), unknown(.absent, by: 1)], "Centra was told no quantity since record 900, and nothing"),
        ([moved(.exported, 2)], "A was not read at Peoplevox since record 900, so nothing is written."),
        ([], "Nothing is known of A since record 900."),
    ])
    func whatWasBeforeTheJournalIsNotDenied(facts: [Happening.Fact], beginning: String) {
        var told = Told("", facts, "")
        told.oldest = 900
        #expect(told.story.conclusions.first?.hasPrefix(beginning) == true)
    }

    /// The records that say it are gone; a checkpoint says it as well.
    @Test(arguments: [
        (seven, "Centra shows 7 because Peoplevox had 5 available when read at 14:02:02 (record 2)"),
        (seven + [doubt(nil)], "What Centra shows is not known: 7 was written at 14:02:05"),
        (
            [read, seen(5, by: 1), unknown(.unreadable, by: 1)],
            "Centra was never told a quantity, and nothing is written"
        ),
        ([woken, read, absent(by: 2)], "Nothing is written, because Peoplevox had no row for A when read at 14:02:02"),
        ([], "Nothing is known of A."),
    ])
    private func whatWasRetiredIsToldFromTheCheckpoint(_ facts: [Happening.Fact], beginning: String) {
        var told = Told("", restated(facts), "")
        told.oldest = 900
        #expect(told.story.conclusions.first?.hasPrefix(beginning) == true, "\(told.story.conclusions)")
        #expect(told.story.lines.isEmpty == facts.isEmpty)
        #expect(told.story.lines.allSatisfy { $0.text.hasPrefix("known from records that are gone: ") })
    }

    /// One of which a part is missing says nothing, and one behind the records that it restates needs no words.
    @Test
    func aCheckpointThatIsNotWholeSaysNothing() {
        var told = Told("", Array(restated(seven).dropLast()), "")
        told.oldest = 900
        #expect(told.story.conclusions == ["A was not read at Peoplevox since record 900, so nothing is written."])
        #expect(Told("", seven, "").story.lines == Told("", seven + restated(seven, behind: 6), "").story.lines)
    }

    @Test
    func everyRecordHasItsLine() {
        let end = JobEnd(delivery: 1, job: 0, .settled)
        let facts =
            seven + [
                .finished(end), .stock(.refused([StockWrite(shelf, 9, from: 1)], applied: [shelf: 2])),
                moved(.despatched, 1),
                writing(6, by: 2), .started,
            ]
        let expected = [
            "Peoplevox said AvailabilityChanges", "Peoplevox is asked for it",
            "Peoplevox had 5 available, 9 on hand, 4 allocated at Main (read of record 2)",
            "warehouse 1 should show 7: 5 there + 3 of our orders - 1 held back", "Centra is told 7 in warehouse 1",
            "Centra took 7 in warehouse 1", "the wake-up of record 1 is done",
            "9 was not sent for warehouse 1: it came from the read of record 1, and that of record 2 had been sent",
            "order 10001 left the warehouse with 1 unit of warehouse 1", "Centra is told 6 in warehouse 1",
            "Lockstep started again; whether Centra took the write to A in warehouse 1 is not known",
        ]
        let lines = Told("", facts, "").story.lines
        #expect(lines.map(\.text) == expected)
        #expect(lines.map(\.record) == Array(1...11))
    }

    /// What was known then, and nothing of what came later.
    @Test
    func anEarlierMomentIsToldAsItWas() {
        var history = SKUHistory(brand: "acme", sku: "A")
        let facts = seven + [read, seen(4, by: 7), target(4, 4, by: 7), writing(4, by: 7), written(4, by: 7)]
        for (index, fact) in facts.enumerated() {
            history.add(JournalPosition(index + 1), Int64(index) * 1_000_000, fact)
        }
        let story = SKUStory(
            history.until(7_500_000), since: 1, source: .availableAndExported,
            planner: StockPlanner(StockPlanner.Settings(warehouses: [1])), times: .clock)
        #expect(story.conclusions == ["Centra shows 7 \(because)."])
        #expect(story.lines.last?.record == 8)
    }
}
