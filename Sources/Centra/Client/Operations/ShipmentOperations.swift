// Shipments: what was shipped already, and the steps of a despatch, each of which can be repeated from where it stopped.
import JSON

package struct ShipmentDraft: Sendable, Hashable {
    package var order: OrderReference
    /// Order lines.
    package var lines: [LineQuantity]
    package var isGoodToGo: Bool
    /// Takes the shipment's total. A failure is a warning, and the shipment exists all the same.
    package var capture: Bool
    /// Marks only, for what was paid elsewhere.
    package var isPaid: Bool
    package var shippingCost: CostPolicy
    package var handlingCost: CostPolicy
    package var discountValue: CostPolicy
    package var additionalMessage: String?
    /// Sent only to servers that take it here; others are told by `updateShipment`.
    package var externalID: String?

    package init(
        order: OrderReference, lines: [LineQuantity], isGoodToGo: Bool = false, capture: Bool = false,
        isPaid: Bool = false, shippingCost: CostPolicy = .allRemaining, handlingCost: CostPolicy = .allRemaining,
        discountValue: CostPolicy = .allRemaining, additionalMessage: String? = nil, externalID: String? = nil
    ) {
        self.order = order
        self.lines = lines
        self.isGoodToGo = isGoodToGo
        self.capture = capture
        self.isPaid = isPaid
        self.shippingCost = shippingCost
        self.handlingCost = handlingCost
        self.discountValue = discountValue
        self.additionalMessage = additionalMessage
        self.externalID = externalID
    }

    func json(for schema: SchemaCapabilities) -> JSONValue {
        var input: [String: JSONValue] = [
            "order": order.json, "isGoodToGo": .bool(isGoodToGo), "capture": .bool(capture),
            "lines": .array(lines.map { ["orderLine": ["id": .integer($0.id)], "quantity": .integer($0.quantity)] }),
            "shippingCostPolicy": shippingCost.json, "handlingCostPolicy": handlingCost.json,
            "discountValuePolicy": discountValue.json,
        ]
        if isPaid, !capture { input["isPaid"] = true }
        if let additionalMessage { input["additionalMessage"] = .string(additionalMessage) }
        if let externalID, schema.surelyHas("ShipmentCreateInput.externalId") {
            input["externalId"] = .string(externalID)
        }
        return .object(input)
    }
}

/// Only what is not nil is changed.
package struct ShipmentChange: Sendable, Hashable {
    package var isGoodToGo: Bool?
    package var isPaid: Bool?
    /// Left out for servers that have no such thing.
    package var externalID: String?
    package var additionalMessage: String?

    package init(
        isGoodToGo: Bool? = nil, isPaid: Bool? = nil, externalID: String? = nil, additionalMessage: String? = nil
    ) {
        self.isGoodToGo = isGoodToGo
        self.isPaid = isPaid
        self.externalID = externalID
        self.additionalMessage = additionalMessage
    }

    func json(for schema: SchemaCapabilities) -> JSONValue {
        var input: [String: JSONValue] = [:]
        input["isGoodToGo"] = isGoodToGo.map(JSONValue.bool)
        input["isPaid"] = isPaid.map(JSONValue.bool)
        if schema.has("ShipmentUpdateInput.externalId") { input["externalId"] = externalID.map(JSONValue.string) }
        input["additionalMessage"] = additionalMessage.map(JSONValue.string)
        return .object(input)
    }
}

