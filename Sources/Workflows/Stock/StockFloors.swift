// When floors are too many at once to be true. A report that suddenly lacks half of its rows looks like half a catalogue that
// has been unknown for too long, and emptying it would be the very thing that a comparison asks a person about first.
//
// The one thing to know: what floors have emptied within a day counts with what they would empty now, so that no slow course
// of them passes where a fast one is stopped.

extension StockFormula {
    package struct WithheldFloors: Hashable, Sendable {
        /// Shelves that floors would empty now or have emptied within a day, and how many they may.
        package let count: Int
        package let limit: Int
        /// Since when the first of them is not known, microseconds since 1970.
        package let since: Int64

        package init(count: Int, limit: Int, since: Int64) {
            (self.count, self.limit, self.since) = (count, limit, since)
        }
    }

    /// Why no floor is taken for now; nil when those that are due are few enough.
    package func withheldFloors(in book: borrowing StockBook, now: Int64) -> WithheldFloors? {
        guard floorAfter != nil, let floorLimit else { return nil }
        let limit = floorLimit.emptied(of: book.shelves.count)
        guard book.unknown.count > limit else { return nil }
        let floored = book.unknown.compactMap { shelf in
            book.shelves[shelf].flatMap { sites[shelf.warehouse] != nil && counts($0, now: now) ? $0 : nil }
        }
        guard floored.count > limit else { return nil }
        return WithheldFloors(
            count: floored.count, limit: limit, since: floored.compactMap(\.unknownSince).min() ?? now)
    }

    private static let day: Int64 = 86_400_000_000

    private func counts(_ state: StockBook.ShelfState, now: Int64) -> Bool {
        guard isOverdue(state, now: now), let target = state.target else { return false }
        let floored = floor(state.shelf, .absent, at: target.position, state).quantity ?? 0
        if state.shown.map({ $0 > floored }) ?? true { return true }
        guard case .quantity = target.outcome, let applied = state.applied else { return false }
        return now.minus(applied.time) < StockFormula.day
    }
}
