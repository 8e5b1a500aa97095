// What the journal says of a brand's reconciliations: a fold over their entries, at a start and while it runs.
import JSON
package import Workflows

package struct SweepMemory: Equatable, Sendable {
    package struct Begun: Equatable, Sendable {
        package let run: JournalPosition
        package let trigger: StockReconciliation.Trigger
        package let isDryRun: Bool
        /// Microseconds since 1970.
        package let time: Int64
    }

    /// A report is long and a start is short, so it is read when somebody asks for it.
    private enum Report: Equatable, Sendable {
        case none
        case unread([UInt8])
        case read(StockReconciliation)
    }

    /// The last that has no end.
    package private(set) var open: Begun?
    /// When the last began that was not only to look, microseconds since 1970.
    package private(set) var began: Int64?
    private var report = Report.none

    package init() {}

    package mutating func apply(_ entry: ReconciliationEntry, sequence: JournalPosition, time: Int64) {
        switch entry {
        case .began(let trigger, let isDryRun):
            open = Begun(run: sequence, trigger: trigger, isDryRun: isDryRun, time: time)
            if !isDryRun { began = time }
        case .ended(let ended):
            open = nil
            report = .read(ended)
        case .confirmed: break
        }
    }

    /// The same for a record of the journal; false for one of a later Lockstep.
    mutating func apply(_ payload: UnsafeRawBufferPointer, _ sequence: JournalPosition, _ time: Int64) -> Bool {
        if ReconciliationEntry.isEnd(payload) {
            open = nil
            report = .unread(Array(payload))
            return true
        }
        guard let entry = ReconciliationEntry(payload) else { return false }
        apply(entry, sequence: sequence, time: time)
        return true
    }

    /// What the last run came to.
    package mutating func lastReport() -> StockReconciliation? {
        if case .unread(let octets) = report {
            if case .ended(let ended)? = ReconciliationEntry(octets) { report = .read(ended) } else { report = .none }
        }
        if case .read(let ended) = report { return ended }
        return nil
    }
}
