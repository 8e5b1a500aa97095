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

        /// A server that dies of something dies again, and a whole run costs hundreds of calls: so many microseconds pass
        /// from one that was cut off to the next.
        static let pause: Int64 = 900_000_000

        var notBefore: Int64 { time.addingReportingOverflow(Begun.pause).partialValue }

        /// Whether a run may take the place of this one, which was cut off. After a clock that was set back it may.
        func mayBegin(at now: Int64) -> Bool { now >= notBefore || now < time }
    }

    /// A report is long and a start is short, so it is read when somebody asks for it.
    private enum Report: Equatable, Sendable {
        case none
        case unread([UInt8])
        case read(StockReconciliation)
    }

    /// The last that has no end.
    package private(set) var open: Begun?
    /// One that was cut off, while another that is only to look is open: it is still to be made.
    private var cutOff: Begun?
    /// When the last began that was not only to look, microseconds since 1970.
    package private(set) var began: Int64?
    /// The number of that one; 0 when there was none.
    package private(set) var newest: JournalPosition = 0
    private var report = Report.none
    /// What the last run that was not only to look has kept, and what the open one has so far.
    private var kept: Kept?
    private var pending: [Kept.Part] = []

    fileprivate struct Kept: Equatable, Sendable {
        let run: JournalPosition
        var parts: [Part]
        var isConfirmed = false
        var isUrgentDone = false

        enum Part: Equatable, Sendable {
            case unread([UInt8])
            case read(StockCorrections, isHeld: Bool)
        }
    }

    /// What is still to be put right, and what it waits for.
    package struct Waiting: Equatable, Sendable {
        package enum Reason: Equatable, Sendable {
            case word
            /// Somebody has said it.
            case nothing
            case quietHour
        }

        package let run: JournalPosition
        package let reason: Reason
        package fileprivate(set) var corrections = StockCorrections()
    }

    package init() {}

    package mutating func apply(_ entry: ReconciliationEntry, sequence: JournalPosition, time: Int64) {
        switch entry {
        case .began(let trigger, let isDryRun):
            if !isDryRun {
                (began, newest, pending, cutOff) = (time, sequence, [], nil)
            } else if let open, !open.isDryRun {
                cutOff = open
            }
            open = Begun(run: sequence, trigger: trigger, isDryRun: isDryRun, time: time)
        case .ended(let ended):
            end()
            report = .read(ended)
        case .kept(let corrections, let isHeld): pending.append(.read(corrections, isHeld: isHeld))
        case .confirmed(let run, _): if kept?.run == run { kept?.isConfirmed = true }
        case .acted(let run, let isAll):
            guard kept?.run == run else { return }
            if isAll { kept = nil } else { kept?.isUrgentDone = true }
        }
    }

    private mutating func end() {
        if let open, !open.isDryRun, !pending.isEmpty {
            kept = Kept(run: open.run, parts: pending)
            pending = []
        }
        open = cutOff
        cutOff = nil
    }

    /// The run whose corrections wait for a person.
    package var held: JournalPosition? { waiting.flatMap { $0.reason == .word ? $0.run : nil } }

    /// The same for a record of the journal; false for one of a later Lockstep.
    mutating func apply(_ payload: UnsafeRawBufferPointer, _ sequence: JournalPosition, _ time: Int64) -> Bool {
        if ReconciliationEntry.isEnd(payload) {
            end()
            report = .unread(Array(payload))
            return true
        }
        if ReconciliationEntry.isKept(payload) {
            pending.append(.unread(Array(payload)))
            return true
        }
        guard let entry = ReconciliationEntry(payload) else { return false }
        apply(entry, sequence: sequence, time: time)
        return true
    }

    /// What waits to be put right; nil when nothing does.
    package var waiting: Waiting? {
        guard let kept else { return nil }
        let parts = kept.parts.compactMap(\.corrections)
        let isHeld = parts.contains(where: \.isHeld)
        var waiting = Waiting(
            run: kept.run, reason: !isHeld || kept.isUrgentDone ? .quietHour : kept.isConfirmed ? .nothing : .word)
        for part in parts { waiting.corrections.add(part.corrections) }
        if kept.isUrgentDone || !isHeld { waiting.corrections.urgent = StockCorrections.Part() }
        return waiting
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

extension SweepMemory.Kept.Part {
    fileprivate var corrections: (corrections: StockCorrections, isHeld: Bool)? {
        switch self {
        case .read(let corrections, let isHeld): return (corrections, isHeld)
        case .unread(let octets):
            guard case .kept(let corrections, let isHeld)? = ReconciliationEntry(octets) else { return nil }
            return (corrections, isHeld)
        }
    }
}
