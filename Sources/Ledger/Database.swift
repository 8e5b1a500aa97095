// SQLite as Swift values: a database, statements that are prepared once, and errors that say what to do about them.
//
// One thread uses a `Database` at a time. Nothing here knows what is stored.
import CSQLite
import POSIX

package enum DatabaseFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// What the file holds is no database, or not a sound one: it has to be made anew.
    case damaged(String)
    /// It may work again later: the disk is full, somebody has locked it, the file cannot be opened.
    case unavailable(String)

    package var description: String {
        switch self {
        case .damaged(let text), .unavailable(let text): text
        }
    }

    fileprivate init(_ code: CInt, _ text: String) {
        switch code & 0xFF {
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_READONLY: self = .damaged(text)
        default: self = .unavailable(text)
        }
    }
}

/// What a column holds.
package enum Cell: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
}

package final class Database {
    package enum Access: Sendable {
        case readOnly
        /// The file is created, for its owner alone, when it is missing.
        case readWrite
    }

    fileprivate let handle: OpaquePointer?
    private var prepared: [String: Statement] = [:]

    /// - Parameter patience: milliseconds to wait for another process that writes.
    package init(_ path: String, _ access: Access, patience: Int = 5_000) throws(DatabaseFailure) {
        if access == .readWrite {
            do throws(Errno) { _ = try Files.open(path, .createIfMissing) } catch {
                throw .unavailable("\(path) cannot be opened: \(error)")
            }
        }
        var opened: OpaquePointer?
        let flags = access == .readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
        let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
        handle = opened
        if code != SQLITE_OK { throw failure(code) }
        sqlite3_busy_timeout(handle, CInt(clamping: patience))
    }

    deinit {
        prepared.removeAll()
        sqlite3_close_v2(handle)
    }

    package func run(_ sql: String, _ cells: [Cell] = []) throws(DatabaseFailure) {
        try statement(sql).run(cells)
    }

    /// The rows of a query, one after the other.
    package func query(
        _ sql: String, _ cells: [Cell] = [], visit: (Row) -> Void
    ) throws(DatabaseFailure) {
        try statement(sql).query(cells, visit: visit)
    }

    /// The first column of the first row.
    package func value(_ sql: String, _ cells: [Cell] = []) throws(DatabaseFailure) -> Cell {
        var found: Cell?
        try query(sql, cells) { row in found = found ?? row.cell(0) }
        return found ?? .null
    }

    /// Kept for the next time; the texts are few, and literals.
    package func statement(_ sql: String) throws(DatabaseFailure) -> Statement {
        if let known = prepared[sql] { return known }
        let new = try Statement(sql, self)
        prepared[sql] = new
        return new
    }

    /// All of it or nothing.
    package func transaction(_ body: () throws(DatabaseFailure) -> Void) throws(DatabaseFailure) {
        try run("BEGIN IMMEDIATE")
        do throws(DatabaseFailure) {
            try body()
            try run("COMMIT")
        } catch {
            // SQLite has rolled back by itself after some failures.
            if sqlite3_get_autocommit(handle) == 0 { try? run("ROLLBACK") }
            throw error
        }
    }

    /// Replaces all that is in `other` by what is here, in one transaction of `other`: whoever reads it sees the one or
    /// the other, and a process that is killed meanwhile leaves the old.
    package func copy(over other: Database) throws(DatabaseFailure) {
        guard let backup = sqlite3_backup_init(other.handle, "main", handle, "main") else {
            throw other.failure(sqlite3_extended_errcode(other.handle))
        }
        let copied = sqlite3_backup_step(backup, -1)
        let finished = sqlite3_backup_finish(backup)
        if copied != SQLITE_DONE { throw other.failure(copied) }
        if finished != SQLITE_OK { throw other.failure(finished) }
    }

    fileprivate func failure(_ code: CInt) -> DatabaseFailure {
        let text = handle.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
        return DatabaseFailure(code, "SQLite says: \(text ?? "no memory") (\(code))")
    }
}

package final class Statement {
    private let handle: OpaquePointer?
    private unowned let database: Database

    fileprivate init(_ sql: String, _ database: Database) throws(DatabaseFailure) {
        self.database = database
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(
            database.handle, sql, -1, CUnsignedInt(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        handle = prepared
        if code != SQLITE_OK { throw database.failure(code) }
    }

    deinit { sqlite3_finalize(handle) }

    /// - Parameter cells: for the question marks, in their order.
    package func run(_ cells: [Cell]) throws(DatabaseFailure) {
        try query(cells) { _ in }
    }

    package func query(_ cells: [Cell], visit: (Row) -> Void) throws(DatabaseFailure) {
        defer { sqlite3_reset(handle) }
        for (index, cell) in cells.enumerated() { try bind(cell, at: CInt(index + 1)) }
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: visit(Row(handle: handle))
            case SQLITE_DONE: return
            case let code: throw database.failure(code)
            }
        }
    }

    /// Copies the text: the statement lives longer than it.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private func bind(_ cell: Cell, at index: CInt) throws(DatabaseFailure) {
        let code =
            switch cell {
            case .null: sqlite3_bind_null(handle, index)
            case .integer(let number): sqlite3_bind_int64(handle, index, number)
            case .text(var text):
                text.withUTF8 { octets in
                    // No address would mean null.
                    guard octets.count > 0 else { return sqlite3_bind_text(handle, index, "", 0, Statement.transient) }
                    return octets.withMemoryRebound(to: CChar.self) {
                        sqlite3_bind_text(
                            handle, index, $0.baseAddress, CInt(clamping: $0.count), Statement.transient)
                    }
                }
            }
        if code != SQLITE_OK { throw database.failure(code) }
    }
}

/// A row that a query stands at. Not to be kept.
package struct Row {
    fileprivate let handle: OpaquePointer?

    package var count: Int { Int(sqlite3_column_count(handle)) }

    package func cell(_ column: Int) -> Cell {
        switch sqlite3_column_type(handle, CInt(column)) {
        case SQLITE_INTEGER: .integer(sqlite3_column_int64(handle, CInt(column)))
        case SQLITE_NULL: .null
        default: .text(text(column))
        }
    }

    package func integer(_ column: Int) -> Int64? {
        if case .integer(let number) = cell(column) { number } else { nil }
    }

    /// Empty for null.
    package func text(_ column: Int) -> String {
        guard let octets = sqlite3_column_text(handle, CInt(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, CInt(column)))
        return String(decoding: UnsafeBufferPointer(start: octets, count: count), as: UTF8.self)
    }
}
