// Bodies under a content coding: which coding it is, what comes out, and that nothing comes out of damage or of bombs.
// RFC 9110 sections 8.4 and 15.5.16, RFC 1952.
import CZlib
import Testing

@testable import Webhooks

enum Sample {
    static let text = Array("payload=%7B%22orders%22%3A%5B%2210001%22%5D%7D".utf8)
    /// Written by another implementation: Python's `gzip`, of "hello".
    static let hello: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 203, 72, 205, 201, 201, 7, 0, 134, 166, 16, 54, 5, 0, 0, 0,
    ]

    /// As a sender compresses; `windowBits` 31 is gzip, 15 zlib's own format, -15 deflate without any.
    static func compressed(_ content: [UInt8], windowBits: CInt = 31) -> [UInt8] {
        var stream = z_stream()
        let size = CInt(MemoryLayout<z_stream>.size)
        let begun = deflateInit2_(&stream, 9, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, zlibVersion(), size)
        precondition(begun == Z_OK)
        defer { deflateEnd(&stream) }
        var content = content
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(content.count))) + 64)
        content.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
            }
        }
        return Array(output[..<(output.count - Int(stream.avail_out))])
    }
}

struct GzipTests {
    static let codings: [([String], ContentCoding?)] = [
        ([], .identity), ([""], .identity), (["identity"], .identity), (["gzip"], .gzip), (["x-gzip"], .gzip),
        (["GZip"], .gzip), (["X-GZIP"], .gzip), ([" gzip\t"], .gzip), ([",gzip ,"], .gzip), (["identity, gzip"], .gzip),
        (["identity", "gzip"], .gzip), (["gzip, gzip"], nil), (["gzip", "x-gzip"], nil), (["gzip, br"], nil),
        (["deflate"], nil), (["br"], nil), (["zstd"], nil), (["compress"], nil), (["gzip;q=1"], nil), (["gz ip"], nil),
        (["\"gzip\""], nil), (["xgzip"], nil), (["gzipx"], nil), (["*"], nil), (["aws-chunked"], nil),
    ]

    @Test(arguments: codings)
    func namesOneCodingOrNone(_ fields: [String], _ expected: ContentCoding?) {
        #expect(ContentCoding(fields.map { Array($0.utf8)[...] }) == expected)
    }

    private static let member = Sample.compressed(Sample.text)

    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let body: [UInt8]
        var limit = 1 << 20
        let expected: Result<[UInt8], Rejection>

