// What the log says of exceptions: a line when one is raised or cleared, and when the time is over for which somebody had
// acknowledged one.
import Journal
import Operations
import Workflows

extension ExceptionWatch {
    /// Lines about one class in one commit; the rest is one more, with their number.
    private static let lineLimit = 20

    func say(_ part: [Planned], from first: SequenceNumber) {
        var lines: [ExceptionClass: Int] = [:]
        for (index, one) in part.enumerated() {
            guard case .raised(let kind, let subject, let evidence, _, _) = one.entry else { continue }
            lines[kind, default: 0] += 1
            guard lines[kind, default: 0] <= ExceptionWatch.lineLimit else { continue }
            log.warning(
                "exception raised",
                [
                    "exception": .int(Int(clamping: first) + index), "class": .string(kind.rawValue),
                    "priority": .int(kind.priority.rawValue), "owner": .string(kind.owner.rawValue),
                    "brand": .string(one.brand),
                    "subject": .string(subject.text), "evidence": .string(evidence.inWords),
                    "next": .string(kind.nextAction),
                ])
        }
        for (kind, count) in lines where count > ExceptionWatch.lineLimit {
            log.warning(
                "more exceptions raised",
                [
                    "class": .string(kind.rawValue), "owner": .string(kind.owner.rawValue),
                    "count": .int(count - ExceptionWatch.lineLimit),
                ])
        }
        sayCleared(part)
    }

    private func sayCleared(_ part: [Planned]) {
        let ids = part.compactMap { one -> ExceptionID? in
            if case .cleared(let id, _) = one.entry { id } else { nil }
        }
        if ids.isEmpty { return }
        let closed = state.withLock { state in state.desk.book.closed.suffix(ids.count).map(\.last) }
        for one in closed.prefix(ExceptionWatch.lineLimit) {
            log.notice(
                "exception cleared",
                [
                    "exception": .int(Int(clamping: one.id)), "class": .string(one.key.kind.rawValue),
                    "owner": .string(one.key.kind.owner.rawValue), "brand": .string(one.key.brand),
                    "subject": .string(one.key.subject.text),
                ])
        }
        if closed.count > ExceptionWatch.lineLimit {
            log.notice("more exceptions cleared", ["count": .int(closed.count - ExceptionWatch.lineLimit)])
        }
    }

    /// An acknowledgement that is over leaves the exception as open as it was.
    func remind(_ now: Int64) {
        let over = state.withLock { state in
            let open = state.desk.book.open
            let over = state.silenced.compactMap { open[$0] }.filter { !$0.isAcknowledged(at: now) }
            state.silenced = Set(open.values.filter { $0.isAcknowledged(at: now) }.map(\.id))
            return over.sorted { $0.id < $1.id }
        }
        for one in over.prefix(ExceptionWatch.lineLimit) {
            log.warning(
                "exception is open again after its acknowledgement",
                [
                    "exception": .int(Int(clamping: one.id)), "class": .string(one.key.kind.rawValue),
                    "owner": .string(one.key.kind.owner.rawValue), "brand": .string(one.key.brand),
                    "subject": .string(one.key.subject.text), "next": .string(one.key.kind.nextAction),
                ])
        }
    }
}

extension ExceptionEvidence {
    fileprivate var inWords: String { words { "\(Timestamp(microseconds: $0))" } }
}
