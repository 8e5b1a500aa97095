// Exception entries in words, one line each, for those who read the journal.

extension ExceptionEntry: CustomStringConvertible {
    package var description: String {
        switch self {
        case .raised(let kind, let subject, let evidence, _, let previous):
            "raises \(kind.heading)" + (subject == .whole ? "" : " of \(subject)") + ": \(evidence)"
                + (previous.map { ", after exception \($0)" } ?? "")
        case .cleared(let id, _): "clears exception \(id)"
        case .acknowledged(let id, let user, _): "user \(user) acknowledges exception \(id)"
        case .noted(let id, let user, let text): "user \(user) notes on exception \(id): \(text)"
        case .restated(let exception): "restates exception \(exception.id), \(exception.key)"
        }
    }
}

extension ExceptionEvidence: CustomStringConvertible {
    package var description: String {
        items.map { item in
            switch item.figure {
            case .number(let number): "\(item.name) \(number)"
            case .text(let text): "\(item.name) \(text)"
            case .time(let time): "\(item.name) \(time / 1_000_000)"
            }
        }.joined(separator: ", ")
    }
}
