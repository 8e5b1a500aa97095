// The second half of the work: what Centra should show and does not is written.
//
//     book -> choice -> fence -+-> writing (durable) -> setStock -> written
//                              +-> refused: something newer was sent (P3)
import Centra
import Outbound
import POSIX
import Workflows

extension StockEngine {
    /// Writes one batch of what is wanted. Blocks.
    ///
    /// - Returns: when to come again, monotonic microseconds; nil when there is nothing to do until `writeBell` rings.
    package func writeTurn() -> Int64? {
        guard journalAnswers() else { return clock.monotonicMicroseconds() + settings.firstPause }
        if cancellation.isCancelled { return nil }
        let now = clock.monotonicMicroseconds()
        switch state.withLock({ $0.nextWriting(now, limit: limitOfTurn, maySend: rules.maySend) }) {
        case .nothing: return nil
        case .wait(let until): return until
        case .write(let choice):
            if let until = waitForCentra(now) {
                giveUp(choice)
                return until
            }
            write(choice)
            return clock.monotonicMicroseconds()
        }
    }

    /// Of a server that takes one at a time few are sent in a turn, so that what is more urgent comes next.
    private var limitOfTurn: Int {
        let limit = centra.batchSize(settings.writeBatch)
        return limit == 1 ? min(StockEngine.singles, settings.writeBatch) : limit
    }

    private static let singles = 10

    /// When Centra's limits leave no room yet: what is not announced yet can still become something newer.
    private func waitForCentra(_ now: Int64) -> Int64? {
        let cost = Cost(mutations: 1, complexity: 150 + settings.writeBatch)
        let wait = centra.governor.caughtUp(after: 1, of: cost) - clock.wallMicroseconds()
        return wait > StockEngine.shortWait ? now + min(wait, StockEngine.longestWait) : nil
    }

    /// Microseconds.
    private static let shortWait: Int64 = 1_000_000
    private static let longestWait: Int64 = 60_000_000

    private func write(_ choice: State.Choice) {
        if !choice.outdated.isEmpty {
            let refused = StockEntry.refused(choice.outdated, applied: choice.fences)
            if record([refused]) != nil { state.withLock { $0.counts.outdated += choice.outdated.count } }
        }
        // Nothing is sent that the journal does not know of (P3, P5).
        guard !choice.writes.isEmpty, let position = record([.writing(choice.writes)]) else { return giveUp(choice) }
        let rows = choice.writes.map { StockRow(.sku($0.shelf.sku), $0.quantity) }
        let result = centra.setStock(
            rows, warehouse: choice.warehouse, description: "Lockstep \(position)", batch: settings.writeBatch,
            StockEngine.writeLane, cancellation)
        state.withLock { $0.answers = result.outcomes(of: choice.writes) }
        note(result.failure)
        _ = journalAnswers()
    }

    private static let writeLane = Lane.readBack

    /// What was chosen is not sent.
    private func giveUp(_ choice: State.Choice) {
        state.withLock { $0.free(choice.writes.map(\.shelf)) }
    }

    private func note(_ failure: CallFailure?) {
        let now = clock.monotonicMicroseconds()
        state.withLock { state in
            guard let failure else { return state.write.succeeded() }
            state.write.failed(
                now: now, first: settings.firstPause, longest: settings.longestPause,
                until: clock.monotonic(of: failure.kind))
        }
    }

    /// Journals what became of the last writes; false while that is not durable, and nothing more is sent before.
    private func journalAnswers() -> Bool {
        let answers = state.withLock { $0.answers }
        if answers.isEmpty { return true }
        guard record([.written(answers)]) != nil else { return false }
        let now = clock.monotonicMicroseconds()
        state.withLock { state in
            state.answers = []
            for answer in answers { state.took(answer, settings, now: now) }
            state.free(answers.map(\.write.shelf))
        }
        return true
    }
}

