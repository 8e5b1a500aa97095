// What a comparison found: the differences, what is to be done about each, and how much was the same.

package struct StockFindings: Sendable {
    package struct Finding: Hashable, Sendable {
        package let difference: StockDifference
        /// Whether the SKU is to be read anew, which decides and writes anew.
        package let wakes: Bool
        /// Shelves that show something else than the book believes.
        package let doubts: [StockDoubt]
        /// Whether nothing that moved while it was looked at could have made it.
        package let isCertain: Bool

        package var isCorrected: Bool { wakes || !doubts.isEmpty }
    }

    /// By SKU: one for each place that differs.
    package private(set) var bySKU: [String: [Finding]] = [:]
    /// Places whose figures are the same, by SKU.
    private var agreeing: [String: Int] = [:]
    /// SKUs of which one side was not read.
    package internal(set) var notCompared = 0
    /// SKUs of which Peoplevox has changed while no event said so.
    private var missing: Set<String> = []
    /// SKUs that are right while the book knows nothing of them: they are to be read once, so that it does.
    package private(set) var undecided: Set<String> = []

    package init() {}

    package var agreed: Int { agreeing.values.sum }
    package var missed: Int { missing.count }

    package var all: [Finding] { bySKU.values.flatMap(\.self).sorted { $0.difference < $1.difference } }
    package var compared: Int { agreed + bySKU.values.reduce(0) { $0 + $1.count } }

    /// SKUs of which a second look could find something else.
    package var doubtful: [String] {
        bySKU.filter { $0.value.contains { !$0.isCertain } }.keys.sorted()
    }

    mutating func agree(_ sku: String, isUndecided: Bool) {
        agreeing[sku, default: 0] += 1
        if isUndecided { undecided.insert(sku) }
    }

    mutating func miss(_ sku: String) { missing.insert(sku) }

    mutating func add(
        _ difference: StockDifference, wakes: Bool, doubts: [StockDoubt] = [], isCertain: Bool = true
    ) {
        let finding = Finding(difference: difference, wakes: wakes, doubts: doubts, isCertain: isCertain)
        bySKU[difference.sku, default: []].append(finding)
    }

    /// With what a second look at the doubtful ones has found in place of what the first one did.
    package func lookedAtAgain(_ second: StockFindings, of skus: [String]) -> StockFindings {
        var result = self
        for sku in skus {
            result.bySKU[sku] = second.bySKU[sku]
            result.agreeing[sku] = second.agreeing[sku]
        }
        result.missing.subtract(skus)
        result.missing.formUnion(second.missing)
        result.notCompared += second.notCompared
        return result
    }
}
