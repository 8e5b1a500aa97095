// Products, sizes, warehouses, stock, events as GraphQL objects.
import JSON

struct ProductView: GraphQLObject {
    let shop: Shop
    let product: Product
    let typeName = "Product"

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "id": .integer(product.id)
        case "name": .string(product.name)
        case "status": .string(product.isActive ? "ACTIVE" : "INACTIVE")
        case "productNumber": .string(product.number)
        case "harmonizedCommodityCode": .string(product.commodityCode)
        case "countryOfOrigin": .object(product.originCode.flatMap(Record.country))
        case "isBundle": .bool(product.isBundle)
        case "createdAt", "updatedAt": .string(shop.text(product.updatedAt, arguments.string("format")))
        case "variants":
            .objects(
                product.variantIDs.compactMap { shop.catalogue.variants[$0] }.map {
                    VariantView(shop: shop, variant: $0)
                })
        default: .null
        }
    }
}

struct VariantView: GraphQLObject {
    let shop: Shop
    let variant: Variant
    let typeName = "ProductVariant"

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "id": .integer(variant.id)
        case "name": .string(variant.name)
        case "status": .string(variant.isActive ? "ACTIVE" : "INACTIVE")
        case "variantNumber": .string(variant.number)
        case "updatedAt": .string(shop.text(variant.updatedAt, arguments.string("format")))
        case "stockOffset": .integer(0)
        case "product": .object(shop.catalogue.products[variant.productID].map { ProductView(shop: shop, product: $0) })
        case "productSizes":
            .objects(variant.sizeIDs.compactMap { shop.catalogue.sizes[$0] }.map { SizeView(shop: shop, size: $0) })
        default: .null
        }
    }
}

struct SizeView: GraphQLObject {
    let shop: Shop
    let size: Size
    let typeName = "ProductSize"

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "id": .integer(size.id)
        case "SKU": .string(shop.catalogue.sku(of: size))
        case "EAN", "GTIN": .string(size.ean)
        case "UPC": .string(size.upc)
        case "sizeNumber": .string(size.number)
        case "description": .string(size.description)
        case "preorder": .bool(false)
        case "isActive": .bool(size.isActive)
        case "stockTotals": .object(StockView(shop: shop, sizeID: size.id, warehouse: nil))
        case "productVariant":
            .object(shop.catalogue.variants[size.variantID].map { VariantView(shop: shop, variant: $0) })
        default: .null
        }
    }
}

struct WarehouseView: GraphQLObject {
    let warehouse: Warehouse
    let typeName = "Warehouse"

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "id": .integer(warehouse.id)
        case "name": .string(warehouse.name)
        case "isHiddenFromStockView": .bool(warehouse.isHidden)
        case "threshold": .integer(warehouse.threshold)
        case "stockMaster": .string(warehouse.stockMaster)
        case "stockOwnership": .string(warehouse.stockOwnership)
        case "allocationPolicy": .string(warehouse.allocationPolicy)
        case "isConsignation": .bool(false)
        case "country": .object(Record.country(warehouse.countryCode))
        case "zipCode": .string(warehouse.zipCode)
        default: .null
        }
    }
}

/// Of one warehouse, or of all together (`StockTotals`).
struct StockView: GraphQLObject {
    let shop: Shop
    let sizeID: Int
    let warehouse: Warehouse?

    var typeName: String { warehouse == nil ? "StockTotals" : "Stock" }

    var level: StockBook.Level {
        warehouse.map { shop.stock.level($0.id, sizeID) } ?? shop.stock.total(sizeID, in: shop.warehouses)
    }

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "physicalQuantity": .integer(level.physical)
        case "allocatedQuantity", "unshippedQuantity": .integer(level.allocated)
        case "freeToAllocateQuantity": .integer(level.free)
        case "demandQuantity": .integer(shop.demand(of: sizeID))
        case "availableQuantity", "availableNowQuantity": .integer(level.free - shop.demand(of: sizeID))
        case "warehouse": .object(warehouse.map(WarehouseView.init))
        case "productSize": .object(shop.catalogue.sizes[sizeID].map { SizeView(shop: shop, size: $0) })
        // Nothing is on its way.
        default: .integer(0)
        }
    }
}

struct EventView: GraphQLObject {
    let shop: Shop
    let event: QueuedEvent
    let typeName = "Event"

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        switch field {
        case "id": .integer(event.id)
        case "objectType": .string(event.subject.rawValue)
        case "changeType": .string(event.change.rawValue)
        case "objectReference": .integer(event.reference)
        case "createdAt": .string(shop.text(event.createdAt, arguments.string("format")))
        case "store": .object(event.storeID.map(Record.store))
        case "market": event.storeID == nil ? .null : .object(Record.market)
        case "object": .object(event.change == .deleted ? nil : object)
        default: .null
        }
    }

    /// As it is now, not as it was.
    private var object: (any GraphQLObject)? {
        switch event.subject {
        case .order: OrderView.of(event.reference, shop)
        case .shipment: ShipmentView.of(event.reference, shop)
        case .return: ReturnView.of(event.reference, shop)
        case .product: shop.catalogue.products[event.reference].map { ProductView(shop: shop, product: $0) }
        case .variant: shop.catalogue.variants[event.reference].map { VariantView(shop: shop, variant: $0) }
        case .size: shop.catalogue.sizes[event.reference].map { SizeView(shop: shop, size: $0) }
        case .stockChange: Record("StockChange", ["id": .integer(event.reference), "lines": .list([])])
        case .warehouse: shop.warehouse(event.reference).map(WarehouseView.init)
        }
    }
}

extension EventListener {
    func view(_ shop: Shop) -> Record {
        Record(
            "EventListener",
            [
                "integrationName": .string(integration), "objectType": .string(objectType),
                "changeTypes": .strings(changes.map(\.rawValue)), "createdAt": .string(shop.text(createdAt)),
                "updatedAt": .string(shop.text(updatedAt)),
            ])
    }
}
