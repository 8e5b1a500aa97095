// The templates' names and their default columns (peoplevox.md, 3.3 and 3.4). A tenant configures which of them it has;
// this is what can be configured at all, with the sizes that a value may have.

struct TemplateColumn: Sendable {
    enum Kind: Sendable {
        /// With the most characters that are taken.
        case text(Int)
        case integer, decimal, flag, time
    }

    let name: String
    let kind: Kind
}

enum TemplateColumns {
    static let itemTypes = "Item types"
    static let salesOrders = "Sales orders"
    static let salesOrderItems = "Sales order items"
    static let sites = "Sites"

    /// All columns that a template can have, in the order of the reference; nil for an unknown template.
    static func all(_ template: String) -> [TemplateColumn]? { known[template] }

    /// Which columns tell one record from another.
    static func keys(_ template: String) -> [String] { plainKeys[template] ?? [] }

    static let plainNames = plainKeys.keys.sorted()

    private static let known: [String: [TemplateColumn]] = {
        var known = [itemTypes: itemTypeColumns, salesOrders: orderColumns, salesOrderItems: lineColumns]
        for (name, columns) in plainColumns { known[name] = columns.map { TemplateColumn(name: $0, kind: .text(500)) } }
        return known
    }()

    private static func texts(_ size: Int, _ names: String...) -> [TemplateColumn] {
        names.map { TemplateColumn(name: $0, kind: .text(size)) }
    }

    private static func columns(_ kind: TemplateColumn.Kind, _ names: String...) -> [TemplateColumn] {
        names.map { TemplateColumn(name: $0, kind: kind) }
    }

    private static func attributes(_ count: Int) -> [TemplateColumn] {
        (1...count).map { TemplateColumn(name: "Attribute\($0)", kind: .text(500)) }
    }

    private static let itemTypeColumns: [TemplateColumn] =
        texts(50, "ItemCode", "Barcode", "Name") + texts(250, "Description") + texts(50, "ItemGroup")
        + texts(10, "UnitOfMeasure") + columns(.decimal, "DefaultEconomicOrderQuantity", "DefaultLeadTime")
        + texts(50, "DefaultSuppliersPartNumber") + columns(.flag, "HasSerialNumbers", "UseManufacturersSerialNumber")
        + columns(.decimal, "ReorderPoint") + texts(50, "Traceability", "ShelfLife")
        + columns(.integer, "DefaultNumberItemsPerContainer") + texts(50, "DefaultContainerType")
        + columns(.integer, "DefaultNumberItemsPerOuterCase", "DefaultNumberItemsPerInnerCase")
        + columns(.decimal, "BuyPrice", "WholesalePrice", "RetailPrice", "Weight") + texts(10, "WeightMeasure")
        + columns(.decimal, "Height", "Width", "Depth") + texts(10, "DimensionMeasure") + texts(8_000, "Tags")
        + attributes(15) + texts(50, "TaxCode")
        + columns(.integer, "MinimumPickLocationQuantity", "DefaultReplenishmentQuantity")

    private static let orderColumns: [TemplateColumn] =
        texts(30, "SalesOrderNumber") + texts(50, "Customer", "CustomerPurchaseOrderReferenceNumber")
        + address("Shipping") + address("Invoice") + columns(.flag, "IsPartialShipment") + texts(50, "Status")
        + columns(.time, "RequestedDeliveryDate") + columns(.decimal, "ShippingCost") + texts(500, "Email")
        + texts(100, "ContactName") + columns(.decimal, "TotalSale", "Discount", "TaxPaid")
        + columns(.time, "CreatedDate")
        + columns(.integer, "PaymentMethod") + texts(100, "ServiceType") + texts(50, "ChannelName", "Site")
        + columns(.flag, "OnHold", "StopShip") + attributes(5) + texts(100, "DespatchTrackingNumber", "CarrierName")

    private static func address(_ kind: String) -> [TemplateColumn] {
        ["Line1", "Line2", "City", "Region", "Postcode", "Country", "Reference"].map {
            TemplateColumn(name: "\(kind)Address\($0)", kind: .text(100))
        }
    }

    private static let lineColumns: [TemplateColumn] =
        texts(30, "SalesOrderNumber") + texts(50, "ItemCode") + columns(.integer, "QuantityOrdered")
        + columns(.time, "RequestedDeliveryDate") + texts(16, "Line") + columns(.integer, "Sequence")
        + columns(.decimal, "SalePrice") + attributes(3)

    private static let plainKeys: [String: [String]] = [
        "Carriers": ["Reference"], "Customers": ["Reference"], "Item type groups": ["Name"],
        "Item type kittings": ["ParentItemCode", "ChildItemCode"], "Purchase orders": ["PurchaseOrderNumber"],
        "Purchase order items": ["PurchaseOrderNumber", "ItemCode"], "Service types": ["Code"],
        "Suppliers": ["Reference"],
    ]

    private static let plainColumns: [String: [String]] = [
        sites: ["Name", "Reference"], "Carriers": ["Name", "Reference"],
        "Customers": [
            "Name", "Reference", "FirstName", "LastName", "Phone", "Mobile", "Email", "CreditLimit", "CreditStatus",
            "Wholesaler", "CustomerType",
        ],
        "Item type groups": ["Name", "ProductGroup"],
        "Item type kittings": ["ParentItemCode", "ChildItemCode", "Quantity"],
        "Purchase orders": [
            "PurchaseOrderNumber", "Status", "Reference", "Supplier", "RequestedDeliveryDate", "SubmittedDate",
            "ExpectedDeliveryDate", "Site",
        ],
        // Spelled like this.
        "Purchase order items": [
            "PurchaseOrderNumber", "ItemCode", "Status", "Quantity", "Line", "CostPrice", "ExpectededDeliveryDate",
        ],
        "Service types": ["Carrier", "Name", "Code"],
        "Suppliers": [
            "Name", "Reference", "FirstName", "LastName", "Phone", "Mobile", "Email", "CreditLimit", "Notes",
        ],
    ]
}
