// A call of the program on its way to a partner. Before the partner answers and after it, other things happen; and the
// program may end in between, after the partner has done what it was asked.
import Outbound
import Sandbox
import TestSupport

struct Way: HTTPTransport {
    enum Partner: String {
        case centra, peoplevox
    }

    let centra: SandboxTransport
    let peoplevox: SandboxTransport
    /// There is one thread, the simulation's, and it outlives its calls.
    nonisolated(unsafe) unowned let simulation: Simulation
    let peril: Peril

    func send(_ request: OutboundRequest, _ cancellation: Cancellation) throws(TransportFailure) -> OutboundReply {
        let partner: Partner = request.url.contains("centra.com") ? .centra : .peoplevox
        try pass("before a call to \(partner.rawValue)")
        simulation.isCalled(partner, request)
        try pass("before a call to \(partner.rawValue)")
        simulation.look(before: partner, request)
        let answer: Result<OutboundReply, TransportFailure>
        do throws(TransportFailure) {
            answer = .success(try (partner == .centra ? centra : peoplevox).send(request, cancellation))
        } catch {
            answer = .failure(error)
        }
        simulation.look(after: partner, answer)
        try pass("after a call to \(partner.rawValue)")
        simulation.isAnswered(partner)
        try pass("after a call to \(partner.rawValue)")
        return try answer.get()
    }

    /// A program that has ended calls nobody.
    private func pass(_ moment: String) throws(TransportFailure) {
        peril.pass(moment)
        if peril.isOver { throw TransportFailure(.cancelled, mayHaveArrived: true, "the program has ended") }
    }
}