extension StockResult {
    /// What became of each of the writes, in order.
    fileprivate func outcomes(of writes: [StockWrite]) -> [StockWriteResult] {
        var outcomes: [StockRow: StockWriteResult.Outcome] = [:]
        for row in set { outcomes[row] = .applied }
        for refusal in refused { outcomes[refusal.row] = .refused(refusal.message.text) }
        let rest = failure.map { StockWriteResult.Outcome($0) } ?? .unknown("Centra did not say what became of it")
        return writes.map { write in
            StockWriteResult(write, outcomes[StockRow(.sku(write.shelf.sku), write.quantity)] ?? rest)
        }
    }
}

extension StockWriteResult.Outcome {
    /// Of what was not set because a call failed. Setting it twice does no harm, so all of it counts as unknown where one
    /// call's outcome is.
    fileprivate init(_ failure: CallFailure) {
        switch failure.kind {
        case .ambiguous: self = .unknown(failure.text)
        case .transient, .throttled, .permanent, .configuration, .cancelled: self = .failed(failure.text)
        }
    }
}

// MARK: The choice

extension StockEngine.State {
    struct Choice {
        let warehouse: Int
        var writes: [StockWrite]
        var outdated: [StockWrite] = []
        var fences: [Shelf: JournalPosition] = [:]
    }

    enum Writing {
        case nothing
        case wait(until: Int64)
        case write(Choice)
    }

    /// The most urgent of what may be written now, all of one warehouse.
    fileprivate mutating func nextWriting(
        _ now: Int64, limit: Int, maySend: (StockWrite, JournalPosition) -> Bool
    ) -> Writing {
        var open: [StockWrite] = []
        var next: Int64?
        for shelf in book.late {
            guard let wanted = book.shelves[shelf]?.wanted, held[shelf] == nil, outdated[shelf] != wanted.position
            else { continue }
            if let rest = rests[shelf], rest.until > now {
                next = min(next ?? .max, rest.until)
            } else {
                open.append(wanted)
            }
        }
        guard !open.isEmpty else { return next.map { .wait(until: $0) } ?? .nothing }
        guard now >= write.restsUntil else { return .wait(until: write.restsUntil) }
        open.sort { urgency($0) < urgency($1) }
        let warehouse = open[0].shelf.warehouse
        return .write(take(open.lazy.filter { $0.shelf.warehouse == warehouse }.prefix(limit), warehouse, maySend))
    }

    private mutating func take(
        _ writes: some Sequence<StockWrite>, _ warehouse: Int, _ maySend: (StockWrite, JournalPosition) -> Bool
    ) -> Choice {
        var choice = Choice(warehouse: warehouse, writes: [])
        for write in writes {
            let fence = book.shelves[write.shelf]?.fence ?? 0
            if maySend(write, fence) {
                choice.writes.append(write)
                sending.insert(write.shelf)
            } else {
                choice.outdated.append(write)
                choice.fences[write.shelf] = fence
                outdated[write.shelf] = write.position
            }
        }
        return choice
    }

    /// What falls comes first, and then what has waited longest.
    private func urgency(_ write: StockWrite) -> (Int, Int64, Shelf) {
        let state = book.shelves[write.shelf]
        let falls = write.quantity < state?.applied?.write.quantity ?? 0
        return (falls ? 0 : 1, state?.lateSince ?? 0, write.shelf)
    }

    mutating func free(_ shelves: [Shelf]) {
        sending.subtract(shelves)
        for waiter in waiters { waiter.ring() }
        waiters = []
    }

    fileprivate mutating func took(_ answer: StockWriteResult, _ settings: StockSettings, now: Int64) {
        let shelf = answer.write.shelf
        switch answer.outcome {
        case .applied:
            rests[shelf] = nil
            counts.applied += 1
        case .refused:
            rests[shelf, default: StockEngine.Rest()].prolong(now, settings.firstRefusal, settings.longestRefusal)
            counts.refused += 1
        case .failed: counts.failed += 1
        case .unknown:
            rests[shelf] = StockEngine.Rest(until: now + settings.settling)
            counts.unknown += 1
        }
    }
}
