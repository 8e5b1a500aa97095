// The loop of one network thread: epoll, connections, deadlines. It drives `HTTP` and a `Service`, and knows no routes.
//
// A turn: wait; accept and read; hand each whole request to the service; give the service its turn, in which it hands
// over what it collected and returns the answers that have become possible; send them; look at the deadlines. An idle
// connection is one slot in a table and a registration in epoll; it holds no buffer and no thread.
import HTTP
package import POSIX

package struct EventLoop: ~Copyable {
    let service: any Service
    let limits: LoopLimits
    private let control: LoopControl
    private let clock: any Clock
    var poller: Poller
    var listeners: [Listener] = []
    var connections: [Connection?] = []
    var freeSlots: [UInt32] = []
    var generation: UInt32 = 0
    var open = 0
    /// Those that came above the limit of connections, the oldest first.
    var spares: [ConnectionID] = []
    /// Those that hold a further request: each is served one in a turn, so that nobody waits for somebody's hundredth.
    var line: [ConnectionID] = []
    /// Those whose request may take long, in the order of asking: one of them is served in a turn.
    var slowLine: [ConnectionID] = []
    /// Octets of memory held for all connections together; `account` keeps it right.
    var heldOctets = 0
    var isAccepting = true
    var drainDeadline: Int64?
    private var nextSweep: Int64 = 0
    private var input = [UInt8](repeating: 0, count: 64 << 10)
    private var spare = SpareMemory()
    private var date: HTTPDate
    private var accepted: PreparedResponse
    private var dateSecond: Int
    var statistics = LoopStatistics()
    var now: Now
    private var gathering = Gathering()
    /// Open connections that wait for the service's answer.
    private var awaiting = 0

    final class Listener {
        let socket: FileDescriptor
        init(_ socket: consuming FileDescriptor) { self.socket = socket }
    }

    /// Tokens of generation 0: the bell is slot 0, the listeners follow.
    private static let bellToken: UInt64 = 0

    package init(service: any Service, limits: LoopLimits, control: LoopControl, clock: any Clock) throws(Errno) {
        let poller = try Poller()
        try poller.add(control.bell, token: EventLoop.bellToken)
        self.poller = poller
        self.service = service
        self.limits = limits
        self.control = control
        self.clock = clock
        now = Now(monotonic: clock.monotonicMilliseconds(), wall: clock.wallMicroseconds())
        date = HTTPDate(unixSeconds: now.unixSeconds)
        accepted = PreparedResponse(.text(.ok, "ok\n"), date: date)
        dateSecond = now.unixSeconds
    }

    package mutating func listen(on socket: consuming FileDescriptor) throws(Errno) {
        let listener = Listener(socket)
        listeners.append(listener)
        try poller.add(listener.socket, .readable, token: UInt64(listeners.count))
    }

    /// Runs until it has drained. Throws only when epoll itself fails.
    package mutating func run() throws(Errno) {
        while true {
            let count = try poller.wait(milliseconds: Int(waitingTime()))
            readClock()
            for index in 0..<count { handle(poller.event(index)) }
            serveLine()
            serveSlowLine()
            let isOver = gathering.isOver(
                foundSomething: count > 0, isGathering: service.isGathering, now: now.monotonic)
            giveTurns(isQuiet: isOver || awaiting == open)
            sweep()
            if let deadline = control.exchange(statistics) { beginDraining(by: deadline) }
            if let deadline = drainDeadline, open == 0 || now.monotonic >= deadline { return }
        }
    }

    private mutating func readClock() {
        now = Now(monotonic: clock.monotonicMilliseconds(), wall: clock.wallMicroseconds())
        guard now.unixSeconds != dateSecond else { return }
        dateSecond = now.unixSeconds
        date = HTTPDate(unixSeconds: dateSecond)
        accepted.setDate(date)
    }

    private func waitingTime() -> Int64 {
        if service.isGathering || !line.isEmpty || !slowLine.isEmpty { return 0 }
        return open == 0 && isAccepting && drainDeadline == nil ? -1 : LoopLimits.sweepInterval
    }

    private mutating func handle(_ event: Poller.Event) {
        let id = ConnectionID(token: event.token)
        if id.generation == 0 {
            if id.slot == 0 { control.bell.silence() } else { accept(from: listeners[Int(id.slot) - 1]) }
        } else if let connection = connection(id) {
            if event.ready.contains(.writable) { sendRest(on: connection) }
            if !event.ready.isDisjoint(with: .gone) { return close(connection) }
            if event.ready.contains(.readable) { receive(on: connection) }
            account(connection)
        }
    }

    /// Nil for an event or an answer that comes after its connection was closed.
    func connection(_ id: ConnectionID) -> Connection? {
        guard id.slot < connections.count, let connection = connections[Int(id.slot)], connection.id == id else {
            return nil
        }
        return connection
    }

    private mutating func giveTurns(isQuiet: Bool) {
        var isQuiet = isQuiet
        while true {
            let replies = service.turn(now: now, isQuiet: isQuiet)
            if replies.isEmpty { return }
            // Who has its answer may have asked again already.
            isQuiet = false
            for reply in replies {
                guard let connection = connection(reply.connection) else { continue }
                precondition(connection.state == .awaiting, "one answer for one request")
                connection.state = .reading
                awaiting -= 1
                answer(reply.answer, on: connection)
                goOn(with: connection)
            }
        }
    }
}

