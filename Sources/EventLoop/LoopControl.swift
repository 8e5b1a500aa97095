// How other threads reach an event loop: ring its bell, ask it to drain, read its counters.
package import POSIX
import Synchronization

package struct LoopStatistics: Equatable, Sendable {
    package var openConnections = 0
    package var acceptedConnections: UInt64 = 0
    package var requests: UInt64 = 0
    /// Requests that the loop itself refused (framing, limits, deadlines), by status.
    package var refusals: [Int: UInt64] = [:]
    /// Octets of memory held for all connections together.
    package var heldOctets = 0
    /// Refused because they held most when too much was held.
    package var turnedAway: UInt64 = 0
    /// Refused because the limit of connections was reached.
    package var refusedConnections: UInt64 = 0
    /// Times that the process had no descriptor left for a connection that waited.
    package var descriptorShortages: UInt64 = 0
}

package final class LoopControl: Sendable {
    package let bell: Bell
    private let shared = Mutex(Shared())

    private struct Shared: Sendable {
        var drainDeadline: Int64?
        var statistics = LoopStatistics()
    }

    package init() throws(Errno) {
        bell = try Bell.polled()
    }

    /// Asks the loop to stop accepting, answer what is in flight, and end by `deadline` (monotonic milliseconds).
    package func drain(by deadline: Int64) {
        shared.withLock { $0.drainDeadline = deadline }
        bell.ring()
    }

    package var statistics: LoopStatistics { shared.withLock { $0.statistics } }

    func exchange(_ statistics: LoopStatistics) -> Int64? {
        shared.withLock {
            $0.statistics = statistics
            return $0.drainDeadline
        }
    }
}
