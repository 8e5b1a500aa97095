/// What an operator sees of the queues: counts for metrics, and who waits behind what.
///
/// Ages are of unfinished jobs, running ones included: a job that hangs is what one looks for. They run from when a job
/// was queued and are 0 for a clock that was set back since.
extension KeyedQueues {
    /// How many there are of each. `blocked + ready + running + waiting` is every unfinished job.
    package struct Counts: Hashable, Sendable {
        package let blocked: Int
        /// Could start now. A job whose wait is over counts as waiting until `next` is asked.
        package let ready: Int
        package let running: Int
        package let waiting: Int
        package let deadLetters: Int
        /// Keys with at least one unfinished job.
        package let keys: Int

        package init(blocked: Int, ready: Int, running: Int, waiting: Int, deadLetters: Int, keys: Int) {
            self.blocked = blocked
            self.ready = ready
            self.running = running
            self.waiting = waiting
            self.deadLetters = deadLetters
            self.keys = keys
        }
    }

    /// Jobs that are not finished.
    @inlinable package var depth: Int { queues.jobCount }

    package var counts: Counts {
        let schedule = queues.schedule
        let atHead = schedule.readyCount + schedule.runningCount + schedule.waitingCount
        precondition(atHead <= depth, "a job is in one state")
        precondition(queues.queueCount == numbers.count, "a queue is of one key")
        return Counts(
            blocked: depth - atHead, ready: schedule.readyCount, running: schedule.runningCount,
            waiting: schedule.waitingCount, deadLetters: deadLetters.count, keys: numbers.count)
    }

    /// The age in milliseconds of the first unfinished job in journal order; nil when there is none.
    package func oldestAge(now: Instant) -> Int64? {
        queues.oldest.map { age(of: $0, now: now) }
    }

    /// The first in journal order of the unfinished jobs and the dead letters; nil when there is none.
    package var oldest: JobID? {
        [queues.oldest?.id, deadLetters.first?.id].compactMap { $0 }.min()
    }

    package struct KeySnapshot: Hashable, Sendable {
        package let key: Key
        package let depth: Int
        /// Of the head, in milliseconds.
        package let ageOfOldest: Int64
        package let head: JobID
        package let headState: Job.State
        package let headAttempt: Int

        package init(
            key: Key, depth: Int, ageOfOldest: Int64, head: JobID, headState: Job.State, headAttempt: Int
        ) {
            self.key = key
            self.depth = depth
            self.ageOfOldest = ageOfOldest
            self.head = head
            self.headState = headState
            self.headAttempt = headAttempt
        }
    }

    /// The keys whose heads came first in the journal, in that order (then by key), at most `limit` of them.
    package func snapshot(limit: Int, now: Instant) -> [KeySnapshot] {
        queues.oldestHeads(limit: limit).map { snapshot(ofQueue: $0, now: now) }
    }

    /// Nil when no unfinished job has this key.
    package func snapshot(of key: Key, now: Instant) -> KeySnapshot? {
        number(of: KeySet.Hashed(key)).map { snapshot(ofQueue: $0, now: now) }
    }

    private func snapshot(ofQueue number: Slot, now: Instant) -> KeySnapshot {
        let queue = queues.queue(number)
        let head = queues.job(queue.head.slot)
        return KeySnapshot(
            key: keys[number], depth: Int(queue.depth), ageOfOldest: age(of: head, now: now), head: head.id,
            headState: head.state, headAttempt: head.attempt)
    }

    private func age(of job: Job, now: Instant) -> Int64 {
        max(0, now - job.enqueuedAt)
    }
}
