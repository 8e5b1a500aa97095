// The rules on which every promise about stock hangs, as values: whoever runs the workflow is handed them, so that a test can
// run the very same program with one of them broken and see that it is caught.
//
// The one thing to know: there is one right set, `standard`, and nothing but a test ever makes another.

package struct StockRules: Sendable {
    /// The position of what a read found: of the record with which it began, not of the one before which its answer came.
    package var position: @Sendable (_ began: JournalPosition, _ answered: JournalPosition) -> JournalPosition
    /// Whether a read has done what a wake-up asked for: only one that began after the wake-up was journaled has. What is
    /// journaled later wants to be read again.
    package var covers: @Sendable (_ wakeUp: JournalPosition, _ began: JournalPosition) -> Bool
    /// What each shelf should show. The time is in microseconds since 1970.
    package var decide: @Sendable (StockFormula, StockObservation, StockBook, _ now: Int64) -> [StockTarget]
    /// Whether a write may be sent where the newest that was sent is of `fence` (P3).
    package var maySend: @Sendable (StockWrite, _ fence: JournalPosition) -> Bool

    package init(
        position: @escaping @Sendable (JournalPosition, JournalPosition) -> JournalPosition,
        covers: @escaping @Sendable (JournalPosition, JournalPosition) -> Bool,
        decide: @escaping @Sendable (StockFormula, StockObservation, StockBook, Int64) -> [StockTarget],
        maySend: @escaping @Sendable (StockWrite, JournalPosition) -> Bool
    ) {
        self.position = position
        self.covers = covers
        self.decide = decide
        self.maySend = maySend
    }

    package static let standard = StockRules(
        position: { began, _ in began },
        covers: { wakeUp, began in wakeUp < began },
        decide: { formula, observation, book, now in formula.targets(of: observation, in: book, now: now) },
        maySend: { write, fence in write.position >= fence })
}
