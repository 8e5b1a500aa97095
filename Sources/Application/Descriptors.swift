// How the process's descriptors are shared out: what connections may take is counted after what the journal and the
// operators need, so that a flood of connections cannot keep a segment from being made or a record from being read back.
import EventLoop

enum Descriptors {
    /// Segments that are written, made and read back, listeners, bells, epolls, standard streams.
    private static let files = 64
    /// Open connections of the operator's listener.
    static let operatorConnections = 64
    /// Everything but the connections of the public listener.
    static let beside = files + operatorConnections + 2 * LoopLimits.spareConnections

    /// Connections that the public listener may have, when the process may have `limit` descriptors.
    static func connections(wanted: Int, within limit: Int) -> Int {
        max(1, min(wanted, limit - beside))
    }

    enum Finding: Equatable {
        case enough
        case fewer(String)
        case tooFew(String)
    }

    /// Whether as many connections as are wanted can be had.
    static func check(wanted: Int, within limit: Int) -> Finding {
        let remedy = "raise LimitNOFILE of the service, or ulimit -n"
        if limit <= beside {
            return .tooFew("this process may open \(limit) files, and needs at least \(beside + 1); \(remedy)")
        }
        if limit - beside >= wanted { return .enough }
        return .fewer(
            "connectionLimit is \(wanted), but this process may open \(limit) files and needs \(beside) of them for "
                + "other things; \(limit - beside) connections are taken; \(remedy)")
    }
}
