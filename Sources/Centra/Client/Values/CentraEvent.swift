// The events queue, and the server's limits.

/// The object types that we listen to; others stay texts.
package enum EventObject: String, Sendable, CaseIterable {
    case order = "Order"
    case shipment = "Shipment"
    case `return` = "Return"
    case product = "Product"
    case productVariant = "ProductVariant"
    case productSize = "ProductSize"
    case stockChange = "StockChange"
    case warehouse = "Warehouse"
}

package enum EventChange: String, Sendable {
    case created = "CREATED"
    case updated = "UPDATED"
    case deleted = "DELETED"
    case completed = "COMPLETED"
    /// Something connected to it changed.
    case dependentDataChanged = "DEPENDENT_DATA_CHANGED"
}

/// A hint. It stays at the head of the queue until it is confirmed, also when it is ignored.
package struct CentraEvent: Sendable, Equatable {
    package let id: Int
    package let object: OpenCode<EventObject>
    package let change: OpenCode<EventChange>
    /// The object's id; an order's number.
    package let reference: Int
    package let createdAt: CentraTime
    package let storeID: Int?

    init(_ node: Node) throws(Misfit) {
        id = try node.integer("id")
        object = try node.code("objectType")
        change = try node.code("changeType")
        reference = try node.integer("objectReference")
        createdAt = try node.time("createdAt")
        storeID = try node.optional("store")?.integer("id")
    }
}

package struct EventListener: Sendable, Equatable {
    /// Nil where it was not asked for.
    package let integration: String?
    package let object: OpenCode<EventObject>
    package let changes: [OpenCode<EventChange>]

    init(_ node: Node) throws(Misfit) {
        integration = try node.optionalText("integrationName")
        object = try node.code("objectType")
        let list = try node.member("changeTypes")
        guard let texts = list.value.array else { throw list.misfit("is no list") }
        changes = texts.compactMap(\.string).map(OpenCode.init)
        guard changes.count == texts.count else { throw list.misfit("holds something else than texts") }
    }
}

/// One of the six rows of `rateLimits`.
package struct CentraRateLimit: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case requests = "REQUEST_COUNT"
        case complexity = "QUERY_COMPLEXITY"
        case mutations = "MUTATION_COUNT"
    }

    package enum Interval: String, Sendable {
        case tenSeconds = "TEN_SECONDS"
        case oneHour = "ONE_HOUR"
    }

    package let kind: OpenCode<Kind>
    package let interval: OpenCode<Interval>
    /// By everybody who uses this environment.
    package let quota: Int
    package let used: Int
    package let remaining: Int

    init(_ node: Node) throws(Misfit) {
        kind = try node.code("type")
        interval = try node.code("intervalSeconds")
        quota = try node.integer("quota")
        used = try node.integer("usedQuota")
        remaining = try node.integer("remainingQuota")
    }
}
