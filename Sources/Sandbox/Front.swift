// HTTP in front of a pretend partner: requests become values, answers wait until they are due. One event loop and one
// thread for each port, so that neither partner waits for the other.
import EventLoop
import HTTP
import Outbound
import POSIX

final class Front: Service {
    private struct Late {
        let connection: ConnectionID
        let response: Response
        let dueAt: Int64
    }

    private let answering: (OutboundRequest) -> SandboxAnswer
    private let clock: SandboxClock
    private var late: [Late] = []

    init(clock: SandboxClock, answering: @escaping (OutboundRequest) -> SandboxAnswer) {
        self.clock = clock
        self.answering = answering
    }

    func handle(_ request: borrowing Request, on connection: ConnectionID, from peer: Peer, now: Now) -> Answer {
        guard let received = OutboundRequest(received: request) else {
            return .respond(.text(.methodNotAllowed, "GET or POST\n"))
        }
        switch answering(received) {
        case .reply(let reply): return .respond(Response(reply))
        case .late(let reply, let milliseconds):
            let dueAt = clock.monotonicMicroseconds() + Int64(milliseconds) * 1_000
            late.append(Late(connection: connection, response: Response(reply), dueAt: dueAt))
            return .later
        case .never: return .later
        }
    }

    /// At least every quarter of a second while a connection is open: late enough for what is late.
    func turn(now: Now, isQuiet: Bool) -> [Reply] {
        guard !late.isEmpty else { return [] }
        let now = clock.monotonicMicroseconds()
        let due = late.filter { $0.dueAt <= now }
        late.removeAll { $0.dueAt <= now }
        return due.map { Reply(connection: $0.connection, answer: .respond($0.response)) }
    }

    /// A partner takes larger requests and gives larger answers than a webhook has.
    static var limits: LoopLimits {
        var limits = LoopLimits(
            message: HTTP.Limits(headOctets: 32 << 10, bodyOctets: 32 << 20), connections: 1_000, headDeadline: 10_000,
            bodyDeadline: 60_000, answerDeadline: 60_000, idleDeadline: 75_000)
        limits.totalHeldOctets = 512 << 20
        return limits
    }
}

extension OutboundRequest {
    /// The fields that a partner looks at.
    private static let fieldNames: [(FieldName, String)] = [
        (.host, "Host"), (.contentType, "Content-Type"), (.authorization, "Authorization"),
        (FieldName("soapaction"), "SOAPAction"), (FieldName("cookie"), "Cookie"), (FieldName("accept"), "Accept"),
        (.contentEncoding, "Content-Encoding"), (FieldName("user-agent"), "User-Agent"),
        (FieldName("accept-encoding"), "Accept-Encoding"),
    ]

    /// A request as the other side sent it; nil for a method that neither partner knows.
    fileprivate init?(received request: borrowing Request) {
        let method: Method
        switch request.method {
        case .get: method = .get
        case .post: method = .post
        default: return nil
        }
        var fields: [(name: String, value: String)] = []
        for (field, name) in OutboundRequest.fieldNames {
            for value in request.values(of: field) { fields.append((name, String(decoding: value, as: UTF8.self))) }
        }
        let host = fields.first { $0.name == "Host" }?.value ?? "localhost"
        var url = "http://\(host)\(String(decoding: request.path, as: UTF8.self))"
        if let query = request.query { url += "?" + String(decoding: query, as: UTF8.self) }
        self.init(method, url, fields: fields, body: Array(request.body), limits: Limits(timeout: 0))
    }

    /// From the first slash after the authority to the query: "/graphql".
    package var path: String {
        let afterScheme = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
        guard let slash = afterScheme.firstIndex(of: "/") else { return "/" }
        return String(afterScheme[slash...].prefix { $0 != "?" && $0 != "#" })
    }

    /// The first field of that name, in any case (RFC 9110, section 5.1).
    package subscript(name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

extension Response {
    fileprivate init(_ reply: OutboundReply) {
        let status = (100...599).contains(reply.status) ? reply.status : 500
        self.init(
            Status(status), fields: reply.fields.map { Field($0.name, $0.value) }, body: reply.body)
    }
}
