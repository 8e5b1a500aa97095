// Orders and what hangs on them, as GraphQL objects. Names and types are those of `Schema/Orders.graphql`.
import JSON

struct OrderView: GraphQLObject {
    let shop: Shop
    let order: Order

    var typeName: String { order.typeName }

    static func of(_ number: Int, _ shop: Shop) -> OrderView? {
        shop.order(number).map { OrderView(shop: shop, order: $0) }
    }

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "id": .string(order.id)
        case "number": .integer(order.number)
        case "status": .string(order.status.rawValue)
        case "createdAt", "orderDate": .string(shop.text(order.createdAt, arguments.string("format")))
        case "updatedAt": .string(shop.text(order.updatedAt, arguments.string("format")))
        case "isOnHold": .bool(order.isOnHold)
        case "isLocked": .bool(order.isLocked)
        case "isInternal": .bool(order.isInternal)
        case "isWaitingForPayment": .bool(order.isWaitingForPayment)
        case "isWaitingForCheckFirstAllocation": .bool(false)
        case "externalId": .string(order.externalId)
        case "internalComment": .string(order.internalComment)
        case "otherComment": .string(order.otherComment)
        case "userIP": .string("192.0.2.10")
        default: related(field, arguments)
        }
    }

    private func related(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "grandTotal": .money(order.total.asked(arguments))
        case "totals": .object(totals)
        case "currencyBaseRate": .value(.decimal("1.0"))
        case "attributes": attributes(arguments)
        case "billingAddress": .object(Record.address(order.billingAddress))
        case "shippingAddress": .object(Record.address(order.shippingAddress))
        case "country": .object(Record.country(order.shippingAddress.countryCode))
        case "discountsApplied": .list([])
        case "store": .object(Record.store(order.storeID))
        case "market": .object(Record.market)
        case "pricelist": .object(Record("Pricelist", ["id": .integer(1), "name": .string("Europe SEK")]))
        case "shippingPriceGroup": .object(shippingPriceGroup)
        case "paymentMethod":
            .object(
                Record("PaymentMethod", ["uri": .string(order.provider.uri), "plugin": .string(order.provider.plugin)]))
        case "paymentHistory": payments(arguments)
        case "lines": lines(arguments)
        case "shipments": .objects(shop.shipments(of: order).map { ShipmentView(shop: shop, shipment: $0) })
        case "allocationSplits": allocationSplits
        case "customer": .object(Record.person(order.customer))
        case "account":
            .object(order.accountName.map { Record("Account", ["id": .integer(71), "name": .string($0)]) })
        case "buyer": .object(order.accountName.map { _ in Record.buyer })
        case "purchaseOrderNumber": .string(order.purchaseOrderNumber)
        default: .null
        }
    }

    private var totals: Record {
        // A quarter on top is a fifth of the whole.
        let tax = Money(minor: order.total.minor / 5)
        let none = Money(minor: 0)
        return Record(
            "OrderTotals",
            [
                "quantity": .integer(order.lines.map(\.quantity).reduce(0, +)), "shipping": .money(order.shippingCost),
                "handling": .money(none), "discounts": .money(none), "taxIncluded": .money(tax),
                "taxAdded": .money(none), "taxDeducted": .money(none),
            ])
    }

    private var shippingPriceGroup: Record {
        let option = order.shippingOption
        return Record(
            "ShippingPriceGroup",
            [
                "shippingOption": .object(
                    Record(
                        "ShippingOption",
                        ["id": .integer(option.id), "name": .string(option.name), "uri": .string(option.uri)]))
            ])
    }

    private func attributes(_ arguments: Arguments) -> Resolved {
        let types = arguments.object("where")?.strings("typeName")
        let shown = order.attributes.filter { types?.contains($0.type) ?? true }
        return .objects(
            shown.map { attribute in
                Record(
                    "Attribute",
                    [
                        "type": .object(Record("AttributeType", ["name": .string(attribute.type)])),
                        "elements": .objects([
                            Record(
                                "AttributeStringElement",
                                ["key": .string(attribute.key), "value": .string(attribute.value)])
                        ]),
                    ])
            })
    }

    private func payments(_ arguments: Arguments) -> Resolved {
        let types = arguments.object("where")?.strings("entryType")
        return .objects(
            order.payments.filter { types?.contains($0.entryType) ?? true }.map { PaymentView(shop: shop, payment: $0) }
        )
    }

    /// Lines that were cancelled to the last unit are left out unless asked for.
    private func lines(_ arguments: Arguments) -> Resolved {
        let all = arguments.bool("includeFullyCancelled") ?? true
        let lines = order.lines.filter { all || $0.quantity > 0 }
        return .objects(lines.map { OrderLineView(shop: shop, order: order, line: $0) })
    }

    private var allocationSplits: Resolved {
        let warehouseIDs = Set(order.lines.flatMap(\.allocations).map(\.warehouseID)).sorted()
        return .objects(
            warehouseIDs.map { id in
                let lines = order.lines.filter { $0.allocations.contains { $0.warehouseID == id } }
                return Record(
                    "OrderAllocationSplit",
                    [
                        "warehouse": .object(shop.warehouse(id).map(WarehouseView.init)),
                        "allocationStatus": .string("allocated"),
                        "lines": .objects(
                            lines.map { line in
                                let count = line.allocations.filter { $0.warehouseID == id }.map(\.quantity).reduce(
                                    0, +)
                                return Record(
                                    "OrderAllocationSplitLine",
                                    [
                                        "quantity": .integer(count),
                                        "orderLine": .object(OrderLineView(shop: shop, order: order, line: line)),
                                    ])
                            }),
                    ])
            })
    }
}

