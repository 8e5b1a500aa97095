// One file of the journal. Its name says where it begins; its header says the same, and to which chain it belongs.
//
//      0       8         12       16         32      40               48         52         56        64
//     +-------+---------+--------+----------+-------+----------------+----------+----------+---------+
//     | magic | version | octets | identity | index | first sequence | previous | checksum | created |
//     +-------+---------+--------+----------+-------+----------------+----------+----------+---------+
//
// `octets` is the size of the file, which never changes: a file that was cut off is visible. `previous` is the checksum
// of the last record of the segment before: a missing segment is visible. A segment is zeroed and synced under a
// temporary name, gets its header, is synced again, renamed, and the directory is synced.

struct SegmentHeader: Equatable {
    static let octets = 64
    static let version: UInt32 = 1
    /// "LOCKSTEP" in ASCII.
    static let magic: UInt64 = 0x5045_5453_4B43_4F4C

    var fileOctets: UInt32
    var identity: JournalIdentity
    var index: UInt64
    var firstSequence: SequenceNumber
    var previous: UInt32
    /// Microseconds since 1970.
    var created: Int64

    var name: String { SegmentName(firstSequence: firstSequence, index: index).text }

    func encoded() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: SegmentHeader.octets)
        bytes.withUnsafeMutableBytes {
            $0.putLittleEndian(SegmentHeader.magic, at: 0)
            $0.putLittleEndian(SegmentHeader.version, at: 8)
            $0.putLittleEndian(fileOctets, at: 12)
            $0.putLittleEndian(identity.high, at: 16)
            $0.putLittleEndian(identity.low, at: 24)
            $0.putLittleEndian(index, at: 32)
            $0.putLittleEndian(firstSequence, at: 40)
            $0.putLittleEndian(previous, at: 48)
            $0.putLittleEndian(created, at: 56)
            $0.putLittleEndian(SegmentHeader.checksum(UnsafeRawBufferPointer($0)), at: 52)
        }
        return bytes
    }

    /// Nil when the octets are not a header of this version with a right checksum.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= SegmentHeader.octets, bytes.littleEndian(at: 0, as: UInt64.self) == SegmentHeader.magic,
            bytes.littleEndian(at: 8, as: UInt32.self) == SegmentHeader.version,
            bytes.littleEndian(at: 52, as: UInt32.self) == SegmentHeader.checksum(bytes)
        else { return nil }
        fileOctets = bytes.littleEndian(at: 12, as: UInt32.self)
        identity = JournalIdentity(
            high: bytes.littleEndian(at: 16, as: UInt64.self), low: bytes.littleEndian(at: 24, as: UInt64.self))
        index = bytes.littleEndian(at: 32, as: UInt64.self)
        firstSequence = bytes.littleEndian(at: 40, as: UInt64.self)
        previous = bytes.littleEndian(at: 48, as: UInt32.self)
        created = bytes.littleEndian(at: 56, as: Int64.self)
        guard SegmentName.isPossible(firstSequence, index) else { return nil }
    }

    init(
        fileOctets: Int, identity: JournalIdentity, index: UInt64, firstSequence: SequenceNumber, previous: UInt32,
        created: Int64
    ) {
        precondition(SegmentName.isPossible(firstSequence, index))
        self.fileOctets = UInt32(fileOctets)
        self.identity = identity
        self.index = index
        self.firstSequence = firstSequence
        self.previous = previous
        self.created = created
    }

    /// Over the header with the checksum's own place left out.
    private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        let front = RecordFormat.checksum(UnsafeRawBufferPointer(rebasing: bytes[0..<52]), seed: 0)
        return RecordFormat.checksum(UnsafeRawBufferPointer(rebasing: bytes[56..<octets]), seed: front)
    }
}

/// Made by chance when a journal is created; seeds every checksum in it.
package struct JournalIdentity: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    var seed: UInt32 {
        var bytes = [UInt8](repeating: 0, count: 16)
        return bytes.withUnsafeMutableBytes {
            $0.putLittleEndian(high, at: 0)
            $0.putLittleEndian(low, at: 8)
            return RecordFormat.checksum(UnsafeRawBufferPointer($0), seed: 0)
        }
    }
}

/// `00000000000000001234-00000007.segment`: names sort as the journal runs.
struct SegmentName: Equatable, Comparable {
    let firstSequence: SequenceNumber
    let index: UInt64

    static let suffix = ".segment"

    init(firstSequence: SequenceNumber, index: UInt64) {
        self.firstSequence = firstSequence
        self.index = index
    }

    init?(_ text: String) {
        guard text.hasSuffix(SegmentName.suffix) else { return nil }
        let parts = text.dropLast(SegmentName.suffix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 20, let first = UInt64(parts[0]), let index = UInt64(parts[1]) else {
            return nil
        }
        self.init(firstSequence: first, index: index)
        guard self.text == text, SegmentName.isPossible(first, index) else { return nil }
    }

    static func isPossible(_ firstSequence: SequenceNumber, _ index: UInt64) -> Bool {
        RecordLimits.sequences.contains(firstSequence) && RecordLimits.sequences.contains(index)
    }

    var text: String {
        SegmentName.padded(firstSequence, to: 20) + "-" + SegmentName.padded(index, to: 8) + SegmentName.suffix
    }

    static func < (one: SegmentName, other: SegmentName) -> Bool { one.index < other.index }

    static func padded(_ number: UInt64, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
