// What an operator sets: one file, and the environment or a secrets file for what must not stand in it.
//
// Whoever has a `Configuration` need not check it: every number is within its limits and every limit fits the others.
// `DefaultConfiguration.swift` holds a complete file with comments; `SettingKinds.swift` says how a value is written.
package import POSIX
package import Webhooks
package import Workflows

package struct Configuration: Sendable {
    package var server: Server
    package var journal: Journal
    package var queues: Queues
    /// In the order of the file; no name twice.
    package var brands: [Brand]

    package struct Server: Equatable, Sendable {
        package var publicListen: ListenAddress
        package var operatorListen: ListenAddress
        /// Only their `X-Forwarded-For` is believed.
        package var trustedProxies: [IPNetwork]
        /// Octets.
        package var bodyLimit: Int
        /// Open connections of the public listener. Above it health is answered and everything else 503.
        package var connectionLimit: Int
        /// Milliseconds from a request's first octet to the end of its head.
        package var headDeadline: Int64
        /// Milliseconds from the end of the head to the end of the body.
        package var bodyDeadline: Int64
        /// Milliseconds for a client to take an answer.
        package var answerDeadline: Int64
        /// Milliseconds that a connection without a request is kept.
        package var idleDeadline: Int64
        /// Milliseconds for what is in flight when the program is asked to end.
        package var drainDeadline: Int64
    }

    package struct Journal: Equatable, Sendable {
        /// As it was written, so it can be relative to the directory that the program was started in.
        package var directory: String
        /// Octets of one segment.
        package var segmentSize: Int
        /// Octets of all segments together; at least three fit.
        package var sizeLimit: Int
        /// Milliseconds; not shorter than `redeliveryWindow`.
        package var replayWindow: Int64
        /// Milliseconds; at least twice every brand's `centraTolerance`, so that no signature outlives its memory.
        package var redeliveryWindow: Int64
    }

    package struct Queues: Equatable, Sendable {
        /// Jobs that are not finished.
        package var backlogLimit: Int
        /// Dead letters of one brand.
        package var deadLetterLimit: Int
        package var attemptLimit: Int
        /// Milliseconds.
        package var firstBackoff: Int64
        /// Milliseconds; not shorter than `firstBackoff`.
        package var longestBackoff: Int64
    }

    package struct Brand: Sendable {
        /// 1 ... 32 of `a-z`, `0-9` and `-`.
        package var name: String
        package var mode: Mode
        /// None (Centra's webhooks are refused), one, or two while the secret is rotated.
        package var centraSecrets: [Secret]
        package var centraToleranceInSeconds: Int
        package var salesOrderPrefix: String
        /// Octets of a Peoplevox callback's body; not above `Server.bodyLimit`.
        package var callbackLimit: Int
        /// Who may call back; empty means everybody.
        package var callbackAddresses: [IPNetwork]
        /// One or two hashes by Peoplevox event type.
        package var tokens: [String: [TokenHash]]
        /// Milliseconds that a condition must hold before it is an exception, where that is not the usual.
        package var exceptionAfter: [ExceptionClass: Int64] = [:]
        package var partners = Partners()
        package var stock = Stock()
    }
}

extension Configuration {
    /// The nine of Peoplevox's `eventType` that are known (peoplevox.md, section 5.1).
    package static let peoplevoxEventTypes = [
        "AvailabilityChanges", "SalesOrderStatusChanges", "TrackingNumberReceived", "GoodsReceived",
        "IncrementalChanges", "Returns", "DespatchPackageTrackingNumberReceived", "DespatchPackageDespatched",
        "OnDespatchOrderReceived",
    ]
}
