/// What an operator does about dead letters, and how they come back after a restart.
extension KeyedQueues {
    /// Keeps what could not even be queued, such as a delivery that was not understood (no keys), or a dead letter
    /// that a restart brings back. The id must not be a dead letter's already.
    package mutating func addDeadLetter(
        _ id: JobID, keys: [Key], work: Work, coalescing: Coalescing? = nil, reason: String, attempts: Int, at: Instant
    ) {
        precondition(attempts >= 0, "attempts are counted from 0")
        deadLetters.insert(
            DeadLetter(
                id: id, keys: sortedSet(keys), work: work, coalescing: coalescing, reason: reason,
                attempts: attempts, at: at))
    }

    /// An operator's retry: the work is placed anew under `newID` (the journal sequence of the retry), with all its
    /// attempts before it. False, and nothing changes, when there is no such dead letter, when it has no keys or too
    /// many, or while the backlog is full.
    package mutating func retryDeadLetter(_ id: JobID, asNew newID: JobID, now: Instant) -> Bool {
        guard depth < limits.jobCount, let letter = deadLetters[id],
            (1...limits.keysPerJob).contains(letter.keys.count), deadLetters.remove(id)
        else { return false }
        restore(
            newID, keys: letter.keys, work: letter.work, coalescing: letter.coalescing, attempts: 0, notBefore: nil,
            enqueuedAt: now, now: now)
        return true
    }

    /// An operator's decision that this need not be done. False when there is no such dead letter.
    package mutating func discardDeadLetter(_ id: JobID) -> Bool {
        deadLetters.remove(id)
    }
}
