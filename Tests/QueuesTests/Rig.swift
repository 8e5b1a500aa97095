import Queues
import TestSupport

/// The real queues, the model and the oracle side by side: each operation goes to all of them, and the first difference
/// is the result. `Sabotage` breaks the real ones on purpose, to prove that the rig would notice.
struct Rig {
    enum Sabotage: CaseIterable {
        case forgetsAKey
        case neverMerges
        case losesAttemptsAtRestart
        case losesBackoffAtRestart
    }

    private(set) var now = Instant(milliseconds: 1_000)
    private(set) var model: Model
    private var real: Driver
    private var oracle = OrderOracle()
    private var sequence: UInt64 = 0
    private let sabotage: Sabotage?
    /// Whether what can be seen is compared with the model, or order alone is judged.
    private let comparesModel: Bool

    init(limits: QueueLimits, backoff: Backoff, sabotage: Sabotage? = nil, comparesModel: Bool = true) {
        model = Model(limits: limits, backoff: backoff)
        real = Driver(RealQueues(limits: limits, backoff: backoff))
        self.sabotage = sabotage
        self.comparesModel = comparesModel
    }

    var running: [JobID] { model.jobs.filter { $0.state == .running }.map(\.id) }

    mutating func advance(byMilliseconds milliseconds: Int64) {
        now = now + milliseconds
    }

    mutating func newID(skipping: UInt64 = 0, index: UInt16 = 0) -> JobID {
        sequence += 1 + skipping
        return JobID(sequence: sequence, index: index)
    }

    /// Returns how the real queues differ from what they should be, if they do.
    mutating func apply(_ operation: Operation) -> String? {
        let answer = real.apply(sabotaged(operation), now: now)
        let retried = model.letters.first { if case .retry($0.id, _) = operation { true } else { false } }
        if let wrong = oracle.check(operation, answer, now: now) { return "\(operation): \(wrong)" }
        if case .retry(_, let newID) = operation, answer == .answered(true), let retried {
            oracle.retried(newID, keys: retried.keys)
        }
        let expected = model.apply(operation, now: now)
        guard comparesModel else { return nil }
        if answer != expected { return "\(operation): \(answer) instead of \(expected)" }
        return compareViews(after: operation)
    }

    private func compareViews(after operation: Operation) -> String? {
        let (seen, expected) = (real.queues.view(now: now), model.view(now: now))
        if seen != expected { return "after \(operation):\n\(seen)\ninstead of\n\(expected)" }
        let top = real.queues.snapshot(limit: 2, now: now)
        if top != Array(expected.keys.prefix(2)) { return "after \(operation): the two oldest are \(top)" }
        for key in expected.keys where real.queues.snapshot(of: key.key, now: now) != key {
            return "after \(operation): key \(key.key) is not as in the list"
        }
        return nil
    }

    /// The program stops and starts again: what is unfinished comes back from the journal, with the failures that were
    /// recorded; an attempt that was under way is not recorded. Dead letters come back in any order.
    mutating func restart(limits: QueueLimits, using chance: inout SplitMix64) -> String? {
        let unfinished = model.jobs.map(restored)
        let letters = model.letters.shuffled(using: &chance)
        model = Model(limits: limits, backoff: model.backoff)
        real = Driver(RealQueues(limits: limits, backoff: model.backoff))
        oracle = OrderOracle()
        for letter in letters {
            if let difference = apply(.add(letter)) { return difference }
        }
        for job in unfinished {
            if let difference = apply(.restore(job)) { return difference }
        }
        return nil
    }

    private func restored(_ job: Model.Entry) -> Model.Entry {
        let notBefore: Instant? =
            switch job.state {
            case .waiting(let until): until
            case .blocked: job.notBefore
            case .ready, .running: nil
            }
        let attempts = job.state == .running ? job.attempt - 1 : job.attempt
        return Model.Entry(
            id: job.id, keys: job.keys, work: job.work, coalescing: job.coalescing, enqueuedAt: job.enqueuedAt,
            notBefore: notBefore.map { min($0, now + model.backoff.longest) }, attempt: attempts)
    }

    private func sabotaged(_ operation: Operation) -> Operation {
        switch (sabotage, operation) {
        case (.forgetsAKey, .enqueue(let id, let keys, let work, let coalescing)) where keys.count > 1:
            return .enqueue(id, keys: Array(keys.dropLast()), work: work, coalescing)
        case (.neverMerges, .enqueue(let id, let keys, let work, _)):
            return .enqueue(id, keys: keys, work: work, nil)
        case (.losesAttemptsAtRestart, .restore(var job)):
            job.attempt = 0
            return .restore(job)
        case (.losesBackoffAtRestart, .restore(let job)):
            return .restore(
                Model.Entry(
                    id: job.id, keys: job.keys, work: job.work, coalescing: job.coalescing,
                    enqueuedAt: job.enqueuedAt, notBefore: nil, attempt: job.attempt))
        default:
            return operation
        }
    }
}
