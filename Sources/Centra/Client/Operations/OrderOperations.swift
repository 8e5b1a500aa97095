// Orders: reading them, and the few changes that the warehouse's work calls for.
import Commerce
import JSON

/// How an order is named. The number is what webhooks and events say.
package enum OrderReference: Sendable, Hashable {
    case id(String)
    case number(Int)

    var json: JSONValue {
        switch self {
        case .id(let id): ["id": .string(id)]
        case .number(let number): ["number": .integer(number)]
        }
    }
}

extension GraphQLOperation where Value == CentraOrder? {
    /// Nil when there is no such order, or none that the token can see.
    ///
    /// - Parameters:
    ///   - attributes: delivery choices such as a pick-up point; needs a permission of its own.
    ///   - billingAddress: likewise.
    package static func order(
        number: Int, attributes: Bool = false, billingAddress: Bool = false
    ) -> GraphQLOperation {
        .query(
            .orderByNumber, complexity: 400,
            variables: { _ in
                [
                    "number": [.integer(number)], "attributes": .bool(attributes),
                    "billingAddress": .bool(billingAddress),
                ]
            },
            read: { data throws(Misfit) in
                let order = try data.onlyOrder(CentraOrder.init)
                guard order == nil || order?.head.number == number else { throw data.misfit("is another order") }
                return order
            })
    }
}

extension GraphQLOperation where Value == [OrderHead] {
    /// The orders that were updated at `since` or later, the oldest change first.
    package static func orders(
        updatedSince since: CentraTime, stores: [Int] = [], limit: Int, page: Int
    ) -> GraphQLOperation {
        .query(
            .orderHeads, complexity: limit * 5,
            variables: { _ in
                ["where": .updated(since, stores: stores), "limit": .integer(limit), "page": .integer(page)]
            },
            read: { data throws(Misfit) in try data.list("orders", OrderHead.init) })
    }
}

/// One page of a connection.
package struct OrderPage: Sendable, Equatable {
    /// Of all pages.
    package let totalCount: Int
    package let orders: [OrderHead]
    /// Opaque; nil on the last page.
    package let next: String?

    fileprivate init(_ data: Node) throws(Misfit) {
        let connection = try data.member("orderConnection")
        totalCount = try connection.integer("totalCount")
        orders = try connection.list("edges") { edge throws(Misfit) in try OrderHead(edge.member("node")) }
        let page = try connection.member("pageInfo")
        next = try page.flag("hasNextPage") ? page.text("endCursor") : nil
    }
}

extension GraphQLOperation where Value == OrderPage {
    package static func orderPage(
        updatedSince since: CentraTime, stores: [Int] = [], limit: Int, after cursor: String?
    ) -> GraphQLOperation {
        .query(
            .orderConnection, complexity: limit * 5,
            variables: { _ in
                [
                    "where": .updated(since, stores: stores), "first": .integer(limit),
                    "after": cursor.map(JSONValue.string) ?? .null,
                ]
            },
            read: OrderPage.init)
    }
}

extension GraphQLOperation where Value == [CentraPayment]? {
    /// The payment history; nil when there is no such order.
    package static func payments(ofOrder number: Int) -> GraphQLOperation {
        .query(
            .paymentsOfOrder, variables: { _ in ["number": [.integer(number)]] },
            read: { data throws(Misfit) in
                try data.onlyOrder { order throws(Misfit) in
                    try order.wholeList("paymentHistory", of: "Order", CentraPayment.init)
                }
            })
    }
}

/// What a change of an order answers with.
package struct ChangedOrder: Sendable, Equatable {
    package let id: String
    package let number: Int
    /// Nil where it was not asked for.
    package let status: OpenCode<OrderStatus>?
    package let isOnHold: Bool?
    package let isLocked: Bool?

    init(_ order: Node) throws(Misfit) {
        id = try order.text("id")
        number = try order.integer("number")
        status = order.optional("status") == nil ? nil : try order.code("status")
        isOnHold = try order.optionalFlag("isOnHold")
        isLocked = try order.optionalFlag("isLocked")
    }

    static func payload(_ payload: Node) throws(Misfit) -> ChangedOrder { try ChangedOrder(payload.member("order")) }
}

