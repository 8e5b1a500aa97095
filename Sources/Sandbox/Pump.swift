// Sends what is due in an outbox: on a thread of its own, or in one go for a test. One call at a time, as both partners are
// thought to do.
package import Outbound
import POSIX

package struct Pump: Sendable {
    private let outbox: Outbox
    private let transport: any HTTPTransport
    private let clock: SandboxClock
    /// Whose outbox it is: called in every round, for what becomes due by itself.
    private let partner: any SandboxPartner

    package init(
        _ outbox: Outbox, of partner: any SandboxPartner, through transport: any HTTPTransport, clock: SandboxClock
    ) {
        self.outbox = outbox
        self.partner = partner
        self.transport = transport
        self.clock = clock
    }

    /// Sends what is due now. Any 2xx in time is success (which codes count is unknown: the usual ones).
    package func sendDue(_ cancellation: Cancellation = Cancellation()) {
        for attempt in outbox.takeDue() {
            outbox.settle(attempt, isDelivered: isDelivered(attempt.request, cancellation))
        }
    }

    /// Until cancelled. A clock that stands is looked at again often, because it may be turned.
    package func run(until cancellation: Cancellation) {
        cancellation.whileWaiting({ [outbox] in outbox.bell.ring() }) {
            while !cancellation.isCancelled {
                partner.turn()
                sendDue(cancellation)
                outbox.bell.wait(milliseconds: pause())
            }
        }
    }

    private func pause() -> Int {
        guard let due = outbox.nextDue else { return Pump.longestPause }
        return min(max(Int((due - clock.monotonicMicroseconds()) / 1_000), 1), Pump.longestPause)
    }

    /// Milliseconds.
    private static let longestPause = 50

    private func isDelivered(_ request: OutboundRequest, _ cancellation: Cancellation) -> Bool {
        do throws(TransportFailure) {
            return (200...299).contains(try transport.send(request, cancellation).status)
        } catch { return false }
    }
}