/// How a shipment left. One tracking number for all its parcels.
package struct ShipmentCompletion: Sendable, Hashable {
    package var shippedAt: CentraTime
    package var carrier: String?
    package var service: String?
    package var packages: Int?
    package var trackingNumber: String?
    package var returnTrackingNumber: String?
    package var additionalMessage: String?
    /// To the shopper.
    package var sendEmail: Bool

    package init(
        shippedAt: CentraTime, carrier: String? = nil, service: String? = nil, packages: Int? = nil,
        trackingNumber: String? = nil, returnTrackingNumber: String? = nil, additionalMessage: String? = nil,
        sendEmail: Bool
    ) {
        self.shippedAt = shippedAt
        self.carrier = carrier
        self.service = service
        self.packages = packages
        self.trackingNumber = trackingNumber
        self.returnTrackingNumber = returnTrackingNumber
        self.additionalMessage = additionalMessage
        self.sendEmail = sendEmail
    }

    var json: JSONValue {
        var info: [String: JSONValue] = [:]
        info["carrier"] = carrier.map(JSONValue.string)
        info["service"] = service.map(JSONValue.string)
        info["packagesNumber"] = packages.map(JSONValue.integer)
        info["trackingNumber"] = trackingNumber.map(JSONValue.string)
        info["returnTrackingNumber"] = returnTrackingNumber.map(JSONValue.string)
        var input: [String: JSONValue] = ["shippedAt": .string(shippedAt.description), "sendEmail": .bool(sendEmail)]
        if !info.isEmpty { input["shipmentInfo"] = .object(info) }
        input["additionalMessage"] = additionalMessage.map(JSONValue.string)
        return .object(input)
    }
}

extension GraphQLOperation where Value == ShipmentsOfOrder? {
    /// To be asked before a shipment is made, and after every doubtful outcome. Nil when there is no such order.
    package static func shipments(ofOrder number: Int) -> GraphQLOperation {
        .query(
            .shipmentsOfOrder, complexity: 150, variables: { _ in ["number": [.integer(number)]] },
            read: { data throws(Misfit) in try data.onlyOrder(ShipmentsOfOrder.init) })
    }
}

package enum ShipmentFilter: Sendable, Hashable {
    case id([Int])
    case externalID([String])
    /// Good to go and not shipped: what a warehouse that is driven by shipments works on.
    case goodToGo
    case updatedSince(CentraTime)

    var json: JSONValue {
        switch self {
        case .id(let ids): ["id": .array(ids.map(JSONValue.integer))]
        case .externalID(let ids): ["externalId": .array(ids.map(JSONValue.string))]
        case .goodToGo: ["isGoodToGo": true, "isShipped": false]
        case .updatedSince(let time): .updated(time, stores: [])
        }
    }
}

extension GraphQLOperation where Value == [CentraShipment] {
    package static func shipments(
        _ filter: ShipmentFilter, limit: Int = SchemaCapabilities.listLimit, page: Int = 1
    ) -> GraphQLOperation {
        .query(
            .shipments, complexity: 150,
            variables: { _ in ["where": filter.json, "limit": .integer(limit), "page": .integer(page)] },
            read: { data throws(Misfit) in try data.list("shipments", CentraShipment.init) })
    }
}

extension GraphQLOperation where Value == CentraShipment {
    /// Has no key that would make a repetition harmless: read the order's shipments first.
    package static func createShipment(_ draft: ShipmentDraft) -> GraphQLOperation {
        .mutation(.createShipment, variables: { ["input": draft.json(for: $0)] }, read: shipment)
    }

    package static func updateShipment(_ id: Int, _ change: ShipmentChange) -> GraphQLOperation {
        .mutation(.updateShipment, variables: { ["id": .integer(id), "input": change.json(for: $0)] }, read: shipment)
    }

    /// A capture that fails is a refusal here.
    package static func captureShipment(_ id: Int) -> GraphQLOperation {
        .mutation(.captureShipment, variables: { _ in ["id": .integer(id)] }, read: shipment)
    }

    /// It has left the building. Lowers the physical stock in Centra by itself.
    package static func completeShipment(_ id: Int, _ completion: ShipmentCompletion) -> GraphQLOperation {
        .mutation(
            .completeShipment, variables: { _ in ["id": .integer(id), "input": completion.json] }, read: shipment)
    }

    private static func shipment(_ payload: Node) throws(Misfit) -> CentraShipment {
        try CentraShipment(payload.member("shipment"))
    }
}
