// What is journaled is read back as it was: a start, the ledger and `explain` know nothing else.
import Testing
import Workflows

private let shelf = Shelf("UM\"1,\u{e5}", 3)
private let write = StockWrite(shelf, 7, from: 12)

private let entries: [StockEntry] = [
    .readStarted(skus: ["A", "B"]),
    .observed(
        position: 9,
        levels: ["A": ["Main": SiteLevels(onHand: 4, allocated: 6, available: -2), "Annex": .unreadable]], absent: ["B"]
    ),
    .readFailed(position: 9, skus: ["A"], reason: "timed out"),
    .targeted([
        StockTarget(shelf, at: 9, .quantity(5, .init(base: 4, own: 2, buffer: 1))),
        StockTarget(Shelf("B", 1), at: 9, .unknown(.siteAbsent)),
        StockTarget(Shelf("C", 1), at: 9, .quantity(2, .init(base: 0, own: 2, buffer: 0, floor: .absent))),
    ]),
    .writing([write, StockWrite(Shelf("B", 1), 0, from: 13)]),
    .written([
        StockWriteResult(write, .applied), StockWriteResult(write, .refused("no")),
        StockWriteResult(write, .failed("busy")), StockWriteResult(write, .unknown("cut")),
    ]),
    .refused([write], applied: [shelf: 14]),
    .moved(StockMovement(.exported, order: "10001", [shelf: 2, Shelf("B", 1): 1])),
    .doubted([StockDoubt(shelf, shown: 5), StockDoubt(Shelf("B", 1), shown: nil)]),
    .strangers(shown: ["A\"": 4, "B": 0], gone: ["C", "D"]),
    .ambiguous(["A\"": [12, 13], "B": [4, 5, 6]], unique: ["C", "D"]),
]

@Test(arguments: entries) func anEntryIsReadBackAsItWasWritten(_ entry: StockEntry) {
    #expect(StockEntry(entry.encoded) == entry)
}

@Test(arguments: [
    "", "{}", #"{"v":2,"writing":[]}"#, #"{"v":1,"writing":[["A",1,2]]}"#, #"{"v":1,"sold":[]}"#,
    #"{"v":1,"strangers":{"shown":{"A":"x"},"gone":[]}}"#, #"{"v":1,"ambiguous":{"sizes":{"A":["x"]},"unique":[]}}"#,
    #"{"v":1,"observed":{"position":1,"levels":{"A":{"M":[1,"x",1]}},"absent":[]}}"#,
    #"{"v":1,"observed":{"position":1,"levels":{"A":{"M":[1,1]}},"absent":[]}}"#,
    #"{"v":1,"targeted":[["A",1,2,3,3,0,0,"sold"]]}"#,
])
func whatIsNoEntryIsNone(_ text: String) {
    #expect(StockEntry(Array(text.utf8)) == nil)
}
