// Both sides and the book, for the tests of what a comparison makes of them.
import Workflows

/// A SKU `A` whose 7 pieces at Main stand in Centra's warehouse 3, everything as it should be; to be disturbed.
struct Scene {
    var book = StockBook()
    /// The book when the reading began; nil: as it is now.
    var before: StockBook?
    var formula = StockFormula(warehouses: ["Main": 3])
    var levels: [String: [String: Int]] = ["A": ["Main": 7]]
    var deactivated: Set<String> = []
    var sizes: [String: [ShopReading.Size]] = ["A": [size(7)]]
    var basis = ShopReading.Basis.eachWarehouse
    var waiting: Set<String> = []
    var isComplete = true
    private var sequence: JournalPosition = 0

    static func size(_ physical: Int, id: Int = 1, allocated: Int = 0) -> ShopReading.Size {
        ShopReading.Size(
            id: id, total: physical, byWarehouse: [3: physical], allocated: allocated,
            allocatedByWarehouse: [3: allocated])
    }

    init() {
        decide("A", 7)
        answer("A", 7, .applied)
    }

    mutating func put(_ entry: StockEntry) {
        sequence += 1
        book.apply(entry, sequence: sequence, time: Int64(sequence) * 1_000_000)
    }

    /// What the engine does with what it reads.
    mutating func decide(_ sku: String, _ available: Int, at site: String = "Main") {
        put(.readStarted(skus: [sku]))
        let rows = [StockObservation.Row(sku, site: site, .init(onHand: available, allocated: 0, available: available))]
        let observation = StockObservation(at: sequence, asked: [sku], rows: rows)
        let targets = formula.targets(of: observation, in: book, now: 0)
        put(observation.entry)
        put(.targeted(targets))
    }

    mutating func send(_ sku: String, _ quantity: Int) {
        put(.writing([StockWrite(Shelf(sku, 3), quantity, from: sequence - 2)]))
    }

    mutating func answer(_ sku: String, _ quantity: Int, _ outcome: StockWriteResult.Outcome) {
        send(sku, quantity)
        put(.written([StockWriteResult(StockWrite(Shelf(sku, 3), quantity, from: sequence - 3), outcome)]))
    }

    func findings() -> StockFindings { comparison.findings() }

    var comparison: StockComparison {
        let rows = levels.flatMap { sku, sites in
            sites.map { site, pieces in
                StockObservation.Row(sku, site: site, .init(onHand: pieces, allocated: 0, available: pieces))
            }
        }
        let marked = deactivated.map { StockObservation.Row("~D~" + $0, site: "Main", .unreadable) }
        let warehouse = WarehouseReading(at: sequence, rows: rows + marked, isComplete: isComplete, time: 5_000)
        let shop = ShopReading(sizes: sizes, basis: basis, isComplete: isComplete, time: 6_000)
        return StockComparison(
            formula, before: before ?? book, after: book, warehouse: warehouse, shop: shop, waiting: waiting, now: 0
        )
    }
}
