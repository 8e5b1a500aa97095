// From a tenant's wall clock to UTC and back. Peoplevox's cells hold local times without an offset, so two days a year
// some of them need a decision.
//
//     clocks forward                       clocks back
//     00:59 ──► 01:00 skipped 02:00        01:00 ──► 01:59 ──► 01:00 again ──► 01:59
//               ^ before: as if the                 ^ the first of the two
//                 clock had not moved

/// How sure the moment is that a local time stands for.
package enum TimeCertainty: Hashable, Sendable {
    case certain
    /// The clock showed it twice; taken is the first time. A read that starts at it sees too much rather than too little.
    case shownTwice
    /// The clock never showed it, so the tenant's zone is not the one that is set, or the value was typed by hand. Taken
    /// is the moment at which a clock that had not been moved would have shown it.
    case neverShown
}

/// A moment that a partner wrote down as local time.
package struct PartnerTime: Hashable, Sendable {
    /// Seconds since 1970, UTC.
    package let seconds: Int64
    package let certainty: TimeCertainty

    package init(seconds: Int64, certainty: TimeCertainty) {
        self.seconds = seconds
        self.certainty = certainty
    }
}

/// A change of a zone's offset. Offsets are seconds east of UTC.
struct ZoneChange: Hashable, Sendable {
    let moment: Int64
    let before: Int
    let after: Int

    /// What the clock shows when it is certain that the change is over, and when it may have begun.
    var localEnd: Int64 { moment + Int64(max(before, after)) }
    var localStart: Int64 { moment + Int64(min(before, after)) }
}

package struct Zone: Hashable, Sendable {
    /// Before the first change.
    let firstOffset: Int
    /// In order.
    let changes: [ZoneChange]
    /// What goes on behind the last change; nil when nothing does.
    let rule: ZoneRule?

    package static let utc = Zone(firstOffset: 0, changes: [], rule: nil)

    /// The moment of a local time.
    package func moment(_ local: LocalTime) -> PartnerTime {
        let shown = local.seconds
        let near = changes(around: local.year)
        let past = near.last { $0.localEnd <= shown }
        let offset = past?.after ?? near.first?.before ?? firstOffset
        let next = near.first { $0.localEnd > shown }
        let certainty: TimeCertainty =
            if let next, next.localStart <= shown { next.after > next.before ? .neverShown : .shownTwice } else {
                .certain
            }
        return PartnerTime(seconds: shown - Int64(offset), certainty: certainty)
    }

    /// What the tenant's clock shows at a moment (seconds since 1970); nil outside the years 1 to 9999.
    package func local(at seconds: Int64) -> LocalTime? {
        guard let year = LocalTime(seconds: seconds)?.year else { return nil }
        let near = changes(around: year)
        let offset = near.last { $0.moment <= seconds }?.after ?? near.first?.before ?? firstOffset
        return LocalTime(seconds: seconds + Int64(offset))
    }

    /// All that can matter for a local time in this year: those of the years beside it too, and the last one before them.
    private func changes(around year: Int) -> [ZoneChange] {
        let start = LocalTime.dayNumber(year - 1, 1, 1) * 86_400
        let end = LocalTime.dayNumber(year + 2, 1, 1) * 86_400
        let first = firstIndex(from: start)
        var near = Array(changes[max(0, first - 1)...].prefix { $0.moment < end })
        guard let rule else { return near }
        let last = changes.last?.moment ?? .min
        if last < end {
            near += (year - 1...year + 1).flatMap { rule.changes(in: $0) }.filter { $0.moment > last }
        }
        return near
    }

    /// The index of the first change at or behind a moment.
    private func firstIndex(from moment: Int64) -> Int {
        var range = 0..<changes.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = changes[middle].moment < moment ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }
}
