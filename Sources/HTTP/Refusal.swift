/// Why a request was refused, and with which status. A refusal is always answered with `Connection: close`: after
/// it the reader no longer knows where a next request would begin.
package enum Refusal: Error, Hashable, Sendable {
    /// 400: not a request in the grammar of RFC 9112, or one whose end could be read in two ways.
    case malformed(Malformation)
    /// 408: the head or body did not arrive before its deadline; found by the event loop.
    case timedOut
    /// 413: the body is, or says that it is, over `Limits.bodyOctets`.
    case bodyTooLarge
    /// 414: the target is over `Limits.targetOctets`.
    case targetTooLong
    /// 417: an expectation other than `100-continue`.
    case unknownExpectation
    /// 431: the head is over `Limits.headOctets` or `fieldCount`.
    case headTooLarge
    /// 431: the trailer section is over `Limits.trailerOctets`.
    case trailersTooLarge
    /// 501: CONNECT; we are no proxy.
    case tunnelNotOffered
    /// 501: a transfer coding other than exactly one `chunked`.
    case unknownTransferCoding
    /// 505: a version other than HTTP/1.0 and HTTP/1.1.
    case unknownVersion

    package var status: Status {
        switch self {
        case .malformed: .badRequest
        case .timedOut: .requestTimeout
        case .bodyTooLarge: .contentTooLarge
        case .targetTooLong: .uriTooLong
        case .unknownExpectation: .expectationFailed
        case .headTooLarge, .trailersTooLarge: .requestHeaderFieldsTooLarge
        case .tunnelNotOffered, .unknownTransferCoding: .notImplemented
        case .unknownVersion: .httpVersionNotSupported
        }
    }

    /// What is malformed, in words for a log line.
    package enum Malformation: String, Sendable {
        case bareLineFeed = "a line feed without carriage return"
        case bareCarriageReturn = "a carriage return without line feed"
        case controlOctet = "a control octet"
        case requestLine = "the request line is not method, space, target, space, version"
        case target = "the request target has no form that the method allows"
        case foldedLine = "a line begins with whitespace"
        case fieldName = "a field line does not begin with a name and a colon"
        case hostMissing = "no Host"
        case hostRepeated = "more than one Host"
        case hostInvalid = "Host is not a host and an optional port"
        case contentLengthRepeated = "more than one Content-Length"
        case contentLengthInvalid = "Content-Length is not a number"
        case contentLengthAndTransferEncoding = "Content-Length together with Transfer-Encoding"
        case transferEncodingInHTTP10 = "Transfer-Encoding in HTTP/1.0"
        case chunkSize = "a chunk size is not a hexadecimal number in range"
        case chunkExtension = "a chunk extension is not in the grammar"
        case chunkExtensionTooLong = "the chunk extensions are too long"
        case chunkEnd = "a chunk does not end with its line break"
        case truncated = "the connection ended before the request did"
    }
}
