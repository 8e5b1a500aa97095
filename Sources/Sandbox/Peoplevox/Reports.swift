// What GetReportData answers: the reports' rows under their titles, spelled as the web application spells them
// (peoplevox.md, section 4). Attributes and columns that nobody reads are left out.

enum Reports {
    static let inventory = "Item inventory summary"
    static let inventoryByLocation = "Item inventory by location"
    static let movements = "Item movement history"
    static let despatches = "Despatch summary"
    static let ordersByStatus = "Sales orders by status"
    static let orders = "Sales order summary"
    static let outstanding = "Outstanding sales orders"
    static let goodsIn = "Goods in summary"
    static let returns = "Return summary"
    /// As another source spells it; a tenant has one of the two.
    static let returnsOtherwise = "Returns summary"

    static let names = [
        inventory, inventoryByLocation, movements, despatches, ordersByStatus, orders, outstanding, goodsIn, returns,
    ]
}

extension WarehouseState {
    /// Nil when there is no such report.
    func report(_ name: String) -> Listing? {
        switch name {
        case Reports.inventory: inventory()
        case Reports.inventoryByLocation: inventoryByLocation()
        case Reports.movements: movementHistory()
        case Reports.despatches: despatchSummary()
        case Reports.ordersByStatus: ordersByStatus()
        case Reports.orders: orderSummary(orders.all)
        case Reports.outstanding:
            orderSummary(orders.all.filter { ![.despatched, .cancelled].contains($0.status) })
        case Reports.goodsIn: goodsInSummary()
        case Reports.returns: returnSummary()
        default: nil
        }
    }

    /// Site by site, and within a site in the order in which the item types came.
    private func shelves() -> [(site: Site, item: ItemType, stock: Stock)] {
        sites.flatMap { site in
            items.all.compactMap { item in stock[StockPlace(site.reference, item.code)].map { (site, item, $0) } }
        }
    }

    private func inventory() -> Listing {
        Listing(
            ["Item code", "Name", "Barcode", "On hand", "Allocated", "Available", "Site reference"],
            shelves().map { site, item, stock in
                [
                    .text(item.listedCode), .text(item.name), .text(item.fields["Barcode"] ?? ""),
                    .integer(stock.onHand), .integer(stock.allAllocated), .integer(stock.available),
                    .text(site.reference),
                ]
            })
    }

    private func inventoryByLocation() -> Listing {
        Listing(
            [
                "Item Code", "Name", "Stock Count", "Container Barcode", "Location barcode", "Site reference",
                "Location type", "Item type group", "Item Barcode",
            ],
            shelves().filter { $0.stock.onHand != 0 }.map { site, item, stock in
                [
                    .text(item.listedCode), .text(item.name), .integer(stock.onHand), .absent, .text(stock.location),
                    .text(site.reference), .text("Pick"), .text(item.fields["ItemGroup"] ?? ""),
                    .text(item.fields["Barcode"] ?? ""),
                ]
            })
    }

    private func movementHistory() -> Listing {
        Listing(
            [
                "History Id", "Date timestamp", "Item code", "Item name", "Item barcode", "User", "From", "To",
                "Quantity", "Comments", "Sales order number", "Site reference",
            ],
            movements.map { one in
                let item = items[one.itemCode]
                return [
                    .integer(one.id), .time(one.time), .text(item?.listedCode ?? one.itemCode), .text(item?.name ?? ""),
                    .text(item?.fields["Barcode"] ?? ""), .text(one.user), .text(one.from), .text(one.to),
                    .integer(one.quantity), .text(one.comments), .text(one.salesOrder), .text(one.site),
                ]
            })
    }

    private func ordersByStatus() -> Listing {
        Listing(
            ["Sales order no.", "Requested delivery date", "Status", "Number of items", "Channel", "Date"],
            orders.all.map { order in
                [
                    .text(order.number), requestedDay(order),
                    .status(id: order.status.rawValue, name: order.status.name),
                    .integer(order.lines.reduce(0) { $0 + $1.quantity }), .text(order.fields["ChannelName"] ?? ""),
                    .time(order.modified),
                ]
            })
    }

    private func orderSummary(_ orders: [SalesOrder]) -> Listing {
        Listing(
            ["Sales order no.", "Status", "Requested delivery date", "Site reference"],
            orders.map { order in
                [
                    .text(order.number), .status(id: order.status.rawValue, name: order.status.name),
                    requestedDay(order), .text(order.site),
                ]
            })
    }

    func requestedDay(_ order: SalesOrder?) -> Cell {
        CivilTime(importText: order?.fields["RequestedDeliveryDate"] ?? "").map(Cell.day) ?? .absent
    }

    private func goodsInSummary() -> Listing {
        Listing(
            [
                "Goods in reference number", "Delivery date", "Reconciled date", "User name", "Item code", "Item name",
                "Item barcode", "Quantity", "Purchase order number", "Delivery note number", "Site reference",
            ],
            goodsIn.map { one in
                let item = items[one.itemCode]
                return [
                    .text(one.reference), .day(one.delivered), .time(one.reconciled), .text(one.user),
                    .text(item?.listedCode ?? one.itemCode), .text(item?.name ?? ""),
                    .text(item?.fields["Barcode"] ?? ""), .integer(one.quantity), .text(one.purchaseOrder),
                    .text(one.deliveryNote), .text(one.site),
                ]
            })
    }
}
