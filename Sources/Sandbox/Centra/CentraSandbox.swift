// The pretend Centra: one GraphQL endpoint, as the real one answers it. A request goes this way:
//
//     HTTP -> token -> document -> trouble that was planned -> quotas -> execution -> trouble -> reply
import JSON
package import Outbound
package import POSIX
import Synchronization

package final class CentraSandbox: SandboxPartner {
    package let name = "centra"
    /// A token with every permission, for the integration of the seed.
    package static let token = "sandbox-token"
    package static let integration = "peoplevox-bridge"

    struct State {
        let shop: Shop
        var quotas: Quotas
        var tokens: [String: Token] = [:]
        var faults = Faults()
        var chance: SeededChance
        var counters = RequestCounters()
        fileprivate var cachedSchema: Schema?
    }

    struct Token: Sendable {
        let integration: String
        /// Nil: all.
        let permissions: Set<String>?
        let expiresAt: Moment?
    }

    let guarded: Mutex<State>
    private let clock: any Clock
    /// Where its webhooks wait.
    package let outbox: Outbox

    /// The shop of the seed, "Ulvmark", or an empty one with nothing but its permissions. The same `seed` gives the same
    /// luck.
    package init(clock: any Clock, seed: UInt64 = 1, isEmpty: Bool = false) {
        self.clock = clock
        outbox = Outbox(clock: clock, seed: seed ^ 0xC0FFEE)
        let shop = Shop(clock: clock)
        if !isEmpty { Seed.shop(shop) }
        var state = State(
            shop: shop, quotas: Quotas(shop.switches.quotas, now: clock.wallMicroseconds()),
            chance: SeededChance(seed: seed))
        state.tokens[CentraSandbox.token] = Token(
            integration: CentraSandbox.integration, permissions: nil, expiresAt: nil)
        guarded = Mutex(state)
    }

    package func answer(_ request: OutboundRequest) -> SandboxAnswer {
        let (answer, deliveries) = guarded.withLock { state in
            let answer = state.answer(request, now: clock.wallMicroseconds())
            return (answer, state.shop.takeDeliveries())
        }
        for delivery in deliveries { outbox.put(delivery) }
        return answer
    }

    package func turn() {
        let deliveries = guarded.withLock { state in
            state.shop.settleDueCaptures()
            return state.shop.takeDeliveries()
        }
        for delivery in deliveries { outbox.put(delivery) }
    }
}

struct RequestCounters: Sendable {
    var requests = 0
    var statuses: [Int: Int] = [:]
    /// By field of `Query` and `Mutation`: asked for, and executed.
    var asked: [String: Int] = [:]
    var executed: [String: Int] = [:]
    var unauthorised = 0
    var refusedDocuments = 0
    /// 429 because there was no quota left; a client that keeps its budget sees none.
    var throttled = 0
    var deprecatedFields: [String: Int] = [:]
}

extension CentraSandbox.State {
    fileprivate mutating func answer(_ request: OutboundRequest, now: Moment) -> SandboxAnswer {
        counters.requests += 1
        shop.settleDueCaptures()
        let answer = route(request, now: now)
        switch answer {
        case .reply(let reply), .late(let reply, _): counters.statuses[reply.status, default: 0] += 1
        case .never: counters.statuses[0, default: 0] += 1
        }
        return answer
    }

    private mutating func route(_ request: OutboundRequest, now: Moment) -> SandboxAnswer {
        guard request.path == "/graphql" else { return .reply(.problem(404, "Not found")) }
        guard request.method == .post else { return .reply(.problem(405, "Method not allowed")) }
        guard request["Content-Type"]?.lowercased().hasPrefix("application/json") == true else {
            return .reply(.problem(400, "The body must be JSON"))
        }
        guard let token = token(of: request), token.expiresAt.map({ $0 > now }) ?? true else {
            counters.unauthorised += 1
            return .reply(badTokenReply)
        }
        guard let body = try? JSONValue(request.body, octetLimit: 16 << 20, depthLimit: 40), case .object = body,
            let text = body["query"]?.string
        else {
            return .reply(.problem(400, "GraphQL Request must include at least one of those two parameters: \"query\""))
        }
        do throws(GraphQLError) {
            let asked = try Asked(text, body, schema(), shop.switches)
            return meetTrouble(asked, token, now)
        } catch {
            counters.refusedDocuments += 1
            // It is counted as a request all the same.
            if let until = quotas.pay([.requests: 1], now: now) { return .reply(throttledReply(until)) }
            return .reply(reply(data: nil, errors: [error.json], []))
        }
    }

    // MARK: Tokens

    private func token(of request: OutboundRequest) -> CentraSandbox.Token? {
        if let field = request["Authorization"], field.hasPrefix("Bearer ") {
            return tokens[String(field.dropFirst(7))]
        }
        let cookies = request["Cookie"]?.split(separator: ";").map { $0.drop { $0 == " " } } ?? []
        let cookie = cookies.first { $0.hasPrefix("graphql-access=") }
        return cookie.flatMap { tokens[String($0.dropFirst(15))] }
    }

    private var badTokenReply: OutboundReply {
        let (status, error) =
            switch shop.switches.badToken {
            case .unauthorized: (401, GraphQLError("Unauthenticated", .authentication))
            case .forbidden: (403, GraphQLError("Forbidden", .authorization))
            case .errors: (200, GraphQLError("Unauthenticated", .authentication))
            }
        return .json(status, .object(["errors": .array([error.json])]))
    }

    // MARK: Trouble

