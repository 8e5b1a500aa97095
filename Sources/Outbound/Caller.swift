// The one way to a partner: wait for admission, send, read, and tell the governor what came of it.
package import POSIX

/// One brand's way to one partner. Blocks the calling thread.
package struct Caller: Sendable {
    package let transport: any HTTPTransport
    package let governor: Governor
    package let clock: any Clock
    /// Milliseconds that a call waits for admission which does not say itself how long; nil for as long as it takes.
    private let patience: Int64?

    package init(_ transport: any HTTPTransport, _ governor: Governor, clock: any Clock, patience: Int64? = nil) {
        self.transport = transport
        self.governor = governor
        self.clock = clock
        self.patience = patience
    }

    /// The same way, for calls that can wait as long as that; nil for as long as it takes.
    package func having(patience: Int64?) -> Caller {
        Caller(transport, governor, clock: clock, patience: patience)
    }

    /// `read` says what a reply means; a 429 does not reach it. It may call `governor.learn`.
    package func call<Value>(
        _ request: OutboundRequest, _ ask: Ask, _ cancellation: Cancellation,
        read: (OutboundReply) -> Result<Value, CallFailure>
    ) throws(CallFailure) -> Value {
        var ask = ask
        ask.patience = ask.patience ?? patience
        let admission = try governor.admit(ask, cancellation)
        let result: Result<Value, CallFailure>
        let outcome: Outcome
        do throws(TransportFailure) {
            let reply = try transport.send(request, cancellation)
            result = reply.status == 429 ? .failure(throttled(reply)) : read(reply)
            outcome = Outcome(result, of: reply)
        } catch {
            result = .failure(CallFailure(error, of: ask))
            outcome = Outcome(error)
        }
        governor.settle(admission, outcome, because: result.failureText)
        return try result.get()
    }

    private func throttled(_ reply: OutboundReply) -> CallFailure {
        let wait = RetryAfter.microseconds(of: reply, now: clock.wallMicroseconds())
        return CallFailure(
            .throttled(until: wait.map { clock.wallMicroseconds() + $0 }), "the partner's limit is reached (429)")
    }
}

extension CallFailure {
    /// Why there is no reply, in the words of whoever asked.
    package init(_ failure: TransportFailure, of ask: Ask) {
        let lost: FailureKind = ask.isWrite && failure.mayHaveArrived ? .ambiguous : .transient
        switch failure.reason {
        case .unreachable, .timedOut, .cut: self.init(lost, failure.text)
        case .untrusted, .unsendable: self.init(.configuration, failure.text)
        case .tooLarge: self.init(ask.isWrite ? .ambiguous : .permanent, failure.text)
        case .cancelled: self.init(lost == .ambiguous ? .ambiguous : .cancelled, failure.text)
        }
    }
}

extension OutboundReply {
    /// What a status other than 2xx means where the reply says nothing better, by RFC 9110, section 15; nil for 2xx.
    package func refusal(of ask: Ask) -> CallFailure? {
        switch status {
        case 200..<300: nil
        // Where it points to, somebody may have done what was asked.
        case 300..<400:
            CallFailure(
                ask.isWrite ? .ambiguous : .configuration, "the partner answers \(status): is the address right?")
        case 401, 403, 404, 405, 407, 410: CallFailure(.configuration, "the partner answers \(status)")
        case 408, 425, 429: CallFailure(.transient, "the partner answers \(status)")
        case 400..<500: CallFailure(.permanent, "the partner answers \(status)")
        default: CallFailure(ask.isWrite ? .ambiguous : .transient, "the partner answers \(status)")
        }
    }
}

extension Result where Failure == CallFailure {
    fileprivate var failureText: String {
        if case .failure(let failure) = self { failure.text } else { "" }
    }
}
