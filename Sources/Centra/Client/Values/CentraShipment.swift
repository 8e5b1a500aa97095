// A shipment: what leaves, or has left, of one order.
package import Commerce

package struct CentraShipment: Sendable, Equatable {
    /// What calls name it by; `number`, `39790-1`, is for people.
    package let id: Int
    package let number: String
    package let externalID: String?
    /// Nil where the order is known anyway.
    package let orderNumber: Int?
    package let isGoodToGo: Bool
    package let isPaid: Bool
    package let isCaptured: Bool
    package let isShipped: Bool
    package let isOnHold: Bool
    package let shippedAt: CentraTime?
    package let createdAt: CentraTime
    package let updatedAt: CentraTime
    package let trackingNumber: String?
    package let returnTrackingNumber: String?
    package let packages: Int?
    package let carrier: String?
    package let service: String?
    /// What somebody wrote.
    package let additionalMessage: Personal?
    package let lines: [CentraShipmentLine]

    init(_ node: Node) throws(Misfit) {
        id = try node.integer("id")
        number = try node.text("number")
        externalID = try node.optionalCode("externalId")
        orderNumber = try node.optional("order")?.optionalInteger("number")
        isGoodToGo = try node.flag("isGoodToGo")
        isPaid = try node.flag("isPaid")
        isCaptured = try node.flag("isCaptured")
        isShipped = try node.flag("isShipped")
        isOnHold = try node.flag("isOnHold")
        shippedAt = try node.optionalTime("shippedAt")
        createdAt = try node.time("createdAt")
        updatedAt = try node.time("updatedAt")
        trackingNumber = try node.optionalCode("trackingNumber")
        returnTrackingNumber = try node.optionalCode("returnTrackingNumber")
        packages = try node.optionalInteger("numberOfPackages")
        carrier = try node.optional("carrierInformation")?.optionalCode("carrierName")
        service = try node.optional("carrierInformation")?.optionalCode("serviceName")
        additionalMessage = try node.personal("additionalMessage")
        lines = try node.wholeList("lines", of: "Shipment", CentraShipmentLine.init)
    }
}

package struct CentraShipmentLine: Sendable, Equatable {
    package let id: Int
    package let quantity: Int
    package let orderLineID: Int

    init(_ node: Node) throws(Misfit) {
        id = try node.integer("id")
        quantity = try node.integer("quantity")
        orderLineID = try node.member("orderLine").integer("id")
    }
}

/// What has been shipped of an order, or is about to be.
package struct ShipmentsOfOrder: Sendable, Equatable {
    package let orderID: String
    package let orderNumber: Int
    package let status: OpenCode<OrderStatus>
    package let shipments: [CentraShipment]

    init(_ node: Node) throws(Misfit) {
        orderID = try node.text("id")
        orderNumber = try node.integer("number")
        status = try node.code("status")
        shipments = try node.wholeList("shipments", of: "Order", CentraShipment.init)
    }
}
