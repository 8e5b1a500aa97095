// The whole book, restated in the journal, so that what is older may be removed.
//
//     begun ... part 1 ... part 2 ... part n
//           |
//           the book as it is when this record is durable is what the parts hold
//
// The one thing to know: other entries may come between these records, and belong on top of what the parts hold. So whoever
// reads them keeps every entry since `begun` until the last part is there. Parts of which one is missing say nothing.

package enum StockCheckpoint: Equatable, Sendable {
    /// This record's number names the checkpoint.
    case begun
    case part(Part)

    package struct Part: Equatable, Sendable {
        /// The number of the record that began it.
        package let begun: JournalPosition
        /// From 1.
        package let number: Int
        package let count: Int
        package let items: [String: StockBook.Item]
        /// In order.
        package let shelves: [StockBook.ShelfState]

        package init(
            begun: JournalPosition, number: Int, count: Int, items: [String: StockBook.Item],
            shelves: [StockBook.ShelfState]
        ) {
            self.begun = begun
            self.number = number
            self.count = count
            self.items = items
            self.shelves = shelves
        }
    }

    /// What it says of this SKU: every part stays, so that one can tell whether all are there.
    package func part(about sku: String) -> StockCheckpoint {
        guard case .part(let part) = self else { return self }
        return .part(part.having(part.items.filter { $0.key == sku }, part.shelves.filter { $0.shelf.sku == sku }))
    }

    /// Items and shelves of one part: a few hundred thousand octets.
    package static let rowsPerPart = 2_000
}

extension StockCheckpoint.Part {
    fileprivate func having(
        _ items: [String: StockBook.Item], _ shelves: [StockBook.ShelfState]
    ) -> StockCheckpoint.Part {
        StockCheckpoint.Part(begun: begun, number: number, count: count, items: items, shelves: shelves)
    }

    /// Cut up: what it says of each of its SKUs, in their order.
    package var bySKU: [(sku: String, part: StockCheckpoint.Part)] {
        let shelves = Dictionary(grouping: self.shelves, by: \.shelf.sku)
        return Set(items.keys).union(shelves.keys).sorted().map { sku in
            (sku, having(items[sku].map { [sku: $0] } ?? [:], shelves[sku] ?? []))
        }
    }
}

extension StockBook {
    /// The parts that restate this book, at least one.
    ///
    /// - Parameter begun: the number of the record after which the book was as it is.
    package func checkpoint(begun: JournalPosition) -> [StockCheckpoint] {
        let limit = StockCheckpoint.rowsPerPart
        let skus = items.keys.sorted()
        let shelves = self.shelves.values.sorted { $0.shelf < $1.shelf }
        let itemParts = stride(from: 0, to: skus.count, by: limit).map { skus[$0..<min($0 + limit, skus.count)] }
        let shelfParts = stride(from: 0, to: shelves.count, by: limit).map {
            shelves[$0..<min($0 + limit, shelves.count)]
        }
        let count = max(1, itemParts.count + shelfParts.count)
        return (0..<count).map { index in
            let names = itemParts.indices.contains(index) ? itemParts[index] : []
            let place = index - itemParts.count
            return .part(
                StockCheckpoint.Part(
                    begun: begun, number: index + 1, count: count,
                    items: Dictionary(uniqueKeysWithValues: names.compactMap { sku in items[sku].map { (sku, $0) } }),
                    shelves: shelfParts.indices.contains(place) ? Array(shelfParts[place]) : []))
        }
    }

    mutating func restore(_ part: StockCheckpoint.Part) {
        items.merge(part.items) { $1 }
        for state in part.shelves {
            shelves[state.shelf] = state
            index(state)
        }
    }
}
