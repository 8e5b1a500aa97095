// How the tests of stories are told: histories of a few facts, and the facts.
import Testing
import Workflows

@testable import Ledger

/// A history as a journal would have it: one fact in each record, one second apart, from 14:02:00 on.
struct Told: CustomTestStringConvertible {
    let testDescription: String
    let facts: [Happening.Fact]
    let sentence: String
    var source = StockFormula.Source.availableAndExported
    var oldest: JournalPosition = 1

    init(
        _ name: String, source: StockFormula.Source = .availableAndExported, _ facts: [Happening.Fact],
        _ sentence: String
    ) {
        testDescription = name
        self.facts = facts
        self.sentence = sentence
        self.source = source
    }

    var story: SKUStory {
        var history = SKUHistory(brand: "acme", sku: "A")
        for (index, fact) in facts.enumerated() {
            history.add(oldest + JournalPosition(index), Int64(index) * 1_000_000, fact)
        }
        return SKUStory(
            history, since: oldest, source: source, planner: StockPlanner(StockPlanner.Settings(warehouses: [1])),
            times: .clock)
    }
}

extension StoryTimes {
    /// 14:02:00 is 0.
    static let clock = StoryTimes(
        full: { "2026-11-23 \(text($0))" }, brief: { text($0) })

    private static func text(_ time: Int64) -> String {
        let seconds = 2 * 60 + Int(time / 1_000_000)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(14 + seconds / 3_600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    }
}

let shelf = Shelf("A", 1)
let read = Happening.Fact.stock(.readStarted(skus: ["A"]))
let woken = Happening.Fact.woken(
    Waking(job: 0, source: "peoplevox", type: "AvailabilityChanges", event: "stockChanged", action: nil))

func seen(_ available: Int, onHand: Int = 9, by position: JournalPosition, at site: String = "Main")
    -> Happening.Fact
{
    let levels = SiteLevels(onHand: onHand, allocated: onHand - available, available: available)
    return .stock(.observed(position: position, levels: ["A": [site: levels]], absent: []))
}

func absent(by position: JournalPosition) -> Happening.Fact {
    .stock(.observed(position: position, levels: [:], absent: ["A"]))
}

func target(
    _ quantity: Int, _ base: Int, own: Int = 0, buffer: Int = 0, floor: StockTarget.Reason? = nil,
    by position: JournalPosition, _ shelf: Shelf = shelf
) -> Happening.Fact {
    let parts = StockTarget.Parts(base: base, own: own, buffer: buffer, floor: floor)
    return .stock(.targeted([StockTarget(shelf, at: position, .quantity(quantity, parts))]))
}

func unknown(_ reason: StockTarget.Reason, by position: JournalPosition) -> Happening.Fact {
    .stock(.targeted([StockTarget(shelf, at: position, .unknown(reason))]))
}

func writing(_ quantity: Int, by position: JournalPosition, _ shelf: Shelf = shelf) -> Happening.Fact {
    .stock(.writing([StockWrite(shelf, quantity, from: position)]))
}

func written(
    _ quantity: Int, by position: JournalPosition, _ outcome: StockWriteResult.Outcome = .applied,
    _ shelf: Shelf = shelf
) -> Happening.Fact {
    .stock(.written([StockWriteResult(StockWrite(shelf, quantity, from: position), outcome)]))
}

func doubt(_ shown: Int?) -> Happening.Fact { .stock(.doubted([StockDoubt(shelf, shown: shown)])) }

func moved(_ kind: StockMovement.Kind, _ units: Int) -> Happening.Fact {
    .stock(.moved(StockMovement(kind, order: "10001", [shelf: units])))
}

/// Seven, all as it should be.
let seven = [
    woken, read, seen(5, by: 2), target(7, 5, own: 3, buffer: 1, by: 2), writing(7, by: 2), written(7, by: 2),
]
let because =
    "because Peoplevox had 5 available when read at 14:02:01 (record 2), "
    + "3 units of exported orders are not complete, and 1 is held back as buffer"

/// A comparison found it on neither side.
let goneOnBothSides = Happening.Fact.differed(
    Differing(run: 7, warehouse: nil, explanation: Differing.gone, should: nil, shows: nil, seen: nil, detail: ""))

func differed(
    _ explanation: StockDifference.Explanation, shows: Int?, should: Int? = 7, in warehouse: Int? = 1,
    at second: Int64 = 10, detail: String = ""
) -> Happening.Fact {
    .differed(
        Differing(
            run: 7, warehouse: warehouse, explanation: explanation.rawValue, should: should, shows: shows,
            seen: shows.map { _ in second * 1_000_000 }, detail: detail))
}

/// Of a whole comparison; nil where Centra does not have it either.
func strangers(shown pieces: Int?) -> Happening.Fact {
    .stock(pieces.map { .strangers(shown: ["A": $0], gone: []) } ?? .strangers(shown: [:], gone: ["A"]))
}

/// Of a whole comparison; nil where no two share it any more.
func ambiguous(_ sizes: [Int]?) -> Happening.Fact {
    .stock(sizes.map { .ambiguous(["A": $0], unique: []) } ?? .ambiguous([:], unique: ["A"]))
}
