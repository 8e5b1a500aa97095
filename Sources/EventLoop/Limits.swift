// The largest of everything that an event loop holds, and how long it waits.
package import HTTP

package struct LoopLimits: Sendable {
    package var message: HTTP.Limits
    /// Open connections; above it no more are accepted until one closes.
    package var connections: Int
    /// Milliseconds from a request's first octet to the end of its head.
    package var headDeadline: Int64
    /// Milliseconds from the end of the head to the end of the body.
    package var bodyDeadline: Int64
    /// Milliseconds that a connection without a request is kept.
    package var idleDeadline: Int64
    /// Milliseconds for a client to take an answer.
    package var writeDeadline: Int64 = 30_000
    /// Milliseconds for which a closing connection's input is thrown away, so that the answer is not lost to a reset.
    package var lingerDeadline: Int64 = 2_000
    /// Octets of further requests that are held while one is being answered.
    package static let heldOctets = 64 << 10
    /// Connections accepted in one turn.
    package static let acceptedPerTurn = 256
    /// Looks at the sockets, without waiting, that a service which gathers is given before it must hand over.
    static let looks = 4
    /// Milliseconds between looks at the deadlines; they are kept to this precision.
    static let sweepInterval: Int64 = 250

    package init(
        message: HTTP.Limits, connections: Int, headDeadline: Int64, bodyDeadline: Int64, idleDeadline: Int64
    ) {
        self.message = message
        self.connections = connections
        self.headDeadline = headDeadline
        self.bodyDeadline = bodyDeadline
        self.idleDeadline = idleDeadline
    }
}
