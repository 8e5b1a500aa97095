// One shelf: what Centra should show there, what it shows as far as we know, and what is on its way.
//
// The one thing to know: a shipment that is completed takes its units from Centra's quantity by itself. So both what should
// be shown and what is shown are figures of a moment, less what was completed since.

extension StockBook {
    package struct ShelfState: Equatable, Sendable {
        package let shelf: Shelf
        /// Units of orders that are in Peoplevox, not cancelled, and whose shipment in Centra is not complete. Never below 0:
        /// an order may be older than this journal.
        package internal(set) var exported = 0
        /// Of these the ones that have left the warehouse.
        package internal(set) var despatched = 0
        /// Units that completed shipments took from Centra's physical quantity, ever.
        package internal(set) var completed = 0
        package internal(set) var target: Target?
        /// What Centra took last, and shows if nobody else changed it.
        package internal(set) var applied: Applied?
        /// The position of the newest write that was sent, applied or not: nothing older is sent (P3).
        package internal(set) var fence: JournalPosition = 0
        var sending: Sending?
        /// Whether Centra may show something else than `applied` says.
        package internal(set) var isInDoubt = false
        /// Since when Centra is not known to show what it should, microseconds since 1970.
        package internal(set) var lateSince: Int64?
        /// Since when what it should show is not known, microseconds since 1970; a floor does not end it.
        package internal(set) var unknownSince: Int64?
        /// Failed writes in a row, and when the last one was answered (microseconds since 1970).
        package internal(set) var failedWrites = 0
        package internal(set) var failedAt: Int64?
        /// What Centra said when it refused the last write, and how much that was; nil once it took one.
        package internal(set) var refusal: Refusal?
        package internal(set) var sales = SalesRate()

        init(_ shelf: Shelf) { self.shelf = shelf }
    }

    package struct Target: Equatable, Sendable {
        package let position: JournalPosition
        package let outcome: StockTarget.Outcome
        /// `ShelfState.completed` when it was decided.
        let completed: Int
        /// Microseconds since 1970.
        package let time: Int64
    }

    package struct Applied: Equatable, Sendable {
        package let write: StockWrite
        /// `ShelfState.completed` when it was sent.
        let completed: Int
        /// Microseconds since 1970.
        package let time: Int64
    }

    package struct Refusal: Equatable, Sendable {
        package let quantity: Int
        /// One that may be quoted.
        package let text: String
    }

    /// A write on its way.
    struct Sending: Equatable, Sendable {
        let write: StockWrite
        let completed: Int
        /// Whether somebody else changed the shelf, or saw another figure there, since it was sent: its answer then says
        /// nothing about what Centra shows.
        var isDoubted = false
    }
}

extension StockBook.ShelfState {
    /// Sent, and without an answer so far.
    package var underway: StockWrite? { sending?.write }

    /// What Centra shows, as far as we know; nil where we do not. What Centra makes of a shipment that takes more than there
    /// is nobody knows.
    package var shown: Int? {
        guard let applied, !isInDoubt, sending == nil else { return nil }
        let left = applied.write.quantity.minus(completed.minus(applied.completed))
        return left < 0 ? nil : left
    }

    /// What Centra should show now; nil where that is not known.
    package var due: Int? {
        guard let target, case .quantity(let quantity, _) = target.outcome else { return nil }
        return max(0, quantity.minus(completed.minus(target.completed)))
    }

    /// Whether nothing was ever read, sent or moved here.
    package var isBlank: Bool {
        if case .quantity? = target?.outcome { return false }
        return applied == nil && sending == nil && fence == 0 && exported == 0 && despatched == 0 && completed == 0
    }

    /// What is to be sent next; nil when Centra shows it already, when it is not known, and while something is underway.
    package var wanted: StockWrite? {
        guard sending == nil, let target, let due, due != shown else { return nil }
        return StockWrite(shelf, due, from: target.position)
    }
}

// MARK: What entries do to it

extension StockBook.ShelfState {
    /// An older target than the newest says nothing any more.
    mutating func aim(_ new: StockTarget, _ time: Int64) {
        guard new.position >= target?.position ?? 0 else { return }
        target = StockBook.Target(position: new.position, outcome: new.outcome, completed: completed, time: time)
        switch new.outcome {
        case .quantity(_, let parts) where parts.floor == nil:
            sales.see(parts.base, at: time)
            unknownSince = nil
        case .quantity, .unknown:
            unknownSince = unknownSince ?? time
        }
    }

    mutating func send(_ write: StockWrite) {
        fence = max(fence, write.position)
        // Whoever sent the one before is gone, and its answer with it.
        if sending != nil { isInDoubt = true }
        sending = StockBook.Sending(write: write, completed: completed)
    }

    mutating func answer(_ result: StockWriteResult, _ time: Int64) {
        let sent = sending ?? StockBook.Sending(write: result.write, completed: completed)
        fence = max(fence, result.write.position)
        sending = nil
        isInDoubt = isInDoubt || sent.isDoubted
        switch result.outcome {
        case .applied:
            applied = StockBook.Applied(write: result.write, completed: sent.completed, time: time)
            isInDoubt = sent.isDoubted
            (failedWrites, failedAt, refusal) = (0, nil, nil)
        case .refused(let text):
            refusal = StockBook.Refusal(quantity: result.write.quantity, text: text)
            noteFailure(time)
        case .failed: noteFailure(time)
        case .unknown:
            isInDoubt = true
            noteFailure(time)
        }
    }

    private mutating func noteFailure(_ time: Int64) {
        failedWrites = failedWrites.plus(1)
        failedAt = time
    }

    mutating func loseAnswer() {
        sending = nil
        isInDoubt = true
    }

    /// Somebody has looked at Centra since, so what it refused before says nothing of the next write.
    mutating func doubt() {
        isInDoubt = true
        refusal = nil
        sending?.isDoubted = true
    }

    /// Several sizes had its SKU, and one has it now. So long it was not late, but left alone.
    mutating func becomeUnique() {
        lateSince = nil
        doubt()
    }

    mutating func move(_ kind: StockMovement.Kind, _ units: Int) {
        switch kind {
        case .exported:
            exported = exported.plus(units)
            sales.export(units)
        case .cancelled:
            noteReleased()
            exported = max(0, exported.minus(units))
            sales.export(0.minus(units))
        case .despatched: despatched = despatched.plus(units)
        case .completed:
            exported = max(0, exported.minus(units))
            despatched = max(0, despatched.minus(units))
            completed = completed.plus(units)
            // Whether Centra took them off before or after what is on its way, nobody can tell.
            sending?.isDoubted = true
        }
    }

    /// Centra may have raised a figure below what it had promised, and then keeps it when an order goes: the difference
    /// could be sold. Called before the order is taken off.
    private mutating func noteReleased() {
        if let shown, shown < exported { isInDoubt = true }
        if let sending, sending.write.quantity < exported { self.sending?.isDoubted = true }
    }

    /// Late is what differs, and what was sent until it is answered: a failure does not make it younger.
    mutating func noteLateness(_ time: Int64) {
        let isLate = due.map { sending != nil || $0 != shown } ?? false
        lateSince = isLate ? lateSince ?? time : nil
    }
}
