// Whether a brand is in its peak: many changes at once, so that waiting a little longer saves calls that others need.
//
// The one thing to know: it is entered at once and left slowly, and what enters it is far above what leaves it, so it does
// not flap.

package enum PeakChoice: String, CaseIterable, Sendable {
    case auto
    case on
    case off
}

package struct PeakMode: Hashable, Sendable {
    package struct Settings: Hashable, Sendable {
        package var choice: PeakChoice
        /// SKUs and shelves that wait, at which peak mode is entered; it is left below a quarter of it.
        package var backlog: Int
        /// Wake-ups in one minute, the same.
        package var arrivals: Int
        /// Microseconds that the partner's limits would hold up a few dozen calls, the same.
        package var delay: Int64
        /// Microseconds for which all must have been below a quarter before peak mode is left.
        package var calm: Int64

        package init(
            choice: PeakChoice = .auto, backlog: Int = 400, arrivals: Int = 600, delay: Int64 = 240_000_000,
            calm: Int64 = 300_000_000
        ) {
            self.choice = choice
            self.backlog = backlog
            self.arrivals = arrivals
            self.delay = delay
            self.calm = calm
        }
    }

    /// Calls whose `delay` is asked for.
    package static let calls = 30

    package private(set) var settings: Settings
    private var isEntered = false
    /// Since when all has been below a quarter, microseconds.
    private var calmSince: Int64?
    private var window = ArrivalWindow()

    package init(_ settings: Settings) {
        self.settings = settings
    }

    package var isPeak: Bool {
        switch settings.choice {
        case .auto: isEntered
        case .on: true
        case .off: false
        }
    }

    /// A person's choice; with `auto` what was measured goes on to count.
    package mutating func choose(_ choice: PeakChoice) {
        settings.choice = choice
    }

    /// Wake-ups that came. `now` of any clock that does not go backwards, microseconds.
    package mutating func arrived(_ count: Int, now: Int64) {
        window.add(count, now: now)
    }

    /// - Parameters:
    ///   - backlog: SKUs that wait to be read and shelves that wait to be written.
    ///   - delay: microseconds until `calls` more calls would be through.
    ///   - now: of the clock of `arrived`.
    package mutating func look(backlog: Int, delay: Int64, now: Int64) {
        let arrivals = window.count(now: now)
        if backlog >= settings.backlog || arrivals >= settings.arrivals || delay >= settings.delay {
            (isEntered, calmSince) = (true, nil)
            return
        }
        let isCalm = backlog < settings.backlog / 4 && arrivals < settings.arrivals / 4 && delay < settings.delay / 4
        calmSince = isCalm ? calmSince ?? now : nil
        if let calmSince, now.minus(calmSince) >= settings.calm { isEntered = false }
    }
}

/// How many came in about the last minute: this one's and, by its share that is still in sight, the one's before.
private struct ArrivalWindow: Hashable, Sendable {
    private static let span: Int64 = 60_000_000

    private var start: Int64?
    private var current = 0
    private var before = 0

    mutating func add(_ count: Int, now: Int64) {
        slide(to: now)
        current = current.plus(max(0, count))
    }

    mutating func count(now: Int64) -> Int {
        slide(to: now)
        let inSight = ArrivalWindow.span - min(max(0, now.minus(start ?? now)), ArrivalWindow.span)
        return current.plus(Int(Int128(before) * Int128(inSight) / Int128(ArrivalWindow.span)))
    }

    private mutating func slide(to now: Int64) {
        let age = now.minus(start ?? now)
        if age >= 2 * ArrivalWindow.span {
            (start, before, current) = (now, 0, 0)
        } else if age >= ArrivalWindow.span {
            (start, before, current) = (start?.plus(ArrivalWindow.span), current, 0)
        } else if start == nil {
            start = now
        }
    }
}
