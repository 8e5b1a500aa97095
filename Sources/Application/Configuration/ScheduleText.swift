// How times of a day, and what happens at them, are written.
import Operations

extension SettingKind where Value == SweepSchedule.When {
    private static let spans = 600_000...2_592_000_000

    /// `03:30`, `every 6 h` or `off`.
    static var schedule: SettingKind {
        let span = SettingKind<Int64>.milliseconds(spans)
        return SettingKind { text throws(Refusal) in
            if text == "off" { return .off }
            if let time = TimeOfDay(text) { return .daily(time) }
            guard text.hasPrefix("every ") else {
                throw Refusal("\(quoted(text)) is no schedule; write a time such as 03:30, every 6 h, or off")
            }
            return .every(try span.read(String(text.dropFirst(6)).trimmed) * 1_000)
        }
    }
}

extension SettingKind where Value == QuietHours {
    /// `01:00-05:00`.
    static var quietHours: SettingKind {
        SettingKind { text throws(Refusal) in
            guard let hours = QuietHours(text) else {
                throw Refusal("\(quoted(text)) are no hours of a day; write two times, such as 01:00-05:00")
            }
            return hours
        }
    }
}
