// A return: goods of one shipment that come back.
import Commerce

/// The spellings are not public; whatever else comes is kept as its text.
package enum ReturnStatus: String, Sendable {
    case pending = "PENDING"
    case completed = "COMPLETED"
}

package struct CentraReturn: Sendable, Equatable {
    package let id: Int
    package let status: OpenCode<ReturnStatus>
    package let createdAt: CentraTime
    package let totalQuantity: Int
    package let externalID: String?
    package let isReturnedToStock: Bool?
    package let shipmentID: Int
    package let shipmentNumber: String
    /// Nil where the order is known anyway.
    package let orderNumber: Int?
    package let lines: [CentraReturnLine]

    init(_ node: Node) throws(Misfit) {
        id = try node.integer("id")
        status = try node.code("returnStatus")
        createdAt = try node.time("createdAt")
        totalQuantity = try node.integer("totalQuantity")
        externalID = try node.optionalCode("externalId")
        isReturnedToStock = try node.optionalFlag("returnedToStock")
        let shipment = try node.member("shipment")
        shipmentID = try shipment.integer("id")
        shipmentNumber = try shipment.text("number")
        orderNumber = try node.optional("order")?.optionalInteger("number")
        lines = try node.wholeList("lines", of: "Return", CentraReturnLine.init)
    }
}

package struct CentraReturnLine: Sendable, Equatable {
    package let id: Int
    package let quantity: Int
    package let shipmentLineID: Int
    package let orderLineID: Int

    init(_ node: Node) throws(Misfit) {
        id = try node.integer("id")
        quantity = try node.integer("quantity")
        shipmentLineID = try node.member("shipmentLine").integer("id")
        orderLineID = try node.member("orderLine").integer("id")
    }
}

/// A refund's entries; a provider that answers later leaves `REFUND_REQUEST` with `PENDING`.
package struct CentraRefund: Sendable, Equatable {
    package let returned: CentraReturn?
    package let payments: [CentraPayment]

    init(_ node: Node) throws(Misfit) {
        returned = try node.optional("return", CentraReturn.init)
        payments = try node.list("paymentHistoryEntries", CentraPayment.init)
    }
}
