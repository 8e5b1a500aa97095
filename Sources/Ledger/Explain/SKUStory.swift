// What led to the quantity that Centra shows for a SKU, and one sentence for each of its warehouses that says so. Pure:
// the same history always gives the same words.
package import Workflows

package struct SKUStory: Equatable, Sendable {
    package struct Line: Equatable, Sendable {
        package let record: JournalPosition
        /// Microseconds since 1970.
        package let time: Int64
        package let text: String
    }

    package let sku: String
    package private(set) var lines: [Line] = []
    /// At least one.
    package let conclusions: [String]

    /// - Parameters:
    ///   - oldest: the first record that the journal holds; of what was before it nothing can be told.
    ///   - source: which of Peoplevox's figures counts.
    ///   - planner: says when a write that failed is tried again.
    package init(
        _ history: SKUHistory, since oldest: JournalPosition, source: StockFormula.Source, planner: StockPlanner,
        times: StoryTimes
    ) {
        sku = history.sku
        var fold = StockFold()
        for one in history.happenings {
            let before = fold
            fold.apply(one)
            lines += one.lines(times, before: before, after: fold).map {
                Line(record: one.sequence, time: one.time, text: $0)
            }
        }
        let conclusion = Conclusion(
            history: history, oldest: oldest, fold: fold, source: source, planner: planner, times: times)
        conclusions = conclusion.sentences
    }
}

extension StockFold {
    fileprivate mutating func apply(_ one: Happening) {
        switch one.fact {
        case .started: noteRestart()
        case .stock(let entry): apply(entry, sequence: one.sequence, time: one.time)
        case .restated(let checkpoint): apply(checkpoint, sequence: one.sequence)
        case .woken, .finished, .compared, .differed, .excepted: break
        }
    }
}
