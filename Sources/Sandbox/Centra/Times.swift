// Times as the API writes and takes them: ISO 8601 with the shop's offset, PHP formats on request, PHP's loose words as input.

import Calendar
import HTTP

enum Times {
    /// "2026-02-03T16:20:40+01:00", or what a PHP format says ("Y-m-d").
    static func text(_ moment: Moment, offsetMinutes: Int, format: String? = nil) -> String {
        let parts = Parts(moment, offsetMinutes)
        return parts.text(format ?? "Y-m-d\\TH:i:sP")
    }

    /// "2026-02-03 16:20:40.628033": of webhooks, without a zone.
    static func webhookText(_ moment: Moment, offsetMinutes: Int) -> String {
        Parts(moment, offsetMinutes).text("Y-m-d H:i:s.u")
    }

    /// Nil for what PHP would not understand, as far as it is imitated: ISO 8601 with or without an offset, a blank instead
    /// of the T, a date alone, "now", "yesterday", "-1 hour".
    static func moment(_ text: String, now: Moment, offsetMinutes: Int) -> Moment? {
        if text == "now" { return now }
        if text == "yesterday" || text == "today" {
            let offset = Moment(offsetMinutes) * 60_000_000
            let day = (now + offset) / 86_400_000_000 - (text == "today" ? 0 : 1)
            return day * 86_400_000_000 - offset
        }
        return relative(text, now) ?? absolute(text, offsetMinutes)
    }

    private static func relative(_ text: String, _ now: Moment) -> Moment? {
        let words = text.split(separator: " ")
        guard words.count == 2, let sign = words[0].first, "+-".contains(sign), let count = Int64(words[0].dropFirst()),
            count < 100_000
        else { return nil }
        let unit = words[1].hasSuffix("s") ? words[1].dropLast() : words[1]
        let seconds: [Substring: Int64] = ["second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800]
        guard let length = seconds[unit] else { return nil }
        return now + (sign == "-" ? -1 : 1) * count * length * 1_000_000
    }

    private static func absolute(_ text: String, _ offsetMinutes: Int) -> Moment? {
        var reader = Reader(text)
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var (hour, minute, second, micros) = (0, 0, 0, 0)
        if reader.take("T") || reader.take(" ") {
            guard let h = reader.number(2), reader.take(":"), let m = reader.number(2), h < 24, m < 60 else {
                return nil
            }
            (hour, minute) = (h, m)
            if reader.take(":") {
                guard let s = reader.number(2), s < 61 else { return nil }
                second = s
            }
            if reader.take(".") { micros = reader.fraction() }
        }
        guard let offset = reader.offset(default: offsetMinutes) else { return nil }
        let days = CalendarDate.daysSince1970(year, month, day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset * 60
        return Moment(seconds) * 1_000_000 + Moment(micros)
    }

    private struct Reader {
        private var rest: Substring

        init(_ text: String) { rest = text[...] }

        mutating func take(_ sign: Character) -> Bool {
            guard rest.first == sign else { return false }
            rest.removeFirst()
            return true
        }

        mutating func number(_ digits: Int) -> Int? {
            let text = rest.prefix(digits)
            guard text.utf8.count == digits, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
            rest.removeFirst(digits)
            return Int(text)
        }

        mutating func fraction() -> Int {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest.removeFirst(digits.count)
            return Int((digits + "000000").prefix(6)) ?? 0
        }

        /// Minutes; nil when something else is left.
        mutating func offset(default minutes: Int) -> Int? {
            if rest.isEmpty { return minutes }
            if take("Z") { return rest.isEmpty ? 0 : nil }
            let isNegative = rest.first == "-"
            guard take("+") || take("-"), let hours = number(2) else { return nil }
            _ = take(":")
            guard let minutes = number(2), rest.isEmpty else { return nil }
            return (isNegative ? -1 : 1) * (hours * 60 + minutes)
        }
    }
}

/// A moment's parts in local time.
private struct Parts {
    let year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, micros: Int, offset: Int

    init(_ moment: Moment, _ offsetMinutes: Int) {
        let (seconds, micros) = (Int(moment) + offsetMinutes * 60_000_000).dividedFlooring(by: 1_000_000)
        let (days, time) = seconds.dividedFlooring(by: 86_400)
        let date = CalendarDate(daysSince1970: days)
        (year, month, day) = (date.year, date.month, date.day)
        (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
        self.micros = micros
        offset = offsetMinutes
    }

    /// PHP's letters, those that occur: Y m d H i s u P; a backslash keeps the next one.
    func text(_ format: String) -> String {
        var text = ""
        var isKept = false
        for letter in format {
            if isKept || letter != "\\" { text += isKept ? String(letter) : part(letter) }
            isKept = !isKept && letter == "\\"
        }
        return text
    }

    private func part(_ letter: Character) -> String {
        switch letter {
        case "Y": year.padded(4)
        case "m": month.padded(2)
        case "d": day.padded(2)
        case "H": hour.padded(2)
        case "i": minute.padded(2)
        case "s": second.padded(2)
        case "u": micros.padded(6)
        case "P":
            (offset < 0 ? "-" : "+") + (offset.magnitude / 60).padded(2) + ":"
                + (offset.magnitude % 60).padded(2)
        default: String(letter)
        }
    }
}

extension Times {
    /// "Tue, 03 Feb 2026 14:00:30 GMT" (RFC 9110, section 5.6.7).
    static func httpDate(_ unixSeconds: Int) -> String {
        String(decoding: HTTPDate(unixSeconds: unixSeconds).octets, as: UTF8.self)
    }
}
