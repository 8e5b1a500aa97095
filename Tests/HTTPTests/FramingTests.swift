/// Where a body ends, and the requests that would hide another in it: RFC 9112 sections 6, 7 and 11.
import Testing

@testable import HTTP

struct FramingTests {
    @Test(arguments: lengths + codings + both + chunks + extensions + trailers)
    func readsOrRefuses(_ row: Row) { row.check() }

    private static func post(_ section: String, _ name: String, _ rest: String, _ expected: Reading) -> Row {
        Row(section, name, "POST / HTTP/1.1\r\nHost: a\r\n" + rest, expected)
    }

    private static func chunked(_ section: String, _ name: String, _ body: String, _ expected: Reading) -> Row {
        post(section, name, "Transfer-Encoding: chunked\r\n\r\n" + body, expected)
    }

    private static func body(_ body: String) -> Reading { .request(Received(method: .post, body: body)) }

    static let lengths = [
        post("9112 6.3", "no length", "\r\n", body("")),
        post("9112 6.2", "zero", "Content-Length: 0\r\n\r\n", body("")),
        post("9112 6.2", "five", "Content-Length: 5\r\n\r\nhello", body("hello")),
        post(
            "9112 6.2", "a body that looks like a request", "Content-Length: 18\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            body("GET / HTTP/1.1\r\n\r\n")),
        post("9112 6.2", "leading zeros", "Content-Length: 005\r\n\r\nhello", body("hello")),
        post("9112 6.2", "whitespace around", "Content-Length: \t5\t \r\n\r\nhello", body("hello")),
        post("9112 6.2", "any case", "cONTENT-lENGTH: 5\r\n\r\nhello", body("hello")),
        post("9112 6.2", "not yet whole", "Content-Length: 5\r\n\r\nhell", .waiting),
        post("9110 8.6", "empty", "Content-Length:\r\n\r\n", .malformed(.contentLengthInvalid)),
        post("9110 8.6", "a plus sign", "Content-Length: +5\r\n\r\nhello", .malformed(.contentLengthInvalid)),
        post("9110 8.6", "a minus sign", "Content-Length: -5\r\n\r\nhello", .malformed(.contentLengthInvalid)),
        post("9110 8.6", "hexadecimal", "Content-Length: 0x5\r\n\r\nhello", .malformed(.contentLengthInvalid)),
        post("9110 8.6", "a hexadecimal digit", "Content-Length: a\r\n\r\nhello", .malformed(.contentLengthInvalid)),
        post("9110 8.6", "a point", "Content-Length: 5.0\r\n\r\nhello", .malformed(.contentLengthInvalid)),
        post("9110 8.6", "a space inside", "Content-Length: 1 0\r\n\r\nhello", .malformed(.contentLengthInvalid)),
        post("9110 8.6", "a digit beyond ASCII", "Content-Length: ٥\r\n\r\nhello", .malformed(.contentLengthInvalid)),
        post("9110 8.6", "a list", "Content-Length: 5, 5\r\n\r\nhello", .malformed(.contentLengthInvalid)),
        post(
            "9110 8.6", "beyond 64 bits", "Content-Length: 18446744073709551621\r\n\r\nhello",
            .malformed(.contentLengthInvalid)),
        post(
            "9110 8.6", "beyond the signed range", "Content-Length: 9223372036854775808\r\n\r\n",
            .malformed(.contentLengthInvalid)),
        post("9110 8.6", "the largest number", "Content-Length: 9223372036854775807\r\n\r\n", .refused(.bodyTooLarge)),
        post(
            "9112 6.3", "two that differ", "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            .malformed(.contentLengthRepeated)),
        post(
            "9112 6.3", "two alike", "Content-Length: 5\r\nContent-length: 5\r\n\r\nhello",
            .malformed(.contentLengthRepeated)),
        Row(
            "9110 9.3.1", "a GET with a body", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
            .request(Received(body: "hello"))),
        Row(
            "9112 6.3", "HTTP/1.0", "POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello",
            .request(Received(method: .post, body: "hello", isPersistent: false, isHTTP10: true))),
    ]

    static let codings = [
        post("9112 6.1", "chunked in any case", "Transfer-Encoding: CHUNKed\r\n\r\n0\r\n\r\n", body("")),
        post(
            "9112 6.1", "gzip, chunked", "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            .refused(.unknownTransferCoding)),
        post(
            "9112 6.1", "chunked, gzip", "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
            .refused(.unknownTransferCoding)),
        post("9112 6.1", "identity", "Transfer-Encoding: identity\r\n\r\n", .refused(.unknownTransferCoding)),
        post(
            "9112 6.1", "chunked, identity", "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            .refused(.unknownTransferCoding)),
        post(
            "9112 6.1", "identity, chunked", "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
            .refused(.unknownTransferCoding)),
        post(
            "9110 5.5", "obs-text before chunked", "Transfer-Encoding: \u{A0}chunked\r\n\r\n0\r\n\r\n",
            .refused(.unknownTransferCoding)),
        post(
            "9110 5.5", "obs-text behind chunked", "Transfer-Encoding: chunked\u{85}\r\n\r\n0\r\n\r\n",
            .refused(.unknownTransferCoding)),
        post(
            "9110 5.1", "obs-text in the name", "Transfer-Encoding\u{A0}: chunked\r\n\r\n0\r\n\r\n",
            .malformed(.fieldName)),
        post(
            "9110 5.1", "an underscore makes another field", "Transfer_Encoding: chunked\r\n\r\n", body("")),
        post(
            "9112 6.1", "chunked twice", "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
            .refused(.unknownTransferCoding)),
        post(
            "9112 6.1", "chunked on two lines",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            .refused(.unknownTransferCoding)),
        post(
            "9112 6.1", "two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
            .refused(.unknownTransferCoding)),
        post(
            "9112 6.1", "a parameter", "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n",
            .refused(.unknownTransferCoding)),
        post(
            "9112 6.1", "nearly chunked", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            .refused(.unknownTransferCoding)),
        post("9112 6.1", "quoted", "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", .refused(.unknownTransferCoding)),
        post(
            "9112 6.1", "a comma after", "Transfer-Encoding: chunked,\r\n\r\n0\r\n\r\n",
            .refused(.unknownTransferCoding)),
        post("9112 6.1", "empty", "Transfer-Encoding:\r\n\r\n0\r\n\r\n", .refused(.unknownTransferCoding)),
        post(
            "9112 5", "a vertical tab before", "Transfer-Encoding: \u{0B}chunked\r\n\r\n0\r\n\r\n",
            .malformed(.controlOctet)),
        post(
            "9112 5.1", "a space before the colon", "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
            .malformed(.fieldName)),
        post(
            "9112 5.2", "on a folded line", "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", .malformed(.foldedLine)),
        Row(
            "9112 6.1", "in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            .malformed(.transferEncodingInHTTP10)),
        Row(
            "9112 6.1", "unknown, in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: x\r\n\r\n",
            .malformed(.transferEncodingInHTTP10)),
    ]

    /// The classic ways to make two readers disagree: RFC 9112 section 11.2.
    static let both = [
        "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 0\r\nTransfer-Encoding: chunked", "Content-Length: x\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nTransfer-Encoding: identity", "Content-Length: 5\r\nTransfer-Encoding:",
        "Content-Length: 5\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x",
        "Content-Length: 5\r\ntransfer-encoding: \tchunked",
    ].map { post("9112 6.3", $0, $0 + "\r\n\r\n0\r\n\r\n", .malformed(.contentLengthAndTransferEncoding)) }

    static let chunks = [
        chunked("9112 7.1", "none", "0\r\n\r\n", body("")),
        chunked("9112 7.1", "one", "5\r\nhello\r\n0\r\n\r\n", body("hello")),
        chunked("9112 7.1", "several", "1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n0\r\n\r\n", body("abcdef")),
        chunked(
            "9112 7.1", "hexadecimal in both cases", "a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n",
            body("01234567890123456789a")),
        chunked("9112 7.1", "line breaks inside", "4\r\n\r\n\r\n\r\n0\r\n\r\n", body("\r\n\r\n")),
        chunked("9112 7.1", "leading zeros", "0000000000000005\r\nhello\r\n000\r\n\r\n", body("hello")),
        chunked("9112 7.1", "not yet whole", "5\r\nhello\r\n0\r\n", .waiting),
        chunked("9112 7.1", "seventeen digits", "00000000000000005\r\nhello\r\n0\r\n\r\n", .malformed(.chunkSize)),
        chunked("9112 7.1", "beyond 64 bits", "10000000000000005\r\nhello\r\n0\r\n\r\n", .malformed(.chunkSize)),
        chunked(
            "9112 7.1", "beyond the signed range", "ffffffffffffffff\r\nhello\r\n0\r\n\r\n", .malformed(.chunkSize)),
        chunked("9112 7.1", "the largest number", "7fffffffffffffff\r\nhello\r\n0\r\n\r\n", .refused(.bodyTooLarge)),
        chunked(
            "9112 7.1", "the largest number after a chunk", "1\r\na\r\n7fffffffffffffff\r\n", .refused(.bodyTooLarge)),
        chunked("9112 7.1", "no size", "\r\nhello\r\n0\r\n\r\n", .malformed(.chunkSize)),
        chunked("9112 7.1", "a sign", "+5\r\nhello\r\n0\r\n\r\n", .malformed(.chunkSize)),
        chunked("9112 7.1", "a minus sign", "-5\r\nhello\r\n0\r\n\r\n", .malformed(.chunkSize)),
        chunked("9112 7.1", "0x", "0x5\r\nhello\r\n0\r\n\r\n", .malformed(.chunkExtension)),
        chunked("9112 7.1", "a letter that is no digit", "g\r\nhello\r\n0\r\n\r\n", .malformed(.chunkSize)),
        chunked("9112 7.1", "an underscore", "1_0\r\nhello\r\n0\r\n\r\n", .malformed(.chunkExtension)),
        chunked("9112 7.1", "a space before the size", " 5\r\nhello\r\n0\r\n\r\n", .malformed(.chunkSize)),
        chunked("9112 7.1", "a space after the size", "5 \r\nhello\r\n0\r\n\r\n", .malformed(.chunkExtension)),
        chunked("9112 7.1", "a size that ends with LF", "5\nhello\r\n0\r\n\r\n", .malformed(.bareLineFeed)),
        chunked("9112 7.1", "a size that ends with CR", "5\rhello\r\n0\r\n\r\n", .malformed(.bareCarriageReturn)),
        chunked("9112 7.1", "octets that end with LF", "5\r\nhello\n0\r\n\r\n", .malformed(.bareLineFeed)),
        chunked("9112 7.1", "octets that do not end", "5\r\nhello!\r\n0\r\n\r\n", .malformed(.chunkEnd)),
        chunked("9112 7.1", "octets with no line break", "5\r\nhello0\r\n\r\n", .malformed(.chunkEnd)),
        chunked("9112 7.1", "octets that end too soon", "6\r\nhello\r\n0\r\n\r\n", .malformed(.bareLineFeed)),
        chunked("9112 7.1", "a last chunk that ends with LF", "0\r\n\n", .malformed(.bareLineFeed)),
    ]

    static let extensions =
        [
            "5;a", "5;a=b", "5;a=\"b\"", "5;a;b=c;d=\"e\"", "5 ; a = b", "5\t;\ta\t=\t\"b c\"", "5;a=\"\"",
            "5;a=\"\\\"\\\\\"",
            "5;a=\";\"", "5;a=\"é\"",
        ].map { chunked("9112 7.1.1", $0, "\($0)\r\nhello\r\n0;last\r\n\r\n", body("hello")) }
        + [
            "5;", "5;;a", "5;=b", "5;a=", "5;a= ", "5;a ", "5;a b", "5;a=\"b", "5;a=\"b\"c", "5;a=\"b\\\"", "5;a=b c",
            "5;é", "5 a", "5=b", "5,a", "5;a=\"b\\",
        ].map { chunked("9112 7.1.1", "not " + $0, "\($0)\r\nhello\r\n0\r\n\r\n", .malformed(.chunkExtension)) }
        + [
            chunked("9112 7.1.1", "LF hidden in one", "5;a\nb\r\nhello\r\n0\r\n\r\n", .malformed(.bareLineFeed)),
            chunked("9112 7.1.1", "CR hidden in one", "5;a\rb\r\nhello\r\n0\r\n\r\n", .malformed(.bareCarriageReturn)),
            chunked(
                "9112 7.1.1", "LF in a quoted string", "5;a=\"\n\"\r\nhello\r\n0\r\n\r\n", .malformed(.bareLineFeed)),
        ]

    static let trailers = [
        chunked("9112 7.1.2", "one", "5\r\nhello\r\n0\r\nA: b\r\n\r\n", body("hello")),
        chunked("9112 7.1.2", "two", "0\r\nA: b\r\nC:\r\n\r\n", body("")),
        chunked("9110 6.5.1", "a length among them is not one", "0\r\nContent-Length: 50\r\n\r\n", body("")),
        chunked("9110 6.5.1", "a Host among them is not one", "0\r\nHost: b\r\n\r\n", body("")),
        chunked("9112 7.1.2", "not yet whole", "0\r\nA: b\r\n", .waiting),
        chunked("9112 7.1.2", "not a field", "0\r\nA\r\n\r\n", .malformed(.fieldName)),
        chunked("9112 7.1.2", "a request", "0\r\nGET / HTTP/1.1\r\n\r\n", .malformed(.fieldName)),
        chunked("9112 7.1.2", "folded", "0\r\nA: b\r\n c\r\n\r\n", .malformed(.foldedLine)),
        chunked("9112 7.1.2", "a bare LF", "0\r\nA: b\n\r\n", .malformed(.bareLineFeed)),
        chunked("9112 7.1.2", "NUL", "0\r\nA: \0\r\n\r\n", .malformed(.controlOctet)),
    ]

    /// The fields of a trailer are not added to those of the head.
    @Test func trailersAreNotFields() throws {
        var reader = RequestReader(limits: Limits())
        reader.receive(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Centra-Signature: b\r\n\r\n".utf8)
        guard case .request(let request) = reader.next() else {
            Issue.record("not a request")
            return
        }
        #expect(request.value(of: .centraSignature) == nil)
        #expect(request.value(of: FieldName("a")) == nil)
    }
}
