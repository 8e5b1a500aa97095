// The promises about stock (P3, P4), re-checked for every brand of a journal.
import Journal
import Workflows

struct StockAudits {
    private let isWhole: Bool
    private var audits: [String: StockAudit] = [:]

    /// - Parameter isWhole: whether the journal begins with its first record.
    init(isWhole: Bool) {
        self.isWhole = isWhole
    }

    mutating func apply(_ entry: StockEntry, _ brand: String, _ sequence: SequenceNumber, _ time: Int64) {
        audits[brand, default: StockAudit(isWhole: isWhole)].apply(entry, sequence: sequence, time: time)
    }

    mutating func apply(_ checkpoint: StockCheckpoint, _ brand: String, _ sequence: SequenceNumber) {
        audits[brand, default: StockAudit(isWhole: isWhole)].apply(checkpoint, sequence: sequence)
    }

    mutating func noteRestart() {
        for brand in audits.keys { audits[brand]?.noteRestart() }
    }

    /// One for each rule, over all brands; none where no stock is kept.
    var checks: [JournalAudit.Check] {
        if audits.isEmpty { return [] }
        return StockAudit.Rule.allCases.map { rule in
            let verdicts = audits.sorted { $0.key < $1.key }.compactMap { brand, audit in
                audit.verdicts[rule].map { (brand, $0) }
            }
            return JournalAudit.Check(
                promise: rule.rawValue, statement: rule.statement,
                holdsFor: verdicts.reduce(0) { $0 + $1.1.holdsFor },
                counterExamples: verdicts.flatMap { brand, verdict in verdict.counterExamples.map { "\(brand): \($0)" }
                })
        }
    }
}
