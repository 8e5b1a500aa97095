// What becomes of a connection above the limit. It is accepted, so that whoever asks for health gets an answer and
// everybody else gets a 503 at once, instead of waiting in the kernel's queue for nothing.
//
// There are few places for them. When all are taken, the one who has been there longest makes room: a health check
// asks as soon as it is connected and is answered in the same turn, so it is never that one.
import HTTP

extension EventLoop {
    var isAboveLimit: Bool { open - spares.count > limits.connections }

    var acceptedPerTurn: Int {
        open >= limits.connections ? LoopLimits.sparesPerTurn : LoopLimits.acceptedPerTurn
    }

    mutating func makeSpare(_ connection: Connection) {
        connection.isSpare = true
        spares.append(connection.id)
        guard spares.count > LoopLimits.spareConnections, let oldest = self.connection(spares[0]) else { return }
        if oldest.state == .reading && !oldest.isBusy { turnAwayAboveLimit(oldest) }
        close(oldest)
    }

    /// It is a connection like others from now on, or none.
    mutating func release(_ connection: Connection) {
        connection.isSpare = false
        spares.removeAll { $0 == connection.id }
    }

    /// Whether the connection was answered 503, because the limit of connections is still reached and what it asks is not for
    /// health.
    mutating func isTurnedAwayAboveLimit(_ connection: Connection, asking request: borrowing Request) -> Bool {
        guard isStillAboveLimit(connection) else { return false }
        if service.isServedAboveLimit(request) {
            connection.closesAfterAnswer = true
            return false
        }
        turnAwayAboveLimit(connection, isHead: request.isHead)
        return true
    }

    /// The same without a whole request: one whose body is still to come is not for health.
    mutating func isTurnedAwayAboveLimit(_ connection: Connection) -> Bool {
        guard isStillAboveLimit(connection), connection.holding.phase == .body else { return false }
        turnAwayAboveLimit(connection)
        return true
    }

    private mutating func isStillAboveLimit(_ connection: Connection) -> Bool {
        guard connection.isSpare else { return false }
        if open - spares.count >= limits.connections { return true }
        release(connection)
        return false
    }

    private mutating func turnAwayAboveLimit(_ connection: Connection, isHead: Bool? = nil) {
        statistics.refusedConnections += 1
        refuse(.overloaded, on: connection, isHead: isHead)
    }
}
