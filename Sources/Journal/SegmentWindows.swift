// Reads a segment window by window, so that what is verified is still in the processor's cache, and a start needs the
// memory of two windows, however large the segments are. While one is walked, the next is read, and checked as far as
// there is time (`ReadAhead`): a start's two threads share its checksums evenly, whatever else either of them does.
//
// The walk and its rules are those of `SegmentScan`. A window ends anywhere; the next one begins with the record that it
// cuts off. Where a whole window brings the walk no further, the rest of the segment is read at once and decides.
import POSIX

struct SegmentWindows {
    private let windowOctets: Int
    /// Of the windows that were walked.
    private var buffers: [[UInt8]] = []
    /// Made for the first segment that has more than one window.
    private var ahead: ReadAhead?

    init(octets: Int = 1 << 20) {
        precondition(octets >= RecordFormat.headOctets, "a window that shows no head would take its zeros for the end")
        windowOctets = octets
    }

    /// Visits every record behind the header that is intact and next in the chain, as `SegmentScan.walk` does for octets
    /// that are all in memory; the offset of the end counts from the segment's start.
    mutating func walk(
        _ file: any DiskFile, octets: Int, seed: UInt32, position: inout ChainPosition, visit: (RecordView) -> Void
    ) throws(Errno) -> SegmentScan.End {
        var window = try read(file, part(from: SegmentHeader.octets, of: octets))
        while true {
            let isLast = window.range.upperBound == octets
            let next = part(from: window.cutOff, of: octets)
            let isOrdered = !isLast && next != window.range && order(file, next, seed: seed)
            let end = window.walk(seed: seed, position: &position, visit: visit)
            let ordered = isOrdered ? try ahead?.result() : nil
            let walked = window.range
            buffers.append(window.takeBuffer())
            if isLast { return end }
            if let ordered, ordered.range.lowerBound == end.offset, end.offset > walked.lowerBound {
                window = ordered
                continue
            }
            if let ordered { buffers.append(ordered.takeBuffer()) }
            if end.offset > walked.lowerBound {
                window = try read(file, part(from: end.offset, of: octets))
            } else {
                if case .clean = end, try isZero(file, walked.upperBound..<octets) { return end }
                window = try read(file, end.offset..<octets)
            }
        }
    }

    private func part(from offset: Int, of octets: Int) -> Range<Int> {
        offset..<min(offset + windowOctets, octets)
    }

    private mutating func read(_ file: any DiskFile, _ range: Range<Int>) throws(Errno) -> SegmentWindow {
        var window = SegmentWindow(range, buffer: buffers.popLast() ?? [])
        try window.read(file)
        return window
    }

    /// Without another thread it goes on without reading ahead.
    private mutating func order(_ file: any DiskFile, _ range: Range<Int>, seed: UInt32) -> Bool {
        if ahead == nil { ahead = try? ReadAhead() }
        guard let ahead else { return false }
        ahead.place(
            ReadOrder(file: file, seed: seed, window: SegmentWindow(range, buffer: buffers.popLast() ?? [])))
        return true
    }

    private mutating func isZero(_ file: any DiskFile, _ range: Range<Int>) throws(Errno) -> Bool {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let window = try read(file, part(from: offset, of: range.upperBound))
            let isZero = window.isZero
            offset = window.range.upperBound
            buffers.append(window.takeBuffer())
            if !isZero { return false }
        }
        return true
    }
}
