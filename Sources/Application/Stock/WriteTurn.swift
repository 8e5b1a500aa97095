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
        learnLimits()
        let now = Moment(clock)
        var planner = StockPlanner(settings.writing)
        planner.settings.batch = centra.batchSize(settings.writing.batch)
        let delay = delay(of: centra.governor, cost, now)
        switch state.withLock({ $0.nextWriting(now, planner, delay: delay, rules) }) {
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

    /// Asks Centra for its limits, and so for its version, from time to time while there is something to write.
    private func learnLimits() {
        let now = clock.monotonicMicroseconds()
        guard state.withLock({ !$0.book.late.isEmpty && now >= $0.limitsAt }) else { return }
        var pause = StockEngine.limitsAgain
        do throws(CallFailure) {
            centra.governor.refresh(try centra.quotas(.catalogue, cancellation))
            pause = StockEngine.limitsEvery
        } catch {}
        state.withLock { $0.limitsAt = clock.monotonicMicroseconds() + pause }
    }

    /// Microseconds.
    private static let limitsEvery: Int64 = 900_000_000
    private static let limitsAgain: Int64 = 60_000_000

    private var cost: Cost { Cost(mutations: 1, complexity: 150 + settings.writing.batch) }

    /// When Centra's limits leave no room yet: what is not announced yet can still become something newer.
    private func waitForCentra(_ now: Moment) -> Int64? {
        let wait = centra.governor.caughtUp(after: 1, of: cost) - now.wall
        return wait > StockEngine.shortWait ? now.monotonic + min(wait, StockEngine.longestWait) : nil
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
        guard !choice.writes.isEmpty else { return }
        guard let position = record([.writing(choice.writes)]) else {
            giveUp(choice)
            return note(CallFailure(.transient, "the journal has no room"))
        }
        // A comparison may have found out meanwhile that several sizes share a SKU.
        let shared = state.withLock { state in Set(choice.writes.map(\.shelf.sku).filter(state.book.isAmbiguous)) }
        let (writes, withheld) = (
            choice.writes.filter { !shared.contains($0.shelf.sku) },
            choice.writes.filter { shared.contains($0.shelf.sku) }
        )
        let result = centra.setStock(
            writes.map { StockRow(.sku($0.shelf.sku), $0.quantity) }, warehouse: choice.warehouse,
            description: "Lockstep \(position)", batch: settings.writing.batch, StockEngine.writeLane, cancellation)
        state.withLock { state in
            state.answers =
                result.outcomes(of: writes)
                + withheld.map { StockWriteResult($0, .failed("several sizes of Centra share the SKU")) }
        }
        if let message = result.general { refuse(choice.warehouse, message.text) } else { note(result.failure) }
        if result.general == nil, !result.set.isEmpty || !result.refused.isEmpty { noteAnswer(of: choice.warehouse) }
        _ = journalAnswers()
    }

    private static let writeLane = Lane.readBack

    /// What was chosen is not sent.
    private func giveUp(_ choice: State.Choice) {
        state.withLock { $0.free(choice.writes.map(\.shelf)) }
    }

    /// Nothing more is sent of that warehouse for a while; others go on.
    private func refuse(_ warehouse: Int, _ text: String) {
        let (now, wall) = (clock.monotonicMicroseconds(), clock.wallMicroseconds())
        state.withLock { state in
            state.write.succeeded()
            var one = state.refusing[warehouse] ?? RefusingWarehouse(since: wall, text: text)
            one.text = text
            one.course.failed(now: now, first: settings.firstPause, longest: settings.longestPause)
            state.refusing[warehouse] = one
        }
    }

    private func noteAnswer(of warehouse: Int) {
        state.withLock { state in
            state.refusing[warehouse] = nil
            state.hasWritten = true
        }
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
        state.withLock { state in
            state.answers = []
            state.counts.writes += 1
            for answer in answers { state.counts.count(answer.outcome) }
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
        case wait(until: Int64?)
        case write(Choice)
    }

    /// What the planner chooses, as far as nothing newer was sent before (P3).
    fileprivate mutating func nextWriting(
        _ now: Moment, _ planner: StockPlanner, delay: Int64, _ rules: StockRules
    ) -> Writing {
        guard !book.late.isEmpty else { return .wait(until: nil) }
        guard now.monotonic >= write.restsUntil else { return .wait(until: write.restsUntil) }
        peak.look(backlog: taken.count + book.late.count, delay: delay, now: now.monotonic)
        outdated = outdated.filter { book.shelves[$0]?.wanted?.position == $1 }
        let except = Set(held.keys).union(outdated.keys)
        let resting = refusing.filter { $0.value.course.restsUntil > now.monotonic }
        var planner = planner
        planner.settings.warehouses.subtract(resting.keys)
        switch planner.next(in: book, now: now.wall, isPeak: peak.isPeak, turn: counts.writes, except: except) {
        case .wait(let until):
            return .wait(
                until: ([until.map(now.monotonic(of:))] + resting.map(\.value.course.restsUntil)).compactMap(\.self)
                    .min())
        case .write(let writes): return .write(take(writes, rules))
        }
    }

    private mutating func take(_ writes: [StockWrite], _ rules: StockRules) -> Choice {
        var choice = Choice(warehouse: writes.first?.shelf.warehouse ?? 0, writes: [])
        for write in writes {
            let fence = book.shelves[write.shelf]?.fence ?? 0
            if rules.maySend(write, fence) {
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

    mutating func free(_ shelves: [Shelf]) {
        sending.subtract(shelves)
        for waiter in waiters { waiter.ring() }
        waiters = []
    }
}

extension StockCounts {
    fileprivate mutating func count(_ outcome: StockWriteResult.Outcome) {
        switch outcome {
        case .applied: applied += 1
        case .refused: refused += 1
        case .failed: failed += 1
        case .unknown: unknown += 1
        }
    }
}
