// The control API, on a port of its own: tests, the demo and people turn the clock, set switches, place orders and look.
//
//     GET  /control                       the clock, and every partner's counters
//     POST /control/clock                 {"advanceMilliseconds": 60000}
//     GET  /control/<partner>             its state
//     POST /control/<partner>/<verb>      the partner's own verbs
//     GET  /control/<partner>/deliveries  counters of its outbox
//     POST /control/<partner>/deliveries  {"dropPercent": 10, "duplicatePercent": 5}
package import JSON
package import Outbound

package struct Control: Sendable {
    package struct Member: Sendable {
        let partner: any SandboxPartner
        let outbox: Outbox

        package init(_ partner: any SandboxPartner, _ outbox: Outbox) {
            self.partner = partner
            self.outbox = outbox
        }
    }

    private let clock: SandboxClock
    private let members: [Member]

    package init(clock: SandboxClock, members: [Member]) {
        self.clock = clock
        self.members = members
    }

    package func answer(_ request: OutboundRequest) -> OutboundReply {
        do throws(ControlMistake) {
            return .line(200, try perform(request))
        } catch {
            return .line(400, .object(["mistake": .string(error.text)]))
        }
    }

    private func perform(_ request: OutboundRequest) throws(ControlMistake) -> JSONValue {
        let parts = request.path.split(separator: "/").map(String.init)
        let body = try Control.body(of: request)
        guard parts.first == "control", parts.count <= 3 else { throw ControlMistake("paths begin with /control") }
        if parts.count == 1 { return overview() }
        if parts[1] == "clock" { return try clock(request.method, body) }
        guard let member = members.first(where: { $0.partner.name == parts[1] }) else {
            throw ControlMistake(
                "there is no partner \(parts[1]): \(members.map(\.partner.name).joined(separator: ", "))")
        }
        if parts.count == 2 { return member.partner.state() }
        if parts[2] == "deliveries" { return try member.deliveries(request.method, body) }
        return try member.partner.act(parts[2], body)
    }

    private static func body(of request: OutboundRequest) throws(ControlMistake) -> JSONValue {
        if request.body.isEmpty { return .object([:]) }
        do throws(JSONMistake) {
            return try JSONValue(request.body, octetLimit: 16 << 20)
        } catch { throw ControlMistake("\(error)") }
    }

    private func clock(_ method: OutboundRequest.Method, _ body: JSONValue) throws(ControlMistake) -> JSONValue {
        if method == .post {
            guard let milliseconds = body["advanceMilliseconds"]?.integer, milliseconds >= 0 else {
                throw ControlMistake("advanceMilliseconds is lacking")
            }
            clock.advance(milliseconds: milliseconds)
            for member in members {
                member.partner.turn()
                member.outbox.bell.ring()
            }
        }
        return .object([
            "unixSeconds": .integer(clock.unixSeconds), "isManual": .bool(clock.isManual),
        ])
    }

    private func overview() -> JSONValue {
        var fields: [String: JSONValue] = ["unixSeconds": .integer(clock.unixSeconds)]
        for member in members {
            fields[member.partner.name] = .object([
                "counters": member.partner.counters(), "deliveries": member.outbox.counters.json,
            ])
        }
        return .object(fields)
    }
}

extension Control.Member {
    fileprivate func deliveries(_ method: OutboundRequest.Method, _ body: JSONValue) throws(ControlMistake) -> JSONValue
    {
        if method == .post {
            var mishaps = outbox.mishaps
            try DeliveryMishaps.table.set(&mishaps, body)
            outbox.mishaps = mishaps
        }
        return .object(["counters": outbox.counters.json, "mishaps": DeliveryMishaps.table.show(outbox.mishaps)])
    }
}

extension Outbox.Counters {
    package var json: JSONValue {
        .object([
            "put": .integer(put), "dropped": .integer(dropped), "duplicated": .integer(duplicated),
            "delayed": .integer(delayed), "reordered": .integer(reordered), "attempts": .integer(attempts),
            "delivered": .integer(delivered), "lost": .integer(lost),
        ])
    }
}

extension OutboundReply {
    /// For people as well: with the end of its line.
    fileprivate static func line(_ status: Int, _ value: JSONValue) -> OutboundReply {
        var reply = json(status, value)
        reply.body.append(UInt8(ascii: "\n"))
        return reply
    }

    package static func json(_ status: Int, _ value: JSONValue) -> OutboundReply {
        var json = JSONWriter()
        json.value(value)
        return OutboundReply(status: status, fields: [("Content-Type", "application/json")], body: json.octets)
    }
}
