// What a reconciliation comes to: counts by explanation, the differences that ask most for somebody, and what it cost.

package struct StockReconciliation: Hashable, Sendable {
    /// Why it ran.
    package enum Trigger: Hashable, Sendable {
        case schedule
        /// The user id of who asked, from the kernel.
        case user(UInt32)
    }

    /// How much of one side was read.
    package struct Side: Hashable, Sendable {
        /// SKUs.
        package var skus = 0
        /// Calls that were made.
        package var calls = 0
        package var isComplete = false
        /// Why not, in words of ours.
        package var trouble: String?

        package init() {}
    }

    /// Sites whose stock is shown nowhere.
    package struct OtherSite: Hashable, Sendable {
        package let site: String
        package let skus: Int
        /// Pieces that are available there.
        package let pieces: Int

        package init(_ site: String, skus: Int, pieces: Int) {
            (self.site, self.skus, self.pieces) = (site, skus, pieces)
        }
    }

    /// What became of what was to be put right.
    package enum Correction: Hashable, Sendable {
        /// Nothing was to be done, or only to be looked at.
        case none
        case woken
        /// Waits for a person; the reason is for them.
        case held(String)
        /// Some of it could not be journaled or queued.
        case partly
    }

    /// How many differences a report lists.
    package static let rowLimit = 1_000

    /// The number of the record with which it began.
    package var run: JournalPosition
    package var trigger: Trigger
    package var isDryRun: Bool
    /// Microseconds since 1970.
    package var began: Int64
    package var ended: Int64
    package var warehouse = Side()
    package var shop = Side()
    package var basis = ShopReading.Basis.ourSums
    /// Places that were compared, and those whose figures are the same.
    package var compared = 0
    package var agreed = 0
    /// SKUs of which one side was not read.
    package var notCompared = 0
    package var counts: [StockDifference.Explanation: Int] = [:]
    /// Those that ask most for somebody.
    package var rows: [StockDifference] = []
    package var otherSites: [OtherSite] = []
    /// SKUs that Centra took pieces of once, and neither side has any more; as many as rows at most.
    package var gone: [String] = []
    /// How many in a row were not whole, this one included; 0 when it is.
    package var incompleteRuns = 0
    /// SKUs of which Peoplevox has changed without an event, and events that came since the run before.
    package var missed = 0
    package var heard = 0
    /// What was done about events that stay away; nil where they do not.
    package var silence: String?
    package var correction = Correction.none
    /// SKUs that were woken or doubted, and those that wait for a quiet hour.
    package var corrected = 0
    package var deferred = 0

    package init(run: JournalPosition, trigger: Trigger, isDryRun: Bool, began: Int64) {
        (self.run, self.trigger, self.isDryRun, self.began, ended) = (run, trigger, isDryRun, began, began)
    }

    package var isComplete: Bool { warehouse.isComplete && shop.isComplete }
    package var disagreements: Int { counts.reduce(0) { $0 + ($1.key.isDisagreement ? $1.value : 0) } }
    /// Differences that are not listed.
    package var unlisted: Int { max(0, counts.values.sum - rows.count) }

    /// What one word says of it.
    package enum Verdict: String, Sendable {
        case agree, differ, incomplete
    }

    package var verdict: Verdict { isComplete ? disagreements == 0 ? .agree : .differ : .incomplete }

    package mutating func take(_ findings: StockFindings) {
        let all = findings.all
        compared = findings.compared
        agreed = findings.agreed
        notCompared = findings.notCompared
        missed = findings.missed
        counts = Dictionary(grouping: all, by: \.difference.explanation).mapValues(\.count)
        rows = all.prefix(StockReconciliation.rowLimit).map(\.difference)
    }

    package mutating func take(sitesOf observation: StockObservation, _ formula: StockFormula) {
        var found: [String: (skus: Int, pieces: Int)] = [:]
        for levels in observation.levels.values {
            for (site, row) in levels where formula.warehouses[site] == nil {
                let before = found[site] ?? (0, 0)
                found[site] = (before.skus + 1, before.pieces.plus(max(0, row.available ?? 0)))
            }
        }
        otherSites = found.sorted { $0.key < $1.key }.map { OtherSite($0, skus: $1.skus, pieces: $1.pieces) }
    }
}

/// Are events that should come staying away? Decided from what a reconciliation found without them.
package enum EventSilence {
    /// So many are a sign by themselves; so few are none when others came.
    static let many = 200
    static let few = 3
    /// Of all changes, in percent.
    static let share = 20

    /// - Parameters:
    ///   - missed: changes that nothing announced.
    ///   - heard: events that came in the same time.
    package static func isLikely(missed: Int, heard: Int) -> Bool {
        if missed == 0 { return false }
        if heard == 0 || missed >= many { return true }
        return missed >= few && missed.times(100) / missed.plus(heard) >= share
    }
}
