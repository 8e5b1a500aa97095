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
    let room: Int
    let oldest: JobID?
}

/// The real queues, and the jobs that run, so that they can be asked for by id.
struct Driver {
    private(set) var queues: RealQueues
    private var running: [JobID: RealQueues.Started] = [:]

    init(_ queues: RealQueues) {
        self.queues = queues
    }

    mutating func apply(_ operation: Operation, now: Instant) -> Answer {
        switch operation {
        case .enqueue(let id, let keys, let work, let coalescing):
            return .enqueued(queues.enqueue(id, keys: keys, work: work, coalescing: coalescing, now: now))
        case .restore(let job):
            queues.restore(
                job.id, keys: job.keys, work: job.work, coalescing: job.coalescing, attempts: job.attempt,
                notBefore: job.notBefore, enqueuedAt: job.enqueuedAt, now: now)
            return .done
        case .next:
            let job = queues.next(now: now)
            if let job { running[job.id] = job }
            return .started(
                job.map {
                    Answer.Start(id: $0.id, keys: queues.keys(of: $0), work: queues.work(of: $0), attempt: $0.attempt)
                })
        case .succeed(let id):
            queues.succeed(end(id), now: now)
            return .done
        case .fail(let id, let kind, let chance):
            return .failed(queues.fail(end(id), kind: kind, reason: Operation.reason, now: now, chance: chance))
        case .snooze(let id, let until):
            queues.snooze(end(id), until: until, now: now)
            return .done
        case .add(let letter):
            queues.addDeadLetter(
                letter.id, keys: letter.keys, work: letter.work, coalescing: letter.coalescing,
                reason: letter.reason, attempts: letter.attempts, at: letter.at)
            return .done
        case .retry(let id, let newID):
            return .answered(queues.retryDeadLetter(id, asNew: newID, now: now))
        case .discard(let id):
            return .answered(queues.discardDeadLetter(id))
        }
    }

    private mutating func end(_ id: JobID) -> RealQueues.Started {
        guard let job = running.removeValue(forKey: id) else { preconditionFailure("\(id) does not run") }
        return job
    }
}

extension KeyedQueues<Int, Int> {
    func view(now: Instant) -> View {
        View(
            counts: counts, depth: depth, oldestAge: oldestAge(now: now), nextWakeUp: nextWakeUp(),
            keys: snapshot(limit: .max, now: now),
            letters: deadLetters.map {
                Letter(
                    id: $0.id, keys: $0.keys, work: $0.work, coalescing: $0.coalescing, reason: $0.reason,
                    attempts: $0.attempts, at: $0.at)
            },
            room: room, oldest: oldest)
    }
}
