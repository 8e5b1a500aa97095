// Passes calls on and remembers how the server was met: reachable, believed, and with which clock.
import Outbound
import POSIX
import Synchronization

final class Witness: HTTPTransport {
    private let partner: String
    private let transport: any HTTPTransport
    private let progress: ExaminationProgress
    private let clock: any Clock
    private let state = Mutex(Sighting())

    init(_ partner: String, _ transport: any HTTPTransport, _ progress: ExaminationProgress, clock: any Clock) {
        self.partner = partner
        self.transport = transport
        self.progress = progress
        self.clock = clock
    }

    var sighting: Sighting { state.withLock { $0 } }

    func send(_ request: OutboundRequest, _ cancellation: Cancellation) throws(TransportFailure) -> OutboundReply {
        let sent = clock.wallMicroseconds()
        do throws(TransportFailure) {
            let reply = try transport.send(request, cancellation)
            note(reply, sent: sent, received: clock.wallMicroseconds())
            progress.answered(partner, calls: sighting.calls)
            return reply
        } catch {
            note(error)
            throw error
        }
    }

    private func note(_ reply: OutboundReply, sent: Int64, received: Int64) {
        let offset = reply.date.map { Witness.offset(of: $0, sent: sent, received: received) }
        state.withLock { state in
            state.calls += 1
            state.failure = nil
            state.status = state.status ?? reply.status
            guard let offset else { return }
            if state.clockOffset.map({ abs(offset) < abs($0) }) ?? true { state.clockOffset = offset }
        }
    }

    private func note(_ failure: TransportFailure) {
        state.withLock { state in
            state.calls += 1
            guard state.status == nil else { return }
            state.failure = failure.reason == .untrusted ? .untrusted(failure.text) : .unreachable(failure.text)
        }
    }

    /// 0 when the reply's whole second can have been between sending and receiving.
    private static func offset(of date: Int64, sent: Int64, received: Int64) -> Int64 {
        let (earliest, latest) = (sent - 1_000_000, received)
        return date < earliest ? date - earliest : date > latest ? date - latest : 0
    }
}
