// What the road itself knows: its queues, dead letters and journal, and of each brand its stock and its partners.
import Journal
import Outbound
import POSIX
import Queues
import Workflows

enum ExceptionSources {
    /// Names of dead letters that are shown as evidence.
    private static let jobsShown = 5

    static func queues(_ dispatcher: Dispatcher, _ commits: GroupCommit, _ configuration: Configuration)
        -> ExceptionWatch.Source
    {
        { conditions, now in
            let (letters, jobs, oldest) = dispatcher.inspect { queues, instant in
                let counts = queues.counts
                return (
                    deadLetters(queues, instant, now, limit: configuration.queues.deadLetterLimit),
                    counts.blocked + counts.ready + counts.running + counts.waiting, queues.oldestAge(now: instant)
                )
            }
            conditions.judge(letters)
            let state = commits.store.state
            let facts = BacklogFacts(
                jobs: jobs, jobLimit: configuration.queues.backlogLimit, oldestJob: oldest.map { now - $0 * 1_000 },
                octets: state.octets, octetLimit: configuration.journal.sizeLimit,
                obstacle: state.obstacle?.description)
            conditions.judge(facts, now: now)
        }
    }

    private static func deadLetters(
        _ queues: borrowing BrandQueues, _ instant: Instant, _ now: Int64, limit: Int
    ) -> [String: DeadLetterFacts] {
        var facts: [String: DeadLetterFacts] = [:]
        for letter in queues.deadLetters {
            let time = now - max(0, instant - letter.at) * 1_000
            var brand = facts[letter.work.brand] ?? DeadLetterFacts(count: 0, oldest: time, first: [], limit: limit)
            brand.count += 1
            brand.oldest = min(brand.oldest, time)
            if brand.first.count < jobsShown { brand.first.append(letter.id.description) }
            facts[letter.work.brand] = brand
        }
        return facts
    }
}

// MARK: A brand's stock and partners

extension ExceptionSources {
    static func stock(_ engine: StockEngine) -> ExceptionWatch.Source {
        { conditions, now in
            conditions.judge(PartnerFacts(engine.centra.governor.health), .centra, brand: engine.brand)
            conditions.judge(PartnerFacts(engine.peoplevox.governor.health), .peoplevox, brand: engine.brand)
            var judged = conditions
            let waits = engine.inspect { book in
                judged.judge(book, brand: engine.brand)
                if let floors = engine.settings.formula.withheldFloors(in: book, now: now) {
                    judged.hold(floors, brand: engine.brand)
                }
                return Waits(book, StockPlanner(engine.settings.writing))
            }
            conditions = judged
            conditions.judge(engine.reading, brand: engine.brand)
            if let writing = engine.writing { conditions.judge(writing, brand: engine.brand) }
            conditions.judge(facts(of: waits, engine.centra.governor, now), brand: engine.brand, now: now)
        }
    }

    /// What has not been tried yet: a write that failed or was refused does not wait for room.
    private struct Waits: Sendable {
        var changes = 0
        var oldest: Int64?
        let calls: Int

        init(_ book: borrowing StockBook, _ planner: StockPlanner) {
            calls = planner.callsNeeded(in: copy book)
            for shelf in book.late {
                guard let state = book.shelves[shelf], state.failedWrites == 0, let since = state.lateSince else {
                    continue
                }
                changes += 1
                oldest = min(oldest ?? since, since)
            }
        }
    }

    private static func facts(of waits: Waits, _ governor: Governor, _ now: Int64) -> BudgetFacts {
        let call = Cost(mutations: 1)
        return BudgetFacts(
            oldestUnsent: waits.oldest, unsent: waits.changes,
            isOutOfRoom: governor.caughtUp(after: 1, of: call) - now > ExceptionSources.room,
            caughtUp: waits.changes == 0 ? nil : governor.caughtUp(after: waits.calls, of: call))
    }

    /// Microseconds until the next call that are none to speak of.
    private static let room: Int64 = 1_000_000
}

extension PartnerFacts {
    init(_ health: PartnerHealth) {
        if let (operation, refusal) = health.forbidden.min(by: { $0.value.since < $1.value.since }) {
            self = .refusingUs(since: refusal.since, text: "\(operation): \(refusal.text)")
            return
        }
        switch health.state {
        case .unknown: self = .unknown
        case .answering: self = .answering
        case .failing(let since, let text): self = .notAnswering(since: since, text: text)
        case .misconfigured(let since, let text): self = .refusingUs(since: since, text: text)
        }
    }
}

extension Configuration {
    var exceptionThresholds: ExceptionWatch.Thresholds {
        Dictionary(brands.map { ($0.name, $0.exceptionAfter) }) { one, _ in one }
    }
}