// MARK: Receiving

extension EventLoop {
    mutating func receive(on connection: Connection) {
        let count: Int?
        do throws(Errno) {
            count = try Sockets.receive(from: connection.socket, into: &input)
        } catch { return close(connection) }
        guard let count else { return watch(connection, connection.interest.union(.readable)) }
        if count == 0 { return inputEnded(on: connection) }
        if connection.state == .lingering { return }
        hand(count, to: connection)
        process(connection)
        // Nothing is done with further requests before this one's answer has come and has been taken.
        if connection.isBusy && connection.holding.octets > LoopLimits.heldOctets {
            watch(connection, connection.interest.subtracting(.readable))
        }
    }

    private mutating func hand(_ count: Int, to connection: Connection) {
        var spare = SpareMemory()
        swap(&spare, &self.spare)
        input.withUnsafeBytes { connection.receive(UnsafeRawBufferPointer(rebasing: $0[..<count]), using: &spare) }
        swap(&spare, &self.spare)
    }

    private mutating func inputEnded(on connection: Connection) {
        if connection.state == .lingering { return close(connection) }
        connection.endInput()
        // Readable for ever from now on; what is in flight is still answered.
        watch(connection, connection.interest.subtracting(.readable))
        process(connection)
    }

    /// Handles what has been received, one request after the other, until something must be waited for.
    mutating func process(_ connection: Connection) {
        while connection.state == .reading && !connection.isBusy {
            switch connection.next() {
            case .incomplete:
                return waitUnlessTurnedAway(connection)
            case .expectsContinue:
                if isTurnedAwayAboveLimit(connection) { return }
                transmit(Response.continueOctets[...], on: connection)
            case .request(let request):
                if mayTakeLong(request) && !connection.isSpare { return standInSlowLine(connection, with: request) }
                serve(request, on: connection)
                spare.keep(request)
                if connection.state == .reading, connection.holding.octets > 0 { standInLine(connection) }
            case .refused(let refusal):
                refuse(Response(refusing: refusal), on: connection)
            case .ended:
                return close(connection)
            }
        }
    }

    mutating func serve(_ request: borrowing Request, on connection: Connection) {
        statistics.requests += 1
        connection.answersHead = request.isHead
        connection.closesAfterAnswer = !request.isPersistent || drainDeadline != nil
        connection.isDoneSending = !request.isPersistent && connection.holding.octets == 0
        connection.deadline = .max
        if isTurnedAwayAboveLimit(connection, asking: request) { return }
        let given = service.handle(request, on: connection.id, from: connection.peer, now: now)
        if case .later = given {
            connection.state = .awaiting
            awaiting += 1
        } else {
            answer(given, on: connection)
        }
    }

    mutating func refuse(_ response: Response, on connection: Connection, isHead: Bool? = nil) {
        statistics.refusals[response.status.code, default: 0] += 1
        connection.answersHead = isHead ?? (connection.method == .head)
        connection.abandonInput()
        connection.closesAfterAnswer = true
        connection.isDoneSending = false
        answer(.respond(response), on: connection)
    }

    mutating func waitUnlessTurnedAway(_ connection: Connection) {
        if !isTurnedAwayAboveLimit(connection) { waitForMore(on: connection) }
    }

    private mutating func waitForMore(on connection: Connection) {
        if !connection.hasInputEnded {
            watch(connection, connection.interest.union(.readable))
        }
        let previous = connection.deadline
        switch connection.holding.phase {
        case .idle:
            connection.deadline = now.monotonic + limits.idleDeadline
            connection.phase = .idle
        case .head where connection.phase != .head:
            connection.deadline = now.monotonic + limits.headDeadline
            connection.phase = .head
        case .body where connection.phase != .body:
            connection.deadline = now.monotonic + limits.bodyDeadline
            connection.phase = .body
        case .head, .body:
            // The deadline is for the whole head or body, so a drip of octets does not move it.
            connection.deadline = previous
        }
        if drainDeadline != nil && connection.phase == .idle { close(connection) }
    }
}

