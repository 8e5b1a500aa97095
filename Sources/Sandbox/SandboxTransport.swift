// The sandbox without sockets: what a client sends is answered in the same call, for tests and simulations.
package import Outbound

/// One of the two services: a request in, a reply out; nil when it never answers.
package protocol SandboxService: Sendable {
    func answer(_ request: OutboundRequest) -> OutboundReply?
}

package struct SandboxTransport: HTTPTransport {
    private let service: any SandboxService

    package init(_ service: any SandboxService) {
        self.service = service
    }

    package func send(
        _ request: OutboundRequest, _ cancellation: Cancellation
    ) throws(TransportFailure) -> OutboundReply {
        guard !cancellation.isCancelled else {
            throw TransportFailure(.cancelled, mayHaveArrived: false, "the call was cancelled")
        }
        guard let reply = service.answer(request) else {
            throw TransportFailure(.timedOut, mayHaveArrived: true, "there was no answer in time")
        }
        return reply
    }
}
