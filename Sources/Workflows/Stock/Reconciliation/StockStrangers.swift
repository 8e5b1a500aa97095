// SKUs that Peoplevox never had a row of, as a whole comparison sees them: stock that Centra sells and nobody has, and codes
// that somebody has named and neither side knows.
//
// The one thing to know: only a comparison can tell them apart, because a read at Peoplevox finds no row of either. What is
// gone from Peoplevox after it was there is neither: the book tells of that by itself. That somebody has deactivated it
// there, and how much of it Centra still shows, only a comparison knows.

package struct StockStrangers: Hashable, Sendable {
    /// Pieces that Centra shows, where the book does not say so already.
    package private(set) var shown: [String: Int] = [:]
    /// Neither side has them, so the book may forget them.
    package private(set) var gone: Set<String> = []

    package var skus: [String] { Array(shown.keys) + gone }

    /// What is heard of just now is left for the next comparison.
    package func without(_ waiting: Set<String>) -> StockStrangers {
        var rest = self
        rest.shown = shown.filter { !waiting.contains($0.key) }
        rest.gone.subtract(waiting)
        return rest
    }

    /// SKUs of one entry.
    fileprivate static let limit = 5_000

    package var entries: [StockEntry] {
        shown.sorted { $0.key < $1.key }.parts(of: StockStrangers.limit).map { part in
            .strangers(shown: Dictionary(uniqueKeysWithValues: part.map { ($0.key, $0.value) }), gone: [])
        } + gone.sorted().parts(of: StockStrangers.limit).map { .strangers(shown: [:], gone: $0) }
    }
}

extension StockComparison {
    /// What it says of SKUs without any row; nothing when one side was not read in full.
    package func strangers() -> StockStrangers {
        var strangers = StockStrangers()
        guard warehouse.isComplete, shop.isComplete else { return strangers }
        for sku in unseen.union(shop.sizes.keys)
        where warehouse.observation.levels[sku] == nil && after.items[sku]?.seen == nil && !isMoving(sku, []) {
            if let sizes = shop.sizes[sku] {
                strangers.see(sku, shows(sizes)?.quantity ?? 0, in: after, shop.basis)
            } else {
                strangers.miss(sku)
            }
        }
        for sku in warehouse.deactivated {
            guard after.items[sku]?.absentSince != nil, let sizes = shop.sizes[sku], !isMoving(sku, []) else {
                continue
            }
            strangers.see(sku, shows(sizes)?.quantity ?? 0, in: after, shop.basis)
        }
        return strangers
    }

    /// What the book has without ever having seen a row.
    private var unseen: Set<String> {
        let shelves = after.shelves.values.filter { after.items[$0.shelf.sku]?.seen == nil }
        let blank = Set(shelves.filter(\.isBlank).map(\.shelf.sku))
        let skus = blank.union(after.items.filter { $0.value.seen == nil && !$0.value.isForgotten }.keys)
        return skus.subtracting(shelves.filter { !$0.isBlank }.map(\.shelf.sku))
    }
}

/// SKUs that several sizes of Centra share, as far as the book does not say so, and those that it says so of and that are one
/// size's again.
package struct StockIdentities: Hashable, Sendable {
    /// Sizes of one SKU that are named.
    private static let named = 10

    package private(set) var sizes: [String: [Int]] = [:]
    package private(set) var unique: [String] = []

    /// All sizes of what several sizes share.
    package let ids: [Int]

    init(_ shop: ShopReading, in book: StockBook, isWhole: Bool) {
        let shared = shop.sizes.filter { $0.value.count > 1 }
        ids = shared.values.joined().map(\.id)
        guard shop.isComplete else { return }
        sizes = shared.mapValues { Array($0.map(\.id).sorted().prefix(StockIdentities.named)) }
            .filter { book.items[$0.key]?.ambiguity?.sizes != $0.value }
        guard isWhole else { return }
        unique = book.items.filter { $0.value.ambiguity != nil && shared[$0.key] == nil }.keys.sorted()
    }

    /// What a second look at those sizes did not find again was on its way from one size to another.
    ///
    /// - Parameter again: how many of them have each SKU.
    package func confirmed(by again: [String: Int]) -> StockIdentities {
        var rest = self
        rest.sizes = sizes.filter { again[$0.key] ?? 0 > 1 }
        return rest
    }

    package var entries: [StockEntry] {
        let shared = sizes.sorted { $0.key < $1.key }.parts(of: StockStrangers.limit).map { part in
            StockEntry.ambiguous(Dictionary(uniqueKeysWithValues: part.map { ($0.key, $0.value) }), unique: [])
        }
        return shared + unique.parts(of: StockStrangers.limit).map { .ambiguous([:], unique: $0) }
    }
}

extension StockComparison {
    package var identities: StockIdentities {
        StockIdentities(shop, in: after, isWhole: warehouse.isComplete && shop.isComplete)
    }

    /// What Centra took pieces of and neither side has any more, in order; nothing when one side was not read in full. No
    /// difference, as both agree; but what was written there last says nothing any more.
    package var gone: [String] {
        guard warehouse.isComplete, shop.isComplete else { return [] }
        let shown = after.shelves.values.filter { state in
            state.applied != nil && state.shown != 0 && before.shelves[state.shelf]?.applied == state.applied
        }
        return Set(shown.map(\.shelf.sku)).filter { sku in
            shop.sizes[sku] == nil && warehouse.observation.levels[sku] == nil && !isMoving(sku, [])
        }.sorted()
    }
}

extension StockStrangers {
    /// Of sums that other warehouses are in, nobody can tell whether anything is shown that is ours.
    fileprivate mutating func see(_ sku: String, _ pieces: Int, in book: StockBook, _ basis: ShopReading.Basis) {
        let item = book.items[sku]
        guard basis != .sums || pieces == 0, item != nil || pieces > 0, item?.phantom?.pieces != pieces else { return }
        shown[sku] = pieces
    }

    fileprivate mutating func miss(_ sku: String) { gone.insert(sku) }
}

extension Array {
    /// In order, at most so many in each.
    fileprivate func parts(of count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}
