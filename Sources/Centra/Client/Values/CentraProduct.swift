// Products, variants and sizes, their stock, and the warehouses that hold it.
import Commerce

package enum ProductStatus: String, Sendable {
    case active = "ACTIVE"
    case inactive = "INACTIVE"
}

package struct CentraProduct: Sendable, Equatable {
    package let id: Int
    package let name: String
    package let status: OpenCode<ProductStatus>
    package let productNumber: String?
    package let commodityCode: String?
    package let countryOfOrigin: String?
    /// A bundle has no stock of its own.
    package let isBundle: Bool
    package let updatedAt: CentraTime
    package let variants: [CentraVariant]

    init(_ node: Node) throws(Misfit) {
        id = try node.integer("id")
        name = try node.text("name")
        status = try node.code("status")
        productNumber = try node.optionalText("productNumber")
        commodityCode = try node.optionalCode("harmonizedCommodityCode")
        countryOfOrigin = try node.optional("countryOfOrigin")?.optionalCode("code")
        isBundle = try node.flag("isBundle")
        updatedAt = try node.time("updatedAt")
        variants = try node.wholeList("variants", of: "Product", CentraVariant.init)
    }
}

package struct CentraVariant: Sendable, Equatable {
    package let id: Int
    package let name: String?
    package let status: OpenCode<ProductStatus>
    package let variantNumber: String?
    package let sizes: [CentraSize]

    init(_ node: Node) throws(Misfit) {
        id = try node.integer("id")
        name = try node.optionalText("name")
        status = try node.code("status")
        variantNumber = try node.optionalText("variantNumber")
        sizes = try node.wholeList("productSizes", of: "ProductVariant", CentraSize.init)
    }
}

package struct CentraSize: Sendable, Equatable {
    package let codes: CentraSizeCodes
    package let description: String?
    /// Nil where the server does not say.
    package let isActive: Bool?

    init(_ node: Node) throws(Misfit) {
        codes = try CentraSizeCodes(node)
        description = try node.optionalText("description")
        isActive = try node.optionalFlag("isActive")
    }
}

/// Sums over all warehouses.
package struct CentraStock: Sendable, Equatable {
    package let sizeID: Int
    package let sku: String?
    /// Costs nothing to read; without the warehouse's threshold and the variant's offset.
    package let freeToAllocate: Int
    /// Dear, and so only on request.
    package let physical: Int?
    package let allocated: Int?
    package let demand: Int?

    init(_ node: Node) throws(Misfit) {
        sizeID = try node.integer("id")
        sku = try node.optionalCode("SKU")
        let totals = try node.member("stockTotals")
        freeToAllocate = try totals.integer("freeToAllocateQuantity")
        physical = try totals.optionalInteger("physicalQuantity")
        allocated = try totals.optionalInteger("allocatedQuantity")
        demand = try totals.optionalInteger("demandQuantity")
    }
}

/// What one warehouse holds of a size.
package struct WarehouseStock: Sendable, Equatable {
    package let warehouseID: Int
    package let sizeID: Int
    package let sku: String?
    package let freeToAllocate: Int
    package let physical: Int

    init(_ node: Node) throws(Misfit) {
        warehouseID = try node.member("warehouse").integer("id")
        sizeID = try node.member("productSize").integer("id")
        sku = try node.member("productSize").optionalCode("SKU")
        freeToAllocate = try node.integer("freeToAllocateQuantity")
        physical = try node.integer("physicalQuantity")
    }
}

package struct CentraWarehouse: Sendable, Equatable {
    package let id: Int
    package let name: String
    package let isHidden: Bool
    package let threshold: Int?
    package let stockMaster: String?
    package let stockOwnership: String?
    package let allocationPolicy: String?
    package let isConsignation: Bool

    init(_ node: Node) throws(Misfit) {
        id = try node.integer("id")
        name = try node.text("name")
        isHidden = try node.flag("isHiddenFromStockView")
        threshold = try node.optionalInteger("threshold")
        stockMaster = try node.optionalText("stockMaster")
        stockOwnership = try node.optionalText("stockOwnership")
        allocationPolicy = try node.optionalText("allocationPolicy")
        isConsignation = try node.flag("isConsignation")
    }
}

package struct CentraMarket: Sendable, Equatable {
    package let id: Int
    package let name: String

    init(_ node: Node) throws(Misfit) {
        id = try node.integer("id")
        name = try node.text("name")
    }
}
