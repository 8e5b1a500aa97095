// What we read of a template or report: which columns, under which names, and how a row of them becomes a value. Tenants
// reorder, add, rename and drop columns, so a cell is found by its name and by nothing else.

/// The columns that one kind of row is read from. A case's raw value is the column's name as most tenants have it.
package protocol RowLayout: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    associatedtype Row: Sendable
    associatedtype Column: SearchColumn

    /// Without these a row says nothing.
    static var required: Set<Self> { get }
    /// What makes a row the same one when it is read again.
    static var identity: [Self] { get }
    static func row(_ cells: RowCells<Self>) throws(RowMistake) -> Row
}

/// The names under which a tenant has a layout's columns.
package struct ColumnNames<Layout: RowLayout>: Hashable, Sendable {
    private let others: [Layout: String]

    /// Those that are called something else than the raw value.
    package init(_ others: [Layout: String] = [:]) { self.others = others }

    package subscript(column: Layout) -> String { others[column] ?? column.rawValue }

    package var required: [String] { Layout.allCases.filter { Layout.required.contains($0) }.map { self[$0] } }

    /// Which required ones are not among those that a tenant has.
    package func missing(from columns: [String]) -> [String] { required.filter { !columns.contains($0) } }
}

/// How cells become values, which is a matter of the tenant's settings.
package struct TenantFormat: Hashable, Sendable {
    package var dates: DateFormat
    package var zone: Zone

    package init(dates: DateFormat, zone: Zone) {
        self.dates = dates
        self.zone = zone
    }
}

/// Why a row says nothing. The row is left out; whoever reads stock must not take it for absent.
package struct RowMistake: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        case empty
        case notAQuantity
        case notADate
    }

    package let reason: Reason
    package let column: String
    /// The row's key, as far as it could be read: codes, and nothing about a shopper.
    package var key: String

    package var description: String {
        let words =
            switch reason {
            case .empty: "is empty"
            case .notAQuantity: "is no number of whole pieces"
            case .notADate: "is no date in the tenant's format"
            }
        return "\(column) \(words) in the row of \(key)"
    }
}
