// Which shelves are written next. Centra's budget is small and shared, so the order of work is what keeps a shop honest.
//
//     1. decreases             the shop offers what is not there
//     2. nobody knows          it may
//     3. increases             it offers less than there is
//
// and within each by oversell risk (how fast it sells, how long it has been wrong, how little there is), then by age. The
// one thing to know: every fifth turn, and every fifth row, goes to who has waited longest, so nothing waits for ever.

package struct StockPlanner: Hashable, Sendable {
    /// All times are in microseconds.
    package struct Settings: Hashable, Sendable {
        /// Centra's warehouses that are ours to write; others in the book are left alone.
        package var warehouses: Set<Int>
        /// Rows of one call, 1 where the server is too old for more (centra.md, section 5).
        package var batch: Int
        /// How long a change may wait for others to go with it, in peak mode.
        package var peakWindow: Int64
        /// After so long a change is among those that are served by age.
        package var patience: Int64
        /// The wait after a failure, doubled with every one that follows, and the longest.
        package var retry: Int64
        package var longestRetry: Int64
        /// The wait before the very quantity that Centra refused is sent again.
        package var refusedAgain: Int64

        package init(
            warehouses: Set<Int>, batch: Int = 100, peakWindow: Int64 = 10_000_000, patience: Int64 = 60_000_000,
            retry: Int64 = 2_000_000, longestRetry: Int64 = 60_000_000, refusedAgain: Int64 = 21_600_000_000
        ) {
            precondition(batch >= 1, "a call has a row")
            self.warehouses = warehouses
            self.batch = batch
            self.peakWindow = peakWindow
            self.patience = patience
            self.retry = retry
            self.longestRetry = longestRetry
            self.refusedAgain = refusedAgain
        }
    }

    package enum Turn: Hashable, Sendable {
        /// Rows of one warehouse, at least one.
        case write([StockWrite])
        /// Nothing is to be sent before that time (microseconds since 1970); nil until the book changes.
        case wait(until: Int64?)
    }

    /// One of so many turns, and of so many rows, is given by age.
    private static let share = 5

    package var settings: Settings

    package init(_ settings: Settings) {
        self.settings = settings
    }

    /// What to send now.
    ///
    /// - Parameters:
    ///   - now: microseconds since 1970.
    ///   - turn: how many batches were sent so far.
    ///   - held: shelves that are left alone for now.
    package func next(
        in book: StockBook, now: Int64, isPeak: Bool, turn: Int, except held: Set<Shelf> = []
    ) -> Turn {
        let (ready, later) = candidates(in: book, now: now, except: held)
        let isByAge = turn % StockPlanner.share == StockPlanner.share - 1
        guard let oldest = ready.min(by: { $0.isOlder(than: $1) }),
            let lead = isByAge ? oldest : ready.min(by: { $0.isMoreUrgent(than: $1) })
        else { return .wait(until: later) }
        let mates = ready.filter { $0.write.shelf.warehouse == lead.write.shelf.warehouse }
        let windowEnd = oldest.since.plus(settings.peakWindow)
        if isPeak, mates.count < settings.batch, now < windowEnd {
            return .wait(until: min(later ?? windowEnd, windowEnd))
        }
        return .write(batch(of: mates, lead, now: now))
    }

    /// About how many calls would bring everything into Centra that is late now.
    package func callsNeeded(in book: StockBook) -> Int {
        var rows: [Int: Int] = [:]
        for shelf in book.late where settings.warehouses.contains(shelf.warehouse) {
            rows[shelf.warehouse, default: 0] += 1
        }
        return rows.values.reduce(0) { $0 + ($1 + settings.batch - 1) / settings.batch }
    }

    /// When a shelf may be sent (again), microseconds since 1970; its write is `write`. After a clock that was set back since
    /// the failure it may be sent now.
    package func notBefore(_ state: StockBook.ShelfState, _ write: StockWrite) -> Int64 {
        guard let failedAt = state.failedAt else { return .min }
        if state.refusal?.quantity == write.quantity { return failedAt.plus(settings.refusedAgain) }
        let doublings = min(max(0, state.failedWrites - 1), 30)
        return failedAt.plus(min(settings.retry.times(1 << Int64(doublings)), settings.longestRetry))
    }

    // MARK: one turn

    fileprivate struct Candidate {
        let write: StockWrite
        let rank: Int
        let risk: Double
        let since: Int64

        func isMoreUrgent(than other: Candidate) -> Bool {
            if rank != other.rank { return rank < other.rank }
            return risk == other.risk ? isOlder(than: other) : risk > other.risk
        }

        func isOlder(than other: Candidate) -> Bool {
            since == other.since ? write.shelf < other.write.shelf : since < other.since
        }
    }

    private func candidates(
        in book: StockBook, now: Int64, except held: Set<Shelf>
    ) -> (ready: [Candidate], later: Int64?) {
        var ready: [Candidate] = []
        var later: Int64?
        for shelf in book.late where settings.warehouses.contains(shelf.warehouse) && !held.contains(shelf) {
            guard let state = book.shelves[shelf], let write = state.wanted else { continue }
            let notBefore = notBefore(state, write)
            if notBefore <= now || state.failedAt ?? now > now {
                ready.append(candidate(state, write, now: now))
            } else {
                later = min(later ?? notBefore, notBefore)
            }
        }
        return (ready, later)
    }

    private func candidate(_ state: StockBook.ShelfState, _ write: StockWrite, now: Int64) -> Candidate {
        // What seems to come from the future, after a clock was set back, is as old as anything.
        let since = state.lateSince.map { $0 > now ? 0 : $0 } ?? now
        let rank = state.shown.map { write.quantity < $0 ? 0 : 2 } ?? 1
        return Candidate(write: write, rank: rank, risk: state.risk(now: now), since: since)
    }

    private func batch(of mates: [Candidate], _ lead: Candidate, now: Int64) -> [StockWrite] {
        var writes = [lead.write]
        var chosen: Set<Shelf> = [lead.write.shelf]
        func take(_ candidates: [Candidate], upTo limit: Int) {
            for candidate in candidates where writes.count < limit && chosen.insert(candidate.write.shelf).inserted {
                writes.append(candidate.write)
            }
        }
        if mates.count > settings.batch {
            let overdue = mates.filter { now.minus($0.since) >= settings.patience }
            let limit = 1 + settings.batch / StockPlanner.share
            take(overdue.first(limit) { $0.isOlder(than: $1) }, upTo: limit)
        }
        take(mates.first(settings.batch) { $0.isMoreUrgent(than: $1) }, upTo: settings.batch)
        return writes
    }
}

