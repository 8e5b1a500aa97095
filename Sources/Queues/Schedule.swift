/// Who is ready, running and waiting: carries out what each job's state machine says.
///
/// It knows jobs by slot and nothing of keys; that a job is the head of a queue it is told (`reachedHead`). Keys and
/// work are generic and this is not, so it is compiled once, here, whatever they are.
struct Schedule: Sendable {
    let backoff: Backoff
    let attemptLimit: Int

    /// By slot. A slot whose job is finished is free and is used again.
    private var jobs: [Job] = []
    private var free: [Slot] = []
    private var ready = Heap<Ready>()
    private var waiting = Heap<Waiting>()
    private var running: [JobID: Slot] = [:]

    init(backoff: Backoff, attemptLimit: Int) {
        self.backoff = backoff
        self.attemptLimit = attemptLimit
    }

    subscript(slot: Slot) -> Job { jobs[Int(slot)] }

    /// The job in a new slot, blocked until it has reached the head of each of its keys' queues.
    mutating func place(_ job: Job) -> Slot {
        guard let slot = free.popLast() else {
            jobs.append(job)
            return Slot(jobs.count - 1)
        }
        precondition(self[slot].state == .finished, "slot \(slot) is taken")
        jobs[Int(slot)] = job
        return slot
    }

    mutating func reachedHead(_ slot: Slot, now: Instant) {
        perform(step(slot, .reachedHead, now: now), slot)
    }

    /// Starts the ready job that is first in journal order; nil when none is ready.
    mutating func start(now: Instant) -> Slot? {
        while let due = waiting.smallest, due.until <= now {
            _ = waiting.removeSmallest()
            perform(step(due.slot, .due, now: now), due.slot)
        }
        guard let first = ready.removeSmallest() else { return nil }
        perform(step(first.slot, .start, now: now), first.slot)
        return first.slot
    }

    /// The job is done and its slot free.
    mutating func succeed(_ id: JobID, now: Instant) -> Slot {
        let slot = stopRunning(id)
        perform(step(slot, .succeeded, now: now), slot)
        precondition(self[slot].state == .finished)
        return slot
    }

    /// The job waits again, or is finished and its slot free.
    mutating func fail(_ id: JobID, kind: FailureKind, now: Instant, chance: Double) -> Slot {
        let slot = stopRunning(id)
        perform(step(slot, .failed(kind, chance: chance), now: now), slot)
        return slot
    }

    mutating func snooze(_ id: JobID, until: Instant, now: Instant) -> Slot {
        let slot = stopRunning(id)
        perform(step(slot, .snoozed(until: until), now: now), slot)
        return slot
    }

    private mutating func stopRunning(_ id: JobID) -> Slot {
        guard let slot = running.removeValue(forKey: id) else { preconditionFailure("\(id) is not running") }
        precondition(self[slot].id == id, "slot \(slot) is another job's")
        return slot
    }

    private mutating func step(_ slot: Slot, _ input: Job.Input, now: Instant) -> Job.Action {
        jobs[Int(slot)].handle(input, now: now, backoff: backoff, attemptLimit: attemptLimit)
    }

    private mutating func perform(_ action: Job.Action, _ slot: Slot) {
        switch action {
        case .stay: break
        case .makeReady: ready.insert(Ready(id: self[slot].id, slot: slot))
        case .wake(let instant): waiting.insert(Waiting(until: instant, id: self[slot].id, slot: slot))
        case .run: running[self[slot].id] = slot
        case .settle, .deadLetter: free.append(slot)
        }
    }
}

/// What can be seen from outside.
extension Schedule {
    var count: Int { jobs.count - free.count }
    var readyCount: Int { ready.count }
    var runningCount: Int { running.count }
    var waitingCount: Int { waiting.count }
    var nextWakeUp: Instant? { waiting.smallest?.until }

    /// The first unfinished job in journal order. It is never blocked, so it is looked for among the others only.
    var oldest: Job? {
        let firstRunning = running.min { $0.key < $1.key }?.value
        let firstWaiting = waiting.elements.min { $0.id < $1.id }?.slot
        let candidates = [ready.smallest?.slot, firstRunning, firstWaiting].compactMap { $0 }
        precondition(candidates.isEmpty == (count == 0), "among unfinished jobs one is not blocked")
        return candidates.map { self[$0] }.min { $0.id < $1.id }
    }
}

/// Where a job is kept while it is not finished.
typealias Slot = Int32

/// A ready job; the first in journal order is the smallest.
private struct Ready: Comparable, Sendable {
    let id: JobID
    let slot: Slot

    static func < (left: Ready, right: Ready) -> Bool { left.id < right.id }
}

/// A waiting job; the first to become due is the smallest.
private struct Waiting: Comparable, Sendable {
    let until: Instant
    let id: JobID
    let slot: Slot

    static func < (left: Waiting, right: Waiting) -> Bool {
        left.until != right.until ? left.until < right.until : left.id < right.id
    }
}
