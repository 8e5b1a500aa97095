// One brand's Centra: performs operations, one request each. What needs several is next door (`Paging`, `StockBatches`).
package import Outbound

/// The secret that lets us in. It does not print.
package struct CentraToken: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    fileprivate let text: String

    package init(_ text: String) {
        self.text = text
    }

    package var description: String { "[token]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

package struct CentraClient: Sendable {
    /// `https://{brand}.centra.com/graphql`.
    private let endpoint: String
    private let token: CentraToken
    private var caller: Caller
    private let limits: OutboundRequest.Limits
    /// What this server's schema has.
    package var schema: SchemaCapabilities
    package let notes: CentraNotes
    /// Told of each call before it waits its turn: for whoever counts, or says how far it is.
    package var onCall: @Sendable () -> Void = {}
    /// Told of each deprecation once.
    private let report: @Sendable (String) -> Void

    package init(
        endpoint: String, token: CentraToken, caller: Caller, schema: SchemaCapabilities = .assumed,
        limits: OutboundRequest.Limits = OutboundRequest.Limits(timeout: 60_000), notes: CentraNotes = CentraNotes(),
        report: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.endpoint = endpoint
        self.token = token
        self.caller = caller
        self.schema = schema
        self.limits = limits
        self.notes = notes
        self.report = report
    }

    /// Who lets its calls through.
    package var governor: Governor { caller.governor }

    /// The same client, for calls that can wait as long as that (milliseconds) for their turn; nil for as long as it takes.
    package func having(patience: Int64?) -> CentraClient {
        var client = self
        client.caller = caller.having(patience: patience)
        return client
    }

    /// For whoever has no use for a refusal: it is a failure.
    package func perform<Value>(
        _ operation: GraphQLOperation<Value>, _ lane: Lane, _ cancellation: Cancellation
    ) throws(CallFailure) -> Value {
        try send(operation, lane, cancellation).value()
    }

    /// Sends it once. A refusal of a mutation is an answer; every other mishap is a failure, whose kind says what it
    /// means for its repetition.
    package func send<Value>(
        _ operation: GraphQLOperation<Value>, _ lane: Lane, _ cancellation: Cancellation
    ) throws(CallFailure) -> CentraAnswer<Value> {
        if let missing = operation.missingRequirement(of: schema) {
            throw CallFailure(.permanent, "\(operation.name) needs \(missing), which this server is not known to have")
        }
        onCall()
        return try caller.call(request(for: operation), operation.ask(lane), cancellation) { reply in
            let reading = Envelope(operation, schema: schema).read(reply, octetLimit: limits.replyOctets)
            note(reading.extensions, of: operation.name)
            return reading.result
        }
    }

    package func request<Value>(for operation: GraphQLOperation<Value>) -> OutboundRequest {
        OutboundRequest(
            .post, endpoint,
            fields: [
                ("Authorization", "Bearer \(token.text)"), ("Content-Type", "application/json"),
                ("Accept", "application/json"),
            ],
            body: operation.body(for: schema), limits: limits)
    }

    private func note(_ extensions: CentraExtensions, of operation: String) {
        if let complexity = extensions.complexity, complexity > 0 { caller.governor.learn(complexity, of: operation) }
        for text in notes.note(extensions) { report(text) }
    }
}

extension GraphQLOperation {
    /// Its place in the governor's books. Mutations are what runs out first.
    fileprivate func ask(_ lane: Lane) -> Ask {
        Ask(name, lane, isWrite: isMutation, cost: Cost(mutations: isMutation ? 1 : 0, complexity: complexity))
    }
}

extension CentraClient {
    /// The server's limits for the governor, from `rateLimits`: what everybody together may use, and has used.
    package func quotas(_ lane: Lane, _ cancellation: Cancellation) throws(CallFailure) -> [Quota] {
        try perform(.rateLimits, lane, cancellation).compactMap(\.quotaRow)
    }
}

extension CentraRateLimit {
    /// Nil for a kind or an interval that is newer than we are, and for figures that are none.
    var quotaRow: Quota? {
        guard let kind = kind.known, let interval = interval.known, quota >= 0, used >= 0 else { return nil }
        let resource: Resource =
            switch kind {
            case .requests: .requests
            case .complexity: .complexity
            case .mutations: .mutations
            }
        return Quota(resource, span: interval == .tenSeconds ? 10_000 : 3_600_000, limit: quota, used: used)
    }
}
