// One connection: what was received, what is still to be sent, and until when it may stay as it is.
//
//     reading --request--> awaiting --answer--> reading ... --last answer sent--> lingering --> closed
//
// A connection answers one request before it looks at the next, so pipelined answers are in order by construction.
import HTTP
import POSIX

/// A class, because the loop's table and the code that handles it share one; owned by the loop's thread.
final class Connection {
    enum State: Equatable {
        case reading
        /// A request is with the service.
        case awaiting
        /// The last answer is sent; what still comes in is thrown away until the peer has read it and closes.
        case lingering
    }

    let socket: FileDescriptor
    let id: ConnectionID
    let peer: Peer
    private var reader: RequestReader
    /// What the reader holds.
    private(set) var holding = RequestReader.Holding()
    var state = State.reading
    /// What the deadline is for while reading.
    var phase = RequestReader.Phase.idle
    /// Octets that the kernel did not take yet; empty nearly always.
    var unsent: [UInt8] = []
    var interest = Interest()
    var isRegistered = false
    /// Monotonic milliseconds; for ever while a request is with the service.
    var deadline = Int64.max
    /// About the request that is being answered.
    var answersHead = false
    var closesAfterAnswer = false
    /// It said that this is its last request, and nothing came after: there is nothing to linger for.
    var isDoneSending = false
    var hasInputEnded = false
    /// Holds a further request, which is looked at in a later turn.
    var isInLine = false
    /// A request that was read and may take long, until its turn comes.
    var slowRequest: Request?
    /// Came when the limit of connections was reached.
    var isSpare = false
    /// Its share of the loop's `heldOctets`.
    var countedOctets = 0

    init(_ socket: consuming FileDescriptor, id: ConnectionID, peer: Peer, limits: HTTP.Limits) {
        self.socket = socket
        self.id = id
        self.peer = peer
        reader = RequestReader(limits: limits)
    }

    /// Octets of memory that are held for its sake.
    var heldOctets: Int { holding.reserved + unsent.capacity + (isInLine ? slowRequest?.body.endIndex ?? 0 : 0) }

    /// Whether nothing that it has sent is still to be answered.
    var isIdle: Bool { state == .reading && unsent.isEmpty && slowRequest == nil && holding.phase == .idle }

    /// Whether something must come to pass before its next request is looked at.
    var isBusy: Bool { state == .awaiting || isInLine || !unsent.isEmpty }
}

extension Connection {
    func receive(_ octets: UnsafeRawBufferPointer, using spare: inout SpareMemory) {
        holding = reader.receive(octets, using: &spare)
    }

    func next() -> RequestReader.Outcome {
        var held = RequestReader.Holding()
        defer { holding = held }
        return reader.next(noting: &held)
    }

    func endInput() {
        hasInputEnded = true
        reader.endOfInput()
    }

    /// Reads nothing any more.
    func abandonInput() { holding = reader.abandon() }

    /// That of the request being read or just refused; nil before its request line is there.
    var method: Request.Method? { reader.method }
}
