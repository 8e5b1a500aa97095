// What the partner answers with "you may not": the trouble of one operation, while all others work. So it is counted by
// operation, and the breaker does not hear of it.
//
// ```
//            refusals in a row              wait is over
//   open ------------------------> held ---------------------> one call goes
//     ^                             ^                            |     |
//     |                             +------- it is refused ------+     |
//     +------------------------- it is answered -----------------------+
// ```

struct Permissions: Sendable {
    private struct Refusals: Sendable {
        var count = 0
        var heldUntil: Int64 = .min
    }

    private let settings: Breaker.Settings
    /// Only of operations whose latest answer was a refusal.
    private var refused: [String: Refusals] = [:]

    init(_ settings: Breaker.Settings) {
        self.settings = settings
    }

    /// Nil when a call may go on; otherwise when to ask again. Who goes on after a hold goes alone, until `settle`.
    mutating func enter(_ operation: String, now: Int64) -> Int64? {
        guard let refusals = refused[operation], refusals.count >= settings.misconfigurations else { return nil }
        if now < refusals.heldUntil { return refusals.heldUntil }
        refused[operation]?.heldUntil = now + settings.slow * 1_000
        return nil
    }

    /// Those who are held should look again afterwards.
    mutating func settle(_ operation: String, _ outcome: Outcome, now: Int64) {
        switch outcome {
        case .forbidden:
            refused[operation, default: Refusals()].count += 1
            refused[operation]?.heldUntil = now + settings.slow * 1_000
        case .answered: refused[operation] = nil
        case .throttled, .timedOut, .failed, .misconfigured, .abandoned:
            // It said nothing about this.
            refused[operation]?.heldUntil = now
        }
    }

    mutating func forget() { refused = [:] }
}
