// What is known of partners, queues and journal, as far as exceptions are about them; and what of it is one.

/// What calls to a partner have shown. After a start nothing is known until one was made.
package enum PartnerFacts: Hashable, Sendable {
    case unknown
    case answering
    /// It refuses our token, password, permission or address since then (microseconds since 1970).
    case refusingUs(since: Int64, text: String)
    case notAnswering(since: Int64, text: String)
}

/// How far behind a brand's changes are, and whether limits are why.
package struct BudgetFacts: Hashable, Sendable {
    /// Since when the oldest change waits that is to be sent, microseconds since 1970; nil when none waits.
    package var oldestUnsent: Int64?
    /// How many wait.
    package var unsent: Int
    /// Whether what waits does so because the partner's limits leave no room.
    package var isOutOfRoom: Bool
    /// About when all of it will be sent, microseconds since 1970.
    package var caughtUp: Int64?

    package init(oldestUnsent: Int64?, unsent: Int, isOutOfRoom: Bool, caughtUp: Int64?) {
        self.oldestUnsent = oldestUnsent
        self.unsent = unsent
        self.isOutOfRoom = isOutOfRoom
        self.caughtUp = caughtUp
    }
}

package struct DeadLetterFacts: Hashable, Sendable {
    package var count: Int
    /// When the oldest of them was given up, microseconds since 1970.
    package var oldest: Int64
    /// The names of the first few jobs.
    package var first: [String]
    /// At so many the brand's deliveries are refused.
    package var limit: Int

    package init(count: Int, oldest: Int64, first: [String], limit: Int) {
        self.count = count
        self.limit = limit
        self.oldest = oldest
        self.first = first
    }
}

package struct BacklogFacts: Hashable, Sendable {
    package var jobs: Int
    package var jobLimit: Int
    /// When the oldest job came, microseconds since 1970.
    package var oldestJob: Int64?
    package var octets: Int
    package var octetLimit: Int
    /// Why no next segment can be made.
    package var obstacle: String?

    package init(jobs: Int, jobLimit: Int, oldestJob: Int64?, octets: Int, octetLimit: Int, obstacle: String?) {
        self.jobs = jobs
        self.jobLimit = jobLimit
        self.oldestJob = oldestJob
        self.octets = octets
        self.octetLimit = octetLimit
        self.obstacle = obstacle
    }
}

/// Wake-ups of a brand's SKUs that have had no reading so far, whatever the reason.
package struct ReadingFacts: Hashable, Sendable {
    package var unread: Int
    /// When the oldest of them was received, microseconds since 1970.
    package var oldest: Int64?
    /// Readings in a row that failed.
    package var failures: Int

    package init(unread: Int, oldest: Int64?, failures: Int) {
        self.unread = unread
        self.oldest = oldest
        self.failures = failures
    }
}

/// Whether Centra takes stock at all.
package enum RefusalFacts: Hashable, Sendable {
    case takes
    /// Nothing for that warehouse since then (microseconds since 1970), for no item's fault.
    case refuses(warehouse: Int, since: Int64, text: String)
}

extension ExceptionConditions {
    /// One exception, however many quantities wait for it.
    package mutating func judge(_ facts: RefusalFacts, brand: String) {
        judge(.stockRefused, brand: brand)
        guard case .refuses(let warehouse, let since, let text) = facts else { return }
        let evidence = ExceptionEvidence([
            "warehouse": .number(warehouse), "since": .time(since), "Centra says": .text(text),
        ])
        hold(Condition(ExceptionKey(.stockRefused, brand: brand), since: since, evidence))
    }

    /// Raised when the oldest has waited for the class's threshold.
    package mutating func judge(_ facts: ReadingFacts, brand: String) {
        judge(.stockNotRead, brand: brand)
        guard let oldest = facts.oldest else { return }
        let evidence = ExceptionEvidence([
            "wake-ups without a reading": .number(facts.unread), "oldest": .time(oldest),
            "failed readings": facts.failures > 0 ? .number(facts.failures) : nil,
        ])
        hold(Condition(ExceptionKey(.stockNotRead, brand: brand), since: oldest, evidence))
    }

