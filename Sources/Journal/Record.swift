// One journal record, octet by octet. This is a wire format: a change needs a new `SegmentHeader.version`.
//
//      0        4          8        12     13          14       16         24     32    36              40
//     +--------+----------+--------+------+-----------+--------+----------+------+-----+---------------+
//     |checksum| previous | length | kind | brand len | zero   | sequence | time | gap | head checksum |
//     +--------+----------+--------+------+-----------+--------+----------+------+-----+---------------+
//     | brand ... | payload ... | 0xED | zero to a multiple of eight, and checked to be so
//     +-----------+-------------+------+
//
// Integers are little-endian. `head checksum` is CRC-32 over octets 4..<36, seeded with the journal's identity: a record
// of another journal never passes, and the length can be trusted even when the payload cannot. `checksum` is the same
// CRC-32 continued over octets 40 to the end marker, so it stands for the whole record. It must leave the head checksum
// itself out: a CRC that runs over its own value forgets everything before it. `previous` repeats the checksum of the
// record before, so a record that was altered or taken out is visible. The end marker is not zero, so a record that was
// cut off ends in zeros and a whole one does not. `gap` is the distance to the last record that was durable when this
// one was written: a later record proves that an earlier one had been promised. Padding keeps a header from straddling
// a sector by less than eight.
import CChecksum

/// A record's position in the journal; from 1, without gaps.
package typealias SequenceNumber = UInt64

package enum RecordLimits {
    /// Octets of brand and payload together; above the largest body that a listener can be set to accept.
    package static let contentOctets = 8 << 20
    package static let brandOctets = 64
    /// Numbers that a journal can reach; counting on from a greater one could trap.
    static let sequences: ClosedRange<SequenceNumber> = 1...SequenceNumber(Int64.max)
}

enum RecordFormat {
    static let headOctets = 40
    static let endMarker: UInt8 = 0xED

    /// Octets on disk of a record with that much brand and payload.
    static func size(contentOctets: Int) -> Int {
        (headOctets + contentOctets + 1 + 7) & ~7
    }

    static func headChecksum(_ record: UnsafeRawBufferPointer, seed: UInt32) -> UInt32 {
        checksum(UnsafeRawBufferPointer(rebasing: record[4..<36]), seed: seed)
    }

    /// `record` ends with its end marker.
    static func contentChecksum(_ record: UnsafeRawBufferPointer, continuing headChecksum: UInt32) -> UInt32 {
        checksum(UnsafeRawBufferPointer(rebasing: record[headOctets...]), seed: headChecksum)
    }

    static func checksum(_ bytes: UnsafeRawBufferPointer, seed: UInt32) -> UInt32 {
        lockstep_crc32(seed, bytes.baseAddress, bytes.count)
    }
}

/// The fixed part of a record.
struct RecordHead: Equatable {
    var checksum: UInt32 = 0
    var previous: UInt32 = 0
    var length: UInt32
    var kind: UInt8
    var brandLength: UInt8
    var sequence: SequenceNumber = 0
    var time: Int64
    var gap: UInt32 = 0
    var headChecksum: UInt32 = 0

    var size: Int { RecordFormat.size(contentOctets: Int(length)) }
    /// Where the end marker stands, from the record's start.
    var markerOffset: Int { RecordFormat.headOctets + Int(length) }
}

extension RecordHead {
    /// Reads a head whose own checksum is right and whose numbers are within limits; nil otherwise.
    init?(_ bytes: UnsafeRawBufferPointer, at offset: Int, seed: UInt32) {
        guard offset >= 0, bytes.count - offset >= RecordFormat.headOctets else { return nil }
        let head = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + RecordFormat.headOctets])
        self.init(fields: head)
        guard length <= RecordLimits.contentOctets, UInt32(brandLength) <= length, kind > 0,
            head.littleEndian(at: 14, as: UInt16.self) == 0,
            RecordLimits.sequences.contains(sequence), RecordFormat.headChecksum(head, seed: seed) == headChecksum
        else { return nil }
    }

    /// Reads the head of a record that was found intact before.
    init(intact bytes: UnsafeRawBufferPointer, at offset: Int) {
        self.init(fields: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + RecordFormat.headOctets]))
    }

    private init(fields head: UnsafeRawBufferPointer) {
        checksum = head.littleEndian(at: 0, as: UInt32.self)
        previous = head.littleEndian(at: 4, as: UInt32.self)
        length = head.littleEndian(at: 8, as: UInt32.self)
        kind = head[12]
        brandLength = head[13]
        sequence = head.littleEndian(at: 16, as: UInt64.self)
        time = head.littleEndian(at: 24, as: Int64.self)
        gap = head.littleEndian(at: 32, as: UInt32.self)
        headChecksum = head.littleEndian(at: 36, as: UInt32.self)
    }

    /// Whether all of the record is there, its checksum is right and its padding is zero. The head was checked before.
    func isIntact(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        guard offset + size <= bytes.count else { return false }
        let lastWord = bytes.littleEndian(at: offset + size - 8, as: UInt64.self)
        guard lastWord >> UInt64(markerOffset % 8 * 8) == UInt64(RecordFormat.endMarker) else { return false }
        let record = UnsafeRawBufferPointer(rebasing: bytes[offset...offset + markerOffset])
        return RecordFormat.contentChecksum(record, continuing: headChecksum) == checksum
    }
}

