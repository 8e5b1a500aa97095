// How fast a shelf sells: pieces that left what is available, each counting half as much after every half-life.
//
// The one thing to know: it is whole numbers, so that a book that is folded from the journal has the very rate of the one
// that lived through it. Between two half-lives the decay is a straight line, which is close enough for an order of work.

package struct SalesRate: Hashable, Sendable {
    /// Microseconds: a day. Long enough to know a slow seller, short enough to forget last week's campaign.
    package static let halfLife: Int64 = 86_400_000_000
    private static let scale = 1_000

    /// Thousandths of pieces, as of `time`.
    private(set) var weight = 0
    /// Microseconds since 1970.
    private(set) var time: Int64 = 0
    /// What was available when it was last seen; nil before.
    private(set) var seen: Int?
    /// Pieces of orders that Peoplevox got from us since then.
    private(set) var exported = 0

    init() {}

    init(weight: Int, time: Int64, seen: Int?, exported: Int) {
        self.weight = weight
        self.time = time
        self.seen = seen
        self.exported = exported
    }

    /// A complete read found so many. What is missing since the last one was sold, and no less than what we exported
    /// ourselves: goods that came in hide sales, and never the other way round.
    mutating func see(_ base: Int, at now: Int64) {
        let gone = max(seen.map { $0.minus(base) } ?? 0, exported, 0)
        (seen, exported) = (base, 0)
        weight = decayed(at: now).plus(gone.times(SalesRate.scale))
        time = max(time, now)
    }

    mutating func export(_ units: Int) {
        exported = max(0, exported.plus(units))
    }

    /// Thousandths of pieces a day.
    package func perDay(at now: Int64) -> Int {
        // ln 2 over the half-life is the rate at which a steady weight is lost, and so the one at which it is gained.
        decayed(at: now).times(693) / 1_000
    }

    private func decayed(at now: Int64) -> Int {
        let age = max(0, now.minus(time))
        let halvings = age / SalesRate.halfLife
        guard halvings < 40 else { return 0 }
        let halved = weight >> Int(halvings)
        // In thousandths of a half-life.
        let part = Int128(age % SalesRate.halfLife / (SalesRate.halfLife / 1_000))
        return halved - Int(Int128(halved) * part * (693_000 - 193 * part) / 1_000_000_000)
    }
}
