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
    @usableFromInline package internal(set) var deadLetters = DeadLetters<Key, Work>()

    @usableFromInline var queues: NumberedQueues
    /// The number of each key's queue, by the key's hash; a key whose queue is empty has none.
    @usableFromInline var numbers = SlotIndex()
    /// By the queue's number.
    @usableFromInline var keys = BySlot<Key>()
    /// By the job's slot.
    @usableFromInline var contents = BySlot<Content>()

    /// What a job is about. How far it has come, and which keys it has, is in `queues`.
    @usableFromInline struct Content: Sendable {
        @usableFromInline let work: Work
        @usableFromInline let coalescing: Coalescing?

        @inlinable init(work: Work, coalescing: Coalescing?) {
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

    /// How many more jobs may be accepted from outside; below 0 when there are too many. Dead letters are the caller's to
    /// limit: who has too many of them is not asked here.
    @inlinable package var room: Int { limits.jobCount - depth }

    /// Places the job in the queue of each key, or merges it into the latest identical job that is not running. What
    /// is merged needs nothing more: its work is not kept, and it is settled when the job that it merged into is.
    ///
    /// Ids must rise from call to call: the order of calls is the order of the journal. There must be at least one key
    /// and at most `limits.keysPerJob`; repeats do not count. Room is the caller's question (`room`), asked before the
    /// delivery was accepted; what was accepted is always placed.
    @inlinable package mutating func enqueue(
        _ id: JobID, keys: some Collection<Key>, work: Work, coalescing: Coalescing?, now: Instant
    ) -> Enqueued {
        let keys = KeySet(keys)
        precondition(keys.count <= limits.keysPerJob, "\(id) has \(keys.count) keys of \(limits.keysPerJob)")
        // A twin stands in the same queues.
        let known = number(of: keys.first)
        if known != nil, let coalescing, let slot = twin(keys, coalescing) {
            queues.advance(to: id)
            return .coalesced(into: queues.id(slot))
        }
        let slot = queues.place(
            id, keyCount: keys.count, attempts: 0, notBefore: nil, enqueuedAt: now,
            fingerprint: coalescing == nil ? nil : keys.hash)
        contents.put(Content(work: work, coalescing: coalescing), at: slot)
        join(slot, keys, first: known, now: now)
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
        let keys = KeySet(keys)
        // A later wake-up merges into this one, not into an identical one before it.
        if let coalescing, let earlier = twin(keys, coalescing) { queues.keepFromMerging(earlier) }
        let slot = queues.place(
            id, keyCount: keys.count, attempts: min(attempts, limits.attemptLimit - 1),
            notBefore: notBefore.map { min($0, now + queues.backoff.longest) }, enqueuedAt: enqueuedAt,
            fingerprint: coalescing == nil ? nil : keys.hash)
        contents.put(Content(work: work, coalescing: coalescing), at: slot)
        join(slot, keys, first: number(of: keys.first), now: now)
    }

    /// The job stands in the queue of each of its keys; `first` is the number of the first key's, if it is known.
    @inlinable mutating func join(_ slot: Slot, _ keys: KeySet<Key>, first: Slot?, now: Instant) {
        join(slot, keys.first, first, now: now)
        for key in keys.rest { join(slot, key, number(of: key), now: now) }
    }

    @inlinable mutating func join(_ slot: Slot, _ key: KeySet<Key>.Hashed, _ known: Slot?, now: Instant) {
        let number = queues.join(slot, known, now: now)
        if known != nil { return }
        self.keys.put(key.key, at: number)
        numbers.insert(number, hash: key.hash)
    }

    /// The number of the key's queue; nil when no unfinished job has the key.
    @inlinable func number(of key: KeySet<Key>.Hashed) -> Slot? {
        numbers.first(key.hash) { keys[$0] == key.key }
    }

    /// The job that a wake-up of this kind with these keys merges into.
    @inlinable func twin(_ keys: KeySet<Key>, _ coalescing: Coalescing) -> Slot? {
        queues.twin(keys.hash) { slot in
            contents[slot].coalescing == coalescing && queues.keyCount(of: slot) == keys.count
                && (0..<keys.count).allSatisfy { key(of: slot, $0) == keys[$0].key }
        }
    }

    @inlinable func key(of slot: Slot, _ index: Int) -> Key { keys[queues.queue(of: slot, key: index)] }

    /// Sorted and without repeats.
    func keys(of slot: Slot) -> [Key] { (0..<queues.keyCount(of: slot)).map { key(of: slot, $0) } }

    // MARK: Running

    @usableFromInline package typealias Started = StartedJob

    /// Starts the ready job that is first in journal order; nil when none is ready. Whoever asks must in the end say
    /// `succeed`, `fail` or `snooze`: until then the job holds its keys.
    @inlinable package mutating func next(now: Instant) -> Started? { queues.start(now: now) }

    @inlinable package func work(of job: Started) -> Work { contents[job.slot].work }

    /// Sorted and without repeats.
    package func keys(of job: Started) -> [Key] { keys(of: job.slot) }

    /// When the earliest waiting job becomes due; nil when none waits.
    package func nextWakeUp() -> Instant? { queues.schedule.nextWakeUp }

    /// The job is done and leaves its queues.
    @inlinable package mutating func succeed(_ job: Started, now: Instant) {
        queues.succeed(job, now: now)
        leave(job.slot, now: now)
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
        _ job: Started, kind: FailureKind, reason: String, now: Instant, chance: Double
    ) -> Failed {
        queues.end(job, .failed(kind, chance: chance), now: now)
        if case .waiting(let instant) = queues.job(job.slot).state { return .retry(at: instant, attempt: job.attempt) }
        let content = contents[job.slot]
        deadLetters.insert(
            DeadLetter(
                id: job.id, keys: keys(of: job), work: content.work, coalescing: content.coalescing, reason: reason,
                attempts: job.attempt, at: now))
        leave(job.slot, now: now)
        return .deadLettered
    }

    /// The attempt could not be made, for a reason that is not the job's own (a partner's budget is spent, say). The
    /// job waits until then at the head of its queues, and the attempt does not count.
    package mutating func snooze(_ job: Started, until: Instant, now: Instant) {
        queues.end(job, .snoozed(until: until), now: now)
    }

    /// Takes a finished job out of its queues; a key whose queue is then empty is forgotten.
    @inlinable mutating func leave(_ slot: Slot, now: Instant) {
        contents.free(slot)
        for key in 0..<queues.keyCount(of: slot) {
            guard let number = queues.leave(slot, key: key, now: now) else { continue }
            numbers.remove(number)
            keys.free(number)
        }
        queues.release(slot)
    }
}
