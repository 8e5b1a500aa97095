// A restart after a crash at any record: what was restored runs as the naive model says.
import Commerce
import Journal
import Queues
import TestSupport
import Testing
import Webhooks

@testable import Application

private struct Ran: Equatable {
    let id: JobID
    let attempt: Int
    let event: Event?
    let keys: [QueueKey]
}

private struct Restarted {
    var jobs: [Ran] = []
    let dead: [JobID]
    let oldest: JobID?
    let lost: Int
}

/// Opens the journal on a disk, folds it, and runs what was restored until nothing is left.
private func restart(_ contents: [String: [UInt8]]) throws -> Restarted {
    let clock = HandClock(wall: 1_770_000_001_000_000)
    let disk = MemoryDisk(contents)
    var fold = Fold(now: clock.wallMicroseconds(), redeliveryWindow: 1_000_000_000)
    _ = try JournalOpening.open(disk, options: .forTests(clock)) { fold.apply($0) }
    let restored = try Restoration(fold, .forTests(), clock, JournalReader(disk: disk))
    var queues = restored.queues
    var restarted = Restarted(
        dead: queues.deadLetters.map(\.id), oldest: queues.oldest, lost: restored.lost)
    let later = Instant(milliseconds: clock.monotonicMilliseconds() + 1_000_000)
    while let job = queues.next(now: later) {
        let (event, keys) = (queues.work(of: job).event, queues.keys(of: job))
        restarted.jobs.append(Ran(id: job.id, attempt: job.attempt, event: event, keys: keys))
        queues.succeed(job, now: later)
    }
    return restarted
}

private func keys(_ event: Event) -> [QueueKey] {
    event.subjects.map { QueueKey(brand: "acme", subject: $0) }.sorted()
}

/// A crash after any record: the queues hold what the model says is open, in journal order, with one attempt more.
@Test(arguments: UInt64(0)..<12)
func aRestartAfterAnyRecordRunsWhatWasOpen(seed: UInt64) throws {
    let journal = RandomJournal(seed: seed, count: 25, isSound: true)
    let disk = MemoryDisk()
    var writer = try JournalOpening.open(disk, options: .forTests(HandClock())) { _ in }.takeWriter()
    var model = Model()
    for (index, record) in journal.records.enumerated() {
        var batch = RecordBatch()
        batch.append(kind: record.kind, brand: record.brand, time: record.time) { $0 += record.payload }
        #expect(try writer.append(&batch) == .from(UInt64(index) + 1))
        _ = try writer.commit()
        model.apply(record, UInt64(index) + 1)

        let restarted = try restart(disk.contents)
        let open = model.standing.open.sorted { $0.key < $1.key }
        let expected = open.compactMap { id, attempts in
            model.events[id].map {
                Ran(id: id, attempt: min(attempts, 2) + 1, event: $0, keys: keys($0))
            }
        }
        #expect(restarted.jobs == expected, "after record \(index + 1)")
        #expect(restarted.dead == model.standing.dead.keys.sorted())
        #expect(restarted.oldest == (open.map(\.key) + model.standing.dead.keys).min())
        #expect(restarted.lost == 0)
    }
}

/// The clock was set back between two starts: what waits for a retry waits no longer than it ever would.
@Test(arguments: [(1, 1), (60_000_000, 60_000), (3_600_000_000, 60_000), (.max, 60_000)] as [(Int64, Int64)])
func aClockThatWasSetBackPutsNoRetryOff(microseconds: Int64, longestMilliseconds: Int64) throws {
    let clock = HandClock()
    let due = clock.wallMicroseconds().addingReportingOverflow(microseconds)
    let disk = MemoryDisk()
    var writer = try JournalOpening.open(disk, options: .forTests(clock)) { _ in }.takeWriter()
    var batch = RecordBatch()
    let away = Outcome.Result.retry(attempt: 1, due: due.overflow ? .max : due.partialValue, reason: "away")
    for entry in [Entry.delivery(.of([sku("A")])), .outcome(job(1), away)] {
        batch.append(kind: entry.kind.rawValue, brand: "acme", time: clock.wallMicroseconds() + 7) {
            entry.encode(into: &$0)
        }
    }
    _ = try writer.append(&batch)
    _ = try writer.commit()
    _ = consume writer

    var fold = Fold(now: clock.wallMicroseconds(), redeliveryWindow: 1_000_000_000)
    _ = try JournalOpening.open(disk, options: .forTests(clock)) { fold.apply($0) }
    var queues = try Restoration(fold, .forTests(), clock, JournalReader(disk: disk)).queues
    #expect(queues.next(now: Instant(milliseconds: clock.monotonicMilliseconds() + longestMilliseconds))?.id == job(1))
}

/// All that waits at a start is read back at once; bodies that nobody reads would make that more than the machine has.
@Test
func whatIsReadBackHasItsBodyOnlyWhereSomebodyReadsIt() throws {
    let disk = MemoryDisk()
    var writer = try JournalOpening.open(disk, options: .forTests(HandClock())) { _ in }.takeWriter()
    var batch = RecordBatch()
    let delivery = DeliveryRecord.of([sku("A")], notUnderstood: "why", body: String(repeating: "a", count: 10_000))
    batch.append(kind: EntryKind.delivery.rawValue, brand: "acme", time: 7) { delivery.encode(into: &$0) }
    _ = try writer.append(&batch)
    _ = try writer.commit()
    _ = consume writer

    let lookup = DeliveryLookup(JournalReader(disk: disk))
    #expect(try lookup.deliveries([1])[1]?.delivery == delivery)
    var bare = delivery
    bare.body = []
    #expect(try lookup.deliveries([1], withBodies: false)[1]?.delivery == bare)
}
