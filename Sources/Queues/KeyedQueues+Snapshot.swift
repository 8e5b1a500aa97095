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
    }

    /// Jobs that are not finished.
    package var depth: Int { schedule.count }

    package var counts: Counts {
        let headed = schedule.readyCount + schedule.runningCount + schedule.waitingCount
        precondition(headed <= schedule.count, "a job is in one state")
        return Counts(
            blocked: schedule.count - headed, ready: schedule.readyCount, running: schedule.runningCount,
            waiting: schedule.waitingCount, deadLetters: deadLetters.count, keys: queues.count)
    }

    /// The age in milliseconds of the first unfinished job in journal order; nil when there is none.
    package func oldestAge(now: Instant) -> Int64? {
        schedule.oldest.map { age(of: $0, now: now) }
    }

    package struct KeySnapshot: Hashable, Sendable {
        package let key: Key
        package let depth: Int
        /// Of the head, in milliseconds.
        package let ageOfOldest: Int64
        package let head: JobID
        package let headState: Job.State
        package let headAttempt: Int
    }

    /// The keys whose heads came first in the journal, at most `limit` of them, in that order.
    package func snapshot(limit: Int, now: Instant) -> [KeySnapshot] {
        precondition(limit >= 0)
        let heads = queues.map { (key: $0.key, id: schedule[$0.value.head.slot].id) }
        let oldest = heads.sorted { $0.id != $1.id ? $0.id < $1.id : $0.key < $1.key }.prefix(limit)
        return oldest.compactMap { snapshot(of: $0.key, now: now) }
    }

    /// Nil when no unfinished job has this key.
    package func snapshot(of key: Key, now: Instant) -> KeySnapshot? {
        guard let queue = queues[key] else { return nil }
        let head = schedule[queue.head.slot]
        return KeySnapshot(
            key: key, depth: Int(queue.depth), ageOfOldest: age(of: head, now: now), head: head.id,
            headState: head.state, headAttempt: head.attempt)
    }

    private func age(of job: Job, now: Instant) -> Int64 {
        max(0, now - job.enqueuedAt)
    }
}
