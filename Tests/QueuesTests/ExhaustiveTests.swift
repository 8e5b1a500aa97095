import Queues
import Testing

/// Small spaces are enumerated, not sampled: three jobs over two keys, every choice of key sets, and for each every
/// order in which the jobs can be placed, started and ended. Exchanging the two keys changes nothing, so the first job
/// that has only one of them has key 0.
struct ExhaustiveTests {
    static let keySets: [[Int]] = [[0], [1], [0, 1]]
    static let triples: [[[Int]]] = keySets.flatMap { a in keySets.flatMap { b in keySets.map { c in [a, b, c] } } }
    static let choices = triples.filter { triple in triple.first { $0.count == 1 } != [1] }

    @Test("Every schedule of three jobs over two keys", arguments: choices)
    func everySchedule(keys: [[Int]]) {
        var open = [Schedule(keys: keys)]
        var ends = 0
        while let schedule = open.popLast() {
            let steps = schedule.steps
            if steps.isEmpty {
                ends += 1
                #expect(schedule.isSettled, "\(schedule.history): jobs are left and nothing can move them")
            }
            for step in steps {
                var longer = schedule
                let difference = longer.take(step)
                #expect(difference == nil, "\(longer.history)")
                if difference == nil { open.append(longer) }
            }
        }
        #expect(ends > 100)
    }
}

/// What has happened so far, and what can happen next.
private struct Schedule {
    enum Step {
        case place
        case start
        case succeed(JobID)
        case fail(JobID)
    }

    private var rig = Rig(
        limits: QueueLimits(jobCount: 3, keysPerJob: 2, attemptLimit: 2),
        backoff: Backoff(first: 1, longest: 1))
    private var toPlace: ArraySlice<[Int]>
    private(set) var history: [Step] = []

    init(keys: [[Int]]) {
        toPlace = keys[...]
    }

    var isSettled: Bool { toPlace.isEmpty && rig.model.jobs.isEmpty }

    var steps: [Step] {
        var steps: [Step] = toPlace.isEmpty ? [] : [.place]
        if rig.model.canStart(now: rig.now) { steps.append(.start) }
        for id in rig.running { steps += [.succeed(id), .fail(id)] }
        return steps
    }

    /// A step, and then a millisecond, which is as long as a retry waits.
    mutating func take(_ step: Step) -> String? {
        history.append(step)
        defer { rig.advance(byMilliseconds: 1) }
        switch step {
        case .place:
            let id = rig.newID()
            return rig.apply(.enqueue(id, keys: toPlace.removeFirst(), work: Int(id.sequence), nil))
        case .start: return rig.apply(.next)
        case .succeed(let id): return rig.apply(.succeed(id))
        case .fail(let id): return rig.apply(.fail(id, .transient, chance: 0))
        }
    }
}