extension Record {
    fileprivate static var buyer: Record {
        Record(
            "Buyer",
            [
                "id": .integer(81), "email": .string("buyer@example.com"), "firstName": .string("Per"),
                "lastName": .string("Nilsen"),
            ])
    }
}

struct OrderLineView: GraphQLObject {
    let shop: Shop
    let order: Order
    let line: OrderLine
    let typeName = "ProductOrderLine"

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "id": .integer(line.id)
        case "quantity": .integer(line.quantity)
        case "cancelledQuantity": .integer(line.cancelledQuantity)
        case "returnedQuantity": .integer(line.returnedQuantity)
        case "shippedQuantity": .integer(shippedQuantity)
        case "taxPercent": .value(.decimal("25.0"))
        case "comment": .string(line.comment)
        case "discountPercent": .value(.decimal(discount.text))
        case "hasAnyDiscount": .bool(discount.minor != 0)
        case "unitPrice": .money(line.unitPrice.asked(arguments))
        case "unitOriginalPrice": .money(line.originalPrice.asked(arguments))
        case "lineValue": .money(line.value.asked(arguments))
        case "allocations":
            .objects(line.allocations.map { AllocationView(shop: shop, order: order, line: line, allocation: $0) })
        default: catalogue(field)
        }
    }

    private var shippedQuantity: Int {
        shop.shipments(of: order).filter(\.isShipped).flatMap(\.lines).filter { $0.orderLineID == line.id }
            .map(\.quantity).reduce(0, +)
    }

    private var discount: Money {
        guard line.originalPrice.minor > 0 else { return Money(minor: 0) }
        return Money(minor: (line.originalPrice.minor - line.unitPrice.minor) * 10_000 / line.originalPrice.minor)
    }

    private func catalogue(_ field: String) -> Resolved {
        let size = shop.catalogue.sizes[line.sizeID]
        let product = size.flatMap { shop.catalogue.products[$0.productID] }
        let variant = size.flatMap { shop.catalogue.variants[$0.variantID] }
        return switch field {
        case "product": .object(product.map { ProductView(shop: shop, product: $0) })
        case "productVariant": .object(variant.map { VariantView(shop: shop, variant: $0) })
        case "productSize": .object(size.map { SizeView(shop: shop, size: $0) })
        case "productName": .string(product?.name)
        case "productVariantName": .string(variant?.name)
        case "productNumber": .string(product?.number ?? "")
        case "size": .string(size?.description ?? "")
        case "productBrand": .string("Ulvmark")
        case "brand": .object(Record("Brand", ["id": .integer(5), "name": .string("Ulvmark")]))
        default: .null
        }
    }
}

private struct AllocationView: GraphQLObject {
    let shop: Shop
    let order: Order
    let line: OrderLine
    let allocation: Allocation
    let typeName = "Allocation"

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "id": .integer(allocation.id)
        case "quantity": .integer(allocation.quantity)
        case "isWaitingForConfirmation": .bool(allocation.isWaitingForConfirmation)
        case "warehouse": .object(shop.warehouse(allocation.warehouseID).map(WarehouseView.init))
        case "orderLine": .object(OrderLineView(shop: shop, order: order, line: line))
        case "stockChangeLine":
            .object(
                Record(
                    "StockChangeLine",
                    [
                        "id": .integer(allocation.id + 1), "deliveredQuantity": .integer(allocation.quantity),
                        "freeToAllocateQuantity": .integer(0),
                    ]))
        default: .null
        }
    }
}

struct PaymentView: GraphQLObject {
    let shop: Shop
    let payment: Payment
    let typeName = "PaymentHistoryEntry"

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "id": .integer(payment.id)
        case "createdAt": .string(shop.text(payment.createdAt, arguments.string("format")))
        case "status": .string(payment.status.rawValue)
        case "entryType": .string(payment.entryType)
        case "externalReference": .string(payment.externalReference)
        case "paymentMethod": .string(payment.method)
        case "value": .money(payment.value)
        case "paramsJSON": .string(payment.paramsJSON)
        case "currencyBaseRate": .value(.decimal("1.0"))
        case "order": .object(OrderView.of(payment.orderNumber, shop))
        case "return": .object(payment.returnID.flatMap { ReturnView.of($0, shop) })
        default: .null
        }
    }
}
