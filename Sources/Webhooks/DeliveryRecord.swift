// A delivery as the journal keeps it. A wire format: the payload of a record of kind "delivery".
//
//      0         1        2       3              4             6               8          16     32              36
//     +---------+--------+-------+--------------+-------------+---------------+----------+------+---------------+------+
//     | version | source | flags | event length | event count | reason length | signedAt | key  | events length | zero |
//     +---------+--------+-------+--------------+-------------+---------------+----------+------+---------------+------+
//     | event type | reason | events | body
//     +------------+--------+--------+------
//
// The body is what may be written to disk (P9): the raw body when it holds nothing but codes, the kept form otherwise.
// The events are those that were decided at the door, so a restart queues exactly what was acknowledged.
package import Commerce

package struct DeliveryRecord: Equatable, Sendable {
    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Some of the content could not be read; `reason` says why.
        package static let notUnderstood = Flags(rawValue: 1)
        /// The body is the kept form, not the octets that were sent.
        package static let isMinimised = Flags(rawValue: 2)
        /// Takes part in the recognition of redeliveries by `key`.
        package static let hasKey = Flags(rawValue: 4)
    }

    package var source: Source
    package var flags: Flags
    /// Peoplevox's event type; empty for Centra.
    package var eventType: String
    package var reason: String
    package var signedAt: Int
    package var key: ContentKey
    package var events: [Event]
    package var body: ArraySlice<UInt8>

    package init(
        source: Source, flags: Flags, eventType: String, reason: String, signedAt: Int, key: ContentKey,
        events: [Event], body: ArraySlice<UInt8>
    ) {
        self.source = source
        self.flags = flags
        self.eventType = eventType
        self.reason = reason
        self.signedAt = signedAt
        self.key = key
        self.events = events
        self.body = body
    }

    package static let version: UInt8 = 1
    private static let headOctets = 40

    package func encode(into bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(addingCapacity: DeliveryRecord.headOctets) {
            $0.append(repeating: 0, count: DeliveryRecord.headOctets)
        }
        let eventTypeLength = bytes.append(eventType, limit: 255)
        let reasonLength = bytes.append(reason, limit: 1_024)
        let eventsStart = bytes.count
        let events = events.span
        for index in events.indices { events[index].encode(into: &bytes) }
        let eventsLength = bytes.count - eventsStart
        body.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        bytes.withUnsafeMutableBytes { bytes in
            let head = UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + DeliveryRecord.headOctets])
            head[0] = DeliveryRecord.version
            head[1] = source.rawValue
            head[2] = flags.rawValue
            head[3] = UInt8(eventTypeLength)
            head.put(UInt16(clamping: events.count), at: 4)
            head.put(UInt16(reasonLength), at: 6)
            head.put(Int64(signedAt), at: 8)
            head.put(key.high, at: 16)
            head.put(key.low, at: 24)
            head.put(UInt32(eventsLength), at: 32)
        }
    }

    /// Nil when the octets are not of this version: a journal of a later Lockstep.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard let head = Head(bytes) else { return nil }
        let reasonStart = DeliveryRecord.headOctets + head.eventTypeLength
        let eventsStart = reasonStart + head.reasonLength
        let bodyStart = eventsStart + head.eventsLength
        var rest = UnsafeRawBufferPointer(rebasing: bytes[eventsStart..<bodyStart])[...]
        var events: [Event] = []
        while events.count < head.eventCount {
            guard let event = Event(&rest) else { return nil }
            events.append(event)
        }
        self.init(
            source: head.source, flags: head.flags,
            eventType: String(decoding: bytes[DeliveryRecord.headOctets..<reasonStart], as: UTF8.self),
            reason: String(decoding: bytes[reasonStart..<eventsStart], as: UTF8.self), signedAt: head.signedAt,
            key: head.key, events: events, body: Array(bytes[bodyStart...])[...])
    }

    /// The fixed part alone, for scans over millions of records.
    package struct Head {
        package let source: Source
        package let flags: Flags
        package let eventCount: Int
        package let signedAt: Int
        package let key: ContentKey
        fileprivate let eventTypeLength: Int
        fileprivate let reasonLength: Int
        fileprivate let eventsLength: Int

        package init?(_ bytes: UnsafeRawBufferPointer) {
            guard bytes.count >= headOctets, bytes[0] == version, let source = Source(rawValue: bytes[1]) else {
                return nil
            }
            self.source = source
            flags = Flags(rawValue: bytes[2])
            eventTypeLength = Int(bytes[3])
            eventCount = Int(bytes.littleEndian(at: 4, as: UInt16.self))
            reasonLength = Int(bytes.littleEndian(at: 6, as: UInt16.self))
            signedAt = Int(bytes.littleEndian(at: 8, as: Int64.self))
            key = ContentKey(
                high: bytes.littleEndian(at: 16, as: UInt64.self), low: bytes.littleEndian(at: 24, as: UInt64.self))
            eventsLength = Int(bytes.littleEndian(at: 32, as: UInt32.self))
            guard bytes.count >= headOctets + eventTypeLength + reasonLength + eventsLength else { return nil }
        }
    }
}

