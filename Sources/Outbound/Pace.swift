// How fast we go of what we may: half as fast after each sign that it is too much, and slowly back to all of it.

package struct Pace: Hashable, Sendable {
    package struct Settings: Hashable, Sendable {
        /// Never slower than this share.
        package var slowest: Double
        /// Milliseconds from nothing to all of it; from one half it takes half as long.
        package var recovery: Int64

        package init(slowest: Double = 1.0 / 16, recovery: Int64 = 1_200_000) {
            precondition(slowest > 0 && slowest <= 1 && recovery > 0, "it goes on, and recovers")
            self.slowest = slowest
            self.recovery = recovery
        }
    }

    private let settings: Settings
    private var share = 1.0
    /// When it was last halved, in microseconds of the monotonic clock.
    private var since: Int64 = .min

    init(_ settings: Settings) {
        self.settings = settings
    }

    func share(at now: Int64) -> Double {
        guard share < 1 else { return 1 }
        return min(1, share + Double(now - since) / (Double(settings.recovery) * 1_000))
    }

    /// A call that was let in before the last halving says nothing about the pace since.
    mutating func halve(admitted: Int64, now: Int64) {
        guard admitted >= since else { return }
        share = max(settings.slowest, share(at: now) / 2)
        since = now
    }
}
