/// The largest sizes in this module, by name.
///
/// Nothing is ever dropped to stay inside them. Intake asks for `KeyedQueues.room` before it accepts and answers 503
/// while there is none; an operator's retry is refused while there is none. What a restart brings back is always let
/// in, because it was acknowledged long ago, perhaps under wider limits.
@usableFromInline package struct QueueLimits: Equatable, Sendable {
    /// The backlog: jobs that are not finished, running ones included.
    @usableFromInline package let jobCount: Int
    /// The keys of one job. An order with more lines than this needs a person, not a longer list of queues.
    @usableFromInline package let keysPerJob: Int
    /// Attempts at one job before it becomes a dead letter. With the usual backoff, 24 attempts span about half a
    /// day: a partner's night of maintenance.
    package let attemptLimit: Int

    package init(
        jobCount: Int = 200_000, keysPerJob: Int = 256, attemptLimit: Int = 24
    ) {
        precondition(jobCount >= 1 && jobCount < Int(Slot.max), "a backlog of \(jobCount) jobs cannot be numbered")
        precondition(keysPerJob >= 1 && keysPerJob < Int(Slot.max), "a job of \(keysPerJob) keys cannot be ordered")
        precondition(attemptLimit >= 1, "a job is tried at least once")
        self.jobCount = jobCount
        self.keysPerJob = keysPerJob
        self.attemptLimit = attemptLimit
    }
}