        init(_ name: String, _ body: [UInt8], limit: Int = 1 << 20, _ expected: Result<[UInt8], Rejection>) {
            (testDescription, self.body, self.limit, self.expected) = (name, body, limit, expected)
        }
    }

    private static let empty = Sample.compressed([])
    private static let zeros = [UInt8](repeating: 0, count: 1 << 20)

    private static func altered(_ index: Int) -> [UInt8] {
        var body = member
        body[index < 0 ? body.count + index : index] ^= 1
        return body
    }

    static let whole = [
        Example("a text", member, .success(Sample.text)),
        Example("of another implementation", Sample.hello, .success(Array("hello".utf8))),
        Example("nothing", empty, .success([])),
        Example("two members", member + Sample.hello, .success(Sample.text + Array("hello".utf8))),
        Example("empty members around", empty + member + empty, .success(Sample.text)),
        Example(
            "as many members as there may be", Array(repeatElement(empty, count: Gzip.memberLimit).joined()),
            .success([])),
        Example(
            "a name and a comment in the header",
            [31, 139, 8, 24, 0, 0, 0, 0, 2, 3] + Array("name\0comment\0".utf8) + Sample.hello[10...],
            .success(Array("hello".utf8))),
        Example("exactly the limit", member, limit: Sample.text.count, .success(Sample.text)),
        Example("a mebibyte", Sample.compressed(zeros), .success(zeros)),
        Example("incompressible", Sample.compressed(noise), .success(noise)),
    ]

    private static let noise: [UInt8] = {
        var state: UInt32 = 1
        return (0..<70_000).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(state >> 24)
        }
    }()

    static let refused = [
        Example("no octet", [], .failure(.contentMalformed)),
        Example("plain text", Sample.text, .failure(.contentMalformed)),
        Example("zlib's format", Sample.compressed(Sample.text, windowBits: 15), .failure(.contentMalformed)),
        Example(
            "deflate without a format", Sample.compressed(Sample.text, windowBits: -15), .failure(.contentMalformed)),
        Example("garbage behind", member + [0], .failure(.contentMalformed)),
        Example("zeros behind", member + [UInt8](repeating: 0, count: 512), .failure(.contentMalformed)),
        Example("half a member behind", member + member.dropLast(9), .failure(.contentMalformed)),
        Example("a wrong CRC", altered(-8), .failure(.contentMalformed)),
        Example("a wrong length", altered(-4), .failure(.contentMalformed)),
        Example("a wrong magic", altered(0), .failure(.contentMalformed)),
        Example("another method", altered(2), .failure(.contentMalformed)),
        Example("reserved flags", altered(3).enumerated().map { $0 == 3 ? 0x80 : $1 }, .failure(.contentMalformed)),
        Example("one octet over the limit", member, limit: Sample.text.count - 1, .failure(.contentTooLarge)),
        Example("over a limit of none", Sample.hello, limit: 0, .failure(.contentTooLarge)),
        Example("a bomb", Sample.compressed(zeros + [0]), .failure(.contentTooLarge)),
        Example(
            "a bomb in parts", Array(repeatElement(Sample.compressed(zeros), count: 9).joined()),
            .failure(.contentTooLarge)),
        Example(
            "a thousand empty members", Array(repeatElement(empty, count: 1_000).joined()), .failure(.contentMalformed)),
    ]

    @Test(arguments: whole + refused)
    func inflatesWholeOrNotAtAll(_ example: Example) {
        let outcome = Result { () throws(Rejection) in try Gzip.inflate(example.body[...], limit: example.limit) }
        #expect(outcome == example.expected)
        // A slice of a larger buffer reads the same, whatever stands around it.
        let around = [0x1F, 0x8B] + example.body + [0x1F, 0x8B]
        let slice = around[2..<(around.count - 2)]
        #expect(Result { () throws(Rejection) in try Gzip.inflate(slice, limit: example.limit) } == example.expected)
    }

    @Test
    func whatIsCutShortIsRefusedWhereverItIsCut() {
        for length in 0..<Self.member.count {
            #expect(throws: Rejection.contentMalformed) { try Gzip.inflate(Self.member[..<length], limit: 1 << 20) }
        }
    }

    /// No bit can be changed so that other content comes out; some of the header say only when and where.
    @Test
    func whatIsDamagedGivesNothingElse() {
        for index in Self.member.indices {
            for bit in 0..<8 {
                var body = Self.member
                body[index] ^= 1 << bit
                let inflated = try? Gzip.inflate(body[...], limit: 1 << 20)
                #expect(inflated == nil || inflated == Sample.text)
            }
        }
    }

    /// What comes out is bounded before it is held.
    @Test
    func aBombIsGivenUpAtTheLimit() {
        let bomb = Sample.compressed([UInt8](repeating: 0, count: 64 << 20))
        #expect(bomb.count < 70_000)
        #expect(throws: Rejection.contentTooLarge) { try Gzip.inflate(bomb[...], limit: 1 << 10) }
    }

    /// Whoever makes us inflate a lot has sent a good part of it, whether or not the content would be small enough.
    @Test
    func muchComesOnlyOfMuch() throws {
        func outcome(_ zeros: Int, limit: Int = 1 << 20) -> Result<Int, Rejection> {
            let body = Sample.compressed([UInt8](repeating: 0, count: zeros))
            return Result { () throws(Rejection) in
                try Content.decode(body[...], codings: [Array("gzip".utf8)[...]], limit: limit).count
            }
        }
        #expect(outcome(Content.freeOctets) == .success(Content.freeOctets))
        #expect(outcome(Content.freeOctets + 1) == .failure(.contentTooLarge))
        #expect(outcome(Content.freeOctets, limit: Content.freeOctets - 1) == .failure(.contentTooLarge))
        // As far as a list of events goes.
        let events = (0..<5_000).map {
            "%7B%22type%22%3A%22order%22%2C%22date%22%3A%222026-02-03+14%3A05%3A11.\($0 * 7_919 % 1_000_000)%22%2C%22id%22%3A\($0)%7D"
        }
        let form = Array("payload=%7B%22events%22%3A%5B\(events.joined(separator: "%2C"))%5D%7D".utf8)
        let body = Sample.compressed(form)
        #expect(form.count > 4 * Content.freeOctets && form.count < body.count * Content.largestRatio / 2)
        #expect(try Content.decode(body[...], codings: [Array("gzip".utf8)[...]], limit: 1 << 20)[...] == form[...])
    }
}
