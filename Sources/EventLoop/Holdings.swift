// How much memory the senders of unfinished requests and the readers of unsent answers may take together.
//
// Nobody is limited while there is enough. When there is not, those who hold most are refused, the newest of them
// first; a small request is read, served and forgotten in one turn, and so it is never among them.
import HTTP

extension EventLoop {
    /// To be called when what a connection holds may have changed.
    mutating func account(_ connection: Connection) {
        count(connection)
        if heldOctets > limits.totalHeldOctets { relieve() }
    }

    /// A closed connection is counted no more.
    mutating func forget(_ connection: Connection) {
        heldOctets -= connection.countedOctets
        connection.countedOctets = 0
        statistics.heldOctets = heldOctets
        if connection.isSpare { release(connection) }
    }

    private mutating func count(_ connection: Connection) {
        let held = connection.heldOctets
        guard held != connection.countedOctets, self.connection(connection.id) != nil else { return }
        heldOctets += held - connection.countedOctets
        connection.countedOctets = held
        statistics.heldOctets = heldOctets
    }

    /// Frees more than is asked for, so that the next octets do not make it look at everybody again.
    private mutating func relieve() {
        let holders = connections.compactMap { $0 }.filter { $0.countedOctets > 0 }.sorted { $0.goesBefore($1) }
        for holder in holders {
            if heldOctets <= limits.totalHeldOctets / 4 * 3 { return }
            turnAway(holder)
        }
    }

    private mutating func turnAway(_ connection: Connection) {
        statistics.turnedAway += 1
        connection.slowRequest = nil
        if !connection.unsent.isEmpty {
            // It does not take the answer that it has.
            close(connection)
        } else if connection.state == .awaiting {
            // The request that is with the service is still answered; what came after it is not read.
            connection.abandonInput()
            connection.closesAfterAnswer = true
            connection.isDoneSending = false
        } else {
            refuse(.overloaded, on: connection)
        }
        count(connection)
    }
}

extension Connection {
    /// Whether it is refused earlier: it holds more, or as much and came later.
    fileprivate func goesBefore(_ other: Connection) -> Bool {
        (countedOctets, id.generation) > (other.countedOctets, other.id.generation)
    }
}

extension Response {
    /// Too much to do just now; the sender tries again.
    static let overloaded = {
        var response = Response.text(.serviceUnavailable, "not now\n")
        response.fields.append(Field("Retry-After", "5"))
        return response
    }()
}
