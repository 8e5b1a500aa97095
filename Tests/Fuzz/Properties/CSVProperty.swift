// Tables: whatever is taken for one is written and read back as the same, and what a cut leaves of it is never more.
import CSV

enum CSVProperty {
    static func check(_ octets: [UInt8]) throws(Violation) {
        guard case .success(let table) = read(octets, .mayEndWithText) else {
            return try require(isRefused(octets, .mustEnd), "more is taken where the last line must end")
        }
        try require(!octets.contains(0), "a NUL is passed over")
        try require(Set(table.columns).count == table.columns.count, "two columns have one name")
        try require(isRefused(octets, .mustEnd) == (octets.last != UInt8(ascii: "\n")), "an end of line is overlooked")
        for end in [CSVTable.LineEnd.lineFeed, .carriageReturnLineFeed] {
            let written = table.encoded(end)
            try require(read(written, .mustEnd) == .success(table), "what is written is read as another table")
            try checkCuts(of: written, table)
        }
    }

    /// Cut between lines, a table has fewer rows and the same ones; cut elsewhere, it is refused.
    private static func checkCuts(of text: [UInt8], _ table: CSVTable) throws(Violation) {
        for length in stride(from: 0, to: text.count, by: max(1, text.count / 16)) {
            guard case .success(let part) = read(Array(text[..<length]), .mustEnd) else { continue }
            try require(part.columns == table.columns && part.count <= table.count, "a cut text has another shape")
            for row in 0..<part.count {
                try require(part.rows[row].cells == table.rows[row].cells, "a cut text has another row")
            }
        }
    }

    private static func isRefused(_ octets: [UInt8], _ lastLine: CSVTable.LastLine) -> Bool {
        if case .failure = read(octets, lastLine) { true } else { false }
    }

    private static func read(_ octets: [UInt8], _ lastLine: CSVTable.LastLine) -> Result<CSVTable, CSVMistake> {
        Result { () throws(CSVMistake) in try CSVTable(reading: octets, lastLine: lastLine) }
    }
}
