// What the calls of late say of a partner: does it answer, and does it let us in? Nothing is known before the first one.

package struct PartnerHealth: Equatable, Sendable {
    package enum State: Hashable, Sendable {
        case unknown
        case answering
        /// No call has got an answer since then (microseconds since 1970); the text is the last failure's.
        case failing(since: Int64, text: String)
        /// Every call since then was refused for what a person has to change: address, certificate, credentials.
        case misconfigured(since: Int64, text: String)
    }

    package struct Refusal: Hashable, Sendable {
        /// Microseconds since 1970.
        package let since: Int64
        package let text: String

        package init(since: Int64, text: String) { (self.since, self.text) = (since, text) }
    }

    package private(set) var state = State.unknown
    /// Operations that we may not use, as their last answers say.
    package private(set) var forbidden: [String: Refusal] = [:]

    package init() {}

    /// - Parameters:
    ///   - operation: a name of ours; they are few.
    ///   - text: why it failed, for people.
    ///   - now: microseconds since 1970.
    package mutating func note(_ outcome: Outcome, of operation: String, because text: String, at now: Int64) {
        switch outcome {
        case .answered:
            state = .answering
            forbidden[operation] = nil
        case .forbidden:
            state = .answering
            forbidden[operation] = Refusal(since: forbidden[operation]?.since ?? now, text: text)
        case .failed, .timedOut: state.fail(text, now)
        case .misconfigured:
            guard case .misconfigured(let since, _) = state else {
                return state = .misconfigured(since: now, text: text)
            }
            state = .misconfigured(since: since, text: text)
        case .throttled: if case .failing = state { state = .answering }
        case .abandoned: break
        }
    }
}

extension PartnerHealth.State {
    /// Who does not answer has not taken back what it refused.
    fileprivate mutating func fail(_ text: String, _ now: Int64) {
        switch self {
        case .unknown, .answering: self = .failing(since: now, text: text)
        case .failing(let since, _): self = .failing(since: since, text: text)
        case .misconfigured: break
        }
    }
}
