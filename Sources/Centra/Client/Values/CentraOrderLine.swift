// A line of an order, and which size it sells. Several lines can sell the same one.
package import Commerce

package struct CentraOrderLine: Sendable, Equatable {
    package let id: Int
    /// `ProductOrderLine`, or a kind that we do not know, such as a bundle's.
    package let type: String
    /// Without the units that were cancelled on the line.
    package let quantity: Int
    package let cancelledQuantity: Int
    /// Nil for a kind that does not count it, and for servers that do not.
    package let returnedQuantity: Int?
    package let shippedQuantity: Int?
    package let unitPrice: Amount
    package let unitOriginalPrice: Amount
    package let lineValue: Amount
    package let taxPercent: Amount
    package let discountPercent: Amount
    /// Anything that somebody wrote.
    package let comment: Personal?
    package let productName: String?
    package let variantName: String?
    package let size: CentraSizeCodes?
    package let allocations: [Allocation]

    init(_ node: Node) throws(Misfit) {
        id = try node.integer("id")
        type = try node.text("__typename")
        quantity = try node.integer("quantity")
        cancelledQuantity = try node.integer("cancelledQuantity")
        returnedQuantity = try node.optionalInteger("returnedQuantity")
        shippedQuantity = try node.optionalInteger("shippedQuantity")
        unitPrice = try node.member("unitPrice").amount("value")
        unitOriginalPrice = try node.member("unitOriginalPrice").amount("value")
        lineValue = try node.member("lineValue").amount("value")
        taxPercent = try node.amount("taxPercent")
        discountPercent = try node.amount("discountPercent")
        comment = try node.personal("comment")
        productName = try node.optional("product")?.optionalText("name")
        variantName = try node.optional("productVariant")?.optionalText("name")
        size = try node.optional("productSize", CentraSizeCodes.init)
        allocations = try node.wholeList("allocations", of: "OrderLine", Allocation.init)
    }
}

/// Stock that is reserved for a line, and where.
package struct Allocation: Sendable, Equatable {
    package let id: Int
    package let quantity: Int
    package let isWaitingForConfirmation: Bool
    package let warehouseID: Int
    package let warehouseName: String

    init(_ node: Node) throws(Misfit) {
        id = try node.integer("id")
        quantity = try node.integer("quantity")
        isWaitingForConfirmation = try node.flag("isWaitingForConfirmation")
        let warehouse = try node.member("warehouse")
        warehouseID = try warehouse.integer("id")
        warehouseName = try warehouse.text("name")
    }
}

/// By which codes a size is known. Which of them is the match key is a setting.
package struct CentraSizeCodes: Sendable, Equatable {
    package let id: Int
    /// Product's, variant's and size's numbers joined without a separator; any of them may be empty, so it can be absent,
    /// and it can stand for two sizes.
    package let sku: String?
    package let ean: String?
    package let upc: String?
    package let sizeNumber: String?

    init(_ node: Node) throws(Misfit) {
        id = try node.integer("id")
        sku = try node.optionalCode("SKU")
        ean = try node.optionalCode("EAN")
        upc = try node.optionalCode("UPC")
        sizeNumber = try node.optionalText("sizeNumber")
    }
}
