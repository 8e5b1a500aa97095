// How a story is put into words.
import Workflows

/// How a moment (microseconds since 1970) is written: in the tenant's zone, or in UTC.
package struct StoryTimes: Sendable {
    /// `2026-11-23 14:02:11`.
    package let full: @Sendable (Int64) -> String
    /// The time of day alone where the day goes without saying.
    package let brief: @Sendable (Int64) -> String

    package init(full: @escaping @Sendable (Int64) -> String, brief: @escaping @Sendable (Int64) -> String) {
        self.full = full
        self.brief = brief
    }
}

/// `A`, `A and B`, `A, B, and C`.
func joined(_ parts: [String]) -> String {
    guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
    let front = parts.dropLast().joined(separator: ", ")
    return parts.count == 2 ? "\(front) and \(last)" : "\(front), and \(last)"
}

func units(_ count: Int) -> String { count == 1 ? "1 unit" : "\(count) units" }

/// `its` sentence goes on behind it.
func are(_ count: Int) -> String { count == 1 ? "is" : "are" }

extension StockFormula.Source {
    /// What the base of a quantity is.
    func base(_ count: Int) -> String {
        switch self {
        case .availableAndExported, .available: "\(count) available"
        case .onHandAndDespatched: "\(count) on hand"
        }
    }

    /// What our own units are, as a clause.
    func own(_ count: Int) -> String {
        switch self {
        case .availableAndExported: "\(units(count)) of exported orders \(are(count)) not complete"
        case .onHandAndDespatched, .available:
            "\(units(count)) that left the warehouse \(are(count)) not complete in Centra"
        }
    }
}

extension StockTarget.Reason {
    /// As a clause, of a read.
    var words: String {
        switch self {
        case .absent: "Peoplevox had no row for it"
        case .siteAbsent: "a site that had a row for it before had none"
        case .unreadable: "a cell that is needed was empty or no number"
        case .unsearchable: "its code has a sign that no search of Peoplevox can hold"
        }
    }
}

extension StockBook.Ambiguity {
    /// As a clause.
    static func words(_ sizes: [Int]) -> String {
        sizes.isEmpty
            ? "several sizes of Centra share this SKU"
            : "sizes \(joined(sizes.map(String.init))) of Centra share this SKU"
    }
}

extension ExceptionEvent.Acknowledgement {
    /// ` by user 1000 until 18:00:00`.
    func words(_ times: StoryTimes) -> String {
        " by user \(user)" + (until.map { " until \(times.brief($0))" } ?? "")
    }
}

extension SiteLevels {
    var words: String {
        func figure(_ number: Int?) -> String { number.map { "\($0)" } ?? "an unreadable figure" }
        return "\(figure(available)) available, \(figure(onHand)) on hand, \(figure(allocated)) allocated"
    }
}

extension StockMovement.Kind {
    var words: String {
        switch self {
        case .exported: "is in Peoplevox, which took"
        case .cancelled: "was cancelled, which gave back"
        case .despatched: "left the warehouse with"
        case .completed: "is complete in Centra, which took"
        }
    }
}
