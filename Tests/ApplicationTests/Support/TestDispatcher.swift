// A dispatcher over a real journal, run by the test itself: `run` goes on until nothing is ready and all is journaled.
import Commerce
import Journal
import POSIX
import Queues
import Synchronization

@testable import Application

/// What the worker was asked to do.
struct Attempted: Equatable, CustomStringConvertible {
    let event: String
    let attempt: Int

    init(_ event: Event?, _ attempt: Int) {
        self.event = event?.description ?? ""
        self.attempt = attempt
    }

    var description: String { "\(event) at attempt \(attempt)" }
}

final class TestWorker: Sendable {
    typealias Script = @Sendable (Work, _ attempt: Int) -> WorkResult
    private let attempts = Mutex<[Attempted]>([])
    /// For each attempt the newest wake-up that its job stood for.
    let newest = Mutex<[SequenceNumber]>([])
    private let script: Mutex<Script>

    init(_ script: @escaping Script = { _, _ in .done }) {
        self.script = Mutex(script)
    }

    var attempted: [Attempted] { attempts.withLock { $0 } }

    func set(_ script: @escaping Script) { self.script.withLock { $0 = script } }

    func work(_ work: Work, _ attempt: Int) -> WorkResult {
        attempts.withLock { $0.append(Attempted(work.event, attempt)) }
        return script.withLock { $0 }(work, attempt)
    }
}

/// A delivery of one event, the first record of its commit.
func arrival(_ event: Event) -> Arrival {
    let work = Work(brand: "acme", event: event, received: 0)
    return Arrival(id: JobID(sequence: 0, index: 0), work: work)
}

final class TestDispatcher {
    let journal: TestJournal
    let worker: TestWorker
    let dispatcher: Dispatcher
    let lost: Int

    /// Restores what the journal left open.
    init(_ journal: TestJournal, _ worker: TestWorker = TestWorker()) throws {
        self.journal = journal
        self.worker = worker
        let restored = try Restoration(journal.fold, .forTests(), journal.clock, journal.reader)
        lost = restored.lost
        dispatcher = Dispatcher(
            queues: restored.queues, deadLetterLimit: Configuration.forTests().queues.deadLetterLimit,
            restoredUpTo: journal.fold.last, commits: journal.commits, clock: journal.clock,
            chance: { 0 },
            worker: { work, job, newest in
                worker.newest.withLock { $0.append(newest) }
                return worker.work(work, job.attempt)
            })
        // With an end in sight, `run` returns when nothing is ready, and can be called again.
        dispatcher.stop(by: .max)
    }

    /// Journals a delivery and hands it over as the intake does.
    func deliver(_ events: Event..., notUnderstood: String? = nil) throws {
        let (dispatcher, received) = (dispatcher, journal.clock.wallMicroseconds())
        _ = try journal.append(.delivery(.of(events, notUnderstood: notUnderstood))) { first in
            var arrivals: [Arrival] = []
            arrivals.append(events, notUnderstood: notUnderstood, record: 0, brand: "acme", received: received)
            dispatcher.arrive(arrivals, from: first)
        }
    }

    func run() { dispatcher.run() }

    func advance(milliseconds: Int64) { journal.clock.advance(milliseconds: milliseconds) }

    var floor: SequenceNumber { dispatcher.settledFloor(durable: journal.commits.store.state.durable) }

    /// A new process on the same journal.
    func restarted(_ worker: TestWorker? = nil) throws -> TestDispatcher {
        try TestDispatcher(journal.reopened(), worker ?? self.worker)
    }
}
