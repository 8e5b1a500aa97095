import Queues
import TestSupport
import Testing

/// Random operations on random key sets, against the model at each step.
struct PropertyTests {
    static let seedsPerCase: UInt64 = 50

    @Test("For every seed the queues do what the model does", arguments: UInt64(0)..<20)
    func agreesWithTheModel(block: UInt64) {
        for seed in block * Self.seedsPerCase..<(block + 1) * Self.seedsPerCase {
            let difference = RandomRun(seed: seed).difference()
            #expect(difference == nil, "seed \(seed)")
        }
    }

    /// A rig that finds nothing might be looking at nothing.
    @Test("The canary: a broken queue is noticed", arguments: Rig.Sabotage.allCases)
    func noticesSabotage(_ sabotage: Rig.Sabotage) {
        let noticed = (0..<Self.seedsPerCase).contains { seed in
            RandomRun(seed: seed, sabotage: sabotage).difference() != nil
        }
        #expect(noticed, "\(sabotage) went unnoticed")
    }

    @Test("The canary for order: a job that stands in only some of its queues overtakes")
    func noticesOvertakingByOrderAlone() {
        let noticed = (0..<Self.seedsPerCase).compactMap { seed in
            RandomRun(seed: seed, sabotage: .forgetsAKey, comparesModel: false).difference()
        }
        #expect(noticed.contains { $0.contains("overtook") })
    }
}

/// One run from a seed: limits, backoff, and some dozens of operations.
struct RandomRun {
    private var chance: SplitMix64
    private var rig: Rig

    init(seed: UInt64, sabotage: Rig.Sabotage? = nil, comparesModel: Bool = true) {
        chance = SplitMix64(seed: seed)
        rig = Rig(
            limits: Self.limits(&chance), backoff: Backoff(first: 4, longest: 30), sabotage: sabotage,
            comparesModel: comparesModel)
    }

    private static func limits(_ chance: inout SplitMix64) -> QueueLimits {
        QueueLimits(
            jobCount: .random(in: 8...20, using: &chance), keysPerJob: 4,
            attemptLimit: .random(in: 1...4, using: &chance))
    }

    /// Plays the run; returns the first difference, with the step at which it was seen.
    consuming func difference() -> String? {
        for step in 0..<Int.random(in: 20...60, using: &chance) {
            if chance.oneIn(3) { rig.advance(byMilliseconds: .random(in: -2...12, using: &chance)) }
            if let difference = turn() { return "step \(step), \(difference)" }
        }
        return nil
    }

    private mutating func turn() -> String? {
        if chance.oneIn(40) { return rig.restart(limits: Self.limits(&chance), using: &chance) }
        return rig.apply(operation())
    }

    private mutating func operation() -> Operation {
        switch Int.random(in: 0..<20, using: &chance) {
        case 0..<7: return enqueue()
        case 7..<12: return .next
        case 12: return addLetter()
        case 13: return .retry(letterID(), asNew: rig.newID())
        case 14: return .discard(letterID())
        default:
            guard let id = chance.pick(rig.running) else { return .next }
            return end(id)
        }
    }

    private mutating func enqueue() -> Operation {
        let id = newID()
        guard rig.model.jobs.count < rig.model.limits.jobCount else { return .next }
        let keys = (0..<Int.random(in: 1...4, using: &chance)).map { _ in Int.random(in: 0..<6, using: &chance) }
        return .enqueue(id, keys: keys, work: Int(id.sequence), kind())
    }

    private mutating func kind() -> Coalescing? {
        let kinds = [nil, Coalescing(kind: "stockChanged"), Coalescing(kind: "orderChanged")]
        return chance.pick(kinds) ?? nil
    }

    private mutating func newID() -> JobID {
        rig.newID(skipping: .random(in: 0...2, using: &chance), index: .random(in: 0...2, using: &chance))
    }

    private mutating func end(_ id: JobID) -> Operation {
        let drawn = Double.random(in: 0..<1, using: &chance)
        switch Int.random(in: 0..<8, using: &chance) {
        case 0..<3: return .succeed(id)
        case 3..<6: return .fail(id, .transient, chance: drawn)
        case 6: return .fail(id, .permanent, chance: drawn)
        default: return .snooze(id, until: rig.now + .random(in: -1...60, using: &chance))
        }
    }

    private mutating func addLetter() -> Operation {
        let id = newID()
        let keys = Array(0..<Int.random(in: 0...5, using: &chance))
        return .add(
            Letter(
                id: id, keys: keys, work: Int(id.sequence), coalescing: kind(), reason: "not understood", attempts: 0,
                at: rig.now))
    }

    /// One that exists, usually.
    private mutating func letterID() -> JobID {
        guard let letter = chance.pick(rig.model.letters), !chance.oneIn(5) else {
            return JobID(sequence: .random(in: 0...50, using: &chance), index: 9)
        }
        return letter.id
    }
}
