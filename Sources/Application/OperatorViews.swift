// What an operator can look at: queues, journal, dead letters, metrics. JSON, and Prometheus text.
import EventLoop
import HTTP
import JSON
import Journal
import Operations
import Queues

struct OperatorViews {
    let road: Road
    let now: Now

    func respond(to route: OperatorRoute, _ query: ArraySlice<UInt8>?, limit: Int) -> Response {
        switch route {
        case .health: Answers.alive
        case .readiness: Answers.readiness(road.readiness.current)
        case .metrics: Answers.metrics(MetricsReport(road).text)
        case .queues: Answers.json(queues(limit: limit))
        case .queue(let key): queue(key).map { Answers.json($0) } ?? Answers.notFound
        case .journal: Answers.json(journal())
        case .stock: Answers.json(road.stock.view(now: now.wall))
        case .stockOf(let brand, let sku):
            road.stock.view(of: sku, brand: brand).map { Answers.json($0) } ?? Answers.notFound
        case .deadLetters: Answers.json(deadLetters(limit: limit))
        case .deadLetter(let id): deadLetter(id).map { Answers.json($0) } ?? Answers.notFound
        case .exceptions: exceptions(query, limit: limit)
        case .exception(let id): exception(id)
        case .nothing: Answers.notFound
        case .retry, .discard, .replay, .release, .acknowledge, .note, .sweep:
            preconditionFailure("an action is not a view")
        }
    }

    private func queues(limit: Int) -> [UInt8] {
        let (counts, oldest, keys) = road.dispatcher.inspect { queues, now in
            (queues.counts, queues.oldestAge(now: now), queues.snapshot(limit: limit, now: now))
        }
        return JSONWriter.line { json in
            json.field("queued", counts.blocked + counts.ready + counts.running + counts.waiting)
            json.field("blocked", counts.blocked)
            json.field("ready", counts.ready)
            json.field("running", counts.running)
            json.field("waiting", counts.waiting)
            json.field("deadLetters", counts.deadLetters)
            json.field("keys", counts.keys)
            json.field("oldestAgeMilliseconds", oldest)
            json.array("oldestKeys") { json in
                for key in keys { json.object { $0.write(key) } }
            }
        }
    }

    private func queue(_ key: QueueKey) -> [UInt8]? {
        let snapshot = road.dispatcher.inspect { queues, now in queues.snapshot(of: key, now: now) }
        return snapshot.map { snapshot in JSONWriter.line { $0.write(snapshot) } }
    }

    private func journal() -> [UInt8] {
        let state = road.commits.store.state
        let statistics = road.commits.statistics
        return JSONWriter.line { json in
            json.field("firstSequence", state.firstSequence)
            json.field("durableSequence", state.durable)
            json.field("segments", state.segments)
            json.field("octets", state.octets)
            json.field("sizeLimit", road.configuration.journal.sizeLimit)
            json.field("nextSegmentPrepared", state.isNextPrepared)
            json.field("obstacle", state.obstacle?.description)
            json.field("recovery", state.recovery)
            json.field("failure", road.commits.failure?.description)
            json.field("commits", statistics.commits)
            json.field("records", statistics.records)
            json.field("ready", road.readiness.current.isReady)
            if let ledger = road.ledger {
                let status = ledger.current
                json.object("ledger") { json in
                    json.field("sequence", status.sequence)
                    json.field("lag", ledger.lag)
                    json.field("problem", status.problem)
                }
            }
        }
    }

    private func deadLetters(limit: Int) -> [UInt8] {
        let (count, letters) = road.dispatcher.inspect { queues, now in
            (queues.deadLetters.count, queues.deadLetters.prefix(limit).map { DeadLetterView($0, now) })
        }
        return JSONWriter.line { json in
            json.field("count", count)
            json.array("deadLetters") { json in
                for letter in letters { json.object { $0.write(letter) } }
            }
        }
    }

    private func deadLetter(_ id: JobID) -> [UInt8]? {
        let letter = road.dispatcher.inspect { queues, now in queues.deadLetters[id].map { DeadLetterView($0, now) } }
        return letter.map { letter in JSONWriter.line { $0.write(letter) } }
    }
}

private struct DeadLetterView: Sendable {
    let job: String
    let brand: String
    let event: String?
    let keys: [String]
    let reason: String
    let attempts: Int
    let age: Int64

    init(_ letter: DeadLetter<QueueKey, Work>, _ now: Instant) {
        job = letter.id.description
        brand = letter.work.brand
        event = letter.work.event?.description
        keys = letter.keys.map(\.description)
        reason = letter.reason
        attempts = letter.attempts
        age = max(0, now - letter.at)
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ key: BrandQueues.KeySnapshot) {
        field("key", key.key.description)
        field("depth", key.depth)
        field("ageOfOldestMilliseconds", key.ageOfOldest)
        field("headJob", key.head.description)
        field("headState", key.headState.name)
        field("headAttempt", key.headAttempt)
    }

    fileprivate mutating func write(_ letter: DeadLetterView) {
        field("job", letter.job)
        field("brand", letter.brand)
        field("event", letter.event)
        array("keys") { for key in letter.keys { $0.value(key) } }
        field("reason", letter.reason)
        field("attempts", letter.attempts)
        field("ageMilliseconds", letter.age)
    }
}

extension Job.State {
    fileprivate var name: String {
        switch self {
        case .blocked: "blocked"
        case .ready: "ready"
        case .running: "running"
        case .waiting: "waiting"
        case .finished: "finished"
        }
    }
}