    package mutating func judge(_ facts: PartnerFacts, _ partner: ExceptionSubject.Partner, brand: String) {
        let refused = ExceptionKey(.credentialsFailing, brand: brand, .partner(partner))
        let silent = ExceptionKey(.partnerUnreachable, brand: brand, .partner(partner))
        switch facts {
        case .unknown: break
        case .answering:
            rule(out: refused)
            rule(out: silent)
        case .refusingUs(let since, let text):
            rule(out: silent)
            hold(Condition(refused, since: since, ExceptionEvidence(["since": .time(since), "last": .text(text)])))
        case .notAnswering(let since, let text):
            hold(Condition(silent, since: since, ExceptionEvidence(["since": .time(since), "last": .text(text)])))
        }
    }

    /// Milliseconds until everything is caught up with that are too many, however young what waits is.
    package static let longestForecast: Int64 = 15 * 60_000

    package mutating func judge(_ facts: BudgetFacts, brand: String, now: Int64) {
        judge(.budgetExhausted, brand: brand)
        let forecast = facts.caughtUp.map { $0 - now > ExceptionConditions.longestForecast * 1_000 } ?? false
        guard facts.unsent > 0, let oldest = facts.oldestUnsent, facts.isOutOfRoom || forecast else { return }
        let evidence = ExceptionEvidence([
            "changes that wait": .number(facts.unsent), "oldest": .time(oldest),
            "caught up": facts.caughtUp.map { .time($0) },
        ])
        // A forecast that is too far away is no matter of age.
        let since = forecast ? nil : oldest
        hold(Condition(ExceptionKey(.budgetExhausted, brand: brand), since: since, evidence))
    }

    /// - Parameter facts: of every brand that has dead letters.
    package mutating func judge(_ facts: [String: DeadLetterFacts]) {
        judge(everywhere: .deadLetterPresent)
        for (brand, letters) in facts where letters.count > 0 {
            let evidence = ExceptionEvidence([
                "dead letters": .number(letters.count), "oldest": .time(letters.oldest),
                "jobs": .text(letters.first.joined(separator: " ")), "limit": .number(letters.limit),
                "intake": letters.count >= letters.limit ? .text("the brand's deliveries are answered 503") : nil,
            ])
            hold(Condition(ExceptionKey(.deadLetterPresent, brand: brand), since: letters.oldest, evidence))
        }
    }

    /// Percent of a limit at which a backlog is one, and below which it is none any more.
    package static let highMark = 80
    package static let lowMark = 60
    /// Milliseconds that a job may wait.
    package static let longestWait: Int64 = 30 * 60_000

    package mutating func judge(_ facts: BacklogFacts, now: Int64) {
        judge(.journalBacklog, brand: "")
        let queues = ExceptionKey(.journalBacklog, brand: "", .queues)
        let isOld = facts.oldestJob.map { now - $0 > ExceptionConditions.longestWait * 1_000 } ?? false
        if isOld || isFull(queues, facts.jobs, of: facts.jobLimit) {
            let evidence = ExceptionEvidence([
                "jobs": .number(facts.jobs), "limit": .number(facts.jobLimit),
                "oldest": facts.oldestJob.map { .time($0) },
            ])
            hold(Condition(queues, evidence))
        }
        let journal = ExceptionKey(.journalBacklog, brand: "", .journal)
        if facts.obstacle != nil || isFull(journal, facts.octets, of: facts.octetLimit) {
            let evidence = ExceptionEvidence([
                "octets": .number(facts.octets), "limit": .number(facts.octetLimit),
                "obstacle": facts.obstacle.map { .text($0) },
            ])
            hold(Condition(journal, evidence))
        }
    }

    private func isFull(_ key: ExceptionKey, _ amount: Int, of limit: Int) -> Bool {
        let mark = isOpen(key) ? ExceptionConditions.lowMark : ExceptionConditions.highMark
        return Double(amount) * 100 >= Double(limit) * Double(mark)
    }
}