extension [StockPlanner.Candidate] {
    /// The first so many in that order, in it. Of thousands a hundred are wanted, so not all are sorted.
    fileprivate func first(_ count: Int, by precedes: (Element, Element) -> Bool) -> [Element] {
        var chosen: [Element] = []
        for candidate in self {
            if chosen.count >= count, let last = chosen.last, !precedes(candidate, last) { continue }
            var (low, high) = (0, chosen.count)
            while low < high {
                let middle = (low + high) / 2
                if precedes(candidate, chosen[middle]) { high = middle } else { low = middle + 1 }
            }
            chosen.insert(candidate, at: low)
            if chosen.count > count { chosen.removeLast() }
        }
        return chosen
    }
}

extension StockBook.ShelfState {
    /// How bad it is that Centra does not show what it should: what sells per day (and a little, for what has not sold yet),
    /// times the days that it has been wrong, for each piece that there is.
    package func risk(now: Int64) -> Double {
        let days = Double(max(1, now.minus(lateSince ?? now))) / Double(SalesRate.halfLife)
        return Double(sales.perDay(at: now).plus(30)) * days / Double(sellable)
    }

    /// What may be sold, as far as is known, and at least 1.
    var sellable: Int {
        guard case .quantity(_, let parts) = target?.outcome else { return 1 }
        return max(1, parts.base.minus(parts.buffer))
    }
}
