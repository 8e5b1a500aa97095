// `Retry-After` as partners write it. RFC 9110, section 10.2.3, has seconds and a date; Centra says "a timestamp" without
// saying which, so Unix seconds and ISO-8601 are read as well. What is none of the four counts as absent.
import Calendar

package enum RetryAfter {
    /// Microseconds to wait from now, nil when the reply does not say. A moment is measured against the reply's own
    /// `Date` where it has one, so that clocks that differ do not matter. Never negative.
    package static func microseconds(of reply: OutboundReply, now: Int64) -> Int64? {
        guard let field = reply["retry-after"] else { return nil }
        let text = field.trimmed
        if let seconds = number(text) {
            return seconds < smallestMoment ? seconds * 1_000_000 : wait(until: seconds, reply, now)
        }
        guard let moment = httpDate(text) ?? ISOTime.microseconds(text).map({ $0 / 1_000_000 }) else { return nil }
        return wait(until: moment, reply, now)
    }

    /// 2001-09-09. A smaller number is a wait, a larger one a moment in Unix seconds.
    private static let smallestMoment: Int64 = 1_000_000_000

    private static func wait(until moment: Int64, _ reply: OutboundReply, _ now: Int64) -> Int64 {
        max(0, moment * 1_000_000 - (date(of: reply) ?? now))
    }

    fileprivate static func date(of reply: OutboundReply) -> Int64? {
        reply["date"].flatMap { httpDate($0.trimmed) }.map { $0 * 1_000_000 }
    }

    /// Up to 11 digits: the year 5138 in seconds, and too few for milliseconds.
    private static func number(_ text: String) -> Int64? {
        guard (1...11).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }

    // MARK: dates

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that RFC 9110, section 5.6.7, lets a sender write.
    private static func httpDate(_ text: String) -> Int64? {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 6, words[0].utf8.count == 4, words[5] == "GMT", let month = months.firstIndex(of: words[2])
        else { return nil }
        return seconds(year: words[3], month: month + 1, day: words[1], time: words[4])
    }

    private static let months: [Substring] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// A leap second is the next minute's first.
    private static func seconds(year: Substring, month: Int, day: Substring, time: Substring) -> Int64? {
        let clock = time.split(separator: ":").compactMap { Int64($0) }
        guard let year = Int(year), let day = Int(day), let date = CalendarDate(year, month, day), year >= 1970,
            clock.count == 3
        else { return nil }
        guard (0...23).contains(clock[0]), (0...59).contains(clock[1]), (0...60).contains(clock[2]) else { return nil }
        return Int64(date.daysSince1970) * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]
    }
}

extension OutboundReply {
    /// The partner's clock when it replied, microseconds since 1970 and whole seconds; nil when it does not say.
    package var date: Int64? { RetryAfter.date(of: self) }
}
