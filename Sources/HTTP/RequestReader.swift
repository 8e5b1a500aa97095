/// Collects the octets of one connection and gives whole requests, in order.
///
///               octets              head complete               body complete
///     idle ───────────────▶ head ───────────────────▶ body ───────────────────▶ idle
///                             └───────────┬───────────┘
///                                         ▼ refusal
///                                        dead: nothing is read or kept any more
///
/// What comes out depends on the octets alone, never on how `receive` was given them. The octets of a request are
/// handed over with it, so a connection without an unfinished request holds no memory.
package struct RequestReader: ~Copyable, Sendable {
    package enum Outcome: ~Copyable, Sendable {
        /// Nothing more can be said before more octets arrive.
        case incomplete
        /// The sender waits for `100 Continue` before it sends the body; told once per request, and not at all when
        /// some of the body is already here (RFC 9110 section 10.1.1).
        case expectsContinue
        case request(Request)
        /// Answer it and close; every later call gives `ended`.
        case refused(Refusal)
        /// No request will come any more.
        case ended
    }

    /// What is being waited for, for the deadlines of head and body.
    package enum Phase: Sendable {
        case idle
        case head
        case body
    }

    /// What a reader holds, as of the call that changed it: asking the reader of a shared connection costs more.
    package struct Holding: Sendable {
        /// Octets in memory.
        package var octets = 0
        /// Octets of memory that they take, with what is reserved for more.
        package var reserved = 0
        package var phase = Phase.idle

        package init() {}
    }

    private enum Step {
        case head
        case body(end: Int)
        case chunkedBody
        case dead
    }

    private let limits: Limits
    private var step = Step.head
    /// What has arrived; the request being read begins at `start`.
    private var octets: [UInt8] = []
    private var start = 0
    private var head = Head()
    private var chunks = ChunkedBody()
    private var hasSkippedEmptyLine = false
    private var inputHasEnded = false

    package init(limits: Limits) {
        self.limits = limits
    }

    /// Takes what the connection gave. Call `next` until it says `incomplete` before receiving again: only `next`
    /// compares with the limits, so what is held is at most the limits and one receive.
    @discardableResult
    package mutating func receive(_ received: UnsafeRawBufferPointer) -> Holding {
        var none = SpareMemory()
        return receive(received, using: &none)
    }

    /// The same, in memory that an earlier request gave back if there is some.
    package mutating func receive(_ received: UnsafeRawBufferPointer, using spare: inout SpareMemory) -> Holding {
        if case .dead = step { return holding }
        if start > 0 {
            octets.removeSubrange(..<start)
            start = 0
        }
        if octets.isEmpty { octets = spare.take() }
        octets.append(contentsOf: received)
        return holding
    }

    /// The peer will send nothing more; what it has sent is still read (half-close, RFC 9112 section 9.6).
    package mutating func endOfInput() {
        inputHasEnded = true
    }

    package mutating func next() -> Outcome {
        do throws(Refusal) {
            return try advance()
        } catch {
            abandon()
            return .refused(error)
        }
    }

    /// The same, noting what is held afterwards.
    package mutating func next(noting holding: inout Holding) -> Outcome {
        defer { holding = self.holding }
        return next()
    }

    /// Octets in memory.
    package var heldOctets: Int { octets.count + chunks.decoded.count }

    private var holding: Holding {
        var holding = Holding()
        holding.octets = heldOctets
        holding.reserved = octets.capacity + chunks.decoded.capacity
        holding.phase = phase
        return holding
    }

    /// Lets go of what is held; every later call of `next` gives `ended`, as after a refusal.
    @discardableResult
    package mutating func abandon() -> Holding {
        step = .dead
        chunks = ChunkedBody()
        release(octets.count - start)
        return holding
    }

    package var phase: Phase {
        switch step {
        case .head: start == octets.count ? .idle : .head
        case .body, .chunkedBody: .body
        case .dead: .idle
        }
    }

    /// The method of the request being read or just refused, once its request line is there: the answer to a HEAD
    /// has no body, a refusal's neither.
    package var method: Request.Method? { head.requestLine?.method }
}

extension RequestReader {
    private mutating func advance() throws(Refusal) -> Outcome {
        switch step {
        case .head: try readHead()
        case .body(let end): try readBody(end: end)
        case .chunkedBody: try readChunkedBody()
        case .dead: .ended
        }
    }

    private mutating func readHead() throws(Refusal) -> Outcome {
        skipEmptyLine()
        if start == octets.count { return inputHasEnded ? .ended : .incomplete }
        guard try head.read(octets, from: start, limits: limits) else { return try unfinished() }
        switch head.framing {
        case .length(let length):
            guard length <= limits.bodyOctets else { throw .bodyTooLarge }
            step = .body(end: head.end + length)
        case .chunked:
            step = .chunkedBody
        }
        let bodyHasBegun = octets.count - start > head.end
        return head.expectsContinue && !bodyHasBegun && !inputHasEnded ? .expectsContinue : try advance()
    }

    private mutating func readBody(end: Int) throws(Refusal) -> Outcome {
        guard octets.count - start >= end else { return try unfinished() }
        return .request(finish(taking(end), bodyEnd: end))
    }

    private mutating func readChunkedBody() throws(Refusal) -> Outcome {
        let bodyStart = start + head.end
        let consumed = try chunks.read(octets, from: bodyStart, limits: limits)
        guard chunks.isComplete else {
            octets.removeSubrange(bodyStart..<bodyStart + consumed)
            return try unfinished()
        }
        var whole = Array(octets[start..<bodyStart])
        whole.append(contentsOf: chunks.decoded)
        chunks = ChunkedBody()
        release(head.end + consumed)
        return .request(finish(whole, bodyEnd: whole.count))
    }

    private func unfinished() throws(Refusal) -> Outcome {
        if inputHasEnded { throw .malformed(.truncated) }
        return .incomplete
    }

    /// RFC 9112 section 2.2: an empty line before a request is ignored. One is; a stream of them is not a request.
    private mutating func skipEmptyLine() {
        guard !hasSkippedEmptyLine, octets.count - start >= 2, octets[start] == .carriageReturn,
            octets[start + 1] == .lineFeed
        else { return }
        hasSkippedEmptyLine = true
        release(2)
    }

    private mutating func finish(_ octets: [UInt8], bodyEnd: Int) -> Request {
        let request = Request(head, octets: octets, bodyEnd: bodyEnd)
        head = Head()
        hasSkippedEmptyLine = false
        step = .head
        return request
    }

    /// The first `count` octets: the buffer itself when it holds nothing else, otherwise a copy.
    private mutating func taking(_ count: Int) -> [UInt8] {
        if start == 0, count == octets.count {
            defer { octets = [] }
            return octets
        }
        defer { release(count) }
        return Array(octets[start..<start + count])
    }

    /// Is done with the next `count` octets, and with the memory when they were the last.
    private mutating func release(_ count: Int) {
        start += count
        if start == octets.count {
            octets = []
            start = 0
        }
    }
}
