// What a brand's stock workflow is told, taken from its configuration.
package import Peoplevox

/// All times are microseconds.
package struct StockSettings: Sendable, Equatable {
    /// Which of Centra's warehouses shows the stock of which of Peoplevox's sites. Several sites may share a warehouse.
    package var sites: [String: Int]
    /// How long wake-ups wait for company before they are read together.
    package var window: Int64 = 500_000
    package var peakWindow: Int64 = 10_000_000
    package var peak = Peak.auto
    /// The most SKUs of one reading, and rows of one call that writes.
    package var readBatch = 100
    package var writeBatch = 100
    /// The first wait after a failure, and the longest.
    package var firstPause: Int64 = 1_000_000
    package var longestPause: Int64 = 300_000_000
    /// The same for a shelf that Centra refuses.
    package var firstRefusal: Int64 = 60_000_000
    package var longestRefusal: Int64 = 21_600_000_000

    package enum Peak: String, CaseIterable, Sendable {
        case auto, on, off
    }

    package init(sites: [String: Int]) {
        self.sites = sites
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

    func query(_ clause: SearchClause<ReportColumn>) -> RowQuery<InventoryLayout> {
        RowQuery(name, clause: clause, names: names, format: format, available: columns)
    }
}
