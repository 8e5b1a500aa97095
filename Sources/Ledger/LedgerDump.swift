// The ledger as text: one line of JSON for each row, in the order of the journal, and the same octets for the same
// content however it came to be there.
package import JSON

extension Ledger {
    /// Each line without its end.
    package func dump(_ line: (String) -> Void) throws(DatabaseFailure) {
        try dump("cursor", order: "record", line)
        for table in LedgerTable.allCases { try dump(table.rawValue, order: "record, part", line) }
    }

    /// Rows by table.
    package func counts() throws(DatabaseFailure) -> [(table: String, rows: Int)] {
        var counts: [(table: String, rows: Int)] = []
        for table in LedgerTable.allCases {
            guard case .integer(let rows) = try database.value("SELECT count(*) FROM \(table.rawValue)") else {
                continue
            }
            counts.append((table.rawValue, Int(clamping: rows)))
        }
        return counts
    }

    private func dump(_ table: String, order: String, _ line: (String) -> Void) throws(DatabaseFailure) {
        try database.query("SELECT * FROM \(table) ORDER BY \(order)") { row in
            var json = JSONWriter()
            json.array { json in
                json.value(table)
                for column in 0..<row.count { json.value(row.cell(column)) }
            }
            line(String(decoding: json.octets, as: UTF8.self))
        }
    }
}

extension Cell: JSONWritable {
    package func write(into json: inout JSONWriter) {
        switch self {
        case .null: json.null()
        case .integer(let number): json.value(number)
        case .text(let text): json.value(text)
        }
    }
}
