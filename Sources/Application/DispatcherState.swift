// What the dispatcher knows, and how it changes: from the arrival of a job to its outcome.
//
// Nothing here waits, locks or reads a clock: `Dispatcher` does, around it.
import Commerce
import Journal
import Queues

extension Dispatcher {
    struct Running {
        let job: StartedJob
        let work: Work
        let newest: SequenceNumber
    }

    struct State: Sendable {
        var queues: BrandQueues
        let deadLetters: DeadLetterTally
        /// Never without arrivals.
        var inbox: [(first: SequenceNumber, arrivals: [Arrival])] = []
        var inboxSize = 0
        var outcomes: [Outcome] = []
        /// Outcomes that are with the journal's thread.
        var committing: [Outcome] = []
        var retryCommitAt: Int64?
        /// The first delivery with an outcome of which nobody can say whether it is in the journal, which has failed.
        var unknown: SequenceNumber?
        /// The last wake-up that has merged into a job, for those into which one has.
        var merged: [JobID: SequenceNumber] = [:]
        /// Where the journal ended at the start: what had merged into a job until then is not told.
        let restoredUpTo: SequenceNumber
        var statistics = DispatcherStatistics()
        var stopBy: Int64?
    }
}

extension Dispatcher.State {
    /// How many more jobs may be accepted; what was accepted and is not placed yet counts.
    var room: Int { queues.room - inboxSize }

    /// The first delivery with a job or dead letter whose end is not in the journal; nil when there is none.
    ///
    /// A job is in the inbox until it is in the queues, and there until its outcome is among those that are on their way
    /// into the journal. A dead letter stays one after that.
    var oldestUnsettled: SequenceNumber? {
        let arriving = inbox.first.map { $0.first + $0.arrivals[0].id.sequence }
        let ended = [outcomes, committing].map { $0.lazy.map(\.job.sequence).min() }
        return ([unknown, arriving, queues.oldest?.sequence] + ended).compactMap { $0 }.min()
    }

    mutating func removeDeadLetter(_ id: JobID) -> Bool {
        guard let letter = queues.deadLetters[id], queues.discardDeadLetter(id) else { return false }
        deadLetters.remove(letter.work.brand)
        return true
    }

    mutating func place(_ arrival: Arrival, from first: SequenceNumber, now: Instant) {
        let id = JobID(sequence: first + arrival.id.sequence, index: arrival.id.index)
        let work = arrival.work
        guard let coalescing = work.coalescing else {
            let reason = work.notUnderstood ?? ""
            queues.addDeadLetter(id, keys: [], work: work, coalescing: nil, reason: reason, attempts: 0, at: now)
            deadLetters.add(work.brand)
            return statistics.deadLettered += 1
        }
        let placed = queues.enqueue(id, keys: work.keys, work: work, coalescing: coalescing, now: now)
        if case .coalesced(let into) = placed {
            outcomes.append(Outcome(id, .coalesced(into: into)))
            merged[into] = id.sequence
            statistics.coalesced += 1
        }
    }

    mutating func start(atMost limit: Int, now: Instant) -> [Dispatcher.Running] {
        var jobs: [Dispatcher.Running] = []
        jobs.reserveCapacity(min(queues.depth, limit))
        while jobs.count < limit, let job = queues.next(now: now) {
            jobs.append(Dispatcher.Running(job: job, work: queues.work(of: job), newest: newest(of: job.id)))
        }
        return jobs
    }

    private func newest(of job: JobID) -> SequenceNumber {
        let own = job.sequence <= restoredUpTo ? restoredUpTo : job.sequence
        return merged.isEmpty ? own : max(own, merged[job] ?? 0)
    }

    /// Asked for each job; there is hardly ever one into which something has merged.
    private mutating func forgetMerged(into job: JobID) {
        if !merged.isEmpty { merged[job] = nil }
    }

    mutating func finish(
        _ job: BrandQueues.Started, _ result: WorkResult, at now: Instant, wall: Int64,
        chance: () -> Double
    ) {
        switch result {
        case .taken: break
        case .later(let until): queues.snooze(job, until: Instant(milliseconds: until / 1_000 + 1), now: now)
        case .done:
            queues.succeed(job, now: now)
            forgetMerged(into: job.id)
            outcomes.append(Outcome(job.id, .settled))
            statistics.settled += 1
        case .failed(let kind, let reason):
            let brand = queues.work(of: job).brand
            switch queues.fail(job, kind: kind, reason: reason, now: now, chance: chance()) {
            case .retry(let at, let attempt):
                let due = wall + (at - now) * 1_000
                outcomes.append(Outcome(job.id, .retry(attempt: attempt, due: due, reason: reason)))
                statistics.retried += 1
            case .deadLettered:
                deadLetters.add(brand)
                forgetMerged(into: job.id)
                outcomes.append(Outcome(job.id, .deadLettered(attempts: job.attempt, reason: reason)))
                statistics.deadLettered += 1
            }
        }
    }

    /// Moves outcomes, as many as one record takes, to those that are with the journal's thread.
    mutating func takeToCommit() {
        if outcomes.count <= Outcome.limitPerRecord { return swap(&outcomes, &committing) }
        committing = Array(outcomes.prefix(Outcome.limitPerRecord))
        outcomes.removeFirst(committing.count)
    }
}
