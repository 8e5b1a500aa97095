// Reads a segment window by window, so that what is verified is still in the processor's cache, and a start needs the
// memory of one window, however large the segments are.
//
// The walk and its rules are those of `SegmentScan`. A window ends anywhere, and the record that it cuts off begins the
// next one. Where a whole window brings the walk no further, the rest of the segment is read at once and decides.
import POSIX

struct SegmentWindows {
    private var buffer: [UInt8] = []
    private let windowOctets: Int

    init(octets: Int = 1 << 20) {
        precondition(octets >= RecordFormat.headOctets, "a window that shows no head would take its zeros for the end")
        windowOctets = octets
    }

    /// Visits every record behind the header that is intact and next in the chain, as `SegmentScan.walk` does for octets
    /// that are all in memory; the offset of the end counts from the segment's start.
    mutating func walk(
        _ file: any DiskFile, octets: Int, seed: UInt32, position: inout ChainPosition, visit: (RecordView) -> Void
    ) throws(Errno) -> SegmentScan.End {
        var offset = SegmentHeader.octets
        var size = windowOctets
        while true {
            let window = offset..<min(offset + size, octets)
            try fill(file, window)
            let end = buffer.withUnsafeBytes {
                let bytes = UnsafeRawBufferPointer(rebasing: $0[..<window.count])
                return SegmentScan(bytes: bytes, seed: seed, base: offset)
                    .walk(from: 0, position: &position, visit: visit).moved(by: offset)
            }
            if window.upperBound == octets { return end }
            if end.offset == offset {
                if case .clean = end, try isZero(file, window.upperBound..<octets) { return end }
                size = octets
            }
            offset = end.offset
        }
    }

    private mutating func fill(_ file: any DiskFile, _ range: Range<Int>) throws(Errno) {
        if buffer.count < range.count { buffer = [UInt8](repeating: 0, count: range.count) }
        var filled = 0
        while filled < range.count {
            let count = try file.read(into: &buffer, filled..<range.count, at: range.lowerBound + filled)
            // The file was longer when it was opened, and nobody else has this journal.
            guard count > 0 else { throw .inputOutput }
            filled += count
        }
    }

    private mutating func isZero(_ file: any DiskFile, _ range: Range<Int>) throws(Errno) -> Bool {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let window = offset..<min(offset + windowOctets, range.upperBound)
            try fill(file, window)
            let isZero = buffer.withUnsafeBytes {
                UnsafeRawBufferPointer(rebasing: $0[..<window.count]).firstNonZero(from: 0) == nil
            }
            if !isZero { return false }
            offset = window.upperBound
        }
        return true
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
