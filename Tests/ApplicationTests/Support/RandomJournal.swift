// Random journals, and the naive model that says what each comes to, one job at a time.
import Commerce
import Journal
import Queues
import TestSupport
import Webhooks

@testable import Application

/// What is open and what is dead, in words that a table can hold.
struct Standing: Equatable, CustomStringConvertible {
    /// Open jobs with their failed attempts.
    var open: [JobID: Int] = [:]
    var dead: [JobID: DeadLetterNote] = [:]

    var description: String {
        "open \(open.sorted { $0.key < $1.key }), dead \(dead.sorted { $0.key < $1.key })"
    }
}

extension Standing {
    init(_ fold: Fold) {
        for (sequence, delivery) in fold.open.all {
            for index in 0..<UInt16(delivery.jobCount) where delivery.isOpen(index) {
                open[JobID(sequence: sequence, index: index)] = delivery.retries[index]?.attempts ?? 0
            }
        }
        dead = fold.deadLetters
    }
}

/// The naive model: what each record means, one job at a time.
struct Model {
    var standing = Standing()
    var events: [JobID: Event] = [:]

    mutating func apply(_ record: Written, _ sequence: SequenceNumber) {
        switch Entry.read(record.kind, record.payload) {
        case .delivery(let delivery): place(delivery, sequence, record.time)
        case .operatorAction(let action):
            if action.action == .retryDeadLetter || action.action == .discardDeadLetter {
                standing.dead[action.target] = nil
            }
            if action.action == .carryDeadLetter {
                standing.dead[action.target] = nil
                standing.dead[job(sequence)] = action.note
            } else if let delivery = action.delivery {
                place(delivery, sequence, record.time)
            }
        case .outcomes(let outcomes): for outcome in outcomes { apply(outcome, record.time) }
        case .quarantined, .started, .stock, .exception, .reconciliation, .checkpoint, nil: break
        }
    }

    private mutating func place(_ delivery: DeliveryRecord, _ sequence: SequenceNumber, _ time: Int64) {
        for (index, event) in delivery.events.enumerated() {
            standing.open[job(sequence, UInt16(index))] = 0
            events[job(sequence, UInt16(index))] = event
        }
        if delivery.flags.contains(.notUnderstood) {
            standing.dead[job(sequence, UInt16(delivery.events.count))] = DeadLetterNote(
                reason: delivery.reason, attempts: 0, time: time)
        }
    }

    private mutating func apply(_ outcome: Outcome, _ time: Int64) {
        switch outcome.result {
        case .settled, .coalesced: standing.open[outcome.job] = nil
        case .retry(let attempt, _, _):
            if standing.open[outcome.job] != nil { standing.open[outcome.job] = attempt }
        case .deadLettered(let attempts, let reason):
            standing.open[outcome.job] = nil
            standing.dead[outcome.job] = DeadLetterNote(reason: reason, attempts: attempts, time: time)
        }
    }
}

struct RandomJournal {
    private(set) var records: [Written] = []
    private(set) var model = Model()
    private var chance: SplitMix64

    /// With `isSound`, only what a dispatcher would write; otherwise also outcomes of any job.
    init(seed: UInt64, count: Int, isSound: Bool) {
        chance = SplitMix64(seed: seed)
        while records.count < count {
            let sequence = UInt64(records.count) + 1
            let record = Written(entry(sequence, isSound), time: 1_770_000_000_000_000 + Int64(sequence) * 1_000)
            model.apply(record, sequence)
            records.append(record)
        }
    }

    private mutating func entry(_ sequence: UInt64, _ isSound: Bool) -> Entry {
        let open = model.standing.open.keys.sorted()
        switch chance.number(below: 10) {
        case 0: return .started(version: "1")
        case 1: return deadLetterAction() ?? .delivery(delivery())
        case 2: return .action(.replay, job(1), delivery())
        case 3...5: return .delivery(delivery())
        default:
            let target = isSound || chance.oneIn(2) ? open.randomElement(using: &chance) : anyJob(below: sequence)
            return target.map { .outcomes([Outcome($0, result(of: $0))]) } ?? .delivery(delivery())
        }
    }

    private mutating func deadLetterAction() -> Entry? {
        guard let target = model.standing.dead.keys.sorted().randomElement(using: &chance) else { return nil }
        switch chance.number(below: 3) {
        case 0: return .action(.discardDeadLetter, target)
        case 1: return .action(.retryDeadLetter, target, delivery())
        default: return model.standing.dead[target].map { .carrying(target, delivery(), $0) }
        }
    }

    private mutating func delivery() -> DeliveryRecord {
        let events = (0..<chance.number(below: 4)).map { _ in
            let code = String(chance.number(below: 4))
            return chance.oneIn(2) ? sku(code) : Event(.orderChanged, Subject(.order, code), and: Subject(.sku, code))
        }
        return .of(
            events, key: chance.oneIn(3) ? UInt64(chance.number(below: 20)) : nil,
            notUnderstood: chance.oneIn(5) ? "no" : nil)
    }

    private mutating func anyJob(below sequence: UInt64) -> JobID {
        job(UInt64(chance.number(below: Int(sequence) + 2)), UInt16(chance.number(below: 5)))
    }

    private mutating func result(of job: JobID) -> Outcome.Result {
        switch chance.number(below: 4) {
        case 0: .retry(attempt: (model.standing.open[job] ?? 0) + 1, due: 1_770_000_000_000_000, reason: "away")
        case 1: .deadLettered(attempts: 3, reason: "no")
        case 2: .coalesced(into: Application.JobID(sequence: 1, index: 0))
        default: .settled
        }
    }
}
