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
///
/// The life of a job is in `Job`, the chains of jobs are in `KeyQueue`, and `NumberedQueues` puts the two together.
///
/// Why `@inlinable` and `@usableFromInline`: generic code of another module is compiled for the caller's types only where
/// the caller may see its body. Without, a job's way through `enqueue`, `next` and `succeed` is three times as long. They
/// open nothing to anybody: what is internal stays internal.
@usableFromInline package struct KeyedQueues<Key: Hashable & Comparable & Sendable, Work: Sendable>: Sendable {
    @usableFromInline package typealias Limits = QueueLimits

    @usableFromInline package let limits: Limits
    /// The jobs that we stopped trying, in journal order.
    package internal(set) var deadLetters = DeadLetters<Key, Work>()

    @usableFromInline var queues: NumberedQueues
    /// The number of each key's queue; a key whose queue is empty has none.
    @usableFromInline var numbers: [Key: Slot] = [:]
    /// By the job's slot; nil where the slot is free.
    @usableFromInline var contents: [Content?] = []

    /// What a job is about. How far it has come is in `queues`.
    @usableFromInline struct Content: Sendable {
        /// Sorted, so that equal sets are equal arrays; without repeats, so that no job waits for itself.
        @usableFromInline let keys: [Key]
        @usableFromInline let work: Work
        @usableFromInline let coalescing: Coalescing?

        @inlinable init(keys: [Key], work: Work, coalescing: Coalescing?) {
            self.keys = sortedSet(keys)
            self.work = work
            self.coalescing = coalescing
        }
    }

    package init(limits: Limits, backoff: Backoff) {
        self.limits = limits
        queues = NumberedQueues(backoff: backoff, attemptLimit: limits.attemptLimit)
    }

    // MARK: Placing

    @usableFromInline package enum Enqueued: Hashable, Sendable {
        case queued
        /// An identical wake-up that has not started does this work as well. The journal records which.
        case coalesced(into: JobID)
    }

    /// Whether so many more jobs, or so many dead letters instead, may be accepted from outside.
    package func hasRoom(for count: Int) -> Bool {
        precondition(count >= 0)
        return depth + count <= limits.jobCount && deadLetters.count + count <= limits.deadLetterCount
    }

    /// Places the job in the queue of each key, or merges it into the latest identical job that is not running. What
    /// is merged needs nothing more: its work is not kept, and it is settled when the job that it merged into is.
    ///
    /// Ids must rise from call to call: the order of calls is the order of the journal. There must be at least one key
    /// and at most `limits.keysPerJob`; repeats do not count. Room is the caller's question (`hasRoom`), asked before
    /// the delivery was accepted; what was accepted is always placed.
    @inlinable package mutating func enqueue(
        _ id: JobID, keys: [Key], work: Work, coalescing: Coalescing?, now: Instant
    ) -> Enqueued {
        let content = Content(keys: keys, work: work, coalescing: coalescing)
        let keyCount = content.keys.count
        precondition(keyCount <= limits.keysPerJob, "\(id) has \(keyCount) keys of \(limits.keysPerJob)")
        let fingerprint = fingerprint(of: content)
        if let fingerprint, let slot = queues.twin(fingerprint), isTwin(slot, of: content) {
            queues.advance(to: id)
            return .coalesced(into: queues.job(slot).id)
        }
        let job = Job(id, keyCount: keyCount, enqueuedAt: now)
        place(job, content, fingerprint: fingerprint, now: now)
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
        let content = Content(keys: keys, work: work, coalescing: coalescing)
        let job = Job(
            id, keyCount: content.keys.count, attempts: min(attempts, limits.attemptLimit - 1),
            notBefore: notBefore.map { min($0, now + queues.backoff.longest) }, enqueuedAt: enqueuedAt)
        place(job, content, fingerprint: fingerprint(of: content), now: now)
    }

    @inlinable mutating func place(_ job: Job, _ content: Content, fingerprint: Int?, now: Instant) {
        let slot = queues.place(job, keyCount: content.keys.count, fingerprint: fingerprint)
        if Int(slot) == contents.count { contents.append(nil) }
        precondition(contents[Int(slot)] == nil, "slot \(slot) is taken")
        contents[Int(slot)] = content
        for key in 0..<content.keys.count {
            queues.join(slot, &numbers[content.keys[key]], now: now)
        }
    }

    @inlinable func fingerprint(of content: Content) -> Int? {
        guard let coalescing = content.coalescing else { return nil }
        var hasher = Hasher()
        hasher.combine(coalescing.kind)
        for key in 0..<content.keys.count { hasher.combine(content.keys[key]) }
        return hasher.finalize()
    }

    /// Different wake-ups with one fingerprint are next to impossible, and merely do not merge.
    @inlinable func isTwin(_ slot: Slot, of content: Content) -> Bool {
        let other = self.content(slot)
        return other.coalescing?.kind == content.coalescing?.kind && other.keys == content.keys
    }

    @inlinable func content(_ slot: Slot) -> Content {
        guard let content = contents[Int(slot)] else { preconditionFailure("slot \(slot) is free") }
        return content
    }

    // MARK: Running

    @usableFromInline package struct Started: Sendable {
        package let id: JobID
        /// Sorted and without repeats.
        package let keys: [Key]
        package let work: Work
        /// Counted from 1.
        package let attempt: Int

        @usableFromInline init(id: JobID, keys: [Key], work: Work, attempt: Int) {
            self.id = id
            self.keys = keys
            self.work = work
            self.attempt = attempt
        }
    }

    /// Starts the ready job that is first in journal order; nil when none is ready. Whoever asks must in the end say
    /// `succeed`, `fail` or `snooze`: until then the job holds its keys.
    @inlinable package mutating func next(now: Instant) -> Started? {
        guard let slot = queues.start(now: now) else { return nil }
        let job = queues.job(slot)
        let content = content(slot)
        return Started(id: job.id, keys: content.keys, work: content.work, attempt: job.attempt)
    }

    /// When the earliest waiting job becomes due; nil when none waits.
    package func nextWakeUp() -> Instant? { queues.schedule.nextWakeUp }

    /// The job is done and leaves its queues.
    @inlinable package mutating func succeed(_ id: JobID, now: Instant) {
        let slot = queues.succeed(id, now: now)
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
        let slot = queues.end(id, .failed(kind, chance: chance), now: now)
        let job = queues.job(slot)
        if case .waiting(let instant) = job.state { return .retry(at: instant, attempt: job.attempt) }
        let content = leave(slot, now: now)
        deadLetters.insert(
            DeadLetter(
                id: id, keys: content.keys, work: content.work, coalescing: content.coalescing, reason: reason,
                attempts: job.attempt, at: now))
        return .deadLettered
    }

    /// The attempt could not be made, for a reason that is not the job's own (a partner's budget is spent, say). The
    /// job waits until then at the head of its queues, and the attempt does not count.
    package mutating func snooze(_ id: JobID, until: Instant, now: Instant) {
        _ = queues.end(id, .snoozed(until: until), now: now)
    }

    /// Takes a finished job out of its queues; a key whose queue is then empty is forgotten.
    @inlinable mutating func leave(_ slot: Slot, now: Instant) -> Content {
        let content = content(slot)
        contents[Int(slot)] = nil
        for key in 0..<content.keys.count where queues.leave(slot, key: key, now: now) {
            numbers[content.keys[key]] = nil
        }
        queues.release(slot)
        return content
    }
}

/// In rising order and without repeats.
@inlinable func sortedSet<Key: Comparable>(_ keys: [Key]) -> [Key] {
    if keys.count < 2 { return keys }
    var set: [Key] = []
    set.reserveCapacity(keys.count)
    for key in keys.sorted() where key != set.last { set.append(key) }
    return set
}