    private mutating func meetTrouble(_ asked: Asked, _ token: CentraSandbox.Token, _ now: Moment) -> SandboxAnswer {
        for field in asked.rootFields { counters.asked[field, default: 0] += 1 }
        let switches = shop.switches
        let fault = faults.next(
            for: asked.rootFields, percent: switches.chaosPercent, kinds: switches.chaosKinds, &chance)
        guard let fault else { return .reply(execute(asked, token, now)) }
        if fault.kind.isBefore { return before(fault, now) }
        let reply = execute(asked, token, now)
        switch fault.kind {
        case .timeoutAfter: return .never
        case .html502After: return .reply(.gateway)
        case .slow: return .late(reply, milliseconds: fault.milliseconds)
        case .truncated:
            return .reply(
                OutboundReply(
                    status: reply.status, fields: reply.fields, body: Array(reply.body.prefix(reply.body.count / 2))))
        case .partialData: return .reply(reply.withError(asked.rootFields.first ?? ""))
        case .status500, .status503, .html502, .timeoutBefore, .throttled, .internalError, .emptyBody:
            return .reply(reply)
        }
    }

    private func before(_ fault: PlannedFault, _ now: Moment) -> SandboxAnswer {
        switch fault.kind {
        case .status500: return .reply(.problem(500, "Internal server error"))
        case .status503: return .reply(.problem(503, "Service unavailable"))
        case .html502: return .reply(.gateway)
        case .throttled: return .reply(throttledReply(now + 2_000_000))
        case .emptyBody: return .reply(OutboundReply(status: 200, fields: [("Content-Type", "application/json")]))
        case .internalError:
            return .reply(reply(data: .null, errors: [GraphQLError("Internal server error", .internal).json], []))
        case .timeoutBefore, .timeoutAfter, .html502After, .truncated, .slow, .partialData: return .never
        }
    }

    // MARK: Running it

    private mutating func schema() throws(GraphQLError) -> Schema {
        if let cachedSchema { return cachedSchema }
        let schema = try CentraSchema.schema(spellings: Set(shop.switches.spellings))
        cachedSchema = schema
        return schema
    }

    /// After the spellings were switched.
    mutating func forgetSchema() { cachedSchema = nil }

    private mutating func execute(_ asked: Asked, _ token: CentraSandbox.Token, _ now: Moment) -> OutboundReply {
        let price: [Quotas.Kind: Int] = [
            .requests: 1, .mutations: asked.mutations, .complexity: asked.complexity,
        ]
        if let until = quotas.pay(price, now: now) {
            counters.throttled += 1
            return throttledReply(until)
        }
        for field in asked.rootFields { counters.executed[field, default: 0] += 1 }
        var execution = Execution(
            asked.document, asked.schema, variables: asked.variables, granted: token.permissions)
        let root: any GraphQLObject =
            asked.operation.kind == .mutation
            ? MutationRoot(shop: shop, integration: token.integration)
            : QueryRoot(shop: shop, integration: token.integration, quotas: quotas)
        let data = execution.run(asked.operation, on: root)
        for field in execution.deprecatedFieldsUsed { counters.deprecatedFields[field, default: 0] += 1 }
        return reply(data: data, errors: execution.errors.map(\.json), extensions(asked, execution))
    }

    private func extensions(_ asked: Asked, _ execution: Execution) -> [(String, JSONValue)] {
        let switches = shop.switches
        var extensions: [(String, JSONValue)] = [
            ("complexity", .integer(asked.complexity)), ("appVersion", .string(switches.appVersion)),
        ]
        if switches.tellsPermissions {
            extensions.append(("permissionsUsed", .array(execution.permissionsUsed.map(JSONValue.string))))
        }
        if switches.tellsDeprecations, !execution.deprecatedFieldsUsed.isEmpty {
            extensions.append(("deprecatedFieldsUsed", .array(execution.deprecatedFieldsUsed.map(JSONValue.string))))
        }
        return extensions
    }

    private func reply(data: JSONValue?, errors: [JSONValue], _ extensions: [(String, JSONValue)]) -> OutboundReply {
        var fields: [String: JSONValue] = [:]
        fields["data"] = data
        if !errors.isEmpty { fields["errors"] = .array(errors) }
        if !extensions.isEmpty { fields["extensions"] = .object(Dictionary(extensions) { first, _ in first }) }
        return .json(200, .object(fields))
    }

    /// `Retry-After` in the form of the switch; whole seconds, rounded up.
    private func throttledReply(_ until: Moment) -> OutboundReply {
        var reply = OutboundReply.json(
            429, .object(["errors": .array([.object(["message": .string("Too many requests")])])]))
        let seconds = Int((until + 999_999) / 1_000_000)
        let value: String? =
            switch shop.switches.retryAfter {
            case .httpDate: Times.httpDate(seconds)
            case .unixSeconds: String(seconds)
            case .iso8601: shop.text(Moment(seconds) * 1_000_000)
            case .deltaSeconds: String(max(0, seconds - Int(shop.now / 1_000_000)))
            case .none: nil
            }
        if let value { reply.fields.append(("Retry-After", value)) }
        return reply
    }
}

extension OutboundReply {
    fileprivate static func problem(_ status: Int, _ text: String) -> OutboundReply {
        .json(status, .object(["errors": .array([.object(["message": .string(text)])])]))
    }

    fileprivate static let gateway = OutboundReply(
        status: 502, fields: [("Content-Type", "text/html")],
        body: Array(
            "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>".utf8))

    /// With an error beside the data.
    fileprivate func withError(_ field: String) -> OutboundReply {
        guard case .object(var fields)? = try? JSONValue(body, octetLimit: 64 << 20, depthLimit: 64) else {
            return self
        }
        fields["errors"] = .array([GraphQLError("Internal server error", .internal, path: [.string(field)]).json])
        return .json(status, .object(fields))
    }
}
