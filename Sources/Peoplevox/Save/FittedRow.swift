// A row as this tenant can take it: its columns' own spelling, its sizes kept, no line breaks.

/// Ready to be sent.
struct FittedRow: Sendable {
    let reference: String
    let columns: [String]
    let cells: [String]
    let warnings: [RowWarning]
}

extension FittedRow: Unprintable {}

extension FittedRow {
    /// - Parameter optional: default names of columns that the tenant may lack; then they are left out, and a warning
    ///   says so.
    static func fit(
        _ row: SaveRow, to configured: [String], optional: Set<String>
    ) -> Result<FittedRow, RowRefusal> {
        Result { () throws(RowRefusal) in
            if let refusal = row.refusal { throw refusal }
            var (columns, cells, warnings): ([String], [String], [RowWarning]) = ([], [], [])
            for (index, cell) in row.cells.enumerated() {
                let name = cell.column.name
                guard let text = try text(of: cell, isKey: index == 0, &warnings) else { continue }
                guard let column = configured.first(where: { $0.lowercased() == name.lowercased() }) else {
                    guard optional.contains(name) else { throw .columnMissing(name) }
                    warnings.append(.columnMissing(name))
                    continue
                }
                columns.append(column)
                cells.append(text)
            }
            return FittedRow(reference: cells.first ?? "", columns: columns, cells: cells, warnings: warnings)
        }
    }

    /// Nil for a cell that would be empty and is not meant to be.
    private static func text(
        of cell: SaveRow.Cell, isKey: Bool, _ warnings: inout [RowWarning]
    ) throws(RowRefusal) -> String? {
        guard case .text(let given) = cell.content else { return "" }
        if isKey { try check(key: given, cell.column) }
        let text = flattened(given)
        if text.isEmpty { return nil }
        guard let limit = cell.column.limit, text.utf16.count > limit else { return text }
        switch cell.column.whenTooLong {
        case .refuse: throw .tooLong(cell.column.name, limit: limit)
        case .cut:
            warnings.append(.cut(cell.column.name))
            return cut(text, to: limit)
        }
    }

    /// A key is sent as it is or not at all. One with a quote could never be asked for again.
    private static func check(key: String, _ column: SaveColumn) throws(RowRefusal) {
        guard !key.isEmpty, key == flattened(key), !key.contains(where: { "\"\\".contains($0) }) else {
            throw .unusable(column.name)
        }
    }

    /// One line, without control characters and without blanks at its ends or two in a row where a line broke.
    static func flattened(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029:
                if scalars.last != " " { scalars.append(" ") }
            case ..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: break
            default: scalars.append(scalar)
            }
        }
        return String(scalars).trimmed
    }

    /// As much as fits, to the end of a word when that keeps at least half of it.
    static func cut(_ text: String, to limit: Int) -> String {
        var (kept, length): (String, Int) = ("", 0)
        for character in text {
            length += character.utf16.count
            if length > limit { break }
            kept.append(character)
        }
        if kept.utf8.count == text.utf8.count { return text }
        // What was cut off began a word of its own: then the last one is whole.
        if text.dropFirst(kept.count).first == " " { return kept.trimmed }
        guard let space = kept.lastIndex(of: " ") else { return kept }
        let whole = String(kept[..<space]).trimmed
        return whole.utf16.count * 2 >= limit ? whole : kept
    }
}

extension [FittedRow] {
    /// The most rows of a call, which is what others have found to work.
    static var batchLimit: Int { 100 }

    /// Places of rows that can go together: equal columns, at most so many, in order.
    func batches(limit: Int = batchLimit) -> [[Int]] {
        var groups: [[Int]] = []
        var open: [[String]: Int] = [:]
        for (place, row) in enumerated() {
            if let group = open[row.columns], groups[group].count < limit {
                groups[group].append(place)
            } else {
                open[row.columns] = groups.count
                groups.append([place])
            }
        }
        return groups
    }
}
