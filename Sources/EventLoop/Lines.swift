// Who is served in a later turn, so that nobody waits long for others: those with a further request, one request in a
// turn each, and those whose request may take long, one of them in a turn.
//
// The signature of a body is checked on the loop's thread, and a compressed one is inflated before that: a millisecond or
// two for a large one, which anybody may send. A turn has room for one, however many there are.
import HTTP

extension EventLoop {
    mutating func serveLine() {
        if line.isEmpty { return }
        let waiting = line
        line.removeAll(keepingCapacity: true)
        for id in waiting {
            guard let connection = connection(id) else { continue }
            connection.isInLine = false
            process(connection)
            account(connection)
        }
    }

    mutating func standInLine(_ connection: Connection) {
        connection.isInLine = true
        line.append(connection.id)
    }

    mutating func serveSlowLine() {
        while !slowLine.isEmpty {
            guard let connection = connection(slowLine.removeFirst()), let request = connection.slowRequest.take()
            else {
                continue
            }
            connection.isInLine = false
            serve(request, on: connection)
            return goOn(with: connection)
        }
    }

    mutating func standInSlowLine(_ connection: Connection, with request: consuming Request) {
        connection.slowRequest = consume request
        connection.isInLine = true
        // It did what it had to do in time.
        connection.deadline = .max
        slowLine.append(connection.id)
    }

    func mayTakeLong(_ request: borrowing Request) -> Bool {
        request.bodyCount > LoopLimits.quickOctets || request.isCoded
    }

    /// After an answer: to what it has sent meanwhile, which is looked at in the next turn, or to waiting.
    mutating func goOn(with connection: Connection) {
        if connection.state == .reading && connection.holding.octets > 0 {
            standInLine(connection)
        } else if connection.state == .reading && !connection.isBusy && !connection.hasInputEnded {
            waitUnlessTurnedAway(connection)
        } else {
            process(connection)
        }
        account(connection)
    }
}
