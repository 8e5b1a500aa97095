// What `journal-replay` does: reads a journal beside its server, and acts through the server, or on the journal itself
// when no server has it open.
package import Journal
package import Operations
import POSIX
import Queues
import Webhooks

/// Why a command could not do what it was asked to.
package struct ToolFailure: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

package struct JournalTool: Sendable {
    package let directory: String
    let configuration: Configuration?
    private let reader: JournalReader
    private let clock = SystemClock()

    /// With a configuration, quarantined deliveries can be released without a server.
    package init(directory: String, configuration: Configuration?) throws(ToolFailure) {
        self.directory = directory
        self.configuration = configuration
        reader = JournalReader(directory: directory)
        let names: [String]
        do throws(Errno) { names = try Files.names(in: directory) } catch {
            throw ToolFailure("cannot read \(directory): \(error)")
        }
        guard names.contains(where: { $0.hasSuffix(".segment") }) else {
            throw ToolFailure("\(directory) holds no journal: there is no segment in it")
        }
    }

    package var now: Timestamp { Timestamp(microseconds: clock.wallMicroseconds()) }

    /// Milliseconds; the configuration's default.
    private static let usualRedeliveryWindow: Int64 = 48 * 3_600_000

    private var redeliveryWindow: Int64 {
        Int64(configuration?.journal.redeliveryWindow ?? JournalTool.usualRedeliveryWindow) * 1_000
    }

    /// Reads all of the journal, with a progress line on standard error when that takes long.
    func read(_ what: String, visit: (RecordView) -> Void) throws(ToolFailure) -> [JournalReader.Finding] {
        do throws(JournalFailure) {
            let progress = Progress(what, total: try reader.octets(), clock: clock)
            defer { progress.end() }
            return try reader.read(progress: { progress.show($0) }, visit: visit)
        } catch { throw ToolFailure("\(error)") }
    }

    /// What tells this journal from others.
    func identity() throws(ToolFailure) -> UInt64 {
        do throws(JournalFailure) { return try reader.contentSeed() ?? 0 } catch { throw ToolFailure("\(error)") }
    }

    func fold() throws(ToolFailure) -> (fold: Fold, released: Set<SequenceNumber>, findings: [JournalReader.Finding]) {
        var fold = Fold(now: clock.wallMicroseconds(), redeliveryWindow: redeliveryWindow)
        var released: Set<SequenceNumber> = []
        let findings = try read("reading") { record in
            fold.apply(record)
            guard record.kind == EntryKind.operatorAction.rawValue,
                case .operatorAction(let action) = Entry(kind: record.kind, payload: record.payload),
                action.action == .releaseQuarantined
            else { return }
            released.insert(action.target.sequence)
        }
        return (fold, released, findings)
    }

    func deliveries(
        _ numbers: [SequenceNumber], withBodies: Bool = true
    ) throws(ToolFailure) -> [SequenceNumber: DeliveryLookup.Found] {
        do throws(JournalFailure) {
            return try DeliveryLookup(reader).deliveries(numbers, withBodies: withBodies)
        } catch { throw ToolFailure("\(error)") }
    }
}

// MARK: verify, inspect, rebuild

extension JournalTool {
    package struct Verdict: Sendable {
        package let checks: [JournalAudit.Check]
        package let findings: [JournalReader.Finding]
        package let records: Int

        package var holds: Bool { checks.allSatisfy(\.holds) }
    }

    /// Re-checks the promises over the whole journal.
    package func verify() throws(ToolFailure) -> Verdict {
        var audit = JournalAudit(redeliveryWindow: redeliveryWindow)
        var records = 0
        let findings = try read("verifying") { record in
            audit.apply(record)
            records += 1
        }
        return Verdict(checks: audit.checks(findings: findings), findings: findings, records: records)
    }

    /// Shows what matches, in journal order, at most `limit`; returns how many matched.
    package func inspect(
        _ filter: RecordFilter, limit: Int?, show: (InspectedRecord) -> Void
    ) throws(ToolFailure) -> (matched: Int, findings: [JournalReader.Finding]) {
        let first = try fold()
        let inspection = Inspection(fold: first.fold, released: first.released)
        var matched = 0
        let findings = try read("reading") { record in
            guard let row = inspection.describe(record), filter.matches(row) else { return }
            matched += 1
            if limit.map({ matched <= $0 }) ?? true { show(row) }
        }
        return (matched, findings)
    }

    /// The queues as a server would start with, as canonical text: the same journal always gives the same octets.
    package func rebuild() throws(ToolFailure) -> RebuiltState {
        let (fold, _, findings) = try fold()
        return RebuiltState(fold, try deliveries(fold.needed, withBodies: false), findings)
    }
}

/// What a fold over the journal comes to.
package struct RebuiltState: Sendable {
    package let openJobs: Int
    package let deadLetters: Int
    package let recognisedRedeliveries: Int
    package let records: [(kind: String, count: Int)]
    package let findings: [JournalReader.Finding]
    /// One line for each open job and dead letter, in journal order.
    package let lines: [String]

    fileprivate init(
        _ fold: Fold, _ found: [SequenceNumber: DeliveryLookup.Found], _ findings: [JournalReader.Finding]
    ) {
        var lines: [String] = []
        var open = 0
        let dead = Dictionary(grouping: fold.deadLetters.keys, by: \.sequence)
        for sequence in fold.needed {
            guard let delivery = found[sequence] else {
                lines.append("\(sequence) unreadable")
                continue
            }
            for (index, event) in delivery.delivery.events.enumerated() {
                guard let state = fold.open[sequence], state.isOpen(UInt16(clamping: index)) else { continue }
                let attempts = state.retries[UInt16(clamping: index)]?.attempts ?? 0
                lines.append("\(sequence).\(index) open \(delivery.brand) \(event) attempts \(attempts)")
                open += 1
            }
            for id in (dead[sequence] ?? []).sorted() {
                let note = fold.deadLetters[id]
                lines.append("\(id) dead \(delivery.brand) attempts \(note?.attempts ?? 0) \(note?.reason ?? "")")
            }
        }
        self.lines = lines
        openJobs = open
        deadLetters = fold.deadLetters.count
        recognisedRedeliveries = fold.deduplication.count
        records = EntryKind.allCases.map { ($0.name, fold.count(of: $0)) }
        self.findings = findings
    }

    /// SHA-256 of the lines, hexadecimal: for comparing two rebuilds.
    package var digest: String {
        let text = Array(lines.joined(separator: "\n").utf8)
        return SHA256.digest(of: text[...]).map { Hexadecimal.encode($0) } ?? ""
    }
}

/// A line on standard error that says how far a long reading has come; nothing for a short one.
private final class Progress {
    private static let patience: Int64 = 1_000
    private static let interval: Int64 = 200
    private let what: String
    private let total: Int
    private let clock: SystemClock
    private let started: Int64
    private var shown: Int64 = 0
    private let isTerminal = Process.isTerminal(2)

    init(_ what: String, total: Int, clock: SystemClock) {
        self.what = what
        self.total = max(1, total)
        self.clock = clock
        started = clock.monotonicMilliseconds()
    }

    func show(_ done: Int) {
        let now = clock.monotonicMilliseconds()
        guard now - started >= Progress.patience, now - shown >= (isTerminal ? Progress.interval : 5_000) else {
            return
        }
        shown = now
        let text = "\(what): \(min(100, done * 100 / total)) % of \(total >> 20) MiB"
        Process.write(isTerminal ? "\r\(text)   " : text + "\n", to: 2)
    }

    func end() {
        if shown > 0 && isTerminal { Process.write("\r\u{1B}[K", to: 2) }
    }
}
