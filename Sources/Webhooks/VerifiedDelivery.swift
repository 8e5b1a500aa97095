// A delivery that is known to be genuine, and the reasons for refusing one that is not.

/// Who sent a delivery.
package enum Source: UInt8, CaseIterable, Sendable, CustomStringConvertible {
    case centra = 1
    case peoplevox = 2
    /// Nobody: what we have found out ourselves is journaled as a delivery too, so that it has a place in the order. None
    /// of the doors can make one.
    case lockstep = 3

    package init?(_ text: String) {
        guard let source = Source.allCases.first(where: { $0.description == text }) else { return nil }
        self = source
    }

    package var description: String {
        switch self {
        case .centra: "centra"
        case .peoplevox: "peoplevox"
        case .lockstep: "lockstep"
        }
    }
}

/// A webhook whose origin we have checked. Only the verifiers of this module make one, so a function that takes a
/// `VerifiedDelivery` cannot be handed a forged one.
package struct VerifiedDelivery: Sendable {
    package let source: Source
    /// Peoplevox's event type; empty for Centra, whose events are inside the body.
    package let event: String
    /// Centra's `t`, Unix seconds; 0 for Peoplevox, which sends no time.
    package let signedAt: Int
    package let query: ArraySlice<UInt8>?
    package let body: ArraySlice<UInt8>

    // Internal, and called by `SignatureVerifier` and `CallbackVerifier` alone (`TidyTests` checks it).
    init(_ source: Source, event: String, signedAt: Int, query: ArraySlice<UInt8>?, body: ArraySlice<UInt8>) {
        self.source = source
        self.event = event
        self.signedAt = signedAt
        self.query = query
        self.body = body
    }
}

/// Why a webhook was turned away. Each case is one answer to the sender and one metric; the sender is not told which.
package enum Rejection: Error, Equatable, Sendable {
    case signatureMissing
    case signatureMalformed
    case signatureMismatch(signedAt: Int)
    case timestampOutsideTolerance(signedAt: Int)
    case unknownToken
    case addressNotAllowed
    /// `Content-Encoding` names something else than one gzip.
    case contentCodingUnknown
    case contentMalformed
    case contentTooLarge

    /// Whether a wrong setting of ours can be the cause, so that the delivery is worth keeping for a release.
    package var isWorthKeeping: Bool {
        switch self {
        case .signatureMismatch, .timestampOutsideTolerance: true
        case .signatureMissing, .signatureMalformed, .unknownToken, .addressNotAllowed, .contentCodingUnknown,
            .contentMalformed, .contentTooLarge:
            false
        }
    }

    /// For metrics, logs and the quarantine; never for the sender.
    package var name: String {
        switch self {
        case .signatureMissing: "signature_missing"
        case .signatureMalformed: "signature_malformed"
        case .signatureMismatch: "signature_mismatch"
        case .timestampOutsideTolerance: "timestamp_outside_tolerance"
        case .unknownToken: "unknown_token"
        case .addressNotAllowed: "address_not_allowed"
        case .contentCodingUnknown: "content_coding_unknown"
        case .contentMalformed: "content_malformed"
        case .contentTooLarge: "content_too_large"
        }
    }

    package static let names = [
        Rejection.signatureMissing, .signatureMalformed, .signatureMismatch(signedAt: 0),
        .timestampOutsideTolerance(signedAt: 0), .unknownToken, .addressNotAllowed, .contentCodingUnknown,
        .contentMalformed, .contentTooLarge,
    ].map(\.name)
}
