import Queues

/// What can be asked of the queues, what they answer, and what can be seen of them, as values: so that the same can be
/// asked of the real ones and of the model and the answers be compared.
enum Operation {
    case enqueue(JobID, keys: [Int], work: Int, Coalescing?)
    case restore(Model.Entry)
    case next
    case succeed(JobID)
    case fail(JobID, FailureKind, chance: Double)
    case snooze(JobID, until: Instant)
    case add(Letter)
    case retry(JobID, asNew: JobID)
    case discard(JobID)

    static let reason = "the partner said no"
}

typealias RealQueues = KeyedQueues<Int, Int>

struct Letter: Equatable {
    let id: JobID
    let keys: [Int]
    let work: Int
    let coalescing: Coalescing?
    let reason: String
    let attempts: Int
    let at: Instant
}

enum Answer: Equatable {
    struct Start: Equatable {
        let id: JobID
        let keys: [Int]
        let work: Int
        let attempt: Int
    }

    case done
    case enqueued(RealQueues.Enqueued)
    case started(Start?)
    case failed(RealQueues.Failed)
    case answered(Bool)
}

/// Everything that can be seen from outside at one moment.
struct View: Equatable {
    let counts: RealQueues.Counts
    let depth: Int
    let oldestAge: Int64?
    let nextWakeUp: Instant?
    let keys: [RealQueues.KeySnapshot]
    let letters: [Letter]
    let room: [Bool]

    static let roomAsked = [0, 1, 5]
}

extension KeyedQueues<Int, Int> {
    mutating func apply(_ operation: Operation, now: Instant) -> Answer {
        switch operation {
        case .enqueue(let id, let keys, let work, let coalescing):
            return .enqueued(enqueue(id, keys: keys, work: work, coalescing: coalescing, now: now))
        case .restore(let job):
            restore(
                job.id, keys: job.keys, work: job.work, coalescing: job.coalescing, attempts: job.attempt,
                notBefore: job.notBefore, enqueuedAt: job.enqueuedAt, now: now)
            return .done
        case .next:
            let job = next(now: now)
            return .started(
                job.map { Answer.Start(id: $0.id, keys: $0.keys, work: $0.work, attempt: $0.attempt) })
        case .succeed(let id):
            succeed(id, now: now)
            return .done
        case .fail(let id, let kind, let chance):
            return .failed(fail(id, kind: kind, reason: Operation.reason, now: now, chance: chance))
        case .snooze(let id, let until):
            snooze(id, until: until, now: now)
            return .done
        case .add(let letter):
            addDeadLetter(
                letter.id, keys: letter.keys, work: letter.work, coalescing: letter.coalescing,
                reason: letter.reason, attempts: letter.attempts, at: letter.at)
            return .done
        case .retry(let id, let newID):
            return .answered(retryDeadLetter(id, asNew: newID, now: now))
        case .discard(let id):
            return .answered(discardDeadLetter(id))
        }
    }

    func view(now: Instant) -> View {
        View(
            counts: counts, depth: depth, oldestAge: oldestAge(now: now), nextWakeUp: nextWakeUp(),
            keys: snapshot(limit: .max, now: now),
            letters: deadLetters.map {
                Letter(
                    id: $0.id, keys: $0.keys, work: $0.work, coalescing: $0.coalescing, reason: $0.reason,
                    attempts: $0.attempts, at: $0.at)
            },
            room: View.roomAsked.map { hasRoom(for: $0) })
    }
}
