// What of a brand's journal must be kept for its book, and when the book is to be restated.
//
// The one thing to know: a segment may go only when a newer checkpoint is whole, whatever else would let it go.

package struct StockRetention: Hashable, Sendable {
    /// Microseconds before a checkpoint is tried again: a journal without room has none a second later either.
    package static let pause: Int64 = 60_000_000
    /// Microseconds between two checkpoints of a book that changes: a start reads no more than about a day's entries on top
    /// of one.
    package static let interval: Int64 = 86_400_000_000

    private struct Place: Hashable, Sendable {
        let sequence: JournalPosition
        /// Microseconds since 1970.
        let time: Int64
    }

    /// The first entry of all, the newest one, and where the newest whole checkpoint began.
    private var first: Place?
    private var last: Place?
    private var whole: Place?
    /// When a checkpoint was tried last and did not become whole, microseconds since 1970.
    private var failed: Int64?

    package init() {}

    /// An entry of the brand was journaled in that record, at that time (microseconds since 1970).
    package mutating func note(entry sequence: JournalPosition, time: Int64) {
        first = first ?? Place(sequence: sequence, time: time)
        last = Place(sequence: sequence, time: time)
    }

    /// A checkpoint is whole, because all its parts are durable: the record and time that began it.
    package mutating func note(whole begun: JournalPosition, time: Int64) {
        if begun >= whole?.sequence ?? 0 { whole = Place(sequence: begun, time: time) }
        failed = nil
    }

    /// A checkpoint did not become whole. Microseconds since 1970.
    package mutating func noteFailure(at time: Int64) { failed = time }

    /// The number of the oldest record that the book needs; nil when it needs none.
    package var floor: JournalPosition? { (whole ?? first)?.sequence }

    /// Whether the book is to be restated now.
    ///
    /// - Parameters:
    ///   - wanted: the number below which everything else would let the journal's records go; nil for none of them.
    ///   - now: microseconds since 1970.
    package func isCheckpointDue(wanted: JournalPosition?, now: Int64) -> Bool {
        guard let since = whole ?? first, failed.map({ now.minus($0) >= StockRetention.pause }) ?? true else {
            return false
        }
        if let wanted, wanted > since.sequence { return true }
        return last?.sequence ?? 0 >= since.sequence && now.minus(since.time) >= StockRetention.interval
    }
}
