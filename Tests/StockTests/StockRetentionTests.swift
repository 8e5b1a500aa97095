// What of the journal the book needs, and when it is restated.
import Testing
import Workflows

private struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// Sequence and hour of each.
    var entries: [(JournalPosition, Int64)] = []
    var whole: [(JournalPosition, Int64)] = []
    var wanted: JournalPosition?
    var hour: Int64 = 0
    let floor: JournalPosition?
    let isDue: Bool
}

@Test func aCheckpointThatFailedIsTriedAgainLater() {
    var retention = StockRetention()
    retention.note(entry: 5, time: start)
    retention.noteFailure(at: start)
    #expect(!retention.isCheckpointDue(wanted: 9, now: start + StockRetention.pause - 1))
    #expect(retention.isCheckpointDue(wanted: 9, now: start + StockRetention.pause))
}

@Test(arguments: [
    Case(testDescription: "a brand without stock needs nothing", wanted: 900, hour: 99, floor: nil, isDue: false),
    Case(testDescription: "a young book", entries: [(5, 0)], hour: 23, floor: 5, isDue: false),
    Case(testDescription: "a book of a day", entries: [(5, 0), (6, 24)], hour: 24, floor: 5, isDue: true),
    Case(testDescription: "what it needs would go", entries: [(5, 0)], wanted: 6, floor: 5, isDue: true),
    Case(testDescription: "what is before it may go", entries: [(5, 0)], wanted: 5, floor: 5, isDue: false),
    Case(testDescription: "restated", entries: [(5, 0)], whole: [(9, 1)], hour: 24, floor: 9, isDue: false),
    Case(
        testDescription: "restated, and nothing happened since", entries: [(5, 0)], whole: [(9, 1)], hour: 99, floor: 9,
        isDue: false),
    Case(
        testDescription: "restated, and something happened since", entries: [(5, 0), (10, 3)], whole: [(9, 1)],
        hour: 25,
        floor: 9, isDue: true),
    Case(
        testDescription: "restated, and the restatement itself would go", entries: [(5, 0)], whole: [(9, 1)],
        wanted: 10,
        hour: 2, floor: 9, isDue: true),
    Case(
        testDescription: "only the newest counts", entries: [(5, 0)], whole: [(20, 9), (9, 1)], hour: 10, floor: 20,
        isDue: false),
    Case(
        testDescription: "a journal that begins with a restatement", entries: [(21, 3)], whole: [(20, 2)], hour: 3,
        floor: 20, isDue: false),
]) private func whatTheJournalKeeps(_ example: Case) {
    var retention = StockRetention()
    for (sequence, hours) in example.entries { retention.note(entry: sequence, time: start + hours * hour) }
    for (begun, hours) in example.whole { retention.note(whole: begun, time: start + hours * hour) }
    #expect(retention.floor == example.floor)
    #expect(retention.isCheckpointDue(wanted: example.wanted, now: start + example.hour * hour) == example.isDue)
}
