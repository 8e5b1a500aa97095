// Shipments and returns as GraphQL objects.
import JSON

struct ShipmentView: GraphQLObject {
    let shop: Shop
    let shipment: Shipment

    var typeName: String { shipment.typeName }

    static func of(_ id: Int, _ shop: Shop) -> ShipmentView? {
        shop.shipment(id).map { ShipmentView(shop: shop, shipment: $0) }
    }

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "id": .integer(shipment.id)
        case "number": .string(shipment.number)
        case "createdAt": time(shipment.createdAt, arguments)
        case "updatedAt": time(shipment.updatedAt, arguments)
        case "shippedAt": time(shipment.shippedAt, arguments)
        case "paidAt": time(shipment.paidAt, arguments)
        case "capturedAt": time(shipment.capturedAt, arguments)
        case "isGoodToGo": .bool(shipment.isGoodToGo)
        case "isPrinted": .bool(false)
        case "isShipped": .bool(shipment.isShipped)
        case "isPaid": .bool(shipment.isPaid)
        case "isCaptured": .bool(shipment.isCaptured)
        case "isOnHold": .bool(order?.isOnHold ?? false)
        default: related(field, arguments)
        }
    }

    private var order: Order? { shop.order(shipment.orderNumber) }

    private func time(_ moment: Moment?, _ arguments: Arguments) -> Resolved {
        .string(moment.map { shop.text($0, arguments.string("format")) })
    }

    private func related(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "trackingNumber": .string(shipment.trackingNumber)
        case "returnTrackingNumber": .string(shipment.returnTrackingNumber)
        case "numberOfPackages": .integer(shipment.numberOfPackages)
        case "internalShippingCost": .money(shipment.internalShippingCost)
        case "additionalMessage": .string(shipment.additionalMessage)
        case "externalId": .string(shipment.externalId)
        case "grandTotal": .money(shop.value(of: shipment).asked(arguments))
        case "capturedValue": .money(shipment.capturedValue)
        case "currencyBaseRate": .value(.decimal("1.0"))
        case "usedFallbackTax": .bool(false)
        case "carrierInformation": .object(carrierInformation)
        case "discountsApplied": .list([])
        case "lines": .objects(shipment.lines.map { ShipmentLineView(shop: shop, order: order, line: $0) })
        case "shippingAddress": .object(order.map { Record.address($0.shippingAddress) })
        case "order": .object(OrderView.of(shipment.orderNumber, shop))
        case "customer": .object(Record.person(order?.customer))
        default: .null
        }
    }

    private var carrierInformation: Record? {
        guard shipment.carrier != nil || shipment.service != nil else { return nil }
        return Record(
            "CarrierInformation", ["carrierName": .string(shipment.carrier), "serviceName": .string(shipment.service)])
    }
}

struct ShipmentLineView: GraphQLObject {
    let shop: Shop
    let order: Order?
    let line: ShipmentLine
    let typeName = "ShipmentLine"

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "id": .integer(line.id)
        case "quantity": .integer(line.quantity)
        case "lineValue": .money(((orderLine?.line.unitPrice ?? Money(minor: 0)) * line.quantity).asked(arguments))
        case "orderLine": .object(orderLine)
        default: .null
        }
    }

    private var orderLine: OrderLineView? {
        order.flatMap { order in
            order.lines.first { $0.id == line.orderLineID }.map { OrderLineView(shop: shop, order: order, line: $0) }
        }
    }
}

struct ReturnView: GraphQLObject {
    let shop: Shop
    let one: Return

    var typeName: String { one.typeName }

    static func of(_ id: Int, _ shop: Shop) -> ReturnView? {
        shop.returns.first { $0.id == id && !$0.isDeleted }.map { ReturnView(shop: shop, one: $0) }
    }

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "id": .integer(one.id)
        case "status": .string(one.isCompleted ? "ACTIVE" : "INACTIVE")
        case "returnStatus": .string(one.isCompleted ? "COMPLETED" : "PENDING")
        case "createdAt": .string(shop.text(one.createdAt, arguments.string("format")))
        case "totalQuantity": .integer(one.lines.map(\.quantity).reduce(0, +))
        case "grandTotal": .money(shop.value(of: one).asked(arguments))
        case "returnedToStock": .bool(one.isBooked && one.policy != .remove)
        case "comment": .string(one.comment)
        case "createdFrom": .string("API")
        case "currencyBaseRate": .value(.decimal("1.0"))
        case "externalId": .string(one.externalId)
        default: related(field, arguments)
        }
    }

    private var order: Order? { shop.order(one.orderNumber) }

    private func related(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "discountsApplied": return .list([])
        case "lines": return .objects(one.lines.map { ReturnLineView(shop: shop, one: one, line: $0) })
        case "returnWarehouse":
            guard case .send(let id) = one.policy else { return .null }
            return .object(shop.warehouse(id).map(WarehouseView.init))
        case "store": return .object(Record.store(one.isWholesale ? 2 : 1))
        case "totals":
            let none = Resolved.money(Money(minor: 0))
            return .object(
                Record(
                    "ReturnTotals", ["shipping": none, "handling": none, "returnCost": none, "discounts": none]))
        case "refundPaymentHistory": return .objects(one.refunds.map { PaymentView(shop: shop, payment: $0) })
        case "order": return .object(OrderView.of(one.orderNumber, shop))
        case "shipment": return .object(ShipmentView.of(one.shipmentID, shop))
        case "customer": return .object(Record.person(order?.customer))
        case "account":
            return .object(order?.accountName.map { Record("Account", ["id": .integer(71), "name": .string($0)]) })
        default: return .null
        }
    }
}

private struct ReturnLineView: GraphQLObject {
    let shop: Shop
    let one: Return
    let line: ReturnLine
    let typeName = "ReturnLine"

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "id": .integer(line.id)
        case "quantity": .integer(line.quantity)
        case "unitPrice": .money((orderLine?.line.unitPrice ?? Money(minor: 0)).asked(arguments))
        case "lineValue": .money(((orderLine?.line.unitPrice ?? Money(minor: 0)) * line.quantity).asked(arguments))
        case "orderLine": .object(orderLine)
        case "shipmentLine": .object(shipmentLine)
        default: .null
        }
    }

    private var order: Order? { shop.order(one.orderNumber) }

    private var orderLine: OrderLineView? {
        order.flatMap { order in
            order.lines.first { $0.id == line.orderLineID }.map { OrderLineView(shop: shop, order: order, line: $0) }
        }
    }

    private var shipmentLine: ShipmentLineView? {
        shop.shipment(one.shipmentID)?.lines.first { $0.id == line.shipmentLineID }
            .map { ShipmentLineView(shop: shop, order: order, line: $0) }
    }
}
