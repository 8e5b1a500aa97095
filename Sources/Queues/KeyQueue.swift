/// One key's queue, as a chain through the jobs that stand in it.
///
/// ```
///   sku:A   head ▶ job 3 ──▶ job 5 ──▶ job 9 ◀ tail
///   sku:B   head ▶ job 5 ──▶ job 7 ◀ tail            job 5 has a follower for each of its keys
/// ```
///
/// The queue holds only the two ends; each job holds, for each of its keys, who follows it. Jobs join at the tail and
/// leave at the head, so both cost the same however long the queue is.
struct KeyQueue: Sendable {
    private(set) var head: Place
    private var tail: Place
    private(set) var depth: Int32 = 0

    /// A queue with nobody in it, which `place` is about to join.
    init(for place: Place) {
        head = place
        tail = place
    }

    /// Returns who stood last until now; nil when the queue was empty and `place` is its head.
    mutating func append(_ place: Place) -> Place? {
        precondition(depth == 0 || tail.slot != place.slot, "a job stands once in a queue")
        defer {
            tail = place
            depth += 1
        }
        return depth == 0 ? nil : tail
    }

    /// The head leaves; the queue goes on with its follower, or is empty.
    mutating func advance(from leaving: Place, to follower: Place?) {
        precondition(head == leaving, "only the head of a queue leaves it")
        precondition((follower == nil) == (depth == 1), "all but the last of a queue are followed")
        depth -= 1
        if let follower { head = follower }
    }
}

/// A job's place in the queue of one of its keys.
struct Place: Equatable, Sendable {
    let slot: Slot
    /// Which of the job's keys, counted from 0.
    let key: Int32
}

/// Where a job stands: for each of its keys, in which queue and who follows it there.
///
/// The first key is kept apart from the rest, so that a job with one key, as most have, needs no array.
struct Standing: Sendable {
    typealias InQueue = (queue: Slot, follower: Place?)

    private var first: InQueue?
    private var rest: [InQueue] = []

    init(keyCount: Int) {
        precondition(keyCount > 0, "a job without a key has no order")
        if keyCount > 1 { rest.reserveCapacity(keyCount - 1) }
    }

    var count: Int32 { first == nil ? 0 : Int32(rest.count) + 1 }

    subscript(key: Int32) -> InQueue {
        guard let first else { preconditionFailure("the job stands nowhere yet") }
        return key == 0 ? first : rest[Int(key) - 1]
    }

    mutating func append(_ queue: Slot) {
        if first == nil { first = (queue, nil) } else { rest.append((queue, nil)) }
    }

    mutating func setFollower(_ place: Place, forKey key: Int32) {
        precondition(self[key].follower == nil, "a job is followed by one job in each queue")
        if key == 0 { first?.follower = place } else { rest[Int(key) - 1].follower = place }
    }
}
