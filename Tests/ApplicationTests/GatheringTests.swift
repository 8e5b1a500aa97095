// When a service that gathers must hand over: a look that finds nothing, looks enough, or time enough.
import Testing

@testable import EventLoop

private struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var found: [Bool] = [true, true, true, true]
    var gathers: [Bool] = [true, true, true, true]
    var now: [Int64] = [0, 0, 0, 0]
    /// The look after which it hands over, from 1; nil for none of these.
    let handsOver: Int?
}

struct GatheringTests {
    fileprivate static let rows = [
        Row(testDescription: "always more to read", handsOver: nil),
        Row(testDescription: "nothing there", found: [true, true, false, true], handsOver: 3),
        Row(testDescription: "nothing to gather", gathers: [false, true, true, true], handsOver: 1),
        Row(testDescription: "long looks", now: [0, LoopLimits.gathering, 0, 0], handsOver: 2),
        Row(testDescription: "looks that are long enough together", now: [0, 2, 4, 6], handsOver: 4),
    ]

    @Test(arguments: rows)
    fileprivate func endsAtTheFirstReason(_ row: Row) {
        var gathering = Gathering()
        let over = row.found.indices.map {
            gathering.isOver(foundSomething: row.found[$0], isGathering: row.gathers[$0], now: row.now[$0])
        }
        #expect(over.firstIndex(of: true).map { $0 + 1 } == row.handsOver)
    }

    /// Somebody who always has one more request cannot keep the others' from the disk.
    @Test
    func endsAfterSoManyLooksAndBeginsAfresh() {
        var gathering = Gathering()
        for _ in 0..<3 {
            let over = (0...LoopLimits.looks).map { _ in
                gathering.isOver(foundSomething: true, isGathering: true, now: 0)
            }
            #expect(over.firstIndex(of: true) == LoopLimits.looks)
        }
    }
}
