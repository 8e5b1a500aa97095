// A delivery as the journal keeps it: a record's payload of kind "delivery" or "quarantined". A wire format.
//
//      0         1        2       3              4             6               8          16     32
//     +---------+--------+-------+--------------+-------------+---------------+----------+------+------------------+
//     | version | source | flags | event length | event count | reason length | signedAt | key  | event reason body|
//     +---------+--------+-------+--------------+-------------+---------------+----------+------+------------------+
//
// The body is what may be written to disk (P9): the raw body when it holds nothing but codes, the kept form otherwise.

package struct DeliveryRecord: Equatable, Sendable {
    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The content could not be read; `reason` says why.
        package static let notUnderstood = Flags(rawValue: 1)
        /// The body is the kept form, not the octets that were sent.
        package static let isMinimised = Flags(rawValue: 2)
        /// Takes part in the recognition of redeliveries by `key`.
        package static let hasKey = Flags(rawValue: 4)
    }

    package var source: Source
    package var flags: Flags
    package var event: String
    /// How many events the delivery was translated into: jobs 0 ..< eventCount.
    package var eventCount: Int
    package var reason: String
    package var signedAt: Int
    package var key: ContentKey
    package var body: [UInt8]

    package init(
        source: Source, flags: Flags, event: String, eventCount: Int, reason: String, signedAt: Int, key: ContentKey,
        body: [UInt8]
    ) {
        self.source = source
        self.flags = flags
        self.event = event
        self.eventCount = eventCount
        self.reason = reason
        self.signedAt = signedAt
        self.key = key
        self.body = body
    }

    package static let version: UInt8 = 1
    private static let headOctets = 32

    package func encode(into bytes: inout [UInt8]) {
        let event = event.utf8.prefix(255)
        let reason = reason.utf8.prefix(1_024)
        bytes += [DeliveryRecord.version, source.rawValue, flags.rawValue, UInt8(event.count)]
        bytes.appendLittleEndian(UInt16(clamping: eventCount))
        bytes.appendLittleEndian(UInt16(reason.count))
        bytes.appendLittleEndian(Int64(signedAt))
        bytes.appendLittleEndian(key.high)
        bytes.appendLittleEndian(key.low)
        bytes += event
        bytes += reason
        bytes += body
    }

    /// Nil when the octets are not of this version: a journal of a later Lockstep.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard let head = Head(bytes) else { return nil }
        let eventEnd = DeliveryRecord.headOctets + head.eventLength
        let reasonEnd = eventEnd + head.reasonLength
        self.init(
            source: head.source, flags: head.flags,
            event: String(decoding: bytes[DeliveryRecord.headOctets..<eventEnd], as: UTF8.self),
            eventCount: head.eventCount, reason: String(decoding: bytes[eventEnd..<reasonEnd], as: UTF8.self),
            signedAt: head.signedAt, key: head.key, body: Array(bytes[reasonEnd...]))
    }

    /// The fixed part alone, for scans over millions of records.
    package struct Head {
        package let source: Source
        package let flags: Flags
        package let eventCount: Int
        package let signedAt: Int
        package let key: ContentKey
        fileprivate let eventLength: Int
        fileprivate let reasonLength: Int

        package init?(_ bytes: UnsafeRawBufferPointer) {
            guard bytes.count >= headOctets, bytes[0] == version, let source = Source(rawValue: bytes[1]) else { return nil }
            self.source = source
            flags = Flags(rawValue: bytes[2])
            eventLength = Int(bytes[3])
            eventCount = Int(bytes.littleEndian(at: 4, as: UInt16.self))
            reasonLength = Int(bytes.littleEndian(at: 6, as: UInt16.self))
            signedAt = Int(bytes.littleEndian(at: 8, as: Int64.self))
            key = ContentKey(
                high: bytes.littleEndian(at: 16, as: UInt64.self), low: bytes.littleEndian(at: 24, as: UInt64.self))
            guard bytes.count >= headOctets + eventLength + reasonLength else { return nil }
        }
    }
}

extension UnsafeRawBufferPointer {
    func littleEndian<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type) -> Number {
        Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }
}

extension [UInt8] {
    mutating func appendLittleEndian<Number: FixedWidthInteger>(_ number: Number) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