// MARK: Answering

extension EventLoop {
    private mutating func answer(_ answer: Answer, on connection: Connection) {
        let closing = connection.closesAfterAnswer || drainDeadline != nil
        connection.closesAfterAnswer = closing
        connection.phase = .idle
        switch answer {
        case .accepted:
            transmit(accepted.octets(closing: closing, isHead: connection.answersHead), on: connection)
        case .respond(let response):
            var octets: [UInt8] = []
            response.encode(into: &octets, date: date, closing: closing, isHead: connection.answersHead)
            transmit(octets[...], on: connection)
        case .later:
            preconditionFailure("a service answers later once")
        }
    }

    /// What the kernel does not take waits in the connection.
    private mutating func transmit(_ octets: ArraySlice<UInt8>, on connection: Connection) {
        precondition(connection.unsent.isEmpty)
        do throws(Errno) {
            let sent = try send(octets, to: connection)
            if sent < octets.count {
                connection.unsent = Array(octets.dropFirst(sent))
                connection.deadline = now.monotonic + limits.answerDeadline
                watch(connection, connection.interest.union(.writable))
            } else {
                answerSent(on: connection)
            }
        } catch { close(connection) }
    }

    private mutating func sendRest(on connection: Connection) {
        do throws(Errno) {
            let sent = try send(connection.unsent[...], to: connection)
            connection.unsent = Array(connection.unsent.dropFirst(sent))
        } catch { return close(connection) }
        guard connection.unsent.isEmpty else { return }
        // Its memory goes as well: a connection that waits holds none.
        connection.unsent = []
        watch(connection, connection.interest.subtracting(.writable))
        answerSent(on: connection)
        process(connection)
    }

    private func send(_ octets: ArraySlice<UInt8>, to connection: Connection) throws(Errno) -> Int {
        var outcome: Result<Int, Errno> = .success(0)
        octets.withUnsafeBytes { bytes in
            do throws(Errno) {
                outcome = .success(try Sockets.send(bytes, to: connection.socket))
            } catch { outcome = .failure(error) }
        }
        return try outcome.get()
    }

    private mutating func answerSent(on connection: Connection) {
        guard connection.closesAfterAnswer, connection.state == .reading else { return }
        if connection.hasInputEnded || connection.isDoneSending { return close(connection) }
        connection.state = .lingering
        connection.deadline = now.monotonic + limits.lingerDeadline
        Sockets.endSending(connection.socket)
        if !connection.interest.contains(.readable) { watch(connection, connection.interest.union(.readable)) }
    }
}

// MARK: Deadlines and the end

extension EventLoop {
    private mutating func sweep() {
        guard now.monotonic >= nextSweep else { return }
        nextSweep = now.monotonic + LoopLimits.sweepInterval
        for connection in connections {
            if let connection, connection.deadline <= now.monotonic { expire(connection) }
        }
        resumeAccepting()
    }

    private mutating func expire(_ connection: Connection) {
        let isReceiving = connection.state == .reading && connection.unsent.isEmpty
        if isReceiving && connection.phase != .idle {
            refuse(.text(.requestTimeout, "request timeout\n"), on: connection)
            account(connection)
        } else {
            close(connection)
        }
    }

    private mutating func beginDraining(by deadline: Int64) {
        guard drainDeadline == nil else { return }
        pauseAccepting()
        drainDeadline = deadline
        listeners = []
        for connection in connections {
            if let connection, connection.isIdle { close(connection) }
        }
    }

    /// A connection is registered when it is first waited for: one that is served at once costs no call for it.
    private mutating func watch(_ connection: Connection, _ interest: Interest) {
        if interest == connection.interest { return }
        let isRegistered = connection.isRegistered
        (connection.interest, connection.isRegistered) = (interest, true)
        do throws(Errno) {
            if isRegistered {
                try poller.change(connection.socket, interest, token: connection.id.token)
            } else {
                try poller.add(connection.socket, interest, token: connection.id.token)
            }
        } catch { close(connection) }
    }

    mutating func close(_ connection: Connection) {
        let slot = Int(connection.id.slot)
        guard connections[slot] === connection else { return }
        if connection.state == .awaiting { awaiting -= 1 }
        connection.state = .lingering
        // Closing the descriptor, when the last reference goes, takes it out of epoll as well.
        connections[slot] = nil
        freeSlots.append(connection.id.slot)
        open -= 1
        statistics.openConnections = open
        forget(connection)
        resumeAccepting()
    }
}
