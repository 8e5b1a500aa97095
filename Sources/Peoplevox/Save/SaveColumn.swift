// What may be written into Peoplevox: templates, their columns, and how much each column holds. (peoplevox.md, section
// 3.4: default names and sizes. What a tenant really has, `TenantTemplates` knows.)

/// A template that we import with.
package enum SaveTemplate: String, Sendable, CaseIterable, Hashable {
    case itemTypes = "Item types"
    case salesOrders = "Sales orders"
    case salesOrderItems = "Sales order items"
}

/// A column by its default name. Names are compared without regard to case; sent is what the tenant has configured.
package struct SaveColumn: Sendable, Hashable {
    package let name: String
    /// UTF-16 units, as the service's database counts; nil where nobody has said.
    let limit: Int?
    let whenTooLong: TooLong

    enum TooLong: Sendable {
        /// A key, an e-mail or a quantity that is cut is another one.
        case refuse
        /// An address that is cut at a word still arrives; somebody is told.
        case cut
    }

    private init(_ name: String, _ limit: Int? = nil, _ whenTooLong: TooLong = .refuse) {
        self.name = name
        self.limit = limit
        self.whenTooLong = whenTooLong
    }
}

// Item types.
extension SaveColumn {
    static let itemCode = SaveColumn("ItemCode", 50)
    static let barcode = SaveColumn("Barcode", 50)
    static let itemName = SaveColumn("Name", 50, .cut)
    static let itemDescription = SaveColumn("Description", 250, .cut)
    static let itemGroup = SaveColumn("ItemGroup", 50)
    static let unitOfMeasure = SaveColumn("UnitOfMeasure", 10)
    static let retailPrice = SaveColumn("RetailPrice")
    static let buyPrice = SaveColumn("BuyPrice")
    static let weight = SaveColumn("Weight")
    static let weightMeasure = SaveColumn("WeightMeasure", 10)

    /// From 1: to 15 for item types, to 5 for sales orders, to 3 for their lines.
    static func attribute(_ number: Int) -> SaveColumn { SaveColumn("Attribute\(number)", 500) }
}

// Sales orders.
extension SaveColumn {
    /// What identifies an order; its lines name it too.
    static let salesOrderNumber = SaveColumn("SalesOrderNumber", 30)
    static let customerReference = SaveColumn("CustomerPurchaseOrderReferenceNumber", 50)
    static let customer = SaveColumn("Customer", 50, .cut)
    static let contactName = SaveColumn("ContactName", 100, .cut)
    static let email = SaveColumn("Email", 500)
    static let status = SaveColumn("Status", 50)
    static let requestedDeliveryDate = SaveColumn("RequestedDeliveryDate", 19)
    static let createdDate = SaveColumn("CreatedDate", 19)
    static let serviceType = SaveColumn("ServiceType", 100)
    static let channelName = SaveColumn("ChannelName", 50)
    static let site = SaveColumn("Site")
    static let shippingCost = SaveColumn("ShippingCost")
    static let totalSale = SaveColumn("TotalSale")
    static let discount = SaveColumn("Discount")
    static let taxPaid = SaveColumn("TaxPaid")
    static let isPartialShipment = SaveColumn("IsPartialShipment")
    static let onHold = SaveColumn("OnHold")
    static let stopShip = SaveColumn("StopShip")

    /// `ShippingAddressLine1`, `InvoiceAddressPostcode`, …
    static func address(_ use: String, _ part: String, _ whenTooLong: TooLong = .cut) -> SaveColumn {
        SaveColumn("\(use)Address\(part)", 100, whenTooLong)
    }
}

// Lines of sales orders.
extension SaveColumn {
    static let quantityOrdered = SaveColumn("QuantityOrdered")
    static let line = SaveColumn("Line", 16)
    static let sequence = SaveColumn("Sequence")
    static let salePrice = SaveColumn("SalePrice")
}
