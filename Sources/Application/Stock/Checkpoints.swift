// What keeps old segments of the journal: the entries that a brand's book is made of. A checkpoint restates the book, and
// then they may go, whether the brand is still live or not.
import Journal
import POSIX
import Synchronization
package import Workflows

/// A brand's book as the journal leaves it, and what of the journal it needs.
package struct FoldedStock: Sendable {
    private var fold = StockFold()
    package private(set) var retention = StockRetention()
    private var begun: (sequence: JournalPosition, time: Int64)?

    package init() {}

    package var book: StockBook { fold.book }

    /// - Parameters:
    ///   - entry: of the kinds stock and checkpoint.
    ///   - time: of the record, microseconds since 1970.
    mutating func apply(_ entry: Entry, sequence: JournalPosition, time: Int64) {
        switch entry {
        case .stock(let entry):
            fold.apply(entry, sequence: sequence, time: time)
            retention.note(entry: sequence, time: time)
        case .checkpoint(let checkpoint):
            if checkpoint == .begun { begun = (sequence, time) }
            fold.apply(checkpoint, sequence: sequence)
            if let begun, fold.newest?.begun == begun.sequence {
                retention.note(whole: begun.sequence, time: begun.time)
            }
        default: break
        }
    }

    /// Where the journal says that a server started, and at its end.
    mutating func noteRestart() { fold.noteRestart() }
}

/// Writes a checkpoint. Blocks until it is durable.
struct CheckpointWriter {
    let brand: String
    let commits: GroupCommit
    let clock: any Clock

    /// - Parameter book: called once, when everything before the checkpoint is applied and nothing after it.
    /// - Returns: nil when not all of it is durable; then it is none.
    func write(
        _ book: @escaping @Sendable () -> StockBook
    ) -> (begun: JournalPosition, time: Int64)? {
        let time = clock.wallMicroseconds()
        let frozen = Mutex(StockBook())
        guard let begun = commit(.begun, time, onDurable: { _ in frozen.withLock { $0 = book() } }) else { return nil }
        for part in frozen.withLock({ $0.checkpoint(begun: begun) }) where commit(part, time) == nil { return nil }
        return (begun, time)
    }

    private func commit(
        _ checkpoint: StockCheckpoint, _ time: Int64, onDurable: (@Sendable (SequenceNumber) -> Void)? = nil
    ) -> SequenceNumber? {
        var batch = RecordBatch()
        batch.append(kind: EntryKind.checkpoint.rawValue, brand: brand, time: time) {
            Entry.checkpoint(checkpoint).encode(into: &$0)
        }
        guard case .durable(let first) = commits.commitAndWait(batch, onDurable: onDurable) else { return nil }
        return first
    }
}

/// The book of a brand that is not live: it does not change, and is kept for the day on which it will be.
final class DormantStock: Sendable {
    private let brand: String
    private let book: StockBook
    private let retention: Mutex<StockRetention>

    init(_ brand: String, _ stock: FoldedStock) {
        self.brand = brand
        book = stock.book
        retention = Mutex(stock.retention)
    }

    /// The number of the oldest record that it needs.
    var floor: JournalPosition? { retention.withLock { $0.floor } }

    func keep(wanted: JournalPosition?, _ commits: GroupCommit, _ clock: any Clock) {
        let now = clock.wallMicroseconds()
        guard retention.withLock({ $0.isCheckpointDue(wanted: wanted, now: now) }) else { return }
        let whole = CheckpointWriter(brand: brand, commits: commits, clock: clock).write { [book] in book }
        retention.withLock { $0.note(whole, at: now) }
    }
}

extension StockEngine {
    /// The number of the oldest record that the book needs.
    var floor: JournalPosition? { state.withLock { $0.retention.floor } }

    /// Restates the book when that is due. Blocks.
    ///
    /// - Parameter wanted: below which everything else would let the journal's records go.
    package func keep(wanted: JournalPosition?) {
        let now = clock.wallMicroseconds()
        guard state.withLock({ $0.retention.isCheckpointDue(wanted: wanted, now: now) }) else { return }
        let writer = CheckpointWriter(brand: brand, commits: commits, clock: clock)
        let whole = writer.write { [self] in state.withLock { $0.book } }
        state.withLock { $0.retention.note(whole, at: now) }
    }
}

extension StockRetention {
    fileprivate mutating func note(_ whole: (begun: JournalPosition, time: Int64)?, at now: Int64) {
        guard let whole else { return noteFailure(at: now) }
        note(whole: whole.begun, time: whole.time)
    }
}

extension StockEngines {
    /// Below this number no brand's book needs anything of the journal; nil when none needs any of it.
    var floor: JournalPosition? { (all.map(\.floor) + dormant.map(\.floor)).compactMap { $0 }.min() }

    func keep(wanted: JournalPosition?) {
        for engine in all { engine.keep(wanted: wanted) }
        for stock in dormant { stock.keep(wanted: wanted, commits, clock) }
    }
}
