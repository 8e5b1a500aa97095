// What comes into the queues: deliveries, as the jobs that they make and the keys that order these.
package import Commerce
import Journal
package import Queues
import Webhooks

/// An ordering key: a subject of one brand.
package struct QueueKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let brand: String
    package let subject: Subject

    package init(brand: String, subject: Subject) {
        self.brand = brand
        self.subject = subject
    }

    /// By the code alone, because hashing is what a key costs most: brands and kinds are few, so few keys are alike in
    /// it, and equality tells them apart.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(subject.code)
    }

    package var description: String { "\(brand)/\(subject)" }

    package static func < (one: QueueKey, other: QueueKey) -> Bool {
        if one.brand != other.brand { return one.brand < other.brand }
        if one.subject.kind != other.subject.kind { return one.subject.kind.rawValue < other.subject.kind.rawValue }
        return one.subject.code < other.subject.code
    }
}

/// The ordering keys of an event of one brand; none without an event.
package struct QueueKeys: RandomAccessCollection {
    fileprivate let brand: String
    fileprivate let subjects: Subjects?

    package var startIndex: Int { 0 }
    package var endIndex: Int { subjects?.count ?? 0 }
    package var count: Int { endIndex }

    package subscript(index: Int) -> QueueKey {
        guard let subjects else { preconditionFailure("there are no keys without an event") }
        return QueueKey(brand: brand, subject: subjects[index])
    }
}

/// What a job is for. A class, so that all who hold it on the job's way share one.
package final class Work: Sendable {
    package let brand: String
    /// When its delivery was received, microseconds since 1970.
    package let received: Int64
    /// Nil for a dead letter whose delivery could not be read.
    package let event: Event?
    /// Why a dead letter has no event.
    package let notUnderstood: String?
    /// Equal wake-ups for the same subjects are one piece of work. Nil where there is no event.
    package let coalescing: Coalescing?

    package init(brand: String, event: Event?, notUnderstood: String? = nil, received: Int64) {
        self.brand = brand
        self.received = received
        self.notUnderstood = notUnderstood
        self.event = event
        coalescing = event.map { Coalescing(kind: $0.name.rawValue) }
    }

    package var keys: QueueKeys { QueueKeys(brand: brand, subjects: event?.subjects) }
}

/// One job, or one dead letter, of a durable delivery (or of an operator's action that queues one again), on its way into
/// the queues.
package struct Arrival: Sendable {
    /// The sequence is counted from the first record of the commit, until that has a number.
    package let id: JobID
    package let work: Work
}

extension [Arrival] {
    /// What the commit's record with this index, counted from 0, makes: a job for each event, in order, and a dead letter
    /// for what was not understood.
    package mutating func append(
        _ events: [Event], notUnderstood: String?, record: Int, brand: String, received: Int64
    ) {
        for (index, event) in events.enumerated() {
            let id = JobID(sequence: SequenceNumber(record), index: UInt16(clamping: index))
            append(Arrival(id: id, work: Work(brand: brand, event: event, received: received)))
        }
        if let notUnderstood {
            let id = JobID(sequence: SequenceNumber(record), index: UInt16(clamping: events.count))
            let work = Work(brand: brand, event: nil, notUnderstood: notUnderstood, received: received)
            append(Arrival(id: id, work: work))
        }
    }

    mutating func append(_ delivery: DeliveryRecord, record: Int, brand: String, received: Int64) {
        let reason = delivery.flags.contains(.notUnderstood) ? delivery.reason : nil
        append(delivery.events, notUnderstood: reason, record: record, brand: brand, received: received)
    }
}
