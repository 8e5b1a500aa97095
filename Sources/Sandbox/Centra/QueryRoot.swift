// What can be asked: `Query` of the schema.
import JSON

struct QueryRoot: GraphQLObject {
    let shop: Shop
    let integration: String
    let quotas: Quotas
    let typeName = "Query"

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "orders": orders(arguments)
        case "order": .object(shop.order(id: arguments.string("id") ?? "").map { OrderView(shop: shop, order: $0) })
        case "orderConnection": OrderConnection(shop, filtered(arguments), arguments).resolve()
        case "orderPaymentHistory": payments(arguments)
        case "shipments": shipments(arguments)
        case "returns": returns(arguments)
        case "products": products(arguments)
        case "productSizes": sizes(arguments)
        case "warehouses": warehouses(arguments)
        case "stocks", "stock": stocks(arguments)
        case "counters": .object(CountersView(root: self))
        default: system(field, arguments)
        }
    }

    private func system(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "currencies": .objects(arguments.object("where")?.bool("isBase") == false ? [] : [Record.currency])
        case "markets": .objects(Filter(arguments.object("where"), shop).allows("id", 2) ? [Record.market] : [])
        case "events": events(arguments)
        case "eventListeners": listeners(arguments)
        case "idConversions": conversions(arguments)
        case "rateLimits": .objects(quotas.buckets.map(\.view))
        case "centraIPs": .strings(["192.0.2.1", "192.0.2.2"])
        default: .null
        }
    }

    // MARK: Orders, shipments, returns

    private func orders(_ arguments: Arguments) -> Resolved {
        if let mistake = Filter.mistake(in: arguments.object("where"), ["createdAt", "updatedAt", "orderDate"], shop) {
            return .failure(mistake)
        }
        return Page.resolve(filtered(arguments), arguments) { OrderView(shop: shop, order: $0) }
    }

    func filtered(_ arguments: Arguments) -> [Order] {
        let given = arguments.object("where")
        let filter = Filter(given, shop)
        let numbers = given?.integers("number")
        // The usual question names a number, and need not look at every order.
        let candidates =
            given?.strings("negate") == nil ? numbers.map { $0.compactMap(shop.order) } ?? shop.orders : shop.orders
        let orders = candidates.filter { order in
            filter.allows("id", order.id) && filter.allows("number", order.number)
                && filter.allows("status", order.status.rawValue) && filter.allows("createdAt", order.createdAt)
                && filter.allows("updatedAt", order.updatedAt) && filter.allows("orderDate", order.createdAt)
                && filter.allows("isOnHold", order.isOnHold) && filter.allows("isLocked", order.isLocked)
                && filter.allows("isInternal", order.isInternal)
                && filter.allows("isWaitingForPayment", order.isWaitingForPayment)
                && filter.allows("isWaitingForCheckFirstAllocation", false)
                && filter.allows("storeId", order.storeID) && filter.allows("marketId", order.marketID)
                && filter.allows("customerId", order.customer?.id ?? 0)
                && filter.allows(word: "storeType", order.isWholesale ? "WHOLESALE" : "DIRECT_TO_CONSUMER")
                && filter.allows("externalId", order.externalId)
                && filter.allows("orderHoldReason", order.isWaitingForPayment ? "WAITING_FOR_PAYMENT" : nil)
                && filter.hasValue("externalId", order.externalId != nil)
        }
        return arguments.sorted(
            orders,
            [
                "orderDate": \.createdAt, "createdAt": \.createdAt, "updatedAt": \.updatedAt,
                "number": { Moment($0.number) },
            ])
    }

    private func payments(_ arguments: Arguments) -> Resolved {
        let filter = Filter(arguments.object("where"), shop)
        let payments = shop.orders.flatMap(\.payments).filter { filter.allows("entryType", $0.entryType) }
        return Page.resolve(payments, arguments) { PaymentView(shop: shop, payment: $0) }
    }

    private func shipments(_ arguments: Arguments) -> Resolved {
        let given = arguments.object("where")
        if let mistake = Filter.mistake(in: given, ["createdAt", "updatedAt", "shippedAt"], shop) {
            return .failure(mistake)
        }
        let filter = Filter(given, shop)
        let shipments = shop.shipments.filter { shipment in
            let order = shop.order(shipment.orderNumber)
            return filter.allows("id", shipment.id) && filter.allows("number", shipment.number)
                && filter.allows("createdAt", shipment.createdAt) && filter.allows("updatedAt", shipment.updatedAt)
                && filter.allows("shippedAt", shipment.shippedAt) && filter.allows("isGoodToGo", shipment.isGoodToGo)
                && filter.allows("isShipped", shipment.isShipped) && filter.allows("isPaid", shipment.isPaid)
                && filter.allows("isCaptured", shipment.isCaptured)
                && filter.allows("isOnHold", order?.isOnHold ?? false)
                && filter.allows("trackingNumber", shipment.trackingNumber)
                && filter.allows("orderId", order?.id) && filter.allows("externalId", shipment.externalId)
                && filter.allows("storeId", shipment.isWholesale ? 2 : 1)
                && filter.allows(word: "storeType", shipment.isWholesale ? "WHOLESALE" : "DIRECT_TO_CONSUMER")
        }
        let sorted = arguments.sorted(shipments, ["id": { Moment($0.id) }, "updatedAt": \.updatedAt])
        return Page.resolve(sorted, arguments) { ShipmentView(shop: shop, shipment: $0) }
    }

    private func returns(_ arguments: Arguments) -> Resolved {
        let given = arguments.object("where")
        if let mistake = Filter.mistake(in: given, ["createdAt"], shop) { return .failure(mistake) }
        let filter = Filter(given, shop)
        let returns = shop.returns.filter { one in
            !one.isDeleted && filter.allows("id", one.id) && filter.allows("createdAt", one.createdAt)
                && filter.allows("returnStatus", one.isCompleted ? "COMPLETED" : "PENDING")
                && filter.allows("orderId", shop.order(one.orderNumber)?.id)
                && filter.allows("orderNumber", one.orderNumber) && filter.allows("shipmentId", one.shipmentID)
                && filter.allows("shipmentNumber", shop.shipment(one.shipmentID)?.number)
                && filter.allows("externalId", one.externalId) && filter.allows("storeId", one.isWholesale ? 2 : 1)
                && filter.allows(word: "storeType", one.isWholesale ? "WHOLESALE" : "DIRECT_TO_CONSUMER")
        }
        let sorted = arguments.sorted(returns, ["id": { Moment($0.id) }, "createdAt": \.createdAt])
        return Page.resolve(sorted, arguments) { ReturnView(shop: shop, one: $0) }
    }
}

