// What was found out at one time holds until somebody looks again: a comparison of both systems, and what others report.
package import Workflows

struct StandingReports: Sendable {
    private var holding: [ExceptionKey: Condition] = [:]
    private var gone: Set<ExceptionKey> = []
    /// The last whole comparison of each brand, and the one after it that was not whole.
    private var comparisons: [String: StockReconciliation] = [:]
    private var incomplete: [String: StockReconciliation] = [:]

    mutating func report(_ condition: Condition) {
        holding[condition.key] = condition
        gone.remove(condition.key)
    }

    mutating func withdraw(_ key: ExceptionKey) {
        holding[key] = nil
        gone.insert(key)
    }

    /// What it says is newer than what was said before of the same.
    mutating func take(_ report: StockReconciliation, _ brand: String) {
        var conditions = ExceptionConditions()
        conditions.judge(report, brand: brand)
        for key in holding.keys where conditions.isGone(key) || conditions.holding[key] != nil { holding[key] = nil }
        gone = gone.filter { conditions.holding[$0] == nil }
        if report.isComplete { comparisons[brand] = report }
        incomplete[brand] = report.isComplete ? nil : report
    }

    func judge(_ conditions: inout ExceptionConditions) {
        for (brand, report) in comparisons { conditions.judge(report, brand: brand) }
        for (brand, report) in incomplete { conditions.judge(report, brand: brand) }
        for key in gone { conditions.rule(out: key) }
        for condition in holding.values { conditions.hold(condition) }
    }
}

extension ExceptionWatch {
    /// This holds, until somebody reports or withdraws it again. Raised by the watch's next turn.
    package func report(_ key: ExceptionKey, since: Int64? = nil, _ evidence: ExceptionEvidence) {
        state.withLock { $0.reports.report(Condition(key, since: since, evidence)) }
    }

    /// This is known not to hold (any more).
    package func withdraw(_ key: ExceptionKey) { state.withLock { $0.reports.withdraw(key) } }

    /// What a comparison of both systems came to, whoever asked for it.
    package func take(_ report: StockReconciliation, brand: String) {
        state.withLock { $0.reports.take(report, brand) }
    }
}
