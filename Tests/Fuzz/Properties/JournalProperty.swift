// A segment: the strict reader that opens a journal yields nothing that the tolerant one of `journal-replay` does not,
// what either yields is in order, reading in windows of any size changes nothing, and writing a record again gives its
// octets.
//
// Checksums would keep a fuzzer from everything behind them, so each input is also read with its checksums mended.
@testable import Journal
import POSIX
import Webhooks

enum JournalProperty {
    static func check(_ octets: [UInt8]) throws(Violation) {
        try checkSegment(octets)
        try checkSegment(mended(octets))
    }

    private static func checkSegment(_ octets: [UInt8]) throws(Violation) {
        let header = octets.withUnsafeBytes { SegmentHeader($0) }
        let name = SegmentName(firstSequence: header?.firstSequence ?? 1, index: header?.index ?? 1)
        var (strict, tolerant) = ([Seen](), [Seen]())
        var (walker, tolerantWalker) = (ChainWalker(), TolerantWalker(identity: header?.identity))
        guard let end = try? walker.walkLast(name, OctetFile(octets), visit: { strict.append(Seen($0)) }) else {
            throw Violation(text: "octets in memory could not be read")
        }
        let findings = tolerantWalker.walk(name, octets, isLast: true) { tolerant.append(Seen($0)) }

        try require(tolerant.starts(with: strict), "the strict reader yields what the tolerant one does not")
        try require(
            zip(tolerant, tolerant.dropFirst()).allSatisfy { $0.sequence < $1.sequence }, "records out of order")
        switch end {
        case .clean: try require(findings.isEmpty && tolerant == strict, "clean, and \(findings)")
        case .torn: try require(!findings.contains { $0.isDamage } && tolerant == strict, "torn, and \(findings)")
        case .damaged: try require(findings.contains { $0.isDamage }, "damaged, and no finding")
        }
        for record in tolerant { try checkPayload(record.payload) }
        if let header {
            try checkRewriting(octets, header, strict)
            try checkWindows(octets, header)
        }
    }

