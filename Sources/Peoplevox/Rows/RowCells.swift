// One row, seen by the names of its columns.
import CSV

package struct RowCells<Layout: RowLayout> {
    private let table: CSVTable
    private let number: Int
    private let places: [Layout: Int]
    private let names: ColumnNames<Layout>
    private let format: TenantFormat

    fileprivate init(_ page: RowPage<Layout>, _ number: Int) {
        (table, self.number, places, names, format) = (page.table, number, page.places, page.names, page.format)
    }

    /// The cell's text; empty where the tenant has no such column.
    package func text(_ column: Layout) -> String { places[column].map { table[number, $0] } ?? "" }

    /// Nil for an empty cell: many columns are only filled later, or not at all.
    package func optional(_ column: Layout) -> String? {
        let text = text(column)
        return text.isEmpty ? nil : text
    }

    package func code(_ column: Layout) throws(RowMistake) -> String {
        guard let text = optional(column) else { throw mistake(.empty, column) }
        return text
    }

    /// Pieces; nil for an empty cell.
    package func quantity(_ column: Layout) throws(RowMistake) -> Int? {
        do throws(Quantity.Mistake) {
            return try places[column].map { place throws(Quantity.Mistake) in
                try Quantity.read(table.octets(number, place))
            } ?? nil
        } catch { throw mistake(.notAQuantity, column) }
    }

    package func time(_ column: Layout) throws(RowMistake) -> PartnerTime? {
        do throws(DateFormat.Mistake) {
            guard let place = places[column], let local = try format.dates.read(table.octets(number, place)) else {
                return nil
            }
            return format.zone.moment(local)
        } catch { throw mistake(.notADate, column) }
    }

    /// `True` or `False`; nil for anything else.
    package func flag(_ column: Layout) -> Bool? {
        switch text(column).lowercased() {
        case "true": true
        case "false": false
        default: nil
        }
    }

    package func mistake(_ reason: RowMistake.Reason, _ column: Layout) -> RowMistake {
        RowMistake(reason: reason, column: names[column], key: key)
    }

    var key: String { Layout.identity.map { text($0) }.joined(separator: " / ") }
}

/// A page's rows under the columns of a layout.
struct RowPage<Layout: RowLayout> {
    fileprivate let table: CSVTable
    fileprivate let places: [Layout: Int]
    fileprivate let names: ColumnNames<Layout>
    fileprivate let format: TenantFormat

    /// Why a page cannot be read at all.
    enum Mistake: Error, Equatable {
        case notATable(CSVMistake)
        case columnsMissing([String])
    }

    init(_ csv: [UInt8], _ names: ColumnNames<Layout>, _ format: TenantFormat) throws(Mistake) {
        do throws(CSVMistake) {
            // A SOAP reply's tags are closed behind it.
            table = try CSVTable(reading: csv, lastLine: .mayEndWithText)
        } catch { throw .notATable(error) }
        let missing = names.missing(from: table.columns)
        guard missing.isEmpty else { throw .columnsMissing(missing) }
        var places: [Layout: Int] = [:]
        for column in Layout.allCases { places[column] = table.column(names[column]) }
        (self.places, self.names, self.format) = (places, names, format)
    }

    var rows: some Sequence<RowCells<Layout>> { (0..<table.count).lazy.map { RowCells(self, $0) } }
}
