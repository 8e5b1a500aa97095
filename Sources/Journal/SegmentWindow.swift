// A part of a segment that begins where a record does, and how much of it is known to be intact.
//
//     range.lowerBound                       checked                 cutOff      range.upperBound
//     | record | record | record | record    | record | record | ... | record that | goes on behind
//
// It belongs to one thread at a time: `ReadAhead` reads it and checks what it has time for, the walk checks the rest.
// Offsets count from the segment's start.
import POSIX

struct SegmentWindow: Sendable {
    let range: Range<Int>
    /// Every record before this offset is intact; whether it is next in the chain is for the walk to say.
    private(set) var checked: Int
    /// Where the record begins that the window cuts off, as the lengths say, which were not checked for this.
    private(set) var cutOff: Int
    private var buffer: [UInt8]

    /// To be read into that buffer, which grows when it has to.
    init(_ range: Range<Int>, buffer: [UInt8]) {
        self.range = range
        (checked, cutOff) = (range.lowerBound, range.lowerBound)
        self.buffer = buffer
    }

    mutating func read(_ file: any DiskFile) throws(Errno) {
        if buffer.count < range.count { buffer = [UInt8](repeating: 0, count: range.count) }
        try fill(from: file)
        cutOff = withBytes { range.lowerBound + $0.recordsEnd }
    }

    private mutating func fill(from file: any DiskFile) throws(Errno) {
        var filled = 0
        while filled < range.count {
            let count = try file.read(into: &buffer, filled..<range.count, at: range.lowerBound + filled)
            // The file was longer when it was opened, and nobody else has this journal.
            guard count > 0 else { throw .inputOutput }
            filled += count
        }
    }

    /// Checks record after record, until one is not intact or there is something better to do.
    mutating func check(seed: UInt32, until isOver: () -> Bool) {
        checked = withBytes { bytes in
            var offset = checked - range.lowerBound
            while !isOver(), let head = RecordHead(bytes, at: offset, seed: seed), head.isIntact(bytes, at: offset) {
                offset += head.size
            }
            return range.lowerBound + offset
        }
    }

    /// Visits what follows in the chain, as `SegmentScan.walk` does.
    func walk(seed: UInt32, position: inout ChainPosition, visit: (RecordView) -> Void) -> SegmentScan.End {
        withBytes {
            SegmentScan(bytes: $0, seed: seed, base: range.lowerBound, checked: checked - range.lowerBound)
                .walk(from: 0, position: &position, visit: visit).moved(by: range.lowerBound)
        }
    }

    var isZero: Bool { withBytes { $0.firstNonZero(from: 0) == nil } }

    consuming func takeBuffer() -> [UInt8] { buffer }

    private func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<range.count])) }
    }
}

extension UnsafeRawBufferPointer {
    /// Where the lengths of records lead, one after another from the first octet on, as far as they are whole.
    fileprivate var recordsEnd: Int {
        var offset = 0
        while count - offset >= RecordFormat.headOctets {
            let length = littleEndian(at: offset + 8, as: UInt32.self)
            let isRecord = self[offset + 12] > 0 && length <= RecordLimits.contentOctets
            let size = RecordFormat.size(contentOctets: Int(length))
            guard isRecord, size <= count - offset else { break }
            offset += size
        }
        return offset
    }
}

extension SegmentScan.End {
    var offset: Int {
        switch self {
        case .clean(let offset), .invalid(let offset, _): offset
        }
    }

    fileprivate func moved(by distance: Int) -> SegmentScan.End {
        switch self {
        case .clean(let offset): .clean(offset: offset + distance)
        case .invalid(let offset, let reason): .invalid(offset: offset + distance, reason: reason)
        }
    }
}
