// Both sides against each other and against the book: every difference with its explanation. Pure; who reads the sides, and
// who acts on what is found, is not known here.
//
//     Peoplevox ──formula──► should ┐
//     the book ──────────► believed ├─ all the same: in lockstep
//     Centra ────────────────► shows┘
//
// Three figures that nobody read at one moment: a SKU of which anything moved between the book before and the book after is
// in flight. What is left may still be a race that the book cannot show, so whoever calls it an error has looked twice.

package struct StockComparison: Sendable {
    package let formula: StockFormula
    /// The book when the reading began, and now.
    package let before: StockBook
    package let after: StockBook
    package let warehouse: WarehouseReading
    package let shop: ShopReading
    /// SKUs with a wake-up that waits or is being read.
    package var waiting: Set<String>
    /// Microseconds since 1970.
    package let now: Int64

    package init(
        _ formula: StockFormula, before: StockBook, after: StockBook, warehouse: WarehouseReading, shop: ShopReading,
        waiting: Set<String> = [], now: Int64
    ) {
        (self.formula, self.before, self.after) = (formula, before, after)
        (self.warehouse, self.shop, self.waiting, self.now) = (warehouse, shop, waiting, now)
    }

    /// What was found of every SKU that either side has.
    package func findings() -> StockFindings {
        let targets = Dictionary(
            grouping: formula.targets(of: warehouse.observation, in: after, now: now), by: \.shelf.sku)
        var findings = StockFindings()
        for sku in Set(shop.sizes.keys).union(warehouse.observation.levels.keys) {
            compare(sku, targets[sku] ?? [], &findings)
        }
        return findings
    }

    private func compare(_ sku: String, _ targets: [StockTarget], _ findings: inout StockFindings) {
        let (levels, sizes) = (warehouse.observation.levels[sku], shop.sizes[sku] ?? [])
        switch (levels, sizes.count) {
        case (nil, _): missing(sku, sizes, &findings)
        case (_, 0): unknownInCentra(sku, targets, &findings)
        case (let levels?, 1): compare(sku, targets, levels, sizes[0], &findings)
        default: duplicate(sku, targets, sizes, &findings)
        }
    }

    // MARK: one side alone

    private func missing(_ sku: String, _ sizes: [ShopReading.Size], _ findings: inout StockFindings) {
        guard warehouse.isComplete else { return findings.notCompared += 1 }
        let item = after.items[sku]
        let isDeactivated = warehouse.deactivated.contains(sku)
        let isNews = item?.seen != nil && item?.absentSince == nil
        if isNews && isMoving(sku, []) {
            return findings.add(StockDifference(sku, nil, .inFlight, shows: shows(sizes)), wakes: false)
        }
        let detail = isDeactivated ? "deactivated in Peoplevox" : item?.seen == nil ? "" : "it had rows before"
        let isNobodys = (isDeactivated || item?.seen == nil) && showsNone(sizes)
        let difference = StockDifference(
            sku, nil, isNobodys ? .nothingToSell : .unknownInPeoplevox, shows: shows(sizes), detail: detail)
        findings.add(difference, wakes: isNews, isCertain: !isNews)
    }

    /// What stands at sites that are not ours is nobody's business here.
    private func unknownInCentra(_ sku: String, _ targets: [StockTarget], _ findings: inout StockFindings) {
        guard shop.isComplete else { return findings.notCompared += 1 }
        guard !targets.isEmpty else { return }
        findings.add(StockDifference(sku, nil, .unknownInCentra, should: should(targets)), wakes: false)
    }

    private func duplicate(
        _ sku: String, _ targets: [StockTarget], _ sizes: [ShopReading.Size], _ findings: inout StockFindings
    ) {
        let ids = sizes.map { "\($0.id)" }.joined(separator: ", ")
        let difference = StockDifference(
            sku, nil, .duplicate, should: should(targets), shows: shows(sizes), detail: "sizes \(ids)")
        findings.add(difference, wakes: false)
    }

    private func should(_ targets: [StockTarget]) -> StockDifference.Figure? {
        let quantities = targets.compactMap(\.quantity)
        guard quantities.count == targets.count, !targets.isEmpty else { return nil }
        return .init(quantities.reduce(0) { $0.plus($1) }, at: warehouse.time)
    }

    func shows(_ sizes: [ShopReading.Size]) -> StockDifference.Figure? {
        let totals = sizes.compactMap { $0.total ?? ($0.byWarehouse.isEmpty ? nil : $0.byWarehouse.values.sum) }
        return totals.isEmpty ? nil : .init(totals.sum, at: shop.time)
    }

    func showsNone(_ sizes: [ShopReading.Size]) -> Bool { shows(sizes).map { $0.quantity <= 0 } ?? true }

    // MARK: both sides

    private func compare(
        _ sku: String, _ targets: [StockTarget], _ levels: [String: SiteLevels], _ size: ShopReading.Size,
        _ findings: inout StockFindings
    ) {
        for place in places(sku, targets, size) { judge(place, levels, &findings) }
    }

    /// What is compared as one: each warehouse, or all of them where Centra gives sums alone.
    private func places(_ sku: String, _ targets: [StockTarget], _ size: ShopReading.Size) -> [ComparedPlace] {
        let ours = formula.sites.keys.sorted()
        guard shop.basis == .eachWarehouse else {
            let shelves = targets.isEmpty ? ours.map { Shelf(sku, $0) } : targets.map(\.shelf)
            return [
                ComparedPlace(
                    sku: sku, warehouse: ours.count == 1 ? ours.first : nil, shelves: shelves, targets: targets,
                    shows: size.total, allocated: size.allocated, isSum: shop.basis == .sums)
            ]
        }
        return ours.map { warehouse in
            let shelf = Shelf(sku, warehouse)
            return ComparedPlace(
                sku: sku, warehouse: warehouse, shelves: [shelf], targets: targets.filter { $0.shelf == shelf },
                shows: size.byWarehouse[warehouse], allocated: size.allocatedByWarehouse[warehouse], isSum: false)
        }
    }

    /// Whether anything was heard, read, sent or moved of it while it was looked at, or is about to be.
    func isMoving(_ sku: String, _ shelves: [Shelf]) -> Bool {
        waiting.contains(sku) || before.items[sku] != after.items[sku]
            || shelves.contains { before.shelves[$0] != after.shelves[$0] || after.shelves[$0]?.underway != nil }
    }
}

/// Shelves of one SKU whose figures are compared as one.
struct ComparedPlace {
    let sku: String
    let warehouse: Int?
    let shelves: [Shelf]
    /// What its shelves should show, as far as they have a target.
    let targets: [StockTarget]
    /// Physical pieces in Centra; nil where it has no stock of the size there.
    let shows: Int?
    let allocated: Int?
    /// Whether others than our warehouses are in the figure.
    let isSum: Bool
}

extension Sequence<Int> {
    /// As far as it fits.
    var sum: Int { reduce(0) { $0.plus($1) } }
}
