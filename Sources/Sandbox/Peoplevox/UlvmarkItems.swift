// The demonstration shop's catalogue and stock as the warehouse has them: one item type is unknown here, one stands for
// two sizes of the shop, one is deactivated, one is packaging.

extension WarehouseState {
    /// The catalogue, stock, orders, despatches and returns of the demonstration shop.
    package static func ulvmark(now: CivilTime) -> WarehouseState {
        var state = WarehouseState(now: now)
        state.sites = [
            Site("PrimarySite", name: "Primary site"), Site("TestSite", name: "Test site"),
            Site("SystemSite", name: "System site"),
        ]
        state.plain["Carriers"] = plain([
            ["Name": "Northline", "Reference": "NL"], ["Name": "Islepost", "Reference": "IP"],
        ])
        state.plain["Service types"] = plain([
            ["Carrier": "Northline", "Name": "Express", "Code": "STD"],
            ["Carrier": "Northline", "Name": "Parcel", "Code": "EXP"],
        ])
        state.addUlvmarkItems()
        state.addUlvmarkOrders()
        state.addUlvmarkReturns()
        state.changes = []
        return state
    }

    private static func plain(_ rows: [[String: String]]) -> Register<[String: String]> {
        var register = Register<[String: String]>()
        for row in rows { register[row["Reference"] ?? row["Code"] ?? ""] = row }
        return register
    }

    /// With stock at the tenant's first site.
    package mutating func add(_ item: ItemType, onHand: Int, allocatedElsewhere: Int = 0) {
        items[item.code] = item
        let place = StockPlace(defaultSite, item.code)
        stock[place] = Stock(
            onHand: onHand, allocatedElsewhere: allocatedElsewhere, location: WarehouseState.location(of: place))
    }

    private mutating func addUlvmarkItems() {
        for row in UlvmarkCatalogue.rows {
            let origin = row.group == "Packaging" ? "" : "PT"
            var item = ItemType(
                row.code,
                [
                    "Barcode": row.barcode, "Name": row.name, "Description": row.description, "ItemGroup": row.group,
                    "UnitOfMeasure": "EA", "RetailPrice": row.price,
                    "Weight": row.group == "Packaging" ? "0.20" : "0.35",
                    "WeightMeasure": "KG", "Attribute1": origin,
                ])
            item.isDeactivated = row.isDeactivated
            add(item, onHand: row.onHand, allocatedElsewhere: row.allocated)
        }
        for (site, code, onHand) in [
            ("TestSite", "UM1001REDS", 2), ("SystemSite", "UM1001REDS", 1), ("SystemSite", "UM2040BLKOS", 3),
        ] {
            let place = StockPlace(site, code)
            stock[place] = Stock(onHand: onHand, location: WarehouseState.location(of: place))
        }
    }
}

private struct UlvmarkCatalogue {
    let code: String
    let barcode: String
    let name: String
    let description: String
    let group: String
    let price: String
    let onHand: Int
    let allocated: Int
    var isDeactivated = false

    init(
        _ code: String, _ barcode: String, _ name: String, _ group: String, _ price: String, _ onHand: Int,
        _ allocated: Int, description: String? = nil, isDeactivated: Bool = false
    ) {
        (self.code, self.barcode, self.name, self.group, self.price) = (code, barcode, name, group, price)
        (self.onHand, self.allocated, self.isDeactivated) = (onHand, allocated, isDeactivated)
        self.description = description ?? name
    }

    static let rows: [UlvmarkCatalogue] = [
        .init(
            "UM1001REDS", "2000000003016", "Nord Overshirt Rust Red S", "Shirts", "899.00", 14, 3,
            description: "Nord Overshirt, Rust Red, S"),
        .init(
            "UM1001REDM", "2000000003023", "Nord Overshirt Rust Red M", "Shirts", "899.00", 22, 0,
            description: "Nord Overshirt, Rust Red, M"),
        .init(
            "UM1001REDL", "2000000003030", "Nord Overshirt Rust Red L", "Shirts", "899.00", 9, 0,
            description: "Nord Overshirt, Rust Red, L"),
        .init(
            "UM1001NVYM", "2000000003047", "Nord Overshirt Navy M", "Shirts", "899.00", 6, 1,
            description: "Nord Overshirt, Navy, M"),
        .init(
            "UM2040BLKOS", "2000000003054", "Fjell Beanie Black One Size", "Accessories", "249.00", 120, 5,
            description: "Fjell Beanie, Black, One Size"),
        .init(
            "UM3105ECR38", "2000000003061", "Tråd Knit Jumper Écru 38", "Knitwear", "1299.00", 4, 0,
            description: "Tråd Knit Jumper, Écru, 38"),
        .init(
            "UM3105ECR40", "2000000003078", "Tråd Knit Jumper Écru 40", "Knitwear", "1299.00", 0, 0,
            description: "Tråd Knit Jumper, Écru, 40"),
        .init(
            "UM4412OLVOS", "2000000003092", "Vega Tote, 15\" laptop Olive One Size", "Bags", "1099.00", 31, 2,
            description: "Waxed cotton.\nFits a 15\" laptop."),
        .init(
            "UM5000GRY", "2000000003108", "Sock Duo Grey 36-40", "Socks", "149.00", 40, 0,
            description: "Sock Duo, Grey, 36-40"),
        .init(
            "UM0999GRYM", "2000000003139", "Archive Tee Grey M", "T-shirts", "399.00", 0, 0,
            description: "Archive Tee, Grey, M",
            isDeactivated: true),
        .init(
            "PACK-BOX-M", "2000000009001", "Carton medium", "Packaging", "0.00", 500, 0,
            description: "Packaging, not sold"),
    ]
}
