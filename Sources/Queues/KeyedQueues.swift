/// Who guarantees the order of work (promise P2): a job stands in the queue of each of its keys and is ready exactly
/// when it is the head of all of them.
///
/// Jobs are placed in all their queues at once and in journal order, under one owner. So of two jobs with a key in
/// common the earlier is ahead in every queue that they share, no two can wait for each other, and the earliest
/// unfinished job is never blocked. A job that fails keeps its place until it succeeds or becomes a dead letter: it
/// holds up the jobs that share a key with it, directly or through jobs in between, and no others.
///
/// A value with one owner. Time and chance are arguments; nothing here waits, logs or calls out. Placing, starting and
/// finishing a job cost its number of keys, and the logarithm of the number of ready jobs.
package struct KeyedQueues<Key: Hashable & Comparable & Sendable, Work: Sendable>: Sendable {
    package typealias Limits = QueueLimits

    package let limits: Limits
    /// The jobs that we stopped trying, in journal order.
    package internal(set) var deadLetters = DeadLetters<Key, Work>()

    var schedule: Schedule
    var queues: [Key: KeyQueue] = [:]
    /// By slot; nil where the slot is free.
    private var entries: [Entry?] = []
    /// The latest job of each identity that is not running: what a later wake-up merges into.
    private var mergeable: [Identity<Key>: Slot] = [:]
    private var newest: JobID?

    /// What a job is about. How far it has come is the schedule's.
    struct Entry: Sendable {
        /// Sorted and without repeats.
        let keys: [Key]
        let work: Work
        let coalescing: Coalescing?
        var followers = Followers()

        var identity: Identity<Key>? { coalescing.map { Identity(coalescing: $0, keys: keys) } }
    }

    package init(limits: Limits, backoff: Backoff) {
        self.limits = limits
        schedule = Schedule(backoff: backoff, attemptLimit: limits.attemptLimit)
    }

    // MARK: Placing

    package enum Enqueued: Hashable, Sendable {
        case queued
        /// An identical wake-up that has not started does this work as well. The journal records which.
        case coalesced(into: JobID)
    }

    /// Whether so many more jobs, or so many dead letters instead, may be accepted from outside.
    package func hasRoom(for count: Int) -> Bool {
        precondition(count >= 0)
        return schedule.count + count <= limits.jobCount && deadLetters.count + count <= limits.deadLetterCount
    }

    /// Places the job in the queue of each key, or merges it into the latest identical job that is not running. What
    /// is merged needs nothing more: its work is not kept, and it is settled when the job that it merged into is.
    ///
    /// Ids must rise from call to call: the order of calls is the order of the journal. There must be at least one key
    /// and at most `limits.keysPerJob`; repeats do not count. Room is the caller's question (`hasRoom`), asked before
    /// the delivery was accepted; what was accepted is always placed.
    package mutating func enqueue(
        _ id: JobID, keys: [Key], work: Work, coalescing: Coalescing?, now: Instant
    ) -> Enqueued {
        let entry = Entry(keys: Self.keySet(keys), work: work, coalescing: coalescing)
        precondition(entry.keys.count <= limits.keysPerJob, "\(id) has \(keys.count) of \(limits.keysPerJob) keys")
        if let identity = entry.identity, let slot = mergeable[identity] {
            advance(to: id)
            return .coalesced(into: schedule[slot].id)
        }
        place(entry, Job(id, keyCount: entry.keys.count, notBefore: now, enqueuedAt: now), now: now)
        return .queued
    }

    /// Places a job that was unfinished when the program last stopped, with the attempts that it has behind it and the
    /// time before which it must not start. Unfinished jobs are restored in journal order, before anything is enqueued.
    ///
    /// Never refused, merged or dead-lettered. Where the settings were lowered in between, a job with all its attempts
    /// used up gets one more; and it waits no longer than `Backoff.longest` from now, whatever clock set `notBefore`.
    package mutating func restore(
        _ id: JobID, keys: [Key], work: Work, coalescing: Coalescing?, attempts: Int, notBefore: Instant?,
        enqueuedAt: Instant, now: Instant
    ) {
        let entry = Entry(keys: Self.keySet(keys), work: work, coalescing: coalescing)
        let job = Job(
            id, keyCount: entry.keys.count, attempts: min(attempts, limits.attemptLimit - 1),
            notBefore: min(notBefore ?? now, now + schedule.backoff.longest), enqueuedAt: enqueuedAt)
        place(entry, job, now: now)
    }

    /// Sorted, so that equal sets are equal arrays; without repeats, so that no job waits for itself.
    static func keySet(_ keys: [Key]) -> [Key] {
        if keys.count < 2 { return keys }
        var set: [Key] = []
        for key in keys.sorted() where key != set.last { set.append(key) }
        return set
    }

    mutating func place(_ entry: Entry, _ job: Job, now: Instant) {
        advance(to: job.id)
        let slot = schedule.place(job)
        if Int(slot) == entries.count { entries.append(nil) }
        precondition(entries[Int(slot)] == nil, "slot \(slot) is taken")
        entries[Int(slot)] = entry
        if let identity = entry.identity { mergeable[identity] = slot }
        for key in entry.keys.indices {
            let isHead = join(entry.keys[key], Place(slot: slot, key: Int32(key)))
            if isHead { schedule.reachedHead(slot, now: now) }
        }
    }

    private mutating func advance(to id: JobID) {
        if let newest { precondition(newest < id, "\(id) comes after \(newest) in the journal") }
        newest = id
    }

    /// Stands at the end of the key's queue; returns whether that is also its head.
    private mutating func join(_ key: Key, _ place: Place) -> Bool {
        guard let last = queues[key, default: KeyQueue(for: place)].append(place) else { return true }
        precondition(last.slot != place.slot, "a job stands once in a queue")
        let keyCount = entry(last.slot).keys.count
        entries[Int(last.slot)]?.followers.set(place, forKey: Int(last.key), of: keyCount)
        return false
    }

    private func entry(_ slot: Slot) -> Entry {
        guard let entry = entries[Int(slot)] else { preconditionFailure("slot \(slot) is free") }
        return entry
    }

    // MARK: Running

    package struct Started: Sendable {
        package let id: JobID
        /// Sorted and without repeats.
        package let keys: [Key]
        package let work: Work
        /// Counted from 1.
        package let attempt: Int
    }

    /// Starts the ready job that is first in journal order; nil when none is ready. Whoever asks must in the end say
    /// `succeed`, `fail` or `snooze`: until then the job holds its keys.
    package mutating func next(now: Instant) -> Started? {
        guard let slot = schedule.start(now: now) else { return nil }
        let entry = entry(slot)
        let job = schedule[slot]
        if let identity = entry.identity, mergeable[identity] == slot { mergeable[identity] = nil }
        return Started(id: job.id, keys: entry.keys, work: entry.work, attempt: job.attempt)
    }

    /// When the earliest waiting job becomes due; nil when none waits.
    package func nextWakeUp() -> Instant? { schedule.nextWakeUp }

    /// The job is done and leaves its queues.
    package mutating func succeed(_ id: JobID, now: Instant) {
        let slot = schedule.succeed(id, now: now)
        _ = leave(slot, now: now)
    }

    package enum Failed: Hashable, Sendable {
        /// The attempt with this number failed; the next starts no earlier than `at`. Both are what `restore` needs.
        case retry(at: Instant, attempt: Int)
        /// The failure was permanent or the attempts are used up: the job left its queues and its followers proceed.
        case deadLettered
    }

    /// The attempt failed. `reason` is in words for an operator; `chance`, from 0 up to but not including 1, spreads
    /// the retries.
    package mutating func fail(
        _ id: JobID, kind: FailureKind, reason: String, now: Instant, chance: Double
    ) -> Failed {
        let slot = schedule.fail(id, kind: kind, now: now, chance: chance)
        let job = schedule[slot]
        if case .waiting(let instant) = job.state {
            remainMergeable(slot)
            return .retry(at: instant, attempt: job.attempt)
        }
        let entry = leave(slot, now: now)
        deadLetters.insert(
            DeadLetter(
                id: id, keys: entry.keys, work: entry.work, coalescing: entry.coalescing, reason: reason,
                attempts: job.attempt, at: now))
        return .deadLettered
    }

    /// The attempt could not be made, for a reason that is not the job's own (a partner's budget is spent, say). The
    /// job waits until then at the head of its queues, and the attempt does not count.
    package mutating func snooze(_ id: JobID, until: Instant, now: Instant) {
        let slot = schedule.snooze(id, until: until, now: now)
        remainMergeable(slot)
    }

    /// A job that waits again will read afresh, so wake-ups may merge into it, unless there is a later one for them.
    private mutating func remainMergeable(_ slot: Slot) {
        if let identity = entry(slot).identity, mergeable[identity] == nil { mergeable[identity] = slot }
    }

    /// Takes a finished job out of its queues, each of which it heads. Who follows it may become ready.
    private mutating func leave(_ slot: Slot, now: Instant) -> Entry {
        let entry = entry(slot)
        precondition(schedule[slot].state == .finished, "only a finished job leaves")
        entries[Int(slot)] = nil
        for key in entry.keys.indices {
            let follower = entry.followers[key]
            queues[entry.keys[key]]?.advance(from: Place(slot: slot, key: Int32(key)), to: follower)
            if let follower {
                schedule.reachedHead(follower.slot, now: now)
            } else {
                queues[entry.keys[key]] = nil
            }
        }
        return entry
    }
}
