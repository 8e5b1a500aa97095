// The fields that the payloads of outcomes and operator actions are made of: little-endian numbers, jobs, and short texts.
import Queues

/// Reads the fields of a payload in order; nil at its end.
struct PayloadReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { offset == bytes.count }
    var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[offset...]) }

    mutating func octet() -> UInt8? {
        guard offset < bytes.count else { return nil }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func number() -> UInt64? {
        guard bytes.count - offset >= 8 else { return nil }
        defer { offset += 8 }
        return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    mutating func job() -> JobID? {
        guard let sequence = number(), bytes.count - offset >= 2 else { return nil }
        defer { offset += 2 }
        let index = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
        return JobID(sequence: sequence, index: index)
    }

    mutating func note() -> DeadLetterNote? {
        guard let attempts = number(), let time = number(), let reason = text() else { return nil }
        return DeadLetterNote(reason: reason, attempts: Int(clamping: attempts), time: Int64(bitPattern: time))
    }

    mutating func text() -> String? {
        guard let length = octet(), bytes.count - offset >= Int(length) else { return nil }
        defer { offset += Int(length) }
        return String(decoding: bytes[offset..<offset + Int(length)], as: UTF8.self)
    }
}

extension [UInt8] {
    mutating func append(_ number: UInt64) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    mutating func append(text: String) {
        let octets = text.utf8.prefix(PayloadWriter.textLimit)
        append(UInt8(octets.count))
        self += octets
    }

    mutating func append(job: JobID) {
        append(job.sequence)
        Swift.withUnsafeBytes(of: job.index.littleEndian) { append(contentsOf: $0) }
    }
}

/// Writes the fields of a payload in order, as `PayloadReader` reads them. There must be room.
struct PayloadWriter {
    static let textLimit = 255

    private let bytes: UnsafeMutableRawBufferPointer
    private(set) var offset = 0

    init(_ bytes: UnsafeMutableRawBufferPointer) {
        self.bytes = bytes
    }

    mutating func append(_ number: some FixedWidthInteger & BitwiseCopyable) {
        bytes.storeBytes(of: number.littleEndian, toByteOffset: offset, as: type(of: number))
        offset += number.bitWidth / 8
    }

    mutating func append(_ job: JobID) {
        append(job.sequence)
        append(job.index)
    }

    mutating func append(_ text: String) {
        let octets = text.utf8.prefix(PayloadWriter.textLimit)
        append(UInt8(octets.count))
        UnsafeMutableRawBufferPointer(rebasing: bytes[offset...]).copyBytes(from: octets)
        offset += octets.count
    }
}