// Products and stock.
extension QueryRoot {
    private func products(_ arguments: Arguments) -> Resolved {
        let given = arguments.object("where")
        if let mistake = Filter.mistake(in: given, ["updatedAt"], shop) { return .failure(mistake) }
        let sorted = arguments.sorted(filteredProducts(given), ["id": { Moment($0.id) }, "updatedAt": \.updatedAt])
        return Page.resolve(sorted, arguments) { ProductView(shop: shop, product: $0) }
    }

    func filteredProducts(_ given: Arguments?) -> [Product] {
        let filter = Filter(given, shop)
        return shop.catalogue.productIDs.compactMap { shop.catalogue.products[$0] }.filter { product in
            filter.allows("id", product.id) && filter.allows("updatedAt", product.updatedAt)
                && filter.allows("status", product.isActive ? "ACTIVE" : "INACTIVE")
        }
    }

    private func sizes(_ arguments: Arguments) -> Resolved {
        let given = arguments.object("where")
        if let mistake = Filter.mistake(in: given, ["updatedAt"], shop) { return .failure(mistake) }
        let filter = Filter(given, shop)
        let sizes = shop.catalogue.sizeIDs.compactMap { shop.catalogue.sizes[$0] }.filter { size in
            filter.allows("id", size.id) && filter.allows("updatedAt", size.updatedAt)
                && filter.allows("isActive", size.isActive) && filter.allows(matching: "description", size.description)
                && filter.allows(matching: "EAN", size.ean) && filter.allows(matching: "GTIN", size.ean)
                && filter.allows(matching: "UPC", size.upc) && filter.allows(matching: "sizeNumber", size.number)
                && filter.allows(matching: "SKU", shop.catalogue.sku(of: size))
                && filter.hasValue("EAN", size.ean != nil)
        }
        let sorted = arguments.sorted(sizes, ["id": { Moment($0.id) }, "updatedAt": \.updatedAt])
        return Page.resolve(sorted, arguments) { SizeView(shop: shop, size: $0) }
    }

