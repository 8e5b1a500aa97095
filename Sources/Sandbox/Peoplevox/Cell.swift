// One value of an answer with its kind, because a search clause compares numbers as numbers and times as times although
// everything travels as text.

package enum Cell: Equatable, Sendable {
    case text(String)
    case integer(Int)
    /// As it was imported: `199.00`.
    case decimal(String)
    case flag(Bool)
    case time(CivilTime)
    /// A date without a time of day.
    case day(CivilTime)
    /// A clause may name a status or give its number: `Status.Equals(5)` is in production use (peoplevox.md, 3.5).
    case status(id: Int, name: String)
    /// Nothing is saved, whatever the kind would be.
    case absent
}

/// Rows under their headings, before paging and before they become text.
package struct Listing: Sendable {
    package var columns: [String]
    package var rows: [[Cell]]

    package init(_ columns: [String], _ rows: [[Cell]] = []) {
        self.columns = columns
        self.rows = rows
    }

    func index(of column: String) -> Int? { columns.firstIndex(of: column) }
}

/// How a tenant writes cells.
package struct CellStyle: Equatable, Sendable {
    package var dates = DateStyle.dayFirst
    /// `'03/02/2026 14:05:11'` inside the cell (peoplevox.md, 1.8).
    package var quotesDates = true
    package var statusIsNumber = false

    package init() {}

    func text(_ cell: Cell) -> String {
        switch cell {
        case .text(let text), .decimal(let text): text
        case .integer(let number): String(number)
        case .flag(let flag): flag ? "True" : "False"
        case .time(let time): quoted(dates.text(time, withTime: true))
        case .day(let time): quoted(dates.text(time, withTime: false))
        case .status(let id, let name): statusIsNumber ? String(id) : name
        case .absent: ""
        }
    }

    private func quoted(_ date: String) -> String { quotesDates ? "'\(date)'" : date }
}

extension Cell {
    /// Where the cell stands in an ordered column; what is absent comes first.
    static func precedes(_ left: Cell, _ right: Cell) -> Bool {
        switch (left, right) {
        case (.absent, _): right != .absent
        case (_, .absent): false
        case (.integer(let left), .integer(let right)): left < right
        case (.time(let left), .time(let right)), (.day(let left), .day(let right)): left < right
        case (.decimal(let left), .decimal(let right)): (Double(left) ?? 0) < (Double(right) ?? 0)
        case (.flag(let left), .flag(let right)): !left && right
        default: left.sortText < right.sortText
        }
    }

    private var sortText: String {
        switch self {
        case .text(let text), .decimal(let text), .status(_, let text): text
        case .integer(let number): String(number)
        case .flag, .time, .day, .absent: ""
        }
    }
}
