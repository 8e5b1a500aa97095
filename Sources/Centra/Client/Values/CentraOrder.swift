// An order as far as the warehouse needs it. Whatever is about the shopper is `Personal` (P9).
package import Commerce

package enum OrderStatus: String, Sendable {
    case incomplete = "INCOMPLETE"
    case pending = "PENDING"
    case confirmed = "CONFIRMED"
    case processing = "PROCESSING"
    /// The admin interface calls it Completed: everything shipped or cancelled, and paid.
    case shipped = "SHIPPED"
    case archived = "ARCHIVED"
    case cancelled = "CANCELLED"
}

package enum StoreType: String, Sendable {
    case directToConsumer = "DIRECT_TO_CONSUMER"
    case wholesale = "WHOLESALE"
}

/// Where an order stands: what a reconciliation compares.
package struct OrderHead: Sendable, Equatable {
    /// A hash; needed to cancel, and for filters of shipments.
    package let id: String
    /// What people, webhooks and events call it.
    package let number: Int
    package let status: OpenCode<OrderStatus>
    package let isOnHold: Bool
    package let isWaitingForPayment: Bool
    package let isLocked: Bool
    package let updatedAt: CentraTime
    package let storeID: Int
    package let storeType: OpenCode<StoreType>

    init(_ node: Node) throws(Misfit) {
        id = try node.text("id")
        number = try node.integer("number")
        status = try node.code("status")
        isOnHold = try node.flag("isOnHold")
        isWaitingForPayment = try node.flag("isWaitingForPayment")
        isLocked = try node.flag("isLocked")
        updatedAt = try node.time("updatedAt")
        let store = try node.member("store")
        storeID = try store.integer("id")
        storeType = try store.code("type")
    }
}

package struct CentraOrder: Sendable, Equatable {
    package let head: OrderHead
    package let isInternal: Bool
    /// Nil where the server does not say.
    package let isWaitingForCheckFirstAllocation: Bool?
    package let externalID: String?
    package let createdAt: CentraTime
    package let marketID: Int
    package let marketName: String?
    package let total: Money
    /// In the order's currency.
    package let totals: OrderTotals
    package let shippingOption: ShippingOption?
    /// `uri` and plugin of the payment method.
    package let paymentMethod: String?
    package let paymentPlugin: String?
    package let shippingAddress: CentraAddress?
    /// Nil also when it was not asked for.
    package let billingAddress: CentraAddress?
    /// By the attribute's type and the element's key. Values can hold anything, such as a door's code.
    package let attributes: [OrderAttribute]
    package let lines: [CentraOrderLine]
    package let shipments: [CentraShipment]
    /// Of wholesale orders, in the buyer's own words.
    package let purchaseOrderNumber: Personal?

    init(_ node: Node) throws(Misfit) {
        head = try OrderHead(node)
        isInternal = try node.flag("isInternal")
        isWaitingForCheckFirstAllocation = try node.optionalFlag("isWaitingForCheckFirstAllocation")
        externalID = try node.optionalCode("externalId")
        createdAt = try node.time("createdAt")
        let market = try node.member("market")
        marketID = try market.integer("id")
        marketName = try market.optionalText("name")
        total = try Money(node.member("grandTotal"))
        totals = try OrderTotals(node.member("totals"))
        shippingOption = try node.optional("shippingPriceGroup")?.optional("shippingOption", ShippingOption.init)
        paymentMethod = try node.optional("paymentMethod")?.optionalText("uri")
        paymentPlugin = try node.optional("paymentMethod")?.optionalText("plugin")
        shippingAddress = try node.optional("shippingAddress", CentraAddress.init)
        billingAddress = try node.optional("billingAddress", CentraAddress.init)
        attributes = node.optional("attributes") == nil ? [] : try OrderAttribute.all(in: node)
        lines = try CentraOrder.lines(of: node, totals: totals)
        shipments = try node.wholeList("shipments", of: "Order", CentraShipment.init)
        purchaseOrderNumber = try node.personal("purchaseOrderNumber")
    }

    /// A list of lines that may be cut off is whole all the same when it adds up to the order's quantity.
    private static func lines(of node: Node, totals: OrderTotals) throws(Misfit) -> [CentraOrderLine] {
        let lines = try node.list("lines", CentraOrderLine.init)
        let quantity = lines.reduce(0) { $0 &+ $1.quantity }
        guard node.schema.mayBeCut("Order.lines(limit)", count: lines.count), quantity != totals.quantity else {
            return lines
        }
        return try node.wholeList("lines", of: "Order", CentraOrderLine.init)
    }
}

package struct OrderTotals: Sendable, Equatable {
    package let quantity: Int
    package let shipping: Amount
    package let handling: Amount
    package let discounts: Amount
    package let taxIncluded: Amount
    package let taxAdded: Amount

    init(_ node: Node) throws(Misfit) {
        quantity = try node.integer("quantity")
        shipping = try node.member("shipping").amount("value")
        handling = try node.member("handling").amount("value")
        discounts = try node.member("discounts").amount("value")
        taxIncluded = try node.member("taxIncluded").amount("value")
        taxAdded = try node.member("taxAdded").amount("value")
    }
}

package struct ShippingOption: Sendable, Equatable {
    package let id: Int
    package let name: String
    package let uri: String

    init(_ node: Node) throws(Misfit) {
        id = try node.integer("id")
        name = try node.text("name")
        uri = try node.text("uri")
    }
}

package struct OrderAttribute: Sendable, Equatable {
    package let type: String
    package let key: String
    package let value: Personal?

    fileprivate static func all(in node: Node) throws(Misfit) -> [OrderAttribute] {
        try node.list("attributes") { attribute throws(Misfit) in
            let type = try attribute.member("type").text("name")
            return try attribute.list("elements") { element throws(Misfit) in
                OrderAttribute(type: type, key: try element.text("key"), value: try element.personal("value"))
            }
        }.flatMap { $0 }
    }
}

extension Money {
    /// `{value currency {code}}`.
    init(_ node: Node) throws(Misfit) {
        self.init(try node.amount("value"), try node.member("currency").text("code"))
    }
}
