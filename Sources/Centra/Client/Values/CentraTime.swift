// Moments in Centra's requests and answers.
import Calendar

/// A moment as Centra writes and reads it: ISO-8601 with an offset, `2022-06-23T15:47:12+02:00`. A time without an offset
/// is none: nobody says in which zone it would be.
package struct CentraTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Since 1970, UTC.
    package let microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package static func < (left: CentraTime, right: CentraTime) -> Bool { left.microseconds < right.microseconds }

    package init?(_ text: String) {
        guard let microseconds = ISOTime.microseconds(text) else { return nil }
        self.microseconds = microseconds
    }

    /// In UTC, to the second: what is sent.
    package var description: String {
        let seconds = microseconds.dividedFlooring(by: 1_000_000).quotient
        let (days, time) = seconds.dividedFlooring(by: 86_400)
        let clock = [time / 3_600, time / 60 % 60, time % 60].map { $0.padded(2) }.joined(separator: ":")
        return "\(CalendarDate(daysSince1970: Int(days)))T\(clock)+00:00"
    }

    /// The same moment so many seconds earlier: an overlap.
    package func earlier(seconds: Int64) -> CentraTime {
        CentraTime(microseconds: microseconds - seconds * 1_000_000)
    }
}
