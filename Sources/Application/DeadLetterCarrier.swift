// A dead letter keeps its delivery's segment and all after it from removal, and can be forgotten for longer than the replay
// window. So before its segment is the oldest, it is journaled anew, whole, and is a dead letter under the new number.
import Journal
import POSIX
import Queues
import Webhooks

struct DeadLetterCarrier: Sendable {
    let dispatcher: Dispatcher
    let reader: JournalReader
    let commits: GroupCommit
    let clock: any Clock

    /// Dead letters in one go: their bodies are read back.
    static let limit = 32
    /// Octets in one go, after which no further one is added; a larger batch might not fit into a segment.
    private static let batchOctets = 1 << 20

    /// Journals dead letters of deliveries below this number anew, a few of them; how many. Blocks. What cannot be read, or
    /// has no room beside what is kept for an operator's actions, stays as it is.
    func carry(below limit: SequenceNumber) -> Int {
        dispatcher.deadLetterActions.withLock { _ in
            let letters = letters(below: limit)
            if letters.isEmpty { return 0 }
            let lookup = DeliveryLookup(reader)
            guard let found = try? lookup.deliveries(letters.map(\.letter.id.sequence)) else { return 0 }
            var batch = RecordBatch()
            var carried: [JobID] = []
            for (letter, note) in letters where batch.octets < DeadLetterCarrier.batchOctets {
                guard let found = found[letter.id.sequence] else { continue }
                append(letter, note, found, to: &batch)
                carried.append(letter.id)
            }
            return commit(batch, carried) ? carried.count : 0
        }
    }

    private typealias Letter = DeadLetter<QueueKey, Work>

    private func letters(below limit: SequenceNumber) -> [(letter: Letter, note: DeadLetterNote)] {
        let wall = clock.wallMicroseconds()
        return dispatcher.inspect { queues, now in
            queues.deadLetters.prefix { $0.id.sequence < limit }.prefix(DeadLetterCarrier.limit).map { letter in
                let time = wall - max(0, now - letter.at) * 1_000
                return (letter, DeadLetterNote(reason: letter.reason, attempts: letter.attempts, time: time))
            }
        }
    }

    private func append(
        _ letter: Letter, _ note: DeadLetterNote, _ found: DeliveryLookup.Found, to batch: inout RecordBatch
    ) {
        let action = OperatorAction(
            carrying: letter.id, found.delivery.carrying(letter.id.index), note)
        batch.append(
            kind: EntryKind.operatorAction.rawValue, brand: found.brand, time: clock.wallMicroseconds()
        ) { Entry.operatorAction(action).encode(into: &$0) }
    }

    private func commit(_ batch: RecordBatch, _ carried: [JobID]) -> Bool {
        if carried.isEmpty { return false }
        let outcome = commits.commitAndWait(batch, leaving: commits.store.reserveOctets)
        guard case .durable(let first) = outcome else { return false }
        for (index, id) in carried.enumerated() {
            dispatcher.moveDeadLetter(id, to: JobID(sequence: first + SequenceNumber(index), index: 0))
        }
        return true
    }
}

extension DeliveryRecord {
    /// What is left of it for one dead letter: its event, or what was not understood.
    fileprivate func carrying(_ index: UInt16) -> DeliveryRecord {
        var carried = withoutKey
        if Int(index) < events.count {
            carried.events = [events[Int(index)]]
            carried.flags.remove(.notUnderstood)
        } else {
            carried.events = []
        }
        return carried
    }
}
