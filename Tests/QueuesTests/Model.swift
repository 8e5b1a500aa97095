import Queues

/// What `KeyedQueues` must do, in the plainest way: one array of jobs in journal order, searched from the front every
/// time. It is slow and obviously right, and shares no idea with the real one but the meaning.
struct Model {
    struct Entry {
        let id: JobID
        let keys: [Int]
        let work: Int
        let coalescing: Coalescing?
        let enqueuedAt: Instant
        let notBefore: Instant?
        var attempt: Int
        var state: State = .blocked
    }

    enum State: Equatable {
        case blocked
        case ready
        case running
        case waiting(until: Instant)
    }

    let limits: QueueLimits
    let backoff: Backoff
    private(set) var jobs: [Entry] = []
    private(set) var letters: [Letter] = []

    init(limits: QueueLimits, backoff: Backoff) {
        self.limits = limits
        self.backoff = backoff
    }

    mutating func apply(_ operation: Operation, now: Instant) -> Answer {
        switch operation {
        case .enqueue(let id, let keys, let work, let coalescing):
            return enqueue(id, keys, work, coalescing, now: now)
        case .restore(let entry):
            var entry = entry
            entry.attempt = min(entry.attempt, limits.attemptLimit - 1)
            place(entry, notBefore: entry.notBefore.map { min($0, now + backoff.longest) }, now: now)
            return .done
        case .next:
            return next(now: now)
        case .succeed(let id):
            jobs.removeAll { $0.id == id }
            unblock(now: now)
            return .done
        case .fail(let id, let kind, let chance):
            return fail(id, kind, chance, now: now)
        case .snooze(let id, let until):
            let index = index(of: id)
            jobs[index].attempt -= 1
            jobs[index].state = .waiting(until: until)
            return .done
        case .add(let letter):
            letters.append(letter)
            return .done
        case .retry(let id, let newID):
            return retry(id, newID, now: now)
        case .discard(let id):
            let known = letters.contains { $0.id == id }
            letters.removeAll { $0.id == id }
            return .answered(known)
        }
    }

    private mutating func enqueue(
        _ id: JobID, _ keys: [Int], _ work: Int, _ coalescing: Coalescing?, now: Instant
    ) -> Answer {
        let keys = Set(keys).sorted()
        let twin = jobs.last { $0.keys == keys && $0.coalescing == coalescing && $0.state != .running }
        if let twin, coalescing != nil { return .enqueued(.coalesced(into: twin.id)) }
        let entry = Entry(
            id: id, keys: keys, work: work, coalescing: coalescing, enqueuedAt: now, notBefore: nil, attempt: 0)
        place(entry, notBefore: nil, now: now)
        return .enqueued(.queued)
    }

    private mutating func place(_ entry: Entry, notBefore: Instant?, now: Instant) {
        jobs.append(
            Entry(
                id: entry.id, keys: Set(entry.keys).sorted(), work: entry.work, coalescing: entry.coalescing,
                enqueuedAt: entry.enqueuedAt, notBefore: notBefore, attempt: entry.attempt))
        unblock(now: now)
    }

    private mutating func unblock(now: Instant) {
        for index in jobs.indices where jobs[index].state == .blocked && blockingKeys(of: index) == 0 {
            jobs[index].state = .ready
            if let notBefore = jobs[index].notBefore, notBefore > now { jobs[index].state = .waiting(until: notBefore) }
        }
    }

    /// Of how many of its keys some earlier job is unfinished.
    private func blockingKeys(of index: Int) -> Int {
        jobs[index].keys.count { key in jobs[..<index].contains { $0.keys.contains(key) } }
    }

    private mutating func next(now: Instant) -> Answer {
        for index in jobs.indices {
            if case .waiting(let until) = jobs[index].state, until <= now { jobs[index].state = .ready }
        }
        guard let index = jobs.firstIndex(where: { $0.state == .ready }) else { return .started(nil) }
        jobs[index].state = .running
        jobs[index].attempt += 1
        let job = jobs[index]
        return .started(Answer.Start(id: job.id, keys: job.keys, work: job.work, attempt: job.attempt))
    }

    func canStart(now: Instant) -> Bool {
        jobs.contains { job in
            if case .waiting(let until) = job.state { until <= now } else { job.state == .ready }
        }
    }

    private mutating func fail(_ id: JobID, _ kind: FailureKind, _ chance: Double, now: Instant) -> Answer {
        let index = index(of: id)
        let job = jobs[index]
        if kind == .transient && job.attempt < limits.attemptLimit {
            let wakeUp = now + backoff.delay(afterAttempt: job.attempt, chance: chance)
            jobs[index].state = .waiting(until: wakeUp)
            return .failed(.retry(at: wakeUp, attempt: job.attempt))
        }
        jobs.remove(at: index)
        letters.append(
            Letter(
                id: id, keys: job.keys, work: job.work, coalescing: job.coalescing, reason: Operation.reason,
                attempts: job.attempt, at: now))
        unblock(now: now)
        return .failed(.deadLettered)
    }

    private mutating func retry(_ id: JobID, _ newID: JobID, now: Instant) -> Answer {
        guard let letter = letters.first(where: { $0.id == id }), !letter.keys.isEmpty,
            letter.keys.count <= limits.keysPerJob, jobs.count < limits.jobCount
        else { return .answered(false) }
        letters.removeAll { $0.id == id }
        let entry = Entry(
            id: newID, keys: letter.keys, work: letter.work, coalescing: letter.coalescing, enqueuedAt: now,
            notBefore: nil, attempt: 0)
        place(entry, notBefore: nil, now: now)
        return .answered(true)
    }

    private func index(of id: JobID) -> Int {
        jobs.firstIndex { $0.id == id } ?? jobs.endIndex
    }
}

extension Model {
    func view(now: Instant) -> View {
        let keys = Set(jobs.flatMap(\.keys)).sorted()
        let heads = keys.compactMap { key in jobs.first { $0.keys.contains(key) }.map { (key, $0.id) } }
        let sorted = heads.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
        return View(
            counts: RealQueues.Counts(
                blocked: count { $0 == .blocked }, ready: count { $0 == .ready }, running: count { $0 == .running },
                waiting: jobs.count - count { [.blocked, .ready, .running].contains($0) }, deadLetters: letters.count,
                keys: keys.count),
            depth: jobs.count,
            oldestAge: jobs.first.map { max(0, now - $0.enqueuedAt) },
            nextWakeUp: jobs.compactMap { if case .waiting(let until) = $0.state { until } else { nil } }.min(),
            keys: sorted.compactMap { snapshot(of: $0, now: now) },
            letters: letters.sorted { $0.id < $1.id },
            room: limits.jobCount - jobs.count,
            oldest: (jobs.map(\.id) + letters.map(\.id)).min())
    }

    private func count(_ matches: (State) -> Bool) -> Int { jobs.count { matches($0.state) } }

    private func snapshot(of key: Int, now: Instant) -> RealQueues.KeySnapshot? {
        let line = jobs.indices.filter { jobs[$0].keys.contains(key) }
        guard let head = line.first else { return nil }
        let job = jobs[head]
        let state: Job.State =
            switch job.state {
            case .blocked: .blocked(keys: blockingKeys(of: head), notBefore: job.notBefore)
            case .ready: .ready
            case .running: .running
            case .waiting(let until): .waiting(until: until)
            }
        return RealQueues.KeySnapshot(
            key: key, depth: line.count, ageOfOldest: max(0, now - job.enqueuedAt), head: job.id, headState: state,
            headAttempt: job.attempt)
    }
}
