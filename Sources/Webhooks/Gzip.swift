// Inflates gzip (RFC 1952) up to a limit. libdeflate checks the header, the CRC and the length of each member.
//
// A gzip stream is a series of members, and an empty one costs a sender 20 octets and gives nothing, so the work is
// bounded by their number too.
import CDeflate

enum Gzip {
    /// Members of one body; compressors write one, those that work in parallel a few.
    static let memberLimit = 64

    /// Throws `contentTooLarge` as soon as more than `limit` octets would come out, and `contentMalformed` for a stream
    /// that is cut short, that something follows, whose checks fail, or that has more members than the limit.
    static func inflate(_ body: ArraySlice<UInt8>, limit: Int) throws(Rejection) -> [UInt8] {
        // Without memory there is none for a body of any size.
        guard let inflation = Inflation() else { throw .contentTooLarge }
        return try [UInt8](capacity: limit) { (output: inout OutputSpan<UInt8>) throws(Rejection) in
            var rest = body
            for _ in 0..<memberLimit {
                rest = rest.dropFirst(try inflation.inflateMember(rest, into: &output))
                if rest.isEmpty { return }
            }
            throw .contentMalformed
        }
    }
}

/// libdeflate's working memory.
private struct Inflation: ~Copyable {
    private let decompressor: OpaquePointer

    init?() {
        guard let decompressor = libdeflate_alloc_decompressor() else { return nil }
        self.decompressor = decompressor
    }

    deinit { libdeflate_free_decompressor(decompressor) }

    /// Appends what one member holds, as far as there is room, and returns how many octets of `input` it has.
    borrowing func inflateMember(
        _ input: ArraySlice<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(Rejection) -> Int {
        var (consumed, produced) = (0, 0)
        let result = input.withUnsafeBytes { input in
            output.withUnsafeMutableBufferPointer { output, count in
                let room = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(output)[count...])
                let result = libdeflate_gzip_decompress_ex(
                    decompressor, input.baseAddress, input.count, room.baseAddress, room.count, &consumed, &produced)
                if result == LIBDEFLATE_SUCCESS { count += produced }
                return result
            }
        }
        switch result {
        case LIBDEFLATE_SUCCESS: return consumed
        case LIBDEFLATE_INSUFFICIENT_SPACE: throw .contentTooLarge
        default: throw .contentMalformed
        }
    }
}
