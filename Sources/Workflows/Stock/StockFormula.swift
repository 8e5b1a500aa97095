// What of Peoplevox's figures is shown in Centra: which figure counts, which sites stand behind which of Centra's
// warehouses, and what is held back. (Architecture, section 5; peoplevox.md, "Stock quantity rule".)
//
// Centra subtracts the orders that it has allocated from the physical quantity that it is told; Peoplevox's figures are
// after the orders that it has. So what both have subtracted is added once: `base + own - buffer`, and not below 0.

package struct StockFormula: Hashable, Sendable {
    package enum Source: String, CaseIterable, Sendable {
        /// Available, and the units of our orders that Peoplevox has subtracted and Centra subtracts as well. Right whoever
        /// else sells from the same site.
        case availableAndExported
        /// On hand, and what has left while Centra does not know yet. Where the site serves this shop alone.
        case onHandAndDespatched
        /// Available, and what has left while Centra does not know yet. Only where Centra does not allocate.
        case available
    }

    package var source: Source
    /// Centra's warehouse by Peoplevox's site. Several sites may stand behind one warehouse.
    package let warehouses: [String: Int]
    /// The sites of each warehouse.
    package let sites: [Int: [String]]
    package var buffers: StockBuffers
    /// Microseconds after which an unknown quantity counts as none, beyond our own orders' units; nil for never.
    package var floorAfter: Int64?
    /// How much of the catalogue may show nothing for that reason without asking; nil for any part of it.
    package var floorLimit: StockCorrections.Limit?

    package init(
        _ source: Source = .availableAndExported, warehouses: [String: Int], buffers: StockBuffers = StockBuffers(),
        floorAfter: Int64? = nil
    ) {
        self.source = source
        self.warehouses = warehouses.filter { $0.key != StockObservation.systemSite }
        sites = Dictionary(grouping: self.warehouses.keys.sorted()) { warehouses[$0] ?? 0 }
        self.buffers = buffers
        self.floorAfter = floorAfter
    }

    /// The figure of a site that counts; nil where it could not be read.
    package func base(of levels: SiteLevels) -> Int? {
        switch source {
        case .availableAndExported, .available: levels.available
        case .onHandAndDespatched: levels.onHand
        }
    }

    /// Units of our own orders that are added.
    package func own(of shelf: StockBook.ShelfState?) -> Int {
        guard let shelf else { return 0 }
        return switch source {
        case .availableAndExported: shelf.exported
        case .onHandAndDespatched, .available: shelf.despatched
        }
    }
}

/// What is held back from sale: by SKU, else by the longest beginning of one that is named, else for the whole brand.
package struct StockBuffers: Hashable, Sendable {
    package enum Buffer: Hashable, Sendable {
        /// Pieces.
        case fixed(Int)
        /// Hundredths of what is there, rounded up, and no less than so many pieces.
        case share(percent: Int, minimum: Int)

        /// Of what is there, pieces; never less than 0.
        package func pieces(of base: Int) -> Int {
            switch self {
            case .fixed(let pieces): max(0, pieces)
            case .share(let percent, let minimum):
                max(0, minimum, max(0, base).times(max(0, percent)).plus(99) / 100)
            }
        }
    }

    package var all: Buffer
    package var skus: [String: Buffer]
    package private(set) var beginnings: [String: Buffer]
    /// Of `beginnings`, from the longest.
    private var lengths: [Int]

    package init(all: Buffer = .fixed(0), skus: [String: Buffer] = [:], beginnings: [String: Buffer] = [:]) {
        self.all = all
        self.skus = skus
        self.beginnings = beginnings
        lengths = Set(beginnings.keys.map(\.count)).sorted(by: >)
    }

    package func buffer(of sku: String) -> Buffer {
        if let own = skus[sku] { return own }
        return lengths.lazy.compactMap { beginnings[String(sku.prefix($0))] }.first ?? all
    }
}