extension GraphQLOperation where Value == ChangedOrder {
    /// May send the shopper a confirmation by e-mail.
    package static func confirmOrder(_ order: OrderReference) -> GraphQLOperation {
        .mutation(
            .confirmOrder, variables: { _ in ["input": ["order": order.json]] }, read: ChangedOrder.payload)
    }

    /// Possible until an order is completed.
    package static func hold(
        _ order: OrderReference, of type: StoreType, _ isOnHold: Bool, reason: String
    ) -> GraphQLOperation {
        update(order, of: type) { _ in ["isOnHold": .bool(isOnHold), "holdStatusChangeReason": .string(reason)] }
    }

    /// Only units that are not shipped. Their stock goes where `stock` says.
    package static func cancelLines(
        _ lines: [LineQuantity], ofOrder order: OrderReference, of type: StoreType, stock: StockPolicy, comment: String
    ) -> GraphQLOperation {
        update(order, of: type) { schema in
            let member = schema.has("OrderLineCancelInput.stockActionPolicy")
            return [
                "cancelLines": .array(
                    lines.map { line in
                        [
                            "line": ["id": .integer(line.id)], "quantity": .integer(line.quantity),
                            member ? "stockActionPolicy" : "stockAction": member ? stock.json : stock.oldSpelling,
                        ]
                    }),
                "cancellationComment": .string(comment),
            ]
        }
    }

    private static func update(
        _ order: OrderReference, of type: StoreType, _ input: @escaping @Sendable (SchemaCapabilities) -> JSONValue
    ) -> GraphQLOperation {
        .mutation(
            type == .wholesale ? .updateWholesaleOrder : .updateDirectToConsumerOrder,
            variables: { ["order": order.json, "input": input($0)] }, read: ChangedOrder.payload)
    }

    /// Never for an order that was captured: that is returned and refunded. When the provider refuses to give the
    /// authorisation back, the order is cancelled all the same, and a warning says so.
    ///
    /// - Parameter id: the order's hash, not its number.
    package static func cancelOrder(
        id: String, of type: StoreType, stock: StockPolicy, comment: String, cancelAuthorization: Bool, sendEmail: Bool
    ) -> GraphQLOperation {
        .mutation(
            type == .wholesale ? .cancelWholesaleOrder : .cancelDirectToConsumerOrder,
            variables: { _ in
                [
                    "id": .string(id),
                    "input": [
                        "emailOptions": ["sendEmail": .bool(sendEmail)], "stockAction": stock.json,
                        "comment": .string(comment), "cancelAuthorization": .bool(cancelAuthorization),
                    ],
                ]
            },
            read: ChangedOrder.payload)
    }
}

extension GraphQLOperation where Value == [ChangedOrder] {
    /// Keeps people from editing them; the API still may.
    package static func lockOrders(_ orders: [OrderReference], _ isLocked: Bool) -> GraphQLOperation {
        .mutation(
            .setOrdersLock,
            variables: { _ in ["input": ["orders": .array(orders.map(\.json)), "isLocked": .bool(isLocked)]] },
            read: { payload throws(Misfit) in try payload.list("orders", ChangedOrder.init) })
    }
}

extension GraphQLOperation where Value == CentraPayment? {
    /// Everything up front. A capture that fails is a refusal.
    package static func captureOrder(_ order: OrderReference) -> GraphQLOperation {
        .mutation(.captureOrder, variables: { _ in ["order": order.json] }, read: payment)
    }

    /// After the last partial capture. When the provider fails, the order is as before.
    package static func releaseRemainingAuthorization(ofOrder order: OrderReference) -> GraphQLOperation {
        .mutation(.releaseRemainingAuthorization, variables: { _ in ["order": order.json] }, read: payment)
    }

    private static func payment(_ payload: Node) throws(Misfit) -> CentraPayment? {
        try payload.optional("paymentHistoryEntry", CentraPayment.init)
    }
}

extension Node {
    /// A number names one order or none.
    func onlyOrder<Value>(_ read: (Node) throws(Misfit) -> Value) throws(Misfit) -> Value? {
        let orders = try list("orders", read)
        guard orders.count <= 1 else {
            throw Misfit(path: "\(path).orders", problem: "holds several orders of one number")
        }
        return orders.first
    }
}
