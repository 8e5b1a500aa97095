// What a story's last sentence must allow for: that Centra was seen to show something else, and that more is to come.
import Commerce
import Testing
import Workflows

@testable import Ledger

/// Looked at by a comparison that changes nothing, at 14:02:10, which ends with record 7 or 8.
private let compared = Happening.Fact.compared(isWhole: true)
private let took = "Centra took 7 last, at 14:02:05, \(because)"
private let settled = Happening.Fact.finished(JobEnd(delivery: 1, job: 0, .settled))

private func excepted(
    _ event: ExceptionEvent.Event, _ kind: String? = nil, by acknowledgement: ExceptionEvent.Acknowledgement? = nil
) -> Happening.Fact {
    .excepted(ExceptionEvent(event, 7, kind: kind, subject: "sku:A", acknowledgement: acknowledgement))
}

private let tales = [
    Told(
        "a comparison saw something else", seven + [compared, differed(.changedInCentra, shows: 5)],
        "\(took); but the comparison of 14:02:10 (record 8) saw 5 there."),
    Told(
        "it saw nothing at all", seven + [compared, differed(.changedInCentra, shows: nil)],
        "\(took); but the comparison of 14:02:07 (record 8) saw nothing there."),
    Told(
        "over all warehouses, and there is one", seven + [compared, differed(.unexplained, shows: 5, in: nil)],
        "\(took); but the comparison of 14:02:10 (record 8) saw 5 there."),
    Told(
        "it saw what is believed", seven + [compared, differed(.missedEvent, shows: 7, should: 9)],
        "Centra shows 7 \(because)."),
    Told(
        "warehouses that are not ours are in it", seven + [compared, differed(.otherWarehouses, shows: 40)],
        "Centra shows 7 \(because)."),
    Told(
        "a later comparison of everything found nothing",
        seven + [compared, differed(.changedInCentra, shows: 5), compared], "Centra shows 7 \(because)."),
    Told(
        "a later one that was not whole says nothing",
        seven + [compared, differed(.changedInCentra, shows: 5), .compared(isWhole: false)],
        "\(took); but the comparison of 14:02:10 (record 8) saw 5 there."),
    Told(
        "it was read before the last write was answered",
        seven + [compared, differed(.inFlight, shows: 5, at: 5)], "Centra shows 7 \(because)."),
    Told(
        "what it saw is known to the book, which says it",
        seven + [doubt(5), compared, differed(.changedInCentra, shows: 5, at: 6)],
        "Centra was seen to show 5 at 14:02:06 (record 7) though 7 was written at 14:02:05: somebody changed it there; it "
            + "should show 7, \(because); it is about to be written."),
    Told(
        "several sizes have it",
        seven + [compared, differed(.duplicate, shows: 40, in: nil, detail: "sizes 12, 13")],
        "\(took); the comparison of 14:02:10 (record 8) found several sizes with this SKU in Centra (sizes 12, 13), and "
            + "which of them shows what is not known."),
    Told(
        "units left by themselves since",
        seven + [moved(.exported, 2), moved(.completed, 2), compared, differed(.unexplained, shows: 1)],
        "Centra took 7 last, at 14:02:05, which leaves 5, because Peoplevox had 5 available when read at 14:02:01 "
            + "(record 2), 3 units of exported orders are not complete, 1 is held back as buffer, and 2 units of shipments "
            + "completed since then left Centra's count by themselves; but the comparison of 14:02:10 (record 10) saw 1 "
            + "there."),
    Told(
        "Centra has no such size", seven + [compared, differed(.unknownInCentra, shows: nil, in: nil)],
        "\(took); the comparison of 14:02:07 (record 8) found no size with this SKU in Centra."),
    Told(
        "Peoplevox has no such item",
        seven + [compared, differed(.unknownInPeoplevox, shows: 7, in: nil, detail: "deactivated in Peoplevox")],
        "Centra shows 7 \(because); the comparison of 14:02:10 (record 8) found no row for it in Peoplevox: deactivated in "
            + "Peoplevox."),
    Told(
        "gone on both sides",
        seven + [
            read, seen(4, by: 7), target(4, 4, by: 7), writing(4, by: 7),
            written(4, by: 7, .refused("Could not find SKU A")), read, absent(by: 12), unknown(.absent, by: 12),
        ],
        "Centra took 7 last, at 14:02:05, and nothing is written, because Peoplevox had no row for it when read at 14:02:11 "
            + "(record 12), and missing is not zero; Centra said at 14:02:10 that it does not know it, so it is gone on both "
            + "sides."),
    Told(
        "neither side has it any more", seven + [compared, goneOnBothSides],
        "\(took); the comparison of 14:02:07 (record 8) found it neither in Peoplevox nor in Centra."),
    Told(
        "it is there again", seven + [compared, goneOnBothSides, writing(7, by: 2), written(7, by: 2)],
        "Centra shows 7 \(because)."),
    Told(
        "a wake-up waits", seven + [settled, woken],
        "Centra shows 7 \(because); a wake-up waits since 14:02:07 (record 8) to be read, so this may change."),
    Told(
        "two wait, one of them after a failed read",
        seven + [settled, woken, read, .stock(.readFailed(position: 9, skus: ["A"], reason: "timed out")), woken],
        "Centra shows 7 \(because); 2 wake-ups wait, the first since 14:02:07 (record 8) to be read, so this may change."
    ),
    Told(
        "it is being read", seven + [settled, woken, read],
        "Centra shows 7 \(because); it is being read since 14:02:08 (record 9), so this may change."),
    Told("what woke it is done", seven + [settled], "Centra shows 7 \(because)."),
    Told(
        "an exception is open", seven + [excepted(.raised, "stock-mismatch"), excepted(.noted)],
        "Centra shows 7 \(because); exception 7 is open: stock-mismatch."),
    Told(
        "somebody sees to it",
        seven + [excepted(.raised, "stock-mismatch"), excepted(.acknowledged, by: .init(user: 1_000, until: nil))],
        "Centra shows 7 \(because); exception 7 is open, acknowledged by user 1000: stock-mismatch."),
    Told(
        "somebody sees to it for a while, and it is restated",
        seven + [
            excepted(.acknowledged, by: .init(user: 7, until: 1)),
            excepted(.restated, "stock-mismatch", by: .init(user: 7, until: 60_000_000)),
        ],
        "Centra shows 7 \(because); exception 7 is open, acknowledged by user 7 until 14:03:00: stock-mismatch."),
    Told(
        "an exception was cleared", seven + [excepted(.raised, "stock-mismatch"), excepted(.cleared)],
        "Centra shows 7 \(because)."),
    Told(
        "never read, and several sizes have it", [compared, differed(.duplicate, shows: 4, in: nil)],
        "A was never read at Peoplevox, so nothing is written; the comparison of 14:02:10 (record 2) found several sizes "
            + "with this SKU in Centra, and which of them shows what is not known."),
]

struct CaveatTests {
    @Test(arguments: tales)
    func theLastSentenceClaimsNoMoreThanIsKnown(_ told: Told) {
        #expect(told.story.conclusions == [told.sentence])
    }

    /// Each warehouse's sentence has what was seen there; what is of all of them follows the last.
    @Test
    func aSumStandsBesideTheWarehouses() {
        let other = Shelf("A", 2)
        let both = seven + [target(2, 2, by: 2, other), writing(2, by: 2, other), written(2, by: 2, .applied, other)]
        let second = "Centra shows 2 in warehouse 2 because Peoplevox had 2 available when read at 14:02:01 (record 2)"
        let summed = Told("", both + [compared, differed(.unexplained, shows: 4, in: nil)], "").story.conclusions
        #expect(
            summed.last == "\(second); the comparison of 14:02:10 (record 11) saw 4 in all warehouses together.")
        let one = Told("", both + [compared, differed(.changedInCentra, shows: 5, in: 1)], "").story.conclusions
        #expect(one.first?.hasSuffix("; but the comparison of 14:02:10 (record 11) saw 5 there.") == true)
        #expect(one.last == second + ".")
    }
}