    /// An input's own octets say how large the windows are.
    private static func checkWindows(_ octets: [UInt8], _ header: SegmentHeader) throws(Violation) {
        let seed = header.identity.seed
        var (whole, windowed) = ([Seen](), [Seen]())
        let start = ChainPosition(next: header.firstSequence, previous: header.previous)
        var (position, windowedPosition) = (start, start)
        let end = octets.withUnsafeBytes { bytes in
            SegmentScan(bytes: bytes, seed: seed).walk(from: SegmentHeader.octets, position: &position) {
                whole.append(Seen($0))
            }
        }
        var windows = SegmentWindows(
            octets: RecordFormat.headOctets + octets.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFF })
        let windowedEnd = try? windows.walk(
            OctetFile(octets), octets: octets.count, seed: seed, position: &windowedPosition,
            visit: { windowed.append(Seen($0)) })
        try require(windowed == whole && windowedPosition == position, "other records in windows")
        try require(windowedEnd == end, "\(String(describing: windowedEnd)) in windows, \(end) whole")
    }

    private struct Seen: Equatable {
        let sequence: SequenceNumber
        let time: Int64
        let kind: UInt8
        let brand: [UInt8]
        let payload: [UInt8]

        init(_ view: RecordView) {
            (sequence, time, kind) = (view.sequence, view.time, view.kind)
            (brand, payload) = (Array(view.brand), Array(view.payload))
        }
    }

    private static func checkRewriting(
        _ octets: [UInt8], _ header: SegmentHeader, _ records: [Seen]
    ) throws(Violation) {
        var offset = SegmentHeader.octets
        var previous = header.previous
        for record in records {
            guard let head = octets.withUnsafeBytes({ RecordHead($0, at: offset, seed: header.identity.seed) }) else {
                throw Violation(text: "a record that was read has no head at \(offset)")
            }
            // What the writer never writes: another brand than text within limits, and a promise from before the first.
            guard let brand = String(validating: record.brand, as: UTF8.self),
                record.brand.count <= RecordLimits.brandOctets, UInt64(head.gap) <= record.sequence
            else { return }
            var batch = RecordBatch()
            batch.append(kind: record.kind, brand: brand, time: record.time) { $0 += record.payload }
            previous = batch.number(
                from: record.sequence, previous: previous, durable: record.sequence - UInt64(head.gap),
                seed: header.identity.seed)
            try require(
                batch.bytes[...] == octets[offset..<offset + head.size], "record \(record.sequence) written again")
            offset += head.size
        }
    }

    /// The payload of a delivery: what is read is written and read again as the same.
    private static func checkPayload(_ payload: [UInt8]) throws(Violation) {
        guard let record = payload.withUnsafeBytes({ DeliveryRecord($0) }) else { return }
        var written: [UInt8] = []
        record.encode(into: &written)
        // Text that was no UTF-8 can become longer than a record of ours has it; it is cut then.
        if record.eventType.utf8.count > 255 || record.reason.utf8.count > 1_024 { return }
        let again = written.withUnsafeBytes { DeliveryRecord($0) }
        try require(again != nil, "a delivery that was read cannot be read again")
    }

    /// The same octets with a right magic, size and checksums, and records that follow one another as far as their
    /// lengths lead.
    private static func mended(_ octets: [UInt8]) -> [UInt8] {
        guard octets.count >= SegmentHeader.octets else { return octets }
        var octets = octets
        let identity = JournalIdentity(
            high: octets.withUnsafeBytes { $0.littleEndian(at: 16, as: UInt64.self) },
            low: octets.withUnsafeBytes { $0.littleEndian(at: 24, as: UInt64.self) })
        let first = octets.withUnsafeBytes { $0.littleEndian(at: 40, as: UInt64.self) }
        let number = RecordLimits.sequences.contains(first) ? first : 1
        let previous = octets.withUnsafeBytes { $0.littleEndian(at: 48, as: UInt32.self) }
        let header = SegmentHeader(
            fileOctets: octets.count, identity: identity, index: 1, firstSequence: number, previous: previous,
            created: 0)
        octets.replaceSubrange(0..<SegmentHeader.octets, with: header.encoded())
        mendRecords(&octets, seed: identity.seed)
        return octets
    }

    private static func mendRecords(_ octets: inout [UInt8], seed: UInt32) {
        var offset = SegmentHeader.octets
        octets.withUnsafeMutableBytes { octets in
            while octets.count - offset > RecordFormat.headOctets {
                let bytes = UnsafeRawBufferPointer(octets)
                let room = octets.count - offset - RecordFormat.headOctets - 1
                let length = Int(bytes.littleEndian(at: offset + 8, as: UInt32.self))
                guard length <= room else { return }
                let record = UnsafeRawBufferPointer(
                    rebasing: bytes[offset...offset + RecordFormat.headOctets + length])
                let head = RecordFormat.headChecksum(record, seed: seed)
                octets.putLittleEndian(head, at: offset + 36)
                let checksum = RecordFormat.contentChecksum(record, continuing: head)
                octets.putLittleEndian(checksum, at: offset)
                offset += RecordFormat.size(contentOctets: length)
                // A bit of the next record's kind says whether it follows this one, so that both are tried.
                if octets.count - offset > RecordFormat.headOctets, octets[offset + 12] & 0x80 == 0 {
                    octets.putLittleEndian(checksum, at: offset + 4)
                }
            }
        }
    }
}

/// A segment's octets as the file that holds them.
private final class OctetFile: DiskFile {
    private let octets: [UInt8]

    init(_ octets: [UInt8]) {
        self.octets = octets
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(Errno) -> Int {
        let part = octets.dropFirst(offset).prefix(buffer.count)
        buffer.copyBytes(from: part)
        return part.count
    }

    func size() throws(Errno) -> Int { octets.count }
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(Errno) { throw .invalid }
    func synchronizeData() throws(Errno) { throw .invalid }
    func tryLock() throws(Errno) -> Bool { throw .invalid }
}
