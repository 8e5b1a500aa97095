// `Retry-After` in every form in which it may come, and in forms that say nothing.
import Testing

@testable import Outbound

/// Wed, 11 Mar 2026 12:00:00 GMT.
private let noon: Int64 = 1_773_230_400

private struct Case: CustomTestStringConvertible {
    let field: String?
    var date: String?
    /// Seconds.
    let wait: Int64?

    var testDescription: String { "\(field ?? "nothing"), date \(date ?? "none")" }
}

private let cases = [
    Case(field: nil, wait: nil),
    Case(field: "", wait: nil),
    Case(field: "0", wait: 0),
    Case(field: "17", wait: 17),
    Case(field: "  17\t", wait: 17),
    Case(field: "999999999", wait: 999_999_999),
    Case(field: "1773230430", wait: 30),
    Case(field: "1773230399", wait: 0),
    Case(field: "1773230430000", wait: nil),
    Case(field: "99999999999999999999999999", wait: nil),
    Case(field: "-5", wait: nil),
    Case(field: "1.5", wait: nil),
    Case(field: "soon", wait: nil),
    Case(field: "Wed, 11 Mar 2026 12:00:30 GMT", wait: 30),
    Case(field: "Wed, 11 Mar 2026 11:59:30 GMT", wait: 0),
    Case(field: "Wed, 11 Mar 2026 12:00:30 CET", wait: nil),
    Case(field: "Wed, 11 Foo 2026 12:00:30 GMT", wait: nil),
    Case(field: "Wed, 11 Mar 2026 25:00:30 GMT", wait: nil),
    Case(field: "Thu, 12 Mar 2026 00:00:00 GMT", wait: 12 * 3_600),
    Case(field: "2026-03-11T12:00:30Z", wait: 30),
    Case(field: "2026-03-11T12:00:30.250Z", wait: 30),
    Case(field: "2026-03-11T13:00:30+01:00", wait: 30),
    Case(field: "2026-03-11 07:00:30-0500", wait: 30),
    Case(field: "2026-03-11T12:00:30", wait: nil),
    Case(field: "2026-13-11T12:00:30Z", wait: nil),
    Case(field: "2026-03-11T12:00Z", wait: nil),
    Case(field: "2026-03-11T12:00:30Zzz", wait: nil),
    // Their clock is ten minutes behind ours: what counts is the difference that they see.
    Case(field: "Wed, 11 Mar 2026 11:51:00 GMT", date: "Wed, 11 Mar 2026 11:50:00 GMT", wait: 60),
    Case(field: "1773229860", date: "Wed, 11 Mar 2026 11:50:00 GMT", wait: 60),
    Case(field: "60", date: "Wed, 11 Mar 2026 11:50:00 GMT", wait: 60),
    Case(field: "1773230430", date: "nonsense", wait: 30),
]

@Test(arguments: cases)
private func aWaitIsReadInEveryForm(_ example: Case) {
    let fields = [("Retry-After", example.field), ("Date", example.date)].compactMap { name, value in
        value.map { (name: name, value: $0) }
    }
    let wait = RetryAfter.microseconds(of: OutboundReply(status: 429, fields: fields), now: noon * 1_000_000)
    #expect(wait == example.wait.map { $0 * 1_000_000 })
}

/// Days from the calendar, counted from a table that is made another way.
@Test
func everyDayOfAFewCenturiesIsWhereItBelongs() {
    var seconds: Int64 = 0
    for year in 1970..<2410 {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        for (month, days) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
            for day in [1, days] {
                let text = "\(year)-\(month < 9 ? "0" : "")\(month + 1)-\(day < 10 ? "0" : "")\(day)T00:00:00Z"
                let reply = OutboundReply(status: 429, fields: [("retry-after", text)])
                #expect(RetryAfter.microseconds(of: reply, now: 0) == (seconds + Int64(day - 1) * 86_400) * 1_000_000)
            }
            seconds += Int64(days) * 86_400
        }
    }
}
