// One row to be saved: which columns it means to set, and to what. A column that is not meant has no cell at all, since an
// empty cell most likely blanks what is there (peoplevox.md, section 3.1).
import Commerce

/// Made from a record. Holds addresses of shoppers (P9), so it does not print itself.
package struct SaveRow: Sendable {
    package let template: SaveTemplate
    /// The row's key, by which the reply names it.
    package let reference: String
    private(set) var cells: [Cell] = []
    /// Why the record makes no row.
    var refusal: RowRefusal?

    struct Cell: Sendable, Unprintable {
        let column: SaveColumn
        let content: Content
    }

    enum Content: Sendable {
        case text(String)
        /// What is there is to go.
        case blank
    }

    /// - Parameter key: the column that identifies the row, which comes first.
    init(_ template: SaveTemplate, _ key: SaveColumn, _ reference: String) {
        self.template = template
        self.reference = reference
        cells = [Cell(column: key, content: .text(reference))]
    }

    mutating func set(_ column: SaveColumn, _ text: String?) {
        if let text { cells.append(Cell(column: column, content: .text(text))) }
    }

    mutating func set(_ column: SaveColumn, _ text: Personal?) { set(column, text?.reveal()) }

    /// With a point and without an exponent, whatever the locale.
    mutating func set(_ column: SaveColumn, _ amount: Amount?) { set(column, amount?.description) }

    mutating func set(_ column: SaveColumn, _ flag: Bool?) { set(column, flag.map { $0 ? "true" : "false" }) }

    mutating func set(_ column: SaveColumn, _ time: LocalTime?) { set(column, time?.description) }

    mutating func set(attributes: [Int: String]) {
        for (number, text) in attributes.sorted(by: { $0.key < $1.key }) { set(.attribute(number), text) }
    }

    mutating func blank(_ column: SaveColumn) { cells.append(Cell(column: column, content: .blank)) }
}

extension SaveRow: Unprintable {
    package var description: String { "a row of \(template.rawValue) with \(cells.count) cells" }
}

/// Why a row was not saved, without a word of what it holds.
package enum RowRefusal: Error, Sendable, Equatable {
    /// The cell does not fit, and a part of it would be something else.
    case tooLong(String, limit: Int)
    /// A key that is empty, or has a sign that cannot be searched for.
    case unusable(String)
    /// The tenant's template lacks a column that the row cannot do without.
    case columnMissing(String)
    /// Peoplevox's own words.
    case refused(PartnerText?)
}

/// What was left of a record's wishes.
package enum RowWarning: Sendable, Hashable {
    case cut(String)
    case columnMissing(String)
}
