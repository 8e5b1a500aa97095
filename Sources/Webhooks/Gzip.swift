// Inflates gzip (RFC 1952) up to a limit. zlib checks the header, the CRC and the length of each member.
//
// A gzip stream is a series of members, and an empty one costs a sender 20 octets and gives nothing, so the work is
// bounded by their number too.
import CZlib

enum Gzip {
    /// Members of one body; compressors write one, those that work in parallel a few.
    static let memberLimit = 64

    /// Throws `contentTooLarge` as soon as more than `limit` octets have come out, and `contentMalformed` for a stream
    /// that is cut short, that something follows, whose checks fail, or that has more members than the limit.
    static func inflate(_ body: ArraySlice<UInt8>, limit: Int) throws(Rejection) -> [UInt8] {
        // Without memory, zlib has none for a body of any size.
        guard let inflation = Inflation() else { throw .contentTooLarge }
        var output: [UInt8] = []
        var rest = body
        for _ in 0..<memberLimit {
            rest = try inflation.inflateMember(rest, onto: &output, limit: limit)
            if rest.isEmpty { return output }
        }
        throw .contentMalformed
    }
}

/// zlib's state. It keeps a pointer to its own place, so the place is allocated.
private struct Inflation: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>

    /// Octets that are inflated at a time.
    private static let stepOctets = 16 << 10
    /// The largest window, and 16 for gzip and nothing else (zlib.h, `inflateInit2`).
    private static let gzipWindowBits: CInt = 15 + 16

    init?() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let size = CInt(MemoryLayout<z_stream>.size)
        if inflateInit2_(stream, Self.gzipWindowBits, zlibVersion(), size) == Z_OK { return }
        stream.deallocate()
        return nil
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Appends what one member holds and returns what follows it.
    borrowing func inflateMember(
        _ input: ArraySlice<UInt8>, onto output: inout [UInt8], limit: Int
    ) throws(Rejection) -> ArraySlice<UInt8> {
        guard inflateReset(stream) == Z_OK else { throw .contentMalformed }
        var rest = input
        while true {
            let (status, consumed) = inflateStep(rest, onto: &output)
            guard output.count <= limit else { throw .contentTooLarge }
            rest = rest.dropFirst(consumed)
            if status == Z_STREAM_END { return rest }
            // Z_BUF_ERROR: nothing more to read, and no end yet. Z_OK has read or given something.
            guard status == Z_OK else { throw status == Z_MEM_ERROR ? .contentTooLarge : .contentMalformed }
        }
    }

    private borrowing func inflateStep(
        _ input: ArraySlice<UInt8>, onto output: inout [UInt8]
    ) -> (status: CInt, consumed: Int) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.stepOctets) { step in
            input.withUnsafeBufferPointer { input in
                // zlib reads through the pointer and says that it may write.
                stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.pointee.avail_in = UInt32(clamping: input.count)
                stream.pointee.next_out = step.baseAddress
                stream.pointee.avail_out = UInt32(step.count)
                let status = CZlib.inflate(stream, Z_NO_FLUSH)
                output.append(contentsOf: step[..<(step.count - Int(stream.pointee.avail_out))])
                return (status, Int(UInt32(clamping: input.count) - stream.pointee.avail_in))
            }
        }
    }
}