// An event on disk: its code, the number of its subjects, and for each its code, its length and its octets.
extension Event {
    fileprivate func encode(into bytes: inout [UInt8]) {
        let count = UInt16(clamping: subjects.count)
        bytes.append(addingCapacity: 3) { octets in
            octets.append(name.code)
            octets.append(UInt8(truncatingIfNeeded: count))
            octets.append(UInt8(truncatingIfNeeded: count >> 8))
        }
        subjects.first.encode(into: &bytes)
        if count > 1 { for subject in subjects.others.prefix(Int(count) - 1) { subject.encode(into: &bytes) } }
    }

    fileprivate init?(_ bytes: inout Slice<UnsafeRawBufferPointer>) {
        guard let name = bytes.popFirst().flatMap(Event.Name.init(code:)), let low = bytes.popFirst(),
            let high = bytes.popFirst()
        else { return nil }
        let count = Int(high) << 8 | Int(low)
        guard count > 0, let first = Subject(&bytes) else { return nil }
        var others: [Subject] = []
        for _ in 1..<count {
            guard let subject = Subject(&bytes) else { return nil }
            others.append(subject)
        }
        self.init(name, subjects: Subjects(first, and: others))
    }
}

extension Subject {
    private static let codeLimit = 255

    fileprivate func encode(into bytes: inout [UInt8]) {
        var text = code
        text.withUTF8 { text in
            let length = min(text.count, Subject.codeLimit)
            bytes.append(addingCapacity: 2 + length) { octets in
                octets.append(kind.code)
                octets.append(UInt8(length))
                for index in 0..<length { octets.append(text[index]) }
            }
        }
    }

    fileprivate init?(_ bytes: inout Slice<UnsafeRawBufferPointer>) {
        guard let kind = bytes.popFirst().flatMap(Kind.init(code:)), let length = bytes.popFirst(),
            bytes.count >= Int(length)
        else { return nil }
        self.init(kind, String(decoding: bytes.prefix(Int(length)), as: UTF8.self))
        bytes = bytes.dropFirst(Int(length))
    }
}

extension Event.Name {
    fileprivate var code: UInt8 {
        switch self {
        case .stockChanged: 1
        case .orderChanged: 2
        case .shipmentChanged: 3
        case .despatchChanged: 4
        case .returnChanged: 5
        case .productChanged: 6
        }
    }

    fileprivate init?(code: UInt8) {
        guard let name = Event.Name.allCases.first(where: { $0.code == code }) else { return nil }
        self = name
    }
}

extension Subject.Kind {
    fileprivate var code: UInt8 {
        switch self {
        case .sku: 1
        case .order: 2
        case .shipment: 3
        case .despatch: 4
        case .return: 5
        case .product: 6
        }
    }

    fileprivate init?(code: UInt8) {
        guard let kind = Subject.Kind.allCases.first(where: { $0.code == code }) else { return nil }
        self = kind
    }
}

extension UnsafeRawBufferPointer {
    func littleEndian<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type) -> Number {
        Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }
}

extension UnsafeMutableRawBufferPointer {
    fileprivate func put<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
        storeBytes(of: number.littleEndian, toByteOffset: offset, as: Number.self)
    }
}

extension [UInt8] {
    mutating func appendLittleEndian<Number: FixedWidthInteger>(_ number: Number) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    /// Appends the text's octets, at most `limit` of them, and returns how many.
    fileprivate mutating func append(_ text: String, limit: Int) -> Int {
        if text.isEmpty { return 0 }
        var text = text
        return text.withUTF8 { octets in
            let octets = octets.prefix(limit)
            append(contentsOf: octets)
            return octets.count
        }
    }
}
