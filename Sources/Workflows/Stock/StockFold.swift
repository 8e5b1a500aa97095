// A start is a replay: a brand's entries and checkpoints, folded to its book.
//
// The one thing to know: a checkpoint that is whole replaces what was folded before it, and everything that was journaled
// after it began is applied again on top. So it does not matter how much of the journal is still there before it.

/// Folds a brand's entries and checkpoints to its book, from the start of a journal or from anywhere before a checkpoint.
package struct StockFold: Sendable {
    package private(set) var book = StockBook()
    /// The newest checkpoint that is whole; nil before the first.
    package private(set) var newest: Whole?
    private var pending: Pending?

    package struct Whole: Hashable, Sendable {
        /// The record that began it.
        package let begun: JournalPosition
        /// Whether what was folded before it came to the same book.
        package let isAsFolded: Bool
    }

    /// A checkpoint that is not whole so far.
    private struct Pending: Sendable {
        let begun: JournalPosition
        var restored = StockBook()
        /// The book as it was folded when the checkpoint began.
        let folded: StockBook
        var parts: Set<Int> = []
        var since: [Event] = []
    }

    private enum Event: Sendable {
        case entry(StockEntry, sequence: JournalPosition, time: Int64)
        case restart
    }

    package init() {}

    /// - Parameters:
    ///   - sequence: of the record that holds the entry.
    ///   - time: of that record, microseconds since 1970.
    package mutating func apply(_ entry: StockEntry, sequence: JournalPosition, time: Int64) {
        book.apply(entry, sequence: sequence, time: time)
        pending?.since.append(.entry(entry, sequence: sequence, time: time))
    }

    package mutating func apply(_ checkpoint: StockCheckpoint, sequence: JournalPosition) {
        switch checkpoint {
        case .begun: pending = Pending(begun: sequence, folded: book)
        case .part(let part):
            guard pending?.begun == part.begun, pending?.parts.insert(part.number).inserted == true else { return }
            pending?.restored.restore(part)
            if let pending, pending.parts.count == part.count { finish(pending) }
        }
    }

    /// To be called where the journal says that a server started, and at the journal's end.
    package mutating func noteRestart() {
        book.noteRestart()
        pending?.since.append(.restart)
    }

    private mutating func finish(_ whole: Pending) {
        newest = Whole(begun: whole.begun, isAsFolded: whole.restored == whole.folded)
        book = whole.restored
        for event in whole.since {
            switch event {
            case .entry(let entry, let sequence, let time): book.apply(entry, sequence: sequence, time: time)
            case .restart: book.noteRestart()
            }
        }
        pending = nil
    }
}
