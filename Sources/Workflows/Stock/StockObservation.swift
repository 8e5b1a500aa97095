// What one read of Peoplevox's stock report found, sorted into what counts and what does not.
//
// The one thing to know: only a read that is proven complete becomes an observation, so a SKU that was asked for and is in
// none of its rows is known to have none. That is still not zero (P4).

package struct StockObservation: Hashable, Sendable {
    /// One row of the report. A cell that could not be read is nil; a row of which nothing could be read says so.
    package struct Row: Hashable, Sendable {
        package let sku: String
        package let site: String
        package let levels: SiteLevels

        package init(_ sku: String, site: String, _ levels: SiteLevels) {
            self.sku = sku
            self.site = site
            self.levels = levels
        }
    }

    /// Peoplevox's own site, with nothing to sell (peoplevox.md, section 10, item 19).
    package static let systemSite = "SystemSite"
    /// Stands before the code of an item that was deactivated (the same).
    package static let deactivationMark = "~D~"

    package let position: JournalPosition
    package let levels: [String: [String: SiteLevels]]
    /// Asked for, and without a row. In order.
    package let absent: [String]

    /// - Parameters:
    ///   - position: of the record with which the read began.
    ///   - asked: the SKUs that were asked for. Rows of others are passed over, as are those of deactivated items and of
    ///     Peoplevox's own site.
    ///   - rows: every row of a read that is proven complete.
    package init(at position: JournalPosition, asked: [String], rows: some Sequence<Row>) {
        let asked = Set(asked).filter { !$0.hasPrefix(StockObservation.deactivationMark) }
        var levels: [String: [String: SiteLevels]] = [:]
        for row in rows where asked.contains(row.sku) && row.site != StockObservation.systemSite {
            // Two rows of one place say nothing, also when they are the same: nobody knows whether they add up.
            let isAlone = levels[row.sku]?[row.site] == nil
            levels[row.sku, default: [:]][row.site] = isAlone ? row.levels : .unreadable
        }
        self.position = position
        self.levels = levels
        absent = asked.filter { levels[$0] == nil }.sorted()
    }

    /// As it is journaled.
    package var entry: StockEntry { .observed(position: position, levels: levels, absent: absent) }
}
