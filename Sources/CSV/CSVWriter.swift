// How a table becomes octets (RFC 4180): quoted only where it is needed, always the same for the same table.

extension CSVTable {
    package enum LineEnd: String, Sendable {
        case lineFeed = "\n"
        case carriageReturnLineFeed = "\r\n"
    }

    /// The header and all rows, each line ended. What is written is read back as the same table, unless a cell holds a NUL,
    /// which neither CSV nor XML can carry.
    package func encoded(_ lineEnd: LineEnd = .lineFeed) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(columns.count * (count + 1) * 12)
        CSVTable.write(columns.count, lineEnd, to: &text) { Array(columns[$0].utf8)[...] }
        for row in 0..<count {
            CSVTable.write(columns.count, lineEnd, to: &text) { octets(row, $0) }
        }
        return text
    }

    private static func write(
        _ width: Int, _ lineEnd: LineEnd, to text: inout [UInt8], _ cell: (Int) -> ArraySlice<UInt8>
    ) {
        for column in 0..<width {
            if column > 0 { text.append(UInt8(ascii: ",")) }
            let cell = cell(column)
            // A row of one empty cell would be an empty line, which is no record.
            if needsQuotes(cell) || (width == 1 && cell.isEmpty) {
                writeQuoted(cell, to: &text)
            } else {
                text += cell
            }
        }
        text += lineEnd.rawValue.utf8
    }

    private static func needsQuotes(_ cell: ArraySlice<UInt8>) -> Bool {
        // A byte order mark in front would be taken for the text's own.
        cell.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 0x0D, 0x0A].contains($0) }
            || cell.starts(with: [0xEF, 0xBB, 0xBF])
    }

    private static func writeQuoted(_ cell: ArraySlice<UInt8>, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        for octet in cell {
            if octet == UInt8(ascii: "\"") { text.append(octet) }
            text.append(octet)
        }
        text.append(UInt8(ascii: "\""))
    }
}
