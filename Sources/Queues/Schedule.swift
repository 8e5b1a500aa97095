/// Who is ready and who is waiting, and how many are running. Each job that is not blocked or finished counts here once.
struct Schedule: Sendable {
    private var ready = ReadyLine()
    private var waiting = Heap<Waiting>()
    private(set) var runningCount = 0

    /// Does what a job's state machine said.
    mutating func perform(_ action: Job.Action, _ id: JobID, _ slot: Slot) {
        switch action {
        case .makeReady: ready.insert(Ready(id: id, slot: slot))
        case .wake(let instant): waiting.insert(Waiting(until: instant, slot: slot))
        case .run: runningCount += 1
        case .stay, .settle, .deadLetter: break
        }
    }

    /// A job whose wait is over; nil when there is none.
    mutating func takeDue(now: Instant) -> Slot? {
        guard let first = waiting.smallest, first.until <= now else { return nil }
        return waiting.removeSmallest()?.slot
    }

    /// The ready job that is first in journal order.
    mutating func takeReady() -> Slot? { ready.takeFirst()?.slot }

    /// An attempt has ended; what comes of it is performed next.
    mutating func endRun() {
        precondition(runningCount > 0, "nothing is running")
        runningCount -= 1
    }

    var readyCount: Int { ready.count }
    var waitingCount: Int { waiting.count }
    var nextWakeUp: Instant? { waiting.smallest?.until }
}

/// The ready jobs, in journal order.
///
/// Those that become ready in that order, as nearly all do, stand in a row; a heap takes the others.
private struct ReadyLine: Sendable {
    private var row: [Ready] = []
    /// So many at the start of the row are gone.
    private var gone = 0
    private var others = Heap<Ready>()

    var count: Int { row.count - gone + others.count }

    mutating func insert(_ job: Ready) {
        if let last = row.last, job < last { others.insert(job) } else { row.append(job) }
    }

    mutating func takeFirst() -> Ready? {
        guard gone < row.count else { return others.removeSmallest() }
        let first = row[gone]
        if let other = others.smallest, other < first { return others.removeSmallest() }
        gone += 1
        if gone == row.count {
            row.removeAll(keepingCapacity: true)
            gone = 0
        } else if gone >= ReadyLine.tidyAt && gone * 2 >= row.count {
            row.removeFirst(gone)
            gone = 0
        }
        return first
    }

    /// A row that never empties is moved up when so many at its start, and at least half of it, are gone.
    private static let tidyAt = 1_024
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
    let slot: Slot

    static func < (left: Waiting, right: Waiting) -> Bool { left.until < right.until }
}
