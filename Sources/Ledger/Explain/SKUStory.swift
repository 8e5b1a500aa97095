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
        var book = StockBook()
        for one in history.happenings {
            lines += one.lines(times, before: book).map { Line(record: one.sequence, time: one.time, text: $0) }
            switch one.fact {
            case .started: book.noteRestart()
            case .stock(let entry): book.apply(entry, sequence: one.sequence, time: one.time)
            case .woken, .finished, .differed, .excepted: break
            }
        }
        let conclusion = Conclusion(
            history: history, oldest: oldest, book: book, source: source, planner: planner, times: times)
        conclusions = conclusion.sentences
    }
}
