import Queues

/// Promise P2 and nothing else, judged from what went in and what came out, without the model: no job starts before an
/// earlier one that shares a key with it is finished, and none is held up by anything but such a job.
struct OrderOracle {
    private struct Watched {
        let id: JobID
        let keys: Set<Int>
        /// Nil when it may start now: a wait that was once over stays over, even when the clock is set back.
        var notBefore: Instant?
        var isRunning = false
    }

    /// Unfinished jobs in journal order.
    private var jobs: [Watched] = []

    /// Returns what is wrong with the answer, if anything.
    mutating func check(_ operation: Operation, _ answer: Answer, now: Instant) -> String? {
        switch (operation, answer) {
        case (.enqueue(let id, let keys, _, _), .enqueued(.queued)):
            jobs.append(Watched(id: id, keys: Set(keys)))
        case (.restore(let job), _):
            let notBefore = job.notBefore.flatMap { $0 > now ? $0 : nil }
            jobs.append(Watched(id: job.id, keys: Set(job.keys), notBefore: notBefore))
        case (.next, .started(let start)):
            for index in jobs.indices where (jobs[index].notBefore ?? now) <= now { jobs[index].notBefore = nil }
            return check(start, now: now)
        case (.succeed(let id), _), (.fail(let id, _, _), .failed(.deadLettered)):
            jobs.removeAll { $0.id == id }
        case (.fail(let id, _, _), .failed(.retry(let at, _))), (.snooze(let id, let at), _):
            for index in jobs.indices where jobs[index].id == id {
                jobs[index].isRunning = false
                jobs[index].notBefore = at
            }
        default:
            break
        }
        return nil
    }

    mutating func retried(_ id: JobID, keys: [Int]) {
        jobs.append(Watched(id: id, keys: Set(keys)))
    }

    private mutating func check(_ start: Answer.Start?, now: Instant) -> String? {
        guard let start else {
            let held = jobs.indices.first { !jobs[$0].isRunning && jobs[$0].notBefore == nil && ahead(of: $0) == nil }
            return held.map { "\(jobs[$0].id) was held up, and no earlier job shares a key with it" }
        }
        guard let index = jobs.firstIndex(where: { $0.id == start.id }) else { return "\(start.id) is not a job" }
        if let other = ahead(of: index) { return "\(start.id) overtook \(other), which shares a key with it" }
        if jobs[index].isRunning { return "\(start.id) was started twice" }
        if jobs[index].notBefore != nil { return "\(start.id) was started too early" }
        jobs[index].isRunning = true
        return nil
    }

    private func ahead(of index: Int) -> JobID? {
        jobs[..<index].first { !$0.keys.isDisjoint(with: jobs[index].keys) }?.id
    }
}
