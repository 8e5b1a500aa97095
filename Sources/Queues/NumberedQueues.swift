/// The queues themselves, with a number for each key and for each job: who stands where, what happens to a job, and
/// who may move up when it has left.
///
/// `KeyedQueues` gives the numbers and keeps what they stand for. It is generic over keys and work; this is not, so all
/// that can be said in numbers is said here, and is compiled once.
@usableFromInline struct NumberedQueues: Sendable {
    let backoff: Backoff
    let attemptLimit: Int

    private var jobs = Slots<Entry>()
    private var queues = Slots<KeyQueue>()
    private(set) var schedule = Schedule()
    /// By fingerprint, the jobs that are not running: of identical ones the latest, which a later wake-up merges into,
    /// and perhaps one before it that waits for its next attempt.
    private var mergeable = SlotIndex()
    private var newest: JobID?

    private struct Entry: Sendable {
        var job: Job
        var standing: Standing
        /// Equal for identical wake-ups; nil for a job that is never merged.
        let fingerprint: Int?
    }

    init(backoff: Backoff, attemptLimit: Int) {
        self.backoff = backoff
        self.attemptLimit = attemptLimit
    }

    @usableFromInline var jobCount: Int { jobs.count }
    var queueCount: Int { queues.count }

    func job(_ slot: Slot) -> Job { jobs[slot].job }

    @usableFromInline func id(_ slot: Slot) -> JobID { jobs[slot].job.id }

    @usableFromInline func keyCount(of slot: Slot) -> Int { Int(jobs[slot].standing.count) }

    /// The queue of one of the job's keys.
    @usableFromInline func queue(of slot: Slot, key: Int) -> Slot { jobs[slot].standing[Int32(key)].queue }

    func queue(_ number: Slot) -> KeyQueue { queues[number] }

    /// The unfinished job that is first in journal order, which is never blocked; nil when there is none.
    var oldest: Job? {
        jobs.slots.lazy.map { job($0) }.filter { !$0.isFinished }.min { $0.id < $1.id }
    }

    /// The queues whose heads are first in journal order, at most `limit` of them.
    func oldestHeads(limit: Int) -> [Slot] {
        precondition(limit >= 0)
        var heads = Heap<Head>()
        for number in queues.slots where queues[number].depth > 0 {
            let place = queues[number].head
            heads.insert(Head(id: job(place.slot).id, key: place.key, queue: number))
        }
        return (0..<min(limit, heads.count)).compactMap { _ in heads.removeSmallest()?.queue }
    }

    // MARK: Placing

    /// Ids must rise: the order of calls is the order of the journal.
    @usableFromInline mutating func advance(to id: JobID) {
        if let newest { precondition(newest < id, "\(id) comes after \(newest) in the journal") }
        newest = id
    }

    /// A job that is about to join the queues of its keys, one after the other.
    @usableFromInline mutating func place(
        _ id: JobID, keyCount: Int, attempts: Int, notBefore: Instant?, enqueuedAt: Instant, fingerprint: Int?
    ) -> Slot {
        advance(to: id)
        let job = Job(id, keyCount: keyCount, attempts: attempts, notBefore: notBefore, enqueuedAt: enqueuedAt)
        let slot = jobs.insert(Entry(job: job, standing: Standing(keyCount: keyCount), fingerprint: fingerprint))
        if let fingerprint { mergeable.insert(slot, hash: fingerprint) }
        return slot
    }

    /// The job stands at the end of its next key's queue, which is numbered now if it is new. Returns the number.
    @usableFromInline mutating func join(_ slot: Slot, _ number: Slot?, now: Instant) -> Slot {
        let place = Place(slot: slot, key: jobs[slot].standing.count)
        let number = number ?? queues.insert(KeyQueue(for: place))
        jobs[slot].standing.append(number)
        if let last = queues[number].append(place) {
            jobs[last.slot].standing.setFollower(place, forKey: last.key)
        } else {
            step(slot, .reachedHead, now: now)
        }
        return number
    }

    // MARK: Running

    /// Starts the ready job that is first in journal order; nil when none is ready.
    @usableFromInline mutating func start(now: Instant) -> StartedJob? {
        while let due = schedule.takeDue(now: now) { step(due, .due, now: now) }
        guard let slot = schedule.takeReady() else { return nil }
        step(slot, .start, now: now)
        mergeable.remove(slot)
        return StartedJob(id: jobs[slot].job.id, attempt: jobs[slot].job.attempt, slot: slot)
    }

    /// The job is finished and must leave its queues.
    @usableFromInline mutating func succeed(_ job: StartedJob, now: Instant) {
        end(job, .succeeded, now: now)
    }

    /// What the job's attempt came to. It now waits, or is finished and must leave its queues.
    ///
    /// A job that waits will read afresh, so wake-ups may merge into it, unless there is a later one for them.
    mutating func end(_ job: StartedJob, _ outcome: Job.Input, now: Instant) {
        precondition(id(job.slot) == job.id, "slot \(job.slot) is not the place of \(job.id)")
        step(job.slot, outcome, now: now)
        schedule.endRun()
        if jobs[job.slot].job.isFinished { return }
        if let fingerprint = jobs[job.slot].fingerprint { mergeable.append(job.slot, hash: fingerprint) }
    }

    /// A finished job leaves the queue of one of its keys, which it heads; its follower may become ready. Returns the
    /// queue's number when it is empty: then the number is free.
    @usableFromInline mutating func leave(_ slot: Slot, key: Int, now: Instant) -> Slot? {
        precondition(jobs[slot].job.isFinished, "only a finished job leaves")
        let place = Place(slot: slot, key: Int32(key))
        let (queue, follower) = jobs[slot].standing[place.key]
        queues[queue].advance(from: place, to: follower)
        if let follower {
            step(follower.slot, .reachedHead, now: now)
            return nil
        }
        queues.release(queue)
        return queue
    }

    /// The job has left all its queues.
    @usableFromInline mutating func release(_ slot: Slot) {
        precondition(jobs[slot].job.isFinished, "only a finished job is forgotten")
        jobs.release(slot)
    }

    private mutating func step(_ slot: Slot, _ input: Job.Input, now: Instant) {
        let action = jobs[slot].job.handle(input, now: now, backoff: backoff, attemptLimit: attemptLimit)
        schedule.perform(action, jobs[slot].job.id, slot)
    }

    // MARK: Merging

    /// The latest job with this fingerprint that is not running and matches.
    @usableFromInline func twin(_ fingerprint: Int, where matches: (Slot) -> Bool) -> Slot? {
        mergeable.first(fingerprint, where: matches)
    }

    /// A later identical job takes the wake-ups from now on.
    mutating func keepFromMerging(_ slot: Slot) {
        mergeable.remove(slot)
    }
}

/// A job that runs, as its runner knows it.
@usableFromInline package struct StartedJob: Sendable {
    @usableFromInline package let id: JobID
    /// Counted from 1.
    @usableFromInline package let attempt: Int
    @usableFromInline let slot: Slot
}

/// The head of a queue. A job can head several; its keys are sorted, so its places are in the order of the keys.
private struct Head: Comparable, Sendable {
    let id: JobID
    let key: Int32
    let queue: Slot

    static func < (left: Head, right: Head) -> Bool {
        left.id != right.id ? left.id < right.id : left.key < right.key
    }
}
