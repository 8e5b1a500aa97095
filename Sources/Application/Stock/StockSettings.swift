// What a brand's stock workflow is told, taken from its configuration and from what the doctor found out.
package import Peoplevox
package import Workflows

/// All times are microseconds.
package struct StockSettings: Sendable, Equatable {
    package var formula: StockFormula
    package var reading = StockReading.Settings()
    package var writing: StockPlanner.Settings
    package var peak = PeakMode.Settings()
    /// The first pause after a partner's failure, and the longest.
    package var firstPause: Int64 = 1_000_000
    package var longestPause: Int64 = 60_000_000

    package init(_ formula: StockFormula) {
        self.formula = formula
        // No sooner than a write without an answer can be trusted not to come any more.
        writing = StockPlanner.Settings(warehouses: Set(formula.sites.keys), retry: 5_000_000)
    }
}

/// How a brand's stock report is asked for, and read.
package struct StockReport: Sendable {
    /// As the tenant calls it.
    package var name: String
    package var names: ColumnNames<InventoryLayout>
    package var format: TenantFormat
    /// All columns that the tenant's report has, if that is known.
    package var columns: [String]?

    package init(
        name: String, names: ColumnNames<InventoryLayout>, format: TenantFormat, columns: [String]?
    ) {
        self.name = name
        self.names = names
        self.format = format
        self.columns = columns
    }
}
