// Times as a tenant's wall clock shows them: Peoplevox writes no zone and no offset, so inside the pretend warehouse
// there is none either. The zone is applied once, where an instant becomes a civil time.
import Calendar

/// Seconds since 1970-01-01 00:00:00 as the tenant's own clock counts them.
package struct CivilTime: Comparable, Hashable, Sendable {
    package var seconds: Int

    package init(seconds: Int) {
        self.seconds = seconds
    }

    /// Nil unless there is such a day (Gregorian, years 1 to 9999) and such a time of day.
    package init?(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0) {
        guard year >= 1, let date = CalendarDate(year, month, day) else { return nil }
        guard (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second) else { return nil }
        seconds = date.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + second
    }

    package static func < (left: CivilTime, right: CivilTime) -> Bool { left.seconds < right.seconds }

    struct Parts: Equatable {
        var year: Int
        var month: Int
        var day: Int
        var hour: Int
        var minute: Int
        var second: Int
    }

    var parts: Parts {
        let (days, time) = seconds.dividedFlooring(by: 86_400)
        let date = CalendarDate(daysSince1970: days)
        return Parts(
            year: date.year, month: date.month, day: date.day,
            hour: time / 3_600, minute: time / 60 % 60, second: time % 60)
    }

    /// From 0 for Sunday.
    var dayOfWeek: Int { CalendarDate(daysSince1970: seconds.dividedFlooring(by: 86_400).quotient).weekday }
}

/// Where a tenant's clock hangs. Only what the sandbox needs: a fixed distance from UTC, and the European Union's rule
/// for summer time (from 01:00 UTC on March's last Sunday to 01:00 UTC on October's), which the United Kingdom shares.
package enum TenantZone: String, Sendable, SwitchValue {
    case london = "Europe/London"
    case stockholm = "Europe/Stockholm"
    case utc = "UTC"

    private var offsetInSeconds: Int { self == .stockholm ? 3_600 : 0 }

    /// What the tenant's clock shows at that instant, in seconds of UTC since 1970.
    package func civil(_ utc: Int) -> CivilTime {
        CivilTime(seconds: utc + offsetInSeconds + (isSummer(utc) ? 3_600 : 0))
    }

    private func isSummer(_ utc: Int) -> Bool {
        guard self != .utc else { return false }
        let year = CivilTime(seconds: utc).parts.year
        guard let spring = lastSunday(year, 3), let autumn = lastSunday(year, 10) else { return false }
        return spring <= utc && utc < autumn
    }

    private func lastSunday(_ year: Int, _ month: Int) -> Int? {
        guard let last = CivilTime(year, month, 31, 1) else { return nil }
        return last.seconds - last.dayOfWeek * 86_400
    }
}

/// How a tenant's regional settings write dates in answers (peoplevox.md, 1.8). Imports are always
/// `yyyy-MM-dd HH:mm:ss`.
package enum DateStyle: String, Sendable, SwitchValue {
    /// `03/02/2026 14:05:11`: what public sources show.
    case dayFirst
    case monthFirst
    /// `2026-02-03 14:05:11`.
    case yearFirst

    func text(_ time: CivilTime, withTime: Bool) -> String {
        let parts = time.parts
        let (year, month, day) = (String(parts.year), parts.month.padded(2), parts.day.padded(2))
        let date =
            switch self {
            case .dayFirst: "\(day)/\(month)/\(year)"
            case .monthFirst: "\(month)/\(day)/\(year)"
            case .yearFirst: "\(year)-\(month)-\(day)"
            }
        return withTime ? "\(date) \(parts.hour.padded(2)):\(parts.minute.padded(2)):\(parts.second.padded(2))" : date
    }
}

extension CivilTime {
    /// What an import carries: 19 characters, `yyyy-MM-dd HH:mm:ss` (peoplevox.md, 1.8).
    package init?(importText text: String) {
        let octets = Array(text.utf8)
        let marks: [Int: UInt8] = [4: 0x2D, 7: 0x2D, 10: 0x20, 13: 0x3A, 16: 0x3A]
        guard octets.count == 19, marks.allSatisfy({ octets[$0.key] == $0.value }) else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            octets[range].reduce(Int?(0)) { sum, octet in
                (0x30...0x39).contains(octet) ? sum.map { $0 * 10 + Int(octet - 0x30) } : nil
            }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else { return nil }
        guard let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19) else { return nil }
        self.init(year, month, day, hour, minute, second)
    }
}
