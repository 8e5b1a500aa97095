// What an event loop serves: values in, answers out. The service knows no sockets, the loop no routes.
package import HTTP
package import POSIX

/// Names a connection for as long as it lives. The generation makes a late answer for a closed connection harmless.
package struct ConnectionID: Hashable, Sendable {
    let slot: UInt32
    let generation: UInt32

    package init(slot: UInt32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }

    init(token: UInt64) {
        self.init(slot: UInt32(truncatingIfNeeded: token), generation: UInt32(truncatingIfNeeded: token >> 32))
    }

    var token: UInt64 { UInt64(generation) << 32 | UInt64(slot) }
}

/// Who is at the other end of a connection.
package struct Peer: Equatable, Sendable {
    /// Nil on a Unix socket.
    package let address: IPAddress?
    /// The user id of the process at the other end of a Unix socket, from the kernel.
    package let user: UInt32?

    package init(address: IPAddress?, user: UInt32?) {
        self.address = address
        self.user = user
    }
}

/// The time of a turn, read once.
package struct Now: Equatable, Sendable {
    /// Milliseconds that never go backwards.
    package let monotonic: Int64
    /// Microseconds since 1970.
    package let wall: Int64

    package init(monotonic: Int64, wall: Int64) {
        self.monotonic = monotonic
        self.wall = wall
    }

    package var unixSeconds: Int { Int(wall / 1_000_000) }
}

package enum Answer: Sendable {
    /// 200 with a tiny body: the one that the road gives millions of times.
    case accepted
    case respond(Response)
    /// The answer comes from a later `turn`.
    case later
}

package struct Reply: Sendable {
    package let connection: ConnectionID
    package let answer: Answer

    package init(connection: ConnectionID, answer: Answer) {
        self.connection = connection
        self.answer = answer
    }
}

/// A class, because calls through an existential of a class cost no more than calls through a table. Only the loop's
/// thread calls it.
package protocol Service: AnyObject {
    /// One request. Must not block.
    func handle(_ request: borrowing Request, on connection: ConnectionID, from peer: Peer, now: Now) -> Answer

    /// Called in every turn of the loop, after its requests and whenever the bell rang: the place to hand over what was
    /// collected, and to give the answers that have become possible. `isQuiet` says that no more requests are there to
    /// be read, or that the loop has looked for them often enough.
    func turn(now: Now, isQuiet: Bool) -> [Reply]

    /// Whether this request is served although the limit of connections is reached: one that asks for health, and is
    /// answered at once.
    func isServedAboveLimit(_ request: borrowing Request) -> Bool

    /// Whether it would rather see what else is there to be read before it hands over. Nothing is waited for.
    var isGathering: Bool { get }
}

extension Service {
    package func isServedAboveLimit(_ request: borrowing Request) -> Bool { false }
    package var isGathering: Bool { false }
}
