// How connections come in. A shortage of descriptors is waited out: the listeners are looked at again after a connection
// has closed, and with every sweep.
import HTTP
import POSIX

extension EventLoop {
    mutating func accept(from listener: Listener) {
        for _ in 0..<acceptedPerTurn {
            do throws(Errno) {
                guard let accepted = try Sockets.accept(from: listener.socket) else { return }
                let peer = Peer(
                    address: accepted.peer,
                    user: accepted.peer == nil ? Sockets.peerUser(of: accepted.connection) : nil)
                let connection = add(accepted.takeConnection(), peer)
                receive(on: connection)
                account(connection)
            } catch {
                // The next one may be fine. Anything else is a shortage that waiting may end.
                if Sockets.isAboutOneConnection(error) { continue }
                statistics.descriptorShortages += 1
                return pauseAccepting()
            }
        }
    }

    private mutating func add(_ socket: consuming FileDescriptor, _ peer: Peer) -> Connection {
        generation = generation == .max ? 1 : generation + 1
        let slot = freeSlots.popLast() ?? UInt32(connections.count)
        if slot == connections.count { connections.append(nil) }
        let id = ConnectionID(slot: slot, generation: generation)
        let connection = Connection(socket, id: id, peer: peer, limits: limits.message)
        connection.deadline = now.monotonic + limits.idleDeadline
        connections[Int(slot)] = connection
        open += 1
        statistics.openConnections = open
        statistics.acceptedConnections += 1
        if isAboveLimit { makeSpare(connection) }
        return connection
    }

    /// Level-triggered epoll would report a waiting connection again and again, so the listeners are unwatched.
    mutating func pauseAccepting() {
        guard isAccepting else { return }
        isAccepting = false
        for listener in listeners { try? poller.remove(listener.socket) }
    }

    mutating func resumeAccepting() {
        guard !isAccepting, drainDeadline == nil else { return }
        isAccepting = true
        for (index, listener) in listeners.enumerated() {
            try? poller.add(listener.socket, .readable, token: UInt64(index + 1))
        }
    }
}
