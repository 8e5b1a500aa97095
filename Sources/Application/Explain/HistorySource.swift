// Where an explanation takes its history from: the ledger as far as it goes, and the journal behind it.
import Journal
import Ledger

struct HistorySource {
    let journal: String
    let brand: String

    private var reader: JournalReader { JournalReader(directory: journal) }
    private var place: LedgerPlace { LedgerPlace(besideJournal: journal) }

    /// All of it, and notes about where it is from.
    func history(of sku: String) throws(ToolFailure) -> (SKUHistory, notes: [String]) {
        var notes: [String] = []
        var (history, cursor) = fromLedger(sku, &notes)
        var behind = 0
        try visitJournal(behind: cursor, &notes) { record in
            history.add(LedgerRecord(record))
            behind += 1
        }
        if cursor > 0, behind > 0 {
            notes.append(
                "the ledger was \(counted(behind, "record")) behind the journal, which was read")
        }
        if cursor == 0, behind == 0 { notes.append("the journal in \(journal) holds nothing yet") }
        return (history, notes)
    }

    /// The first record that the journal holds.
    func oldest() throws(ToolFailure) -> SequenceNumber {
        do throws(JournalFailure) { return try reader.firstSequence() ?? 1 } catch {
            throw ToolFailure("\(journal): \(error)")
        }
    }

    /// Names that a person may have meant, best first.
    func namesNear(_ sku: String) throws(ToolFailure) -> [String] {
        var notes: [String] = []
        let known = try? Ledger.read(place.path).skus(of: brand)
        var names = Set(known ?? [])
        if known == nil {
            try visitJournal(behind: 0, &notes) { names.formUnion(LedgerRecord($0).skus(of: brand)) }
        }
        let wanted = sku.lowercased()
        let alike = names.filter { name in
            let name = name.lowercased()
            return name == wanted || !wanted.isEmpty && (name.hasPrefix(wanted) || wanted.hasPrefix(name))
        }
        let guess = alike.isEmpty ? nearest(to: sku, among: names.sorted()) : nil
        return Array((alike.sorted() + (guess.map { [$0] } ?? [])).prefix(HistorySource.namesShown))
    }

    private static let namesShown = 5

    /// What the ledger has, and the last record that is in it; nothing when it cannot be used.
    private func fromLedger(_ sku: String, _ notes: inout [String]) -> (SKUHistory, SequenceNumber) {
        let nothing = SKUHistory(brand: brand, sku: sku)
        do {
            let ledger = try Ledger.read(place.path)
            guard let cursor = try ledger.cursor() else { return (nothing, 0) }
            guard try cursor.journal == reader.contentSeed() else {
                notes.append("the ledger is of another journal, so the journal was read")
                return (nothing, 0)
            }
            return (try ledger.history(of: sku, brand: brand), cursor.sequence)
        } catch {
            notes.append("there is no ledger that can be read (\(error)), so the journal was read")
            return (nothing, 0)
        }
    }

    private func visitJournal(
        behind cursor: SequenceNumber, _ notes: inout [String], visit: (RecordView) -> Void
    ) throws(ToolFailure) {
        do throws(JournalFailure) {
            let findings = try reader.read(from: cursor + 1) { if $0.sequence > cursor { visit($0) } }
            notes += findings.filter(\.isDamage).map { "the journal: \($0)" }
        } catch { throw ToolFailure("\(journal): \(error)") }
    }
}
