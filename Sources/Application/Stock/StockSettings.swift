// What a brand's stock workflow is told, taken from its configuration and from what the doctor found out.
package import Peoplevox
package import Workflows

/// All times are microseconds.
package struct StockSettings: Sendable, Equatable {
    package var formula: StockFormula
    /// How long wake-ups wait for company before they are read together.
    package var window: Int64 = 500_000
    package var peakWindow: Int64 = 10_000_000
    package var peak = Peak.auto
    /// The most SKUs of one reading, and rows of one call that writes.
    package var readBatch = 100
    package var writeBatch = 100
    /// The first pause after a failure, and the longest.
    package var firstPause: Int64 = 1_000_000
    package var longestPause: Int64 = 60_000_000
    /// The same for a shelf that Centra refuses. Whoever sees its SKU there ends it (`StockEngine.doubt`).
    package var firstRefusal: Int64 = 60_000_000
    package var longestRefusal: Int64 = 3_600_000_000
    /// Before a shelf is written again of which nobody knows whether it was: Centra may still be at work on it.
    package var settling: Int64 = 5_000_000

    package enum Peak: String, CaseIterable, Sendable {
        case auto, on, off
    }

    package init(_ formula: StockFormula) {
        self.formula = formula
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
