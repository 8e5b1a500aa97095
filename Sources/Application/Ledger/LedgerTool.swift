// What `journal-replay` does with the ledger: says what is in it, and makes it anew from the journal.
import JSON
package import Journal
import Ledger
import Operations
import POSIX
import Webhooks

/// What is in a ledger.
package struct LedgerReport: Equatable, Sendable {
    package let path: String
    /// The last record that it has; 0 when it has none.
    package let sequence: SequenceNumber
    /// Rows by table.
    package let tables: [String: Int]
    /// SHA-256 of the dump, hexadecimal.
    package let digest: String
    /// Of what was there before; nil when nothing was, or nothing that can be read.
    package var digestBefore: String?
    package var isRebuilt = false
}

extension JournalTool {
    /// What is in the ledger beside this journal; `line` gets each row.
    package func ledger(line: (String) -> Void) throws(ToolFailure) -> LedgerReport {
        let place = LedgerPlace(besideJournal: directory)
        return try orFail { () throws(DatabaseFailure) in
            try report(place, try Ledger.read(place.path), line)
        }
    }

    /// Builds a ledger beside the one that is there, and puts it in its place in one step: who has the old one open, such
    /// as a running server, goes on with the new one. `line` gets each of its rows.
    package func rebuildLedger(line: (String) -> Void) throws(ToolFailure) -> LedgerReport {
        let place = LedgerPlace(besideJournal: directory)
        let before = try? report(place, Ledger.read(place.path)) { _ in }
        try build(place)
        defer { try? place.remove(place.rebuiltPath) }
        var report = try orFail { () throws(DatabaseFailure) in
            let new = try Ledger.open(place.rebuiltPath)
            try new.replace(try place.openAnyhow())
            return try self.report(place, new, line)
        }
        report.digestBefore = before?.digest
        report.isRebuilt = true
        return report
    }

    private func build(_ place: LedgerPlace) throws(ToolFailure) {
        do throws(Errno) { try Files.createDirectories(place.directory) } catch {
            throw ToolFailure("\(place.directory) cannot be made: \(error)")
        }
        let identity = try identity()
        let new = try orFail { () throws(DatabaseFailure) in
            try place.remove(place.rebuiltPath)
            return try Ledger.open(place.rebuiltPath)
        }
        var outcome: Result<Void, ToolFailure> = .success(())
        try orFail { () throws(DatabaseFailure) in
            let start = LedgerCursor(journal: identity, sequence: 0, checksum: 0)
            _ = try new.project(behind: start) { take in
                do throws(ToolFailure) {
                    _ = try read("building the ledger") { take(LedgerRecord($0)) }
                } catch { outcome = .failure(error) }
            }
        }
        try outcome.get()
    }

    private func report(
        _ place: LedgerPlace, _ ledger: Ledger, _ line: (String) -> Void
    ) throws(DatabaseFailure) -> LedgerReport {
        let digest: SHA256.Running
        do throws(CryptographyFailure) { digest = try SHA256.Running() } catch {
            throw .unavailable("libcrypto refused")
        }
        try ledger.dump { row in
            digest.add(row + "\n")
            line(row)
        }
        return LedgerReport(
            path: place.path, sequence: try ledger.cursor()?.sequence ?? 0,
            tables: Dictionary(try ledger.counts().map { ($0.table, $0.rows) }) { $1 },
            digest: Hexadecimal.encode(digest.finish()))
    }

    private func orFail<Value>(_ body: () throws(DatabaseFailure) -> Value) throws(ToolFailure) -> Value {
        do throws(DatabaseFailure) { return try body() } catch { throw ToolFailure("the ledger: \(error)") }
    }
}

extension LedgerPlace {
    /// What cannot be opened is removed: another one is about to take its place.
    fileprivate func openAnyhow() throws(DatabaseFailure) -> Ledger {
        do throws(DatabaseFailure) { return try open() } catch {
            guard case .damaged = error else { throw error }
            try remove()
            return try open()
        }
    }
}

extension LedgerReport {
    package var line: String {
        let rows = tables.values.reduce(0, +)
        let text = "ledger: up to record \(sequence), \(counted(rows, "row")), sha256 of its dump: \(digest)"
        guard isRebuilt else { return text }
        guard let digestBefore else { return text + "; there was none that could be read" }
        return text + (digestBefore == digest ? "; the same as before" : "; before: \(digestBefore)")
    }

    package var jsonLine: String {
        let octets = JSONWriter.line { json in
            json.field("ledger", path)
            json.field("sequence", sequence)
            json.object("rows") { json in
                for (table, rows) in tables.sorted(by: { $0.key < $1.key }) { json.field(table, rows) }
            }
            json.field("sha256", digest)
            if isRebuilt { json.field("sha256Before", digestBefore) }
        }
        return String(decoding: octets.dropLast(), as: UTF8.self)
    }
}
