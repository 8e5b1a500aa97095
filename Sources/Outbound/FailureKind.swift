// Which failures are worth retrying? A failed call says what it means for its own repetition, in five words that every
// partner's failures are translated into.

package enum FailureKind: Hashable, Sendable {
    /// Nothing was applied, and the same call can succeed later.
    case transient
    /// Nothing was applied; the partner wants to be left alone until then (microseconds of wall clock), nil when it did
    /// not say until when.
    case throttled(until: Int64?)
    /// The request may have been applied: read back before repeating it.
    case ambiguous
    /// The same call would fail again; somebody has to look.
    case permanent
    /// A setting is wrong (address, certificate, credentials, permission): nothing works until a person changes it.
    case configuration
    /// We gave it up ourselves, before anything was sent.
    case cancelled
}

/// Why a call to a partner came to nothing.
package struct CallFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package let kind: FailureKind
    /// For operators: no secret and nothing about a shopper (P9). What a partner says in free text may quote a name, so
    /// its clients pass on only what they know to be harmless.
    package let text: String

    package init(_ kind: FailureKind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    package var description: String { "\(text) (\(kind))" }
}

/// Why there is no reply at all.
package struct TransportFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// Name not resolved, or nobody listens.
        case unreachable
        /// The certificate, its name or its chain is not believed.
        case untrusted
        case timedOut
        /// The connection ended, or what came was no HTTP reply.
        case cut
        /// The reply was larger than the request allows.
        case tooLarge
        /// The request cannot be sent as it is: its address, scheme or a field.
        case unsendable
        case cancelled
    }

    package let reason: Reason
    /// Whether the partner may have received the whole request, and so may have acted on it.
    package let mayHaveArrived: Bool
    package let text: String

    package init(_ reason: Reason, mayHaveArrived: Bool, _ text: String) {
        self.reason = reason
        self.mayHaveArrived = mayHaveArrived
        self.text = text
    }

    package var description: String { text }
}
