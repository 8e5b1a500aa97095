// The sandbox without sockets: what a client sends is answered in the same call, for tests and simulations.
package import Outbound

/// With a clock, waiting takes its time: a late answer and a timeout pass on a clock that is turned by hand.
package struct SandboxTransport: HTTPTransport {
    private let service: any SandboxService
    private let clock: SandboxClock?

    package init(_ service: any SandboxService, clock: SandboxClock? = nil) {
        self.service = service
        self.clock = clock
    }

    package func send(
        _ request: OutboundRequest, _ cancellation: Cancellation
    ) throws(TransportFailure) -> OutboundReply {
        guard !cancellation.isCancelled else {
            throw TransportFailure(.cancelled, mayHaveArrived: false, "the call was cancelled")
        }
        let timeout = request.limits.timeout
        switch service.answer(request) {
        case .reply(let reply): return try checked(reply, request)
        case .late(let reply, let milliseconds) where milliseconds < timeout:
            clock?.pass(milliseconds: milliseconds)
            return try checked(reply, request)
        case .late, .never:
            clock?.pass(milliseconds: timeout)
            throw TransportFailure(.timedOut, mayHaveArrived: true, "there was no answer in time")
        }
    }

    private func checked(_ reply: OutboundReply, _ request: OutboundRequest) throws(TransportFailure) -> OutboundReply {
        guard reply.body.count <= request.limits.replyOctets else {
            throw TransportFailure(.tooLarge, mayHaveArrived: true, "the reply is larger than the request allows")
        }
        return reply
    }
}
