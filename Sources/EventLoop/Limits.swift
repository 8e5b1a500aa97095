// The largest of everything that an event loop holds, and how long it waits.
package import HTTP

package struct LoopLimits: Sendable {
    package var message: HTTP.Limits
    /// Open connections. Those above it may ask for health only; the others among them are answered 503.
    package var connections: Int
    /// Connections above the limit; one more, and the oldest of them is sent away.
    package static let spareConnections = 64
    /// Connections accepted in one turn above the limit: each keeps its place for some turns, and can ask.
    static let sparesPerTurn = 16
    /// Milliseconds from a request's first octet to the end of its head.
    package var headDeadline: Int64
    /// Milliseconds from the end of the head to the end of the body.
    package var bodyDeadline: Int64
    /// Milliseconds that a connection without a request is kept.
    package var idleDeadline: Int64
    /// Milliseconds for a client to take an answer.
    package var answerDeadline: Int64
    /// Milliseconds for which a closing connection's input is thrown away, so that the answer is not lost to a reset.
    package var lingerDeadline: Int64 = 2_000
    /// Octets of further requests that are held while one is being answered.
    package static let heldOctets = 64 << 10
    /// Octets of memory for unfinished requests and unsent answers of all connections together. Above it those who hold
    /// most are refused with 503, until a quarter of it is free.
    package var totalHeldOctets = 32 << 20
    /// Octets of a body above which a request may take long, as one may whose body is compressed. One such is served in a
    /// turn, so that nobody waits for everybody's large body.
    static let quickOctets = 64 << 10
    /// Connections accepted in one turn.
    package static let acceptedPerTurn = 256
    /// Looks at the sockets, without waiting, that a service which gathers is given before it must hand over.
    static let looks = 4
    /// Milliseconds after which it must hand over anyway: what others ask for can make one look long.
    static let gathering: Int64 = 5
    /// Milliseconds between looks at the deadlines; they are kept to this precision.
    static let sweepInterval: Int64 = 250

    package init(
        message: HTTP.Limits, connections: Int, headDeadline: Int64, bodyDeadline: Int64, answerDeadline: Int64,
        idleDeadline: Int64
    ) {
        self.message = message
        self.connections = connections
        self.headDeadline = headDeadline
        self.bodyDeadline = bodyDeadline
        self.answerDeadline = answerDeadline
        self.idleDeadline = idleDeadline
    }
}
