// A sandbox behind the seam, without sockets.
import Outbound
import Testing

@testable import Sandbox

private struct Silent: SandboxService {
    func answer(_ request: OutboundRequest) -> SandboxAnswer { .never }
}

@Test
func noAnswerIsATimeoutThatMayHaveArrived() {
    let transport = SandboxTransport(Silent())
    let request = OutboundRequest(.get, "http://127.0.0.1/", limits: OutboundRequest.Limits(timeout: 1))
    #expect {
        try transport.send(request, Cancellation())
    } throws: { error in
        (error as? TransportFailure).map { $0.reason == .timedOut && $0.mayHaveArrived } ?? false
    }
}
