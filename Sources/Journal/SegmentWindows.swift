// Reads a segment window by window, so that what is verified is still in the processor's cache, and a start needs the
// memory of two windows, however large the segments are. While one is walked, the next is read (`ReadAhead`).
//
//     buffer   | margin                      | window                         |
//                         | cut-off record   | the next octets of the file    |
//
// The walk and its rules are those of `SegmentScan`. A window ends anywhere; the record that it cuts off is copied before
// the next one. Where a whole window brings the walk no further, the rest of the segment is read at once and decides.
import POSIX

struct SegmentWindows {
    private let windowOctets: Int
    /// The window that is walked, and the one that is read meanwhile.
    private var buffer: [UInt8] = []
    private var spare: [UInt8] = []
    /// Where in `buffer` the octets of the present window begin.
    private var start = 0
    /// Made for the first segment that has more than one window.
    private var ahead: ReadAhead?

    init(octets: Int = 1 << 20) {
        precondition(octets >= RecordFormat.headOctets, "a window that shows no head would take its zeros for the end")
        windowOctets = octets
    }

    private var margin: Int { windowOctets / 2 }

    /// Visits every record behind the header that is intact and next in the chain, as `SegmentScan.walk` does for octets
    /// that are all in memory; the offset of the end counts from the segment's start.
    mutating func walk(
        _ file: any DiskFile, octets: Int, seed: UInt32, position: inout ChainPosition, visit: (RecordView) -> Void
    ) throws(Errno) -> SegmentScan.End {
        var window = SegmentHeader.octets..<min(SegmentHeader.octets + windowOctets, octets)
        try fill(file, window)
        while true {
            let next = window.upperBound..<min(window.upperBound + windowOctets, octets)
            order(file, next)
            let end = scan(window, seed: seed, position: &position, visit: visit)
            let isThere = try receive(next)
            if next.isEmpty { return end }
            let isStuck = end.offset == window.lowerBound
            if isStuck, case .clean = end, try isZero(file, next.lowerBound..<octets) { return end }
            let cutOff = end.offset..<window.upperBound
            if isThere, !isStuck, cutOff.count <= margin {
                carry(cutOff, from: window)
                window = end.offset..<next.upperBound
            } else {
                window = end.offset..<(isStuck ? octets : min(end.offset + windowOctets, octets))
                try fill(file, window)
            }
        }
    }

    private func scan(
        _ window: Range<Int>, seed: UInt32, position: inout ChainPosition, visit: (RecordView) -> Void
    ) -> SegmentScan.End {
        buffer.withUnsafeBytes {
            let bytes = UnsafeRawBufferPointer(rebasing: $0[start..<start + window.count])
            return SegmentScan(bytes: bytes, seed: seed, base: window.lowerBound)
                .walk(from: 0, position: &position, visit: visit).moved(by: window.lowerBound)
        }
    }

    private mutating func fill(_ file: any DiskFile, _ window: Range<Int>) throws(Errno) {
        start = margin
        var order = ReadOrder(file: file, range: window, buffer: roomy(&buffer, for: window.count), place: margin)
        try order.carryOut()
        buffer = order.buffer
    }

    private mutating func order(_ file: any DiskFile, _ window: Range<Int>) {
        if window.isEmpty { return }
        // Without another thread it goes on without reading ahead.
        if ahead == nil { ahead = try? ReadAhead() }
        ahead?.place(
            ReadOrder(file: file, range: window, buffer: roomy(&spare, for: windowOctets), place: margin))
    }

    /// Whether what was ordered is there.
    private mutating func receive(_ window: Range<Int>) throws(Errno) -> Bool {
        guard !window.isEmpty, let ahead else { return false }
        let result = ahead.result()
        spare = result.buffer
        if let failure = result.failure { throw failure }
        return true
    }

    /// Goes on to the window that was read ahead.
    private mutating func carry(_ cutOff: Range<Int>, from window: Range<Int>) {
        let place = start + cutOff.lowerBound - window.lowerBound
        start = margin - cutOff.count
        spare.replaceSubrange(start..<margin, with: buffer[place..<place + cutOff.count])
        swap(&buffer, &spare)
    }

    /// Takes a buffer that holds margin and window.
    private func roomy(_ buffer: inout [UInt8], for octets: Int) -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &buffer)
        return taken.count >= margin + octets ? taken : [UInt8](repeating: 0, count: margin + octets)
    }

    private mutating func isZero(_ file: any DiskFile, _ range: Range<Int>) throws(Errno) -> Bool {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let window = offset..<min(offset + windowOctets, range.upperBound)
            try fill(file, window)
            let isZero = buffer.withUnsafeBytes {
                UnsafeRawBufferPointer(rebasing: $0[start..<start + window.count]).firstNonZero(from: 0) == nil
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