    private func warehouses(_ arguments: Arguments) -> Resolved {
        let filter = Filter(arguments.object("where"), shop)
        return Page.resolve(shop.warehouses.filter { filter.allows("id", $0.id) }, arguments, WarehouseView.init)
    }

    private func stocks(_ arguments: Arguments) -> Resolved {
        let filter = Filter(arguments.object("where"), shop)
        let sizes = shop.catalogue.sizeIDs.compactMap { shop.catalogue.sizes[$0] }.filter { size in
            filter.allows("productSizeId", size.id) && filter.allows("productId", size.productID)
                && filter.allows("productVariantId", size.variantID)
        }
        let views = shop.warehouses.filter { filter.allows("warehouseId", $0.id) }.flatMap { warehouse in
            sizes.map { StockView(shop: shop, sizeID: $0.id, warehouse: warehouse) }
        }
        let wanted = views.filter { view in
            let level = view.level
            return filter.allows(range: "physicalQuantity", level.physical)
                && filter.allows(range: "allocatedQuantity", level.allocated)
                && filter.allows(range: "freeToAllocateQuantity", level.free)
        }
        return Page.resolve(wanted, arguments) { $0 }
    }
}

// Events and conversions.
extension QueryRoot {
    /// Always the oldest that are not confirmed.
    private func events(_ arguments: Arguments) -> Resolved {
        let filter = Filter(arguments.object("where"), shop)
        let events = shop.events.waiting.filter { event in
            event.integration == integration && filter.allows("objectType", event.subject.rawValue)
                && filter.allows("changeType", event.change.rawValue) && filter.allows("storeId", event.storeID ?? 0)
                && filter.allows("marketId", event.storeID == nil ? 0 : 2)
        }
        return Page.resolve(events, arguments) { EventView(shop: shop, event: $0) }
    }

    private func listeners(_ arguments: Arguments) -> Resolved {
        let given = arguments.object("where")
        let filter = Filter(given, shop)
        let changes = given?.strings("changeType")
        let listeners = shop.events.listeners.filter { listener in
            filter.allows("objectType", listener.objectType) && filter.allows("integrationName", listener.integration)
                && (changes?.contains { change in listener.changes.contains { $0.rawValue == change } } ?? true)
        }
        return .objects(listeners.map { $0.view(shop) })
    }

    private func conversions(_ arguments: Arguments) -> Resolved {
        let filter = Filter(arguments.object("where"), shop)
        let entries = shop.conversions.entries.filter { entry in
            filter.allows("objectType", entry.objectType) && filter.allows(matching: "externalId", entry.externalID)
        }
        return Page.resolve(entries, arguments) { $0.view(integration) }
    }
}

private struct CountersView: GraphQLObject {
    let root: QueryRoot
    let typeName = "Counters"

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "orders": .integer(root.filtered(arguments).count)
        case "products": .integer(root.filteredProducts(arguments.object("where")).count)
        case "customers": .integer(Set(root.shop.orders.compactMap(\.customer?.id)).count)
        default: .null
        }
    }
}

extension IDConversions.Entry {
    func view(_ integration: String) -> Record {
        Record(
            "IdConversionEntry",
            [
                "id": .integer(id), "internalId": .integer(internalID), "externalId": .string(externalID),
                "objectType": .string(objectType), "integrationName": .string(integration),
            ])
    }
}

extension Quotas.Bucket {
    fileprivate var view: Record {
        Record(
            "RateLimit",
            [
                "type": .string(kind.rawValue), "intervalSeconds": .string(seconds == 10 ? "TEN_SECONDS" : "ONE_HOUR"),
                "quota": .integer(quota), "usedQuota": .integer(quota - remaining),
                "remainingQuota": .integer(remaining),
            ])
    }
}
