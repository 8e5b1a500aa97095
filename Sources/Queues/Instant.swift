/// A point in time, in milliseconds since an epoch that the caller chooses and keeps (Lockstep: 1970, UTC).
///
/// It is ours, not a system clock's, so that a test or a replay owns time: this module never asks what time it is.
/// Arithmetic saturates. An instant can come from a clock that was set wrongly, and a wrong clock must not be able to
/// stop the program.
@usableFromInline package struct Instant: Comparable, Hashable, Sendable, CustomStringConvertible {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    @usableFromInline package static func < (left: Instant, right: Instant) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The instant so many milliseconds later; earlier when the number is negative.
    package static func + (instant: Instant, milliseconds: Int64) -> Instant {
        let (sum, overflow) = instant.milliseconds.addingReportingOverflow(milliseconds)
        guard overflow else { return Instant(milliseconds: sum) }
        return Instant(milliseconds: milliseconds < 0 ? .min : .max)
    }

    /// The milliseconds from `earlier` to `later`; negative when they are the other way round.
    package static func - (later: Instant, earlier: Instant) -> Int64 {
        let (difference, overflow) = later.milliseconds.subtractingReportingOverflow(earlier.milliseconds)
        guard overflow else { return difference }
        return later < earlier ? .min : .max
    }

    @usableFromInline package var description: String { "\(milliseconds) ms" }
}
