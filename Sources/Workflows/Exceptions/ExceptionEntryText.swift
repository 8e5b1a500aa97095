// Exception entries in words, one line each, for those who read the journal. How a time is written is for others to say.

extension ExceptionEntry {
    /// - Parameter time: writes a moment (microseconds since 1970).
    package func words(_ time: (Int64) -> String) -> String {
        switch self {
        case .raised(let kind, let subject, let evidence, _, let previous):
            "raises \(kind.heading)" + (subject == .whole ? "" : " of \(subject)") + ": \(evidence.words(time))"
                + (previous.map { ", after exception \($0)" } ?? "")
        case .cleared(let id, let seen): "clears exception \(id), last seen \(time(seen))"
        case .acknowledged(let id, let user, let until):
            "user \(user) acknowledges exception \(id)" + (until.map { " until \(time($0))" } ?? "")
        case .noted(let id, let user, let text): "user \(user) notes on exception \(id): \(text)"
        case .restated(let exception): "restates exception \(exception.id), \(exception.key)"
        }
    }
}

extension ExceptionEvidence {
    /// - Parameter time: writes a moment (microseconds since 1970).
    package func words(_ time: (Int64) -> String) -> String {
        items.map { item in
            switch item.figure {
            case .number(let number): "\(item.name) \(number)"
            case .text(let text): "\(item.name) \(text)"
            case .time(let moment): "\(item.name) \(time(moment))"
            }
        }.joined(separator: ", ")
    }
}
