/// Who is ready, running and waiting. Each job that is not blocked or finished is here, exactly once.
struct Schedule: Sendable {
    private var ready = Heap<Ready>()
    private var waiting = Heap<Waiting>()
    private var running: [JobID: Slot] = [:]

    /// Does what a job's state machine said.
    mutating func perform(_ action: Job.Action, _ id: JobID, _ slot: Slot) {
        switch action {
        case .makeReady: ready.insert(Ready(id: id, slot: slot))
        case .wake(let instant): waiting.insert(Waiting(until: instant, id: id, slot: slot))
        case .run:
            let other = running.updateValue(slot, forKey: id)
            precondition(other == nil, "\(id) runs once at a time")
        case .stay, .settle, .deadLetter: break
        }
    }

    /// A job whose wait is over; nil when there is none.
    mutating func takeDue(now: Instant) -> Slot? {
        guard let first = waiting.smallest, first.until <= now else { return nil }
        return waiting.removeSmallest()?.slot
    }

    /// The ready job that is first in journal order.
    mutating func takeReady() -> Slot? {
        ready.removeSmallest()?.slot
    }

    mutating func takeRunning(_ id: JobID) -> Slot {
        guard let slot = running.removeValue(forKey: id) else { preconditionFailure("\(id) is not running") }
        return slot
    }
}

/// What can be seen from outside.
extension Schedule {
    var readyCount: Int { ready.count }
    var runningCount: Int { running.count }
    var waitingCount: Int { waiting.count }
    var nextWakeUp: Instant? { waiting.smallest?.until }

    /// The first in journal order of all that are here.
    var oldest: Slot? {
        let first = [
            ready.smallest.map { ($0.id, $0.slot) },
            running.min { $0.key < $1.key }.map { ($0.key, $0.value) },
            waiting.elements.min { $0.id < $1.id }.map { ($0.id, $0.slot) },
        ]
        return first.compactMap { $0 }.min { $0.0 < $1.0 }?.1
    }
}

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

    static func < (left: Waiting, right: Waiting) -> Bool { left.until < right.until }
}
