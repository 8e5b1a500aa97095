// What comes into the queues: deliveries, as the jobs that they make and the keys that order these.
package import Commerce
package import Journal
import Queues
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

/// What a job is for.
package struct Work: Sendable {
    package let brand: String
    /// Nil for a dead letter whose delivery could not be read.
    package let event: Event?
    /// When its delivery was received, microseconds since 1970.
    package let received: Int64
}

/// A durable delivery (or an operator's action that queues one again) on its way into the queues.
package struct Arrival: Sendable {
    /// Counted from the first record of its commit, until that has a number.
    package let sequence: SequenceNumber
    package let brand: String
    package let events: [Event]
    package let notUnderstood: String?
    package let received: Int64

    package init(
        sequence: SequenceNumber, brand: String, events: [Event], notUnderstood: String?, received: Int64
    ) {
        self.sequence = sequence
        self.brand = brand
        self.events = events
        self.notUnderstood = notUnderstood
        self.received = received
    }

    /// What an entry queues, as that record of a commit; nothing without a delivery.
    init(of delivery: DeliveryRecord?, record: Int, brand: String, received: Int64) {
        let reason = delivery.flatMap { $0.flags.contains(.notUnderstood) ? $0.reason : nil }
        self.init(
            sequence: UInt64(record), brand: brand, events: delivery?.events ?? [], notUnderstood: reason,
            received: received)
    }

    /// Jobs or dead letters that it becomes.
    package var size: Int { events.count + (notUnderstood == nil ? 0 : 1) }
}
