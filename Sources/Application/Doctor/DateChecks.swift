// Whether the tenant writes dates as it is configured. Most dates are right in either order of day and month, so what
// proves a format wrong is a cell that it cannot read, or one that would lie in the future.
import Peoplevox

extension Check {
    /// Seconds that a tenant's clock may be ahead of ours.
    private static let ahead: Int64 = 300

    static func zone(_ seen: PeoplevoxEvidence, _ settings: Configuration.Brand.Peoplevox, _ evidence: Evidence)
        -> Verdict
    {
        seen.zone.asked.judged { zone in
            let now = evidence.now / 1_000_000
            guard case .success(let cells)? = seen.dates, settings.dates.reads(cells) else {
                return zone.local(at: now).map { .pass("by \(settings.zone) it is \($0) now") }
                    ?? .skipped("our clock is wrong")
            }
            let times = settings.dates.times(cells).map(zone.moment)
            if times.contains(where: { $0.certainty == .neverShown }) {
                return .fail(
                    "some dates were never shown by a clock in \(settings.zone)",
                    change: "set timeZone to the tenant's own, as its regional settings have it")
            }
            guard let newest = times.map(\.seconds).max() else { return .pass("no date was there to compare with") }
            guard newest <= now + ahead else {
                return .fail(
                    "by \(settings.zone) the newest despatch is \((newest - now) / 60) min in the future",
                    change: "set timeZone to the tenant's own, as its regional settings have it")
            }
            return .pass("by \(settings.zone) the newest despatch was \((now - newest) / 60) min ago")
        } or: { setback in
            .fail(
                setback.text, change: "install the package tzdata, or set timeZone to a name below /usr/share/zoneinfo")
        }
    }

    static func dates(_ seen: PeoplevoxEvidence, _ settings: Configuration.Brand.Peoplevox, _ evidence: Evidence)
        -> Verdict
    {
        seen.dates.judged { cells in
            guard !cells.isEmpty else { return .skipped("there is no date to look at") }
            let latest = evidence.now / 1_000_000 + 86_400
            let fitting = DateFormat.allCases.filter { format in
                format.reads(cells) && format.times(cells).allSatisfy { $0.seconds <= latest }
            }
            if fitting.contains(settings.dates) {
                let others = fitting.filter { $0 != settings.dates }.map(\.rawValue)
                let doubt = others.isEmpty ? "" : "; \(sample(others)) would fit too"
                return .pass("\(counted(cells.count, "date")) read as \(settings.dates.rawValue)\(doubt)")
            }
            let right = fitting.first?.rawValue ?? "the tenant's"
            return .fail(
                "dates such as \(cells.first.map(digitsOnly) ?? "") do not fit \(settings.dates.rawValue)",
                change: "set dateFormat to \(right)")
        } or: { setback in
            .skipped("no date could be read: \(setback.text)")
        }
    }

    /// A date is all that may be shown of a cell.
    private static func digitsOnly(_ cell: String) -> String {
        String(cell.prefix(32).map { $0.isASCII && ($0.isNumber || "/-: '".contains($0)) ? $0 : "?" })
    }
}

extension Result {
    /// The same as an answer to a question that was asked.
    fileprivate var asked: Result? { self }
}

extension DateFormat {
    /// Whether all of these are dates.
    fileprivate func reads(_ cells: [String]) -> Bool {
        cells.allSatisfy { cell in (try? read(Array(cell.utf8)[...])) != nil }
    }

    fileprivate func times(_ cells: [String]) -> [LocalTime] {
        cells.compactMap { cell in (try? read(Array(cell.utf8)[...])) ?? nil }
    }
}
