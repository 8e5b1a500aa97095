// When reconciliations run, and when what is not urgent may be put right, by the tenant's clock.
//
// The one thing to know: a day has one time for it, also the days on which the clock is moved. A time that the clock leaves
// out is taken as if it had not been moved, and of one that it shows twice the first counts (`Zone.moment`).
package import Peoplevox

package struct SweepSchedule: Hashable, Sendable {
    package enum When: Hashable, Sendable {
        case off
        case daily(TimeOfDay)
        /// Microseconds from the beginning of one to that of the next.
        case every(Int64)
    }

    package var when: When
    package var zone: Zone

    package init(_ when: When, zone: Zone) {
        (self.when, self.zone) = (when, zone)
    }

    /// How much later than now the last one may seem to have begun before the clock must have been set back.
    private static let leap: Int64 = 60_000_000

    /// When the next one is due, after one that began at `last`; nil when none is. At once after one that seems to have
    /// begun in the future. Microseconds since 1970.
    package func next(after last: Int64, now: Int64) -> Int64? {
        if when != .off, last > now + SweepSchedule.leap { return now }
        return next(after: last)
    }

    func next(after last: Int64) -> Int64? {
        switch when {
        case .off: nil
        case .daily(let time): time.next(after: last, zone)
        case .every(let span): last.addingReportingOverflow(span).partialValue
        }
    }
}

/// `03:30`.
package struct TimeOfDay: Hashable, Sendable, CustomStringConvertible {
    package let hour: Int
    package let minute: Int

    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        (self.hour, self.minute) = (hour, minute)
    }

    package var description: String { [hour, minute].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":") }

    var minutes: Int { hour * 60 + minute }

    /// The first such moment after `time`; both microseconds since 1970.
    func next(after time: Int64, _ zone: Zone) -> Int64? {
        guard let today = zone.local(at: time / 1_000_000) else { return nil }
        // Days of the tenant's calendar, not of 24 hours: those can step over one. Where a whole day was left out, the one
        // after the next may be it.
        return (0...3).lazy.compactMap { moment(days: $0, after: today, zone) }.first { $0 > time }
    }

    private func moment(days: Int64, after today: LocalTime, _ zone: Zone) -> Int64? {
        guard let noon = LocalTime(today.year, today.month, today.day, 12),
            let day = LocalTime(seconds: noon.seconds + days * 86_400),
            let local = LocalTime(day.year, day.month, day.day, hour, minute)
        else { return nil }
        return zone.moment(local).seconds * 1_000_000
    }
}

/// `01:00-05:00`; it may reach over midnight.
package struct QuietHours: Hashable, Sendable, CustomStringConvertible {
    package let from: TimeOfDay
    package let to: TimeOfDay

    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let from = TimeOfDay(parts[0]), let to = TimeOfDay(parts[1]), from != to else {
            return nil
        }
        (self.from, self.to) = (from, to)
    }

    package var description: String { "\(from)-\(to)" }

    func contains(_ time: Int64, _ zone: Zone) -> Bool {
        guard let local = zone.local(at: time / 1_000_000) else { return true }
        let now = local.hour * 60 + local.minute
        return from.minutes < to.minutes
            ? (from.minutes..<to.minutes).contains(now) : now >= from.minutes || now < to.minutes
    }
}
