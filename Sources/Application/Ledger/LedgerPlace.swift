// Where the ledger's file is, and how it is made anew.
package import Ledger
import POSIX

package struct LedgerPlace: Sendable {
    package let directory: String
    package var path: String { directory + "/" + Ledger.fileName }

    /// Beside the journal, whose own directory holds nothing but the journal.
    package init(besideJournal journal: String) {
        var path = journal[...]
        while path.count > 1 && path.hasSuffix("/") { path = path.dropLast() }
        if let slash = path.lastIndex(of: "/") {
            directory = path[..<slash] + "/ledger"
        } else {
            directory = "ledger"
        }
    }

    /// Opens it, after making the directory when there is none.
    package func open() throws(DatabaseFailure) -> Ledger {
        do throws(Errno) { try Files.createDirectories(directory) } catch {
            throw .unavailable("\(directory) cannot be made: \(error)")
        }
        return try Ledger.open(path)
    }

    /// Which file is there; nil when there is none. When somebody has removed it, or put another in its place, whoever has it
    /// open would write to what has no name.
    var file: Files.Identity? { try? Files.identity(of: path) }

    /// Removes what is there: it is damaged, of another version, or of another journal. Whoever has it open goes on with
    /// what has no name any more.
    package func remove() throws(DatabaseFailure) {
        try remove(path)
    }

    /// A file beside the ledger for another one that takes its place when it is whole.
    var rebuiltPath: String { path + ".new" }

    func remove(_ path: String) throws(DatabaseFailure) {
        // The database last: a log without its database is not taken for another one's.
        for name in [path + "-wal", path + "-shm", path + "-journal", path] {
            do throws(Errno) { try Files.remove(name) } catch {
                if error != .notFound { throw .unavailable("\(name) cannot be removed: \(error)") }
            }
        }
    }
}
