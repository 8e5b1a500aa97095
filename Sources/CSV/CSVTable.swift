// A table of text cells under one header (RFC 4180): what Peoplevox sends and takes.

package struct CSVTable: Equatable, Sendable {
    package let columns: [String]
    /// Each with as many cells as there are columns.
    package private(set) var rows: [[String]] = []

    package init(columns: [String]) {
        self.columns = columns
    }

    package mutating func append(_ row: [String]) {
        precondition(row.count == columns.count, "a row has a cell for every column")
        rows.append(row)
    }
}
