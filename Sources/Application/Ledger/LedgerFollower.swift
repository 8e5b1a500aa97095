// Keeps the ledger up with the journal, on a thread of its own: nothing in the road waits for it, and nothing that can be
// wrong with its file stops the road. A file that is damaged, of another version or of another journal is made anew; one that
// cannot be written, for example because the disk is full, is tried again.
//
//     journal's durable record -> follow -> one transaction: rows and cursor
package import Journal
import Ledger
package import Operations
package import POSIX
import Synchronization

package final class LedgerFollower: Sendable {
    package struct Status: Equatable, Sendable {
        /// The last record that is in the ledger.
        package fileprivate(set) var sequence: SequenceNumber = 0
        /// Records taken in since the start.
        package fileprivate(set) var records: UInt64 = 0
        /// How often the file was made anew since the start.
        package fileprivate(set) var rebuilds: UInt64 = 0
        /// Why it stands still; nil while it does not.
        package fileprivate(set) var problem: String?

        package init() {}
    }

    /// What the thread owns.
    struct State {
        fileprivate var ledger: Ledger?
        /// That the ledger was opened from.
        fileprivate var file: Files.Identity?
        fileprivate var journal: JournalFollower
        /// Nil until the place in the journal is found.
        fileprivate var cursor: LedgerCursor?
        /// Everything before it was forgotten.
        fileprivate var floor: SequenceNumber = 0
    }

    /// Before anything is open.
    var beginning: State { State(journal: JournalFollower(disk: disk)) }

    private let place: LedgerPlace
    private let disk: any Disk
    private let store: SegmentStore
    private let identity: UInt64
    private let log: Log
    private let status = Mutex(Status())
    private let isStopping = Atomic(false)
    private let bell = Bell()
    private let thread = Mutex<Thread?>(nil)

    /// - Parameter journal: of the journal, the same for as long as it lives.
    package init(_ place: LedgerPlace, disk: any Disk, store: SegmentStore, journal: UInt64, log: Log) {
        self.place = place
        self.disk = disk
        self.store = store
        identity = journal
        self.log = log
    }

    package var current: Status { status.withLock { $0 } }
    /// Durable records that are not in the ledger.
    package var lag: UInt64 {
        let (durable, reached) = (store.state.durable, current.sequence)
        return durable - min(durable, reached)
    }

    package func start() throws(Errno) {
        try thread.withLock { thread throws(Errno) in thread = try Thread(named: "ledger") { [self] in run() } }
    }

    /// Takes in what is durable, and ends.
    package func end() {
        isStopping.store(true, ordering: .releasing)
        bell.ring()
        thread.withLock { thread in thread.take()?.join() }
    }

    /// Milliseconds between two looks at the journal, and after something went wrong.
    private static let interval = 200
    private static let patience = 5_000
    /// Octets of the journal in one transaction: what is read again after a crash, and what others wait for.
    private static let pieceOctets = 4 << 20

    /// Pieces that are still taken in at the end; a start goes on where this one stopped.
    private static let lastPieces = 8

    /// The thread's life.
    private func run() {
        var state = beginning
        while true {
            let isLast = isStopping.load(ordering: .acquiring)
            let isWell = catchUp(&state, isLast: isLast)
            if isLast { return }
            bell.wait(milliseconds: isWell ? LedgerFollower.interval : LedgerFollower.patience)
        }
    }

    /// One look at the journal: takes in what is durable. False when something is wrong with the file, or with the journal.
    func catchUp(_ state: inout State, isLast: Bool) -> Bool {
        do {
            try goOn(&state, isLast: isLast)
            note(problem: nil)
            return true
        } catch {
            state = beginning
            if case .damaged(let text) = error as? DatabaseFailure {
                makeAnew(because: text)
            } else {
                note(problem: "\(error)")
            }
            return false
        }
    }

    /// Until the ledger has all that is durable.
    private func goOn(_ state: inout State, isLast: Bool) throws {
        if state.ledger != nil, place.file != state.file { throw LedgerFollower.isRemoved }
        let ledger = if let open = state.ledger { open } else { try place.open() }
        if state.ledger == nil { state.file = place.file }
        state.ledger = ledger
        var pieces = 0
        while isLast ? pieces < LedgerFollower.lastPieces : !isStopping.load(ordering: .acquiring) {
            let durable = store.state.durable
            let cursor = if let known = state.cursor { known } else { try find(ledger, &state.journal, durable) }
            state.cursor = cursor
            guard cursor.sequence < durable else { break }
            state.cursor = try advance(ledger, &state.journal, from: cursor, to: durable)
            if let reached = state.cursor { note(reached, behind: cursor) }
            pieces += 1
        }
        try forget(ledger, &state)
    }

    /// Where the ledger ends, with the journal's follower behind it.
    private func find(
        _ ledger: Ledger, _ journal: inout JournalFollower, _ durable: SequenceNumber
    ) throws -> LedgerCursor {
        let known = try ledger.cursor() ?? LedgerCursor(journal: identity, sequence: 0, checksum: 0)
        guard known.journal == identity, known.sequence <= durable else { throw LedgerFollower.isForeign }
        try journal.seek(after: known.sequence)
        // What the journal has retired cannot be compared any more.
        if known.sequence > 0, let mark = journal.mark, mark.sequence <= known.sequence,
            mark != JournalMark(sequence: known.sequence, checksum: known.checksum)
        {
            throw LedgerFollower.isForeign
        }
        note(known, behind: known)
        return known
    }

    private static let isRemoved = DatabaseFailure.damaged("the ledger's file was removed or replaced")
    private static let isForeign = DatabaseFailure.damaged("the ledger is of another journal")

    /// One piece. Returns where the ledger ends now; nil when that has to be found: somebody has rebuilt it, or a segment
    /// was retired before it was read.
    private func advance(
        _ ledger: Ledger, _ journal: inout JournalFollower, from cursor: LedgerCursor, to durable: SequenceNumber
    ) throws -> LedgerCursor? {
        var last = cursor
        var outcome: Result<Void, JournalFailure> = .success(())
        let isTaken = try ledger.project(behind: cursor) { take in
            do throws(JournalFailure) {
                try journal.read(through: durable, octets: LedgerFollower.pieceOctets) { record in
                    take(LedgerRecord(record))
                    last = LedgerCursor(journal: identity, sequence: record.sequence, checksum: record.checksum)
                }
            } catch { outcome = .failure(error) }
        }
        if case .failure(.read(.notFound)) = outcome { return nil }
        try outcome.get()
        return isTaken ? last : nil
    }

    /// What the journal has retired goes from the ledger too, so that a rebuild comes to the same.
    private func forget(_ ledger: Ledger, _ state: inout State) throws {
        let first = store.state.firstSequence
        guard first > state.floor else { return }
        try ledger.forget(before: first)
        state.floor = first
    }

    private func makeAnew(because text: String) {
        log.warning("the ledger is made anew", ["text": .string(text)])
        do throws(DatabaseFailure) {
            try place.remove()
            status.withLock { status in
                status.rebuilds += 1
                status.sequence = 0
            }
        } catch { note(problem: "\(error)") }
    }

    private func note(_ reached: LedgerCursor, behind cursor: LedgerCursor) {
        status.withLock { status in
            status.sequence = reached.sequence
            status.records += reached.sequence - min(cursor.sequence, reached.sequence)
        }
    }

    private func note(problem: String?) {
        let isNew = status.withLock { status in
            defer { status.problem = problem }
            return status.problem != problem
        }
        guard isNew else { return }
        if let problem {
            log.error("the ledger stands still", ["text": .string(problem)])
        } else {
            log.notice("the ledger goes on", [:])
        }
    }
}