/// A record as a reader sees it. `brand` and `payload` point into the reader's buffer: copy what is to be kept.
package struct RecordView {
    package let sequence: SequenceNumber
    /// Microseconds since 1970 by the writer's clock; for people, never for order.
    package let time: Int64
    package let kind: UInt8
    /// Stands for this record and all before it, because it chains theirs.
    package let checksum: UInt32
    package let brand: UnsafeRawBufferPointer
    package let payload: UnsafeRawBufferPointer

    init(_ head: RecordHead, _ bytes: UnsafeRawBufferPointer, at offset: Int) {
        sequence = head.sequence
        time = head.time
        kind = head.kind
        checksum = head.checksum
        let content = offset + RecordFormat.headOctets
        let split = content + Int(head.brandLength)
        brand = UnsafeRawBufferPointer(rebasing: bytes[content..<split])
        payload = UnsafeRawBufferPointer(rebasing: bytes[split..<content + Int(head.length)])
    }
}

/// Records on their way to the journal, laid out as they will stand on disk; numbers and checksums come at the end.
package struct RecordBatch: Sendable {
    package private(set) var count = 0
    package private(set) var octets = 0
    private(set) var bytes: [UInt8] = []

    package init() {}

    package var isEmpty: Bool { count == 0 }

    /// Adds a record; `encode` appends the payload.
    package mutating func append(
        kind: UInt8, brand: String, time: Int64, encode: (inout [UInt8]) -> Void
    ) {
        precondition(kind > 0)
        let start = bytes.count
        var brand = brand
        let brandLength = brand.withUTF8 { brand in
            bytes.append(addingCapacity: RecordFormat.headOctets + brand.count) { octets in
                octets.append(repeating: 0, count: RecordFormat.headOctets)
                for octet in brand { octets.append(octet) }
            }
            return brand.count
        }
        precondition(brandLength <= RecordLimits.brandOctets, "the configuration limits a brand's name")
        encode(&bytes)
        let length = bytes.count - start - RecordFormat.headOctets
        precondition(length <= RecordLimits.contentOctets, "listeners accept less than a record can hold")
        let padding = RecordFormat.size(contentOctets: length) - RecordFormat.headOctets - length - 1
        bytes.append(addingCapacity: 1 + padding) { octets in
            octets.append(RecordFormat.endMarker)
            octets.append(repeating: 0, count: padding)
        }
        bytes.withUnsafeMutableBytes {
            $0.putLittleEndian(UInt32(length), at: start + 8)
            $0[start + 12] = kind
            $0[start + 13] = UInt8(brandLength)
            $0.putLittleEndian(time, at: start + 24)
        }
        count += 1
        octets = bytes.count
    }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        count = 0
        octets = 0
    }

    /// Gives the octets away; how many records and octets it had is still known. Where nothing waits yet, no octet is
    /// copied, and the batch gets the memory that was there; but few octets do not get the memory of many, which come next.
    mutating func move(onto pending: inout [UInt8]) {
        let areFew = bytes.count <= pending.capacity / 8
        if pending.isEmpty && !areFew { swap(&bytes, &pending) } else { pending += bytes }
    }

    /// Gives the records their numbers and checksums, and returns the last checksum.
    mutating func number(
        from first: SequenceNumber, previous: UInt32, durable: SequenceNumber, seed: UInt32
    ) -> UInt32 {
        var (sequence, chain, offset) = (first, previous, 0)
        bytes.withUnsafeMutableBytes { bytes in
            while offset < bytes.count {
                let length = Int(UnsafeRawBufferPointer(bytes).littleEndian(at: offset + 8, as: UInt32.self))
                bytes.putLittleEndian(chain, at: offset + 4)
                bytes.putLittleEndian(sequence, at: offset + 16)
                bytes.putLittleEndian(UInt32(clamping: sequence - durable), at: offset + 32)
                let record = UnsafeRawBufferPointer(
                    rebasing: bytes[offset...offset + RecordFormat.headOctets + length])
                let headChecksum = RecordFormat.headChecksum(record, seed: seed)
                bytes.putLittleEndian(headChecksum, at: offset + 36)
                chain = RecordFormat.contentChecksum(record, continuing: headChecksum)
                bytes.putLittleEndian(chain, at: offset)
                offset += RecordFormat.size(contentOctets: length)
                sequence += 1
            }
        }
        precondition(sequence - first == UInt64(count))
        return chain
    }
}

extension UnsafeRawBufferPointer {
    func littleEndian<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type) -> Number {
        Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }

    /// The first octet that is not zero, at or after `start`.
    func firstNonZero(from start: Int) -> Int? {
        var offset = start
        // Nearly all of a journal that was made just now is zeros, so they are passed in large steps.
        while offset + 64 <= count, loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt64>.self) == .zero {
            offset += 64
        }
        while offset + 8 <= count, loadUnaligned(fromByteOffset: offset, as: UInt64.self) == 0 { offset += 8 }
        while offset < count, self[offset] == 0 { offset += 1 }
        return offset < count ? offset : nil
    }

    /// The last octet that is not zero, at or after `start`.
    func lastNonZero(from start: Int) -> Int? {
        var end = count
        while end - 8 >= start, loadUnaligned(fromByteOffset: end - 8, as: UInt64.self) == 0 { end -= 8 }
        while end > start, self[end - 1] == 0 { end -= 1 }
        return end > start ? end - 1 : nil
    }
}

extension UnsafeMutableRawBufferPointer {
    func putLittleEndian<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
        storeBytes(of: number.littleEndian, toByteOffset: offset, as: Number.self)
    }
}
