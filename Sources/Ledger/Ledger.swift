// The ledger: the journal's records as tables, in a file of SQLite beside the journal. Not the truth, a projection of it,
// and never in the way of the road: a thread of its own follows the journal, and whatever is wrong with the file is mended
// by making another.
//
// The tables and how far the journal was read are changed in one transaction, so a process that is killed between any two
// instructions leaves a ledger that is right up to its cursor. `LedgerTable` says what stands in it.
package import Workflows

/// How far a ledger has come, and in which journal.
package struct LedgerCursor: Hashable, Sendable {
    /// The same for as long as the journal lives.
    package let journal: UInt64
    /// 0 before the first record.
    package let sequence: JournalPosition
    /// Of that record: stands for it and all before it.
    package let checksum: UInt32

    package init(journal: UInt64, sequence: JournalPosition, checksum: UInt32) {
        self.journal = journal
        self.sequence = sequence
        self.checksum = checksum
    }
}

package final class Ledger {
    package static let fileName = "ledger.db"
    let database: Database
    private var insertions: [LedgerTable: Statement] = [:]

    /// Creates the tables where there are none. A file with other tables is `damaged`: to be made anew.
    package static func open(_ path: String) throws(DatabaseFailure) -> Ledger {
        let database = try Database(path, .readWrite)
        // A power cut may take the last transactions, with their cursor: what they said is read again.
        for pragma in ["journal_mode = WAL", "synchronous = NORMAL"] { try database.run("PRAGMA \(pragma)") }
        if try database.value("SELECT count(*) FROM sqlite_schema") == .integer(0) { try create(in: database) }
        return try Ledger(checked: database)
    }

    /// For looking only. Throws `damaged` when it is of another version.
    package static func read(_ path: String) throws(DatabaseFailure) -> Ledger {
        try Ledger(checked: try Database(path, .readOnly, patience: 2_000))
    }

    private init(checked database: Database) throws(DatabaseFailure) {
        guard try database.value("PRAGMA user_version") == .integer(LedgerTable.version) else {
            throw .damaged("the ledger is of another version of Lockstep")
        }
        self.database = database
    }

    private static func create(in database: Database) throws(DatabaseFailure) {
        try database.transaction { () throws(DatabaseFailure) in
            for sql in LedgerTable.schema { try database.run(sql) }
            try database.run("PRAGMA user_version = \(LedgerTable.version)")
        }
    }

    /// Nil when nothing was projected yet.
    package func cursor() throws(DatabaseFailure) -> LedgerCursor? {
        var found: LedgerCursor?
        try database.query("SELECT journal, record, checksum FROM cursor") { row in
            guard let journal = row.integer(0), let record = row.integer(1), let checksum = row.integer(2) else {
                return
            }
            found = LedgerCursor(
                journal: UInt64(bitPattern: journal), sequence: JournalPosition(clamping: record),
                checksum: UInt32(truncatingIfNeeded: checksum))
        }
        return found
    }

    /// Takes records in, in one transaction with the cursor behind the last of them. Nothing is done, and false comes
    /// back, when the cursor is not where the caller thinks: somebody has rebuilt the ledger.
    package func project(
        behind expected: LedgerCursor, _ give: (_ take: (LedgerRecord) -> Void) -> Void
    ) throws(DatabaseFailure) -> Bool {
        var isExpected = true
        try database.transaction { () throws(DatabaseFailure) in
            isExpected = try (cursor() ?? expected) == expected
            if isExpected { try move(from: expected, give) }
        }
        return isExpected
    }

    private func move(
        from start: LedgerCursor, _ give: (_ take: (LedgerRecord) -> Void) -> Void
    ) throws(DatabaseFailure) {
        var last = start
        var outcome: Result<Void, DatabaseFailure> = .success(())
        give { record in
            guard case .success = outcome else { return }
            do throws(DatabaseFailure) { try insert(record) } catch { outcome = .failure(error) }
            last = LedgerCursor(journal: start.journal, sequence: record.sequence, checksum: record.checksum)
        }
        try outcome.get()
        try database.run("DELETE FROM cursor")
        try database.run(
            "INSERT INTO cursor VALUES (?, ?, ?)",
            [
                .integer(Int64(bitPattern: last.journal)), .integer(Int64(clamping: last.sequence)),
                .integer(Int64(last.checksum)),
            ])
    }

    private func insert(_ record: LedgerRecord) throws(DatabaseFailure) {
        for (part, row) in record.rows.enumerated() {
            let place = [Cell.integer(Int64(clamping: record.sequence)), .integer(Int64(part)), .integer(record.time)]
            try insertion(row.table).run(place + row.cells)
        }
    }

    private func insertion(_ table: LedgerTable) throws(DatabaseFailure) -> Statement {
        if let known = insertions[table] { return known }
        let new = try database.statement(table.insertion)
        insertions[table] = new
        return new
    }

    /// Forgets what the journal does not hold any more.
    package func forget(before sequence: JournalPosition) throws(DatabaseFailure) {
        try database.transaction { () throws(DatabaseFailure) in
            for table in LedgerTable.allCases {
                try database.run(
                    "DELETE FROM \(table.rawValue) WHERE record < ?", [.integer(Int64(clamping: sequence))])
            }
        }
    }

    /// Puts all that is in this ledger in the place of what is in `other`, which others may have open.
    package func replace(_ other: Ledger) throws(DatabaseFailure) {
        try database.copy(over: other.database)
    }
}
