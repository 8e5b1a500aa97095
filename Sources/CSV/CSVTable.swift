// A table of text cells under one header (RFC 4180): what Peoplevox sends and takes. The text is kept as it came, once,
// and a cell is a place in it; a cell becomes a `String` when somebody asks for it, so that reading 50,000 rows
// allocates two arrays.

package struct CSVTable: Sendable {
    package let columns: [String]
    private var octets: [UInt8]
    /// Those of every row, one row after the other.
    private var places: [CSVPlace]

    /// An empty table, to be filled.
    package init(columns: [String]) {
        self.init(columns: columns, octets: [], places: [])
    }

    init(columns: [String], octets: [UInt8], places: [CSVPlace]) {
        self.columns = columns
        self.octets = octets
        self.places = places
    }

    /// How many rows there are under the header.
    package var count: Int { columns.isEmpty ? 0 : places.count / columns.count }

    package var rows: CSVRows { CSVRows(table: self) }

    /// The place of a column in each row; nil when there is none of exactly that name.
    package func column(_ name: String) -> Int? { columns.firstIndex(of: name) }

    package subscript(row: Int, column: Int) -> String {
        let place = place(row, column)
        let text = octets[place.start..<place.end]
        return String(decoding: place.hasDoubledQuotes ? CSVPlace.undoubled(text) : text, as: UTF8.self)
    }

    /// The same without making a `String`, for what is compared or counted.
    package func octets(_ row: Int, _ column: Int) -> ArraySlice<UInt8> {
        let place = place(row, column)
        let text = octets[place.start..<place.end]
        return place.hasDoubledQuotes ? CSVPlace.undoubled(text) : text
    }

    private func place(_ row: Int, _ column: Int) -> CSVPlace {
        precondition(columns.indices.contains(column), "a row has a cell for every column, and no more")
        return places[row * columns.count + column]
    }

    package mutating func append(_ row: [String]) {
        precondition(row.count == columns.count, "a row has a cell for every column")
        for cell in row {
            let start = octets.count
            octets += cell.utf8
            places.append(CSVPlace(start, octets.count, hasDoubledQuotes: false))
        }
    }
}

extension CSVTable: Equatable {
    package static func == (one: CSVTable, other: CSVTable) -> Bool {
        one.columns == other.columns && one.places.count == other.places.count
            && (0..<one.count).allSatisfy { row in
                one.columns.indices.allSatisfy { one.octets(row, $0) == other.octets(row, $0) }
            }
    }
}

/// A row of a table: its cells by name or by place.
package struct CSVRow: Sendable {
    package let table: CSVTable
    /// From 0, without the header.
    package let number: Int

    package subscript(column: Int) -> String { table[number, column] }

    /// Nil when there is no such column.
    package subscript(name: String) -> String? { table.column(name).map { table[number, $0] } }

    package var cells: [String] { table.columns.indices.map { table[number, $0] } }
}

/// The rows of a table, by number.
package struct CSVRows: RandomAccessCollection, Sendable {
    let table: CSVTable

    package var startIndex: Int { 0 }
    package var endIndex: Int { table.count }
    package subscript(number: Int) -> CSVRow { CSVRow(table: table, number: number) }
}

/// Where a cell's text is, without the quotes around it: eight octets.
struct CSVPlace: Sendable {
    private let first: UInt32
    private let behind: UInt32

    private static let flag: UInt32 = 1 << 31

    /// The limit of a text keeps both below the flag.
    init(_ start: Int, _ end: Int, hasDoubledQuotes: Bool) {
        first = UInt32(start)
        behind = UInt32(end) | (hasDoubledQuotes ? CSVPlace.flag : 0)
    }

    var start: Int { Int(first) }
    var end: Int { Int(behind & ~CSVPlace.flag) }
    var hasDoubledQuotes: Bool { behind & CSVPlace.flag != 0 }

    /// A quoted cell's text with each two quotes made one. Quotes come only in pairs there, which the reader has seen to.
    static func undoubled(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var single: [UInt8] = []
        single.reserveCapacity(text.count)
        var wasQuote = false
        for octet in text {
            wasQuote = octet == UInt8(ascii: "\"") && !wasQuote
            if !wasQuote { single.append(octet) }
        }
        return single[...]
    }
}
