// What a finished call tells its governor about the partner, whatever it means to whoever asked.

package enum Outcome: Hashable, Sendable {
    /// The partner answered; also when it refused this one call for good.
    case answered
    /// Not now: leave it alone until then (microseconds of wall clock), nil when it did not say until when.
    case throttled(until: Int64?)
    /// No answer in time, which is how a partner without a 429 shows that it is too much for it.
    case timedOut
    /// No answer, or one that says that it cannot answer.
    case failed
    /// Nobody who asks will get an answer until a setting changes.
    case misconfigured
    /// The partner answered, and does not let us do this one thing until a setting changes.
    case forbidden
    /// We gave up, which says nothing about the partner.
    case abandoned

    init<Value>(_ result: Result<Value, CallFailure>, of reply: OutboundReply) {
        switch result {
        case .success: self = .answered
        // With a status of its own it is said of all calls, otherwise of this one.
        case .failure(let failure) where failure.kind == .configuration && (200..<300).contains(reply.status):
            self = .forbidden
        case .failure(let failure): self = Outcome(failure.kind)
        }
    }

    private init(_ kind: FailureKind) {
        switch kind {
        case .permanent: self = .answered
        case .throttled(let until): self = .throttled(until: until)
        case .transient, .ambiguous: self = .failed
        case .configuration: self = .misconfigured
        case .cancelled: self = .abandoned
        }
    }

    init(_ failure: TransportFailure) {
        switch failure.reason {
        case .timedOut: self = .timedOut
        case .unreachable, .cut: self = .failed
        case .untrusted, .unsendable: self = .misconfigured
        case .tooLarge: self = .answered
        case .cancelled: self = .abandoned
        }
    }
}
