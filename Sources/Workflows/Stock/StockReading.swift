// Which SKUs are read next: wake-ups wait a moment for others to be read with them, because Peoplevox answers a hundred in
// one call as it answers one.
//
// The one thing to know: what may be sold out soon goes first, but a batch never passes over one that has waited for many
// windows, so a stream of fast sellers holds nobody up.

package struct StockReading: Hashable, Sendable {
    /// All times are in microseconds.
    package struct Settings: Hashable, Sendable {
        /// SKUs of one read (peoplevox.md, section 10, item 13).
        package var batch: Int
        /// How long the first wake-up of a batch waits for others, and how long in peak mode.
        package var window: Int64
        package var peakWindow: Int64

        package init(batch: Int = 100, window: Int64 = 500_000, peakWindow: Int64 = 10_000_000) {
            precondition(batch >= 1, "a read is of something")
            self.batch = batch
            self.window = window
            self.peakWindow = peakWindow
        }
    }

    package struct WakeUp: Hashable, Sendable {
        package let sku: String
        /// Microseconds since 1970.
        package let since: Int64

        package init(_ sku: String, since: Int64) {
            self.sku = sku
            self.since = since
        }
    }

    package enum Turn: Hashable, Sendable {
        /// Distinct SKUs, at least one.
        case read([String])
        /// Not before that time (microseconds since 1970); nil until a wake-up comes.
        case wait(until: Int64?)
    }

    /// So many windows is as long as a wake-up stands back for others.
    private static let patience: Int64 = 4
    /// A shelf that may be empty in so many days is at risk.
    private static let riskDays = 2

    package var settings: Settings

    package init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// - Parameter now: microseconds since 1970.
    package func next(_ waiting: [WakeUp], in book: StockBook, warehouses: Set<Int>, now: Int64, isPeak: Bool) -> Turn {
        // What seems to come from the future, after a clock was set back, is as old as anything.
        let oldest = Dictionary(waiting.map { ($0.sku, $0.since > now ? 0 : $0.since) }, uniquingKeysWith: min)
        guard let first = oldest.values.min() else { return .wait(until: nil) }
        let window = isPeak ? settings.peakWindow : settings.window
        // At a peak a full batch waits as well: what is woken again meanwhile is read once.
        guard oldest.count >= settings.batch && !isPeak || now >= first.plus(window) else {
            return .wait(until: first.plus(window))
        }
        guard oldest.count > settings.batch else { return .read(oldest.keys.sorted()) }
        let patience = window.times(StockReading.patience)
        let ranked = oldest.map { sku, since in
            let isOverdue = now.minus(since) >= patience
            let isAtRisk = !isOverdue && warehouses.contains { book.isAtRisk(Shelf(sku, $0), now: now) }
            return Ranked(sku: sku, since: since, rank: isOverdue ? 0 : isAtRisk ? 1 : 2)
        }
        return .read(ranked.sorted().prefix(settings.batch).map(\.sku))
    }

    private struct Ranked: Comparable {
        let sku: String
        let since: Int64
        let rank: Int

        static func < (one: Ranked, other: Ranked) -> Bool {
            (one.rank, one.since, one.sku) < (other.rank, other.since, other.sku)
        }
    }

    fileprivate static func sellsOut(_ state: StockBook.ShelfState, now: Int64) -> Bool {
        state.sales.perDay(at: now).times(riskDays) >= state.sellable.times(1_000)
    }
}

extension StockBook {
    fileprivate func isAtRisk(_ shelf: Shelf, now: Int64) -> Bool {
        shelves[shelf].map { StockReading.sellsOut($0, now: now) } ?? false
    }
}
