// From what was seen to what each shelf should show. Pure: the same observation over the same book gives the same targets.
//
//     no row of the SKU at all          unknown (absent)        nothing is written, P4
//     a known site without a row        unknown (siteAbsent)    "
//     a cell that counts is unreadable  unknown (unreadable)    "
//     one of these for too long         floor, if that is set   our own orders' units, nothing more to sell
//     rows of every known site          quantity
//     sites that never had a row        no target

extension StockFormula {
    /// What each shelf of the SKUs that were read should show, in order. A shelf whose sites never had a row is in none of it.
    ///
    /// - Parameters:
    ///   - book: before the observation is applied, and with every movement of these SKUs: the caller holds their keys.
    ///   - now: microseconds since 1970.
    package func targets(of observation: StockObservation, in book: StockBook, now: Int64) -> [StockTarget] {
        var formula = self
        if withheldFloors(in: book, now: now) != nil { formula.floorAfter = nil }
        var targets: [StockTarget] = []
        for (sku, levels) in observation.levels {
            targets += formula.targets(of: sku, seen: levels, at: observation.position, in: book, now: now)
        }
        for sku in observation.absent {
            targets += formula.targets(of: sku, seen: [:], at: observation.position, in: book, now: now)
        }
        return targets.sorted { $0.shelf < $1.shelf }
    }

    /// Shelves whose quantity has been unknown for longer than is set, and which still show what they did: their floors.
    package func overdueFloors(in book: StockBook, now: Int64) -> [StockTarget] {
        guard floorAfter != nil, withheldFloors(in: book, now: now) == nil else { return [] }
        return book.unknown.compactMap { shelf in
            guard sites[shelf.warehouse] != nil, let state = book.shelves[shelf], let target = state.target,
                case .unknown(let reason) = target.outcome, isOverdue(state, now: now)
            else { return nil }
            return floor(shelf, reason, at: target.position, state)
        }.sorted { $0.shelf < $1.shelf }
    }

    private func targets(
        of sku: String, seen levels: [String: SiteLevels], at position: JournalPosition, in book: StockBook, now: Int64
    ) -> [StockTarget] {
        let known = Set(book.items[sku]?.sites ?? [])
        return sites.compactMap { warehouse, sites in
            let counting = sites.filter { levels[$0] != nil || known.contains($0) }
            guard !counting.isEmpty else { return nil }
            let shelf = Shelf(sku, warehouse)
            let state = book.shelves[shelf]
            switch base(of: counting, in: levels) {
            case .success(let base): return target(shelf, base, at: position, state)
            case .failure(let unknown):
                if let state, isOverdue(state, now: now) { return floor(shelf, unknown.reason, at: position, state) }
                return StockTarget(shelf, at: position, .unknown(unknown.reason))
            }
        }
    }

    private struct Unknown: Error {
        let reason: StockTarget.Reason
    }

    private func base(of counting: [String], in levels: [String: SiteLevels]) -> Result<Int, Unknown> {
        if levels.isEmpty { return .failure(Unknown(reason: .absent)) }
        let rows = counting.compactMap { levels[$0] }
        guard rows.count == counting.count else { return .failure(Unknown(reason: .siteAbsent)) }
        let figures = rows.compactMap(base)
        guard figures.count == rows.count else { return .failure(Unknown(reason: .unreadable)) }
        return .success(figures.reduce(0) { $0.plus($1) })
    }

    private func target(
        _ shelf: Shelf, _ base: Int, at position: JournalPosition, _ state: StockBook.ShelfState?
    ) -> StockTarget {
        let parts = StockTarget.Parts(
            base: base, own: own(of: state), buffer: buffers.buffer(of: shelf.sku).pieces(of: base))
        return StockTarget(shelf, at: position, .quantity(parts.quantity, parts))
    }

    func floor(
        _ shelf: Shelf, _ reason: StockTarget.Reason, at position: JournalPosition, _ state: StockBook.ShelfState
    ) -> StockTarget {
        // It only ever lowers.
        let own = own(of: state)
        let parts = StockTarget.Parts(base: 0, own: min(own, state.shown ?? own), buffer: 0, floor: reason)
        return StockTarget(shelf, at: position, .quantity(parts.quantity, parts))
    }

    func isOverdue(_ state: StockBook.ShelfState, now: Int64) -> Bool {
        guard let floorAfter, let since = state.unknownSince else { return false }
        // A clock that was set back by more than that says as little of the time in between.
        return now.minus(since).magnitude >= floorAfter
    }
}

extension StockTarget.Parts {
    /// What is shown: never less than nothing.
    package var quantity: Int { max(0, base.plus(own).minus(buffer)) }
}
