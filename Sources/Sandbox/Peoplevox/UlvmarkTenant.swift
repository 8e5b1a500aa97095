// The demonstration shop's tenant: invented, like everything of Ulvmark. Its templates and reports are configured as a
// careful customer would do it.

extension PeoplevoxTenant {
    package static var ulvmark: PeoplevoxTenant {
        var tenant = PeoplevoxTenant(clientId: "ulvmark", passwords: ["centra-bridge": "fixture-password"])
        tenant.saveColumns = saved
        tenant.readColumns = read
        return tenant
    }

    private static let saved: [String: [String]] = [
        TemplateColumns.itemTypes: [
            "ItemCode", "Barcode", "Name", "Description", "ItemGroup", "UnitOfMeasure", "RetailPrice", "Weight",
            "Attribute1",
        ],
        TemplateColumns.salesOrders: [
            "SalesOrderNumber", "Customer", "CustomerPurchaseOrderReferenceNumber", "ShippingAddressLine1",
            "ShippingAddressLine2", "ShippingAddressCity", "ShippingAddressRegion", "ShippingAddressPostcode",
            "ShippingAddressCountry", "IsPartialShipment", "Status", "RequestedDeliveryDate", "Email", "ContactName",
            "ShippingCost", "TotalSale", "Discount", "TaxPaid", "CreatedDate", "ServiceType", "ChannelName", "Site",
            "OnHold", "StopShip", "Attribute1", "Attribute2", "Attribute3", "Attribute4", "Attribute5",
        ],
        TemplateColumns.salesOrderItems: [
            "SalesOrderNumber", "ItemCode", "QuantityOrdered", "RequestedDeliveryDate", "Line", "Sequence", "SalePrice",
            "Attribute1", "Attribute2", "Attribute3",
        ],
        TemplateColumns.sites: ["Name", "Reference"],
        "Carriers": ["Name", "Reference"],
        "Customers": ["Name", "Reference", "FirstName", "LastName", "Phone", "Mobile", "Email"],
        "Service types": ["Carrier", "Name", "Code"],
    ]

    private static let read: [String: [String]] = [
        TemplateColumns.itemTypes: [
            "ItemCode", "Barcode", "Name", "Description", "ItemGroup", "UnitOfMeasure", "RetailPrice", "Weight",
            "WeightMeasure", "Tags", "Attribute1", "OnHand",
        ],
        TemplateColumns.salesOrders: [
            "SalesOrderNumber", "CustomerPurchaseOrderReferenceNumber", "Customer", "ContactName", "Email",
            "ShippingAddressLine1", "ShippingAddressLine2", "ShippingAddressCity", "ShippingAddressPostcode",
            "ShippingAddressCountry", "Status", "RequestedDeliveryDate", "CreatedDate", "ServiceType", "ChannelName",
            "TotalSale", "Site", "OnHold",
        ],
        TemplateColumns.salesOrderItems: [
            "SalesOrderNumber", "ItemCode", "QuantityOrdered", "RequestedDeliveryDate", "Line", "Sequence", "SalePrice",
        ],
    ]
}
