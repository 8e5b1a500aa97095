/// The head of a request as it arrives: request line, field lines, and what they say about body and connection.
///
/// Lines are checked one by one. What the fields mean together is asked once, when the empty line has come.
struct Head: Sendable {
    private var lines = LineScanner()
    private(set) var requestLine: RequestLine?
    private(set) var fields = Fields()
    private(set) var framing = Framing.length(0)
    private(set) var isPersistent = false
    /// Whether the sender waits for `100 Continue` before it sends the body.
    private(set) var expectsContinue = false

    /// Where the octets after the head begin, once it is complete.
    var end: Int { lines.lineStart }

    /// Reads as far as what has arrived allows; the request begins at `start`, and every position kept here counts
    /// from there. True when the head is complete.
    mutating func read(_ received: [UInt8], from start: Int, limits: Limits) throws(Refusal) -> Bool {
        let octets = received.span.extracting(start...)
        if requestLine == nil { try readRequestLine(octets, limits: limits) }
        guard let isHTTP10 = requestLine?.isHTTP10 else { return false }
        while let line = try lines.next(in: octets, limit: limits.headOctets, orElse: .headTooLarge) {
            if line.isEmpty {
                try conclude(octets, isHTTP10: isHTTP10)
                return true
            }
            guard fields.count < limits.fieldCount else { throw .headTooLarge }
            try fields.append(line, in: octets)
        }
        return false
    }

    private mutating func readRequestLine(_ octets: Span<UInt8>, limits: Limits) throws(Refusal) {
        let limit = min(limits.targetOctets + RequestLine.octetsBesideTarget, limits.headOctets)
        guard let line = try lines.next(in: octets, limit: limit, orElse: .targetTooLong) else { return }
        requestLine = try RequestLine(line, in: octets, limits: limits)
    }

    private mutating func conclude(_ octets: Span<UInt8>, isHTTP10: Bool) throws(Refusal) {
        try checkHost(octets, isRequired: !isHTTP10)
        framing = try Framing(of: fields, in: octets, isHTTP10: isHTTP10)
        if isHTTP10 { return }
        isPersistent =
            fields.lacks(.connection) || fields.members(of: .connection, equalTo: "close", in: octets).equal == 0
        if fields.lacks(.expect) { return }
        let expectations = fields.members(of: .expect, equalTo: "100-continue", in: octets)
        guard expectations.other == 0 else { throw .unknownExpectation }
        expectsContinue = expectations.equal > 0 && framing != .length(0)
    }

    /// RFC 9112 section 3.2: exactly one in HTTP/1.1, at most one in HTTP/1.0, valid in both.
    private func checkHost(_ octets: Span<UInt8>, isRequired: Bool) throws(Refusal) {
        switch fields.occurrence(of: .host, in: octets) {
        case .never: if isRequired { throw .malformed(.hostMissing) }
        case .repeatedly: throw .malformed(.hostRepeated)
        case .once(let value):
            guard Authority.isValid(value, in: octets) else { throw .malformed(.hostInvalid) }
        }
    }
}
