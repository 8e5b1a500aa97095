// Fills a journal for measuring recovery: deliveries of 600 octets on disk, each with its outcome, through the product's
// own writer. Nothing of the server is used but the writer, so ten million take seconds.
import Application
import Commerce
import Journal
import POSIX
import Queues
import Webhooks

@main
enum Fill {
    private static let deliveriesPerBatch = 64
    private static let batchesPerCommit = 64
    private static let recordOctets = 600

    static func main() throws {
        let arguments = Process.arguments
        guard arguments.count == 2, let count = Int(arguments[1]), count > 0 else {
            Process.write("usage: journal-fill DIRECTORY DELIVERIES\n", to: 2)
            Process.exitNow(64)
        }
        try fill(arguments[0], count)
    }

    private static func fill(_ directory: String, _ count: Int) throws {
        let clock = SystemClock()
        let options = JournalOptions(
            segmentOctets: 64 << 20, sizeLimit: 1 << 40, now: { clock.wallMicroseconds() },
            identity: { () throws(Errno) -> JournalIdentity in JournalIdentity(high: 1, low: 2) })
        let opened = try JournalOpening.open(try DirectoryDisk(creating: directory), options: options) { _ in }
        let store = opened.store
        var writer = opened.takeWriter()
        var chance = SystemRandomNumberGenerator()
        var next: SequenceNumber = 1
        var made = 0
        while made < count {
            var batch = RecordBatch()
            for _ in 0..<batchesPerCommit where made < count {
                let part = min(deliveriesPerBatch, count - made)
                add(part, from: next, at: clock.wallMicroseconds(), to: &batch, &chance)
                made += part
                next += SequenceNumber(part) + 1
            }
            guard store.prepareNext(), case .from = try writer.append(&batch) else { throw Errno.noSpace }
            _ = try writer.commit()
        }
    }

    /// Some deliveries, and one record that says that all of their jobs are settled.
    private static func add(
        _ count: Int, from first: SequenceNumber, at time: Int64, to batch: inout RecordBatch,
        _ chance: inout SystemRandomNumberGenerator
    ) {
        var outcomes: [Outcome] = []
        for sequence in first..<first + SequenceNumber(count) {
            let event = Event(.orderChanged, Subject(.order, "\(100_000 + sequence % 10_000)"))
            let delivery = DeliveryRecord(
                source: .centra, flags: [.hasKey, .isMinimised], eventType: "", reason: "", signedAt: 1_770_000_000,
                key: ContentKey(high: chance.next(), low: chance.next()), events: [event],
                body: [UInt8](repeating: UInt8(ascii: "x"), count: bodyOctets)[...])
            batch.append(kind: EntryKind.delivery.rawValue, brand: "ulvmark", time: time) {
                Entry.delivery(delivery).encode(into: &$0)
            }
            outcomes.append(Outcome(JobID(sequence: sequence, index: 0), .settled))
        }
        batch.append(kind: EntryKind.outcomes.rawValue, brand: "", time: time) {
            Entry.outcomes(outcomes).encode(into: &$0)
        }
    }

    /// What is left of a record beside its head, its brand, the delivery's head, the event, and the end marker.
    private static let bodyOctets = recordOctets - 40 - 7 - 40 - 11 - 1
}
