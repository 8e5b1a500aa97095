// What the frame asks of a pretend partner: answer a request, show its state, be told what to do. No sockets, no threads:
// the same object stands behind real loopback ports (`SandboxServer`) and behind `SandboxTransport`.
package import JSON
package import Outbound

/// One of the two services. Thread-safe: its state stands behind a `Mutex`. Must not block; lateness is part of the answer.
package protocol SandboxService: Sendable {
    func answer(_ request: OutboundRequest) -> SandboxAnswer
}

package enum SandboxAnswer: Sendable {
    case reply(OutboundReply)
    /// After so many milliseconds of the sandbox's clock. Whatever the request does is done already.
    case late(OutboundReply, milliseconds: Int)
    case never
}

/// A service that can be looked at and be told what to do from outside: `/control/<name>`.
package protocol SandboxPartner: SandboxService {
    /// In paths: `centra`, `peoplevox`.
    var name: String { get }

    /// What a test or a person wants to see. No limit but memory: it is a sandbox.
    func state() -> JSONValue

    /// Counters alone: requests, refusals, whatever the service counts.
    func counters() -> JSONValue

    /// `POST /control/<name>/<verb>`: the sandbox's own verbs ("switches", "place-order").
    func act(_ verb: String, _ arguments: JSONValue) throws(ControlMistake) -> JSONValue

    /// Called often: the moment to do what has become due (a capture that was pending, deliveries to put in the outbox).
    func turn()
}

/// Why the control API refuses: shown to whoever asked.
package struct ControlMistake: Error, Equatable, Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }
}
