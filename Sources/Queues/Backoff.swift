/// How long to wait before the next attempt: doubling from `first` up to `longest`, shortened by chance.
///
/// ```
/// after attempt   1    2    3    4    5    6   …   11      12      13 and later
/// waits           1 s  2 s  4 s  8 s  16 s 32 s    1024 s  2048 s  1 hour          (first 1 s, longest 1 h)
/// ```
///
/// The jitter spreads jobs that failed together, as all do when a partner is away, so that they do not all return in
/// the same instant. It only ever shortens: `longest` is the longest wait there is.
package struct Backoff: Equatable, Sendable {
    /// The wait after the first attempt, in milliseconds.
    package let first: Int64
    /// No wait is longer than this, in milliseconds.
    package let longest: Int64
    /// Each wait is this many times the one before.
    package let multiplier: Int64
    /// The share of a wait that chance may take away, from 0 to 1.
    package let jitterShare: Double

    package init(first: Int64 = 1_000, longest: Int64 = 3_600_000, multiplier: Int64 = 2, jitterShare: Double = 0.2) {
        precondition(first >= 1 && first <= longest, "waits grow from \(first) ms to \(longest) ms")
        precondition(multiplier >= 2, "waits grow")
        precondition(jitterShare >= 0 && jitterShare <= 1, "a share is between 0 and 1")
        self.first = first
        self.longest = longest
        self.multiplier = multiplier
        self.jitterShare = jitterShare
    }

    /// The wait in milliseconds after the attempt with this number, counted from 1. `chance` is drawn by the caller
    /// from 0 up to but not including 1; the same chance always gives the same wait.
    package func delay(afterAttempt attempt: Int, chance: Double) -> Int64 {
        precondition(chance >= 0 && chance < 1, "a chance is from 0 up to 1")
        let full = delayBeforeJitter(afterAttempt: attempt)
        // A share of at most 1 times a chance below 1 is below 1, so what is taken fits; `min` is for a wait so long
        // (285,000 years) that it is rounded up on the way to `Double`.
        let taken = Int64(Double(full) * (jitterShare * chance))
        return full - min(taken, full)
    }

    /// Ends after at most 63 turns whatever the attempt: doubling cannot go on longer without passing `longest`.
    private func delayBeforeJitter(afterAttempt attempt: Int) -> Int64 {
        precondition(attempt >= 1, "attempts are counted from 1")
        var delay = first
        var attemptsCounted = 1
        while attemptsCounted < attempt && delay < longest {
            let (longer, overflow) = delay.multipliedReportingOverflow(by: multiplier)
            delay = overflow ? longest : min(longer, longest)
            attemptsCounted += 1
        }
        return delay
    }
}
