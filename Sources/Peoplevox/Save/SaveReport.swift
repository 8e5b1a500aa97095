// What a reply to SaveData says about each row. Rows are found by their references and never by their places; one that the
// reply does not name is not saved and not refused but unknown. (peoplevox.md, section 10, items 2 and 6.)

package import Outbound

/// What became of one row.
package enum RowOutcome: Sendable, Equatable {
    case saved([RowWarning])
    case refused(RowRefusal)
    /// It may be saved: read it back before saving it again.
    case unknown(String)
    /// The call came to nothing, and so the row is not saved.
    case failed(CallFailure)
}

struct SaveReport {
    private let reply: ServiceReply
    private var successes: [String: Int] = [:]
    private var errors: [String: Int] = [:]

    init(_ reply: ServiceReply) {
        self.reply = reply
        for status in reply.statuses {
            guard let reference = status.reference, let isSuccess = status.isSuccess else { continue }
            if isSuccess { successes[reference, default: 0] += 1 } else { errors[reference, default: 0] += 1 }
        }
    }

    /// One for each row, in their order. Rows can share a reference, as the lines of an order do.
    func outcomes(of rows: [FittedRow]) -> [RowOutcome] {
        let sent = rows.reduce(into: [:]) { $0[$1.reference, default: 0] += 1 }
        return rows.map { outcome(of: $0, among: sent[$0.reference] ?? 1) }
    }

    private func outcome(of row: FittedRow, among count: Int) -> RowOutcome {
        let (successes, errors) = (successes[row.reference] ?? 0, errors[row.reference] ?? 0)
        switch (successes, errors) {
        case (0, 0):
            return isRefusedAsAWhole ? .refused(.refused(reply.detail)) : .unknown("the reply does not name it")
        // A no to the call that imported nothing cannot have saved a row.
        case (count..., 0) where reply.isSuccess || reply.totalCount > 0:
            return reply.isQueued ? .unknown("it is queued for import") : .saved(row.warnings)
        case (0, count...): return .refused(.refused(reply.detail))
        default: return .unknown("the reply names it \(successes) times as saved and \(errors) times as not")
        }
    }

    /// Nothing was looked at: a template or a column that does not exist.
    private var isRefusedAsAWhole: Bool {
        !reply.isSuccess && reply.totalCount == 0 && reply.statuses.isEmpty && reply.detail?.isTrouble != true
    }
}
