// The invented shop "Ulvmark": thirteen sizes and eleven orders, each with a story. Everything in it is made up; addresses
// are of example.com.

enum Seed {
    /// Times of the seed are Stockholm's winter time.
    static func at(_ text: String) -> Moment { Times.moment(text, now: 0, offsetMinutes: 60) ?? 0 }

    static func shop(_ shop: Shop) {
        catalogue(&shop.catalogue)
        shop.warehouses = [
            Warehouse(id: 3, name: "Peoplevox main", zipCode: "LS1 0AA"),
            Warehouse(id: 9, name: "Returns quarantine", isHidden: true, zipCode: "LS1 0AA"),
        ]
        for (sizeID, physical) in [301: 14, 302: 22, 303: 9, 304: 6, 305: 120, 306: 4, 309: 31, 310: 25, 311: 15] {
            shop.stock.set(3, sizeID, physical: physical)
        }
        for order in orders() { shop.add(order) }
        for order in shop.orders {
            for line in order.lines {
                for allocation in line.allocations {
                    shop.stock.add(allocation.warehouseID, line.sizeID, allocated: allocation.quantity)
                }
            }
        }
        for shipment in shipments() { shop.add(shipment) }
        shop.returns = returns()
        events(&shop.events)
        _ = shop.conversions.set("Warehouse", internalID: 3, externalID: "PrimarySite", id: 77)
    }

    // MARK: Catalogue

    private static func catalogue(_ catalogue: inout Catalogue) {
        let updated = at("2026-01-20 09:00:00")
        func product(_ id: Int, _ number: String, _ name: String, isActive: Bool = true, isBundle: Bool = false) {
            catalogue.add(
                Product(
                    id: id, name: name, number: number, isActive: isActive, isBundle: isBundle,
                    commodityCode: isBundle ? nil : "6109100010", originCode: isBundle ? nil : "PT",
                    updatedAt: isActive ? updated : at("2026-01-08 14:30:00")))
        }
        func variant(_ id: Int, of productID: Int, _ number: String, _ name: String, isActive: Bool = true) {
            catalogue.add(
                Variant(
                    id: id, productID: productID, name: name, number: number, isActive: isActive, updatedAt: updated))
        }
        func size(_ id: Int, _ productID: Int, _ variantID: Int, _ number: String, _ description: String? = nil) {
            catalogue.add(
                Size(
                    id: id, productID: productID, variantID: variantID, number: number,
                    description: description ?? number, ean: barcodes[id], isActive: id != 313, updatedAt: updated))
        }
        product(101, "UM1001", "Nord Overshirt")
        product(102, "UM2040", "Fjell Beanie")
        product(103, "UM3105", "Tråd Knit Jumper")
        product(104, "UM4412", "Vega Tote, 15\" laptop")
        product(105, "UM5000", "Sock Duo")
        product(106, "UM6001", "Winter Set", isBundle: true)
        product(107, "UM0999", "Archive Tee", isActive: false)
        variant(201, of: 101, "RED", "Rust Red")
        variant(202, of: 101, "NVY", "Navy")
        variant(203, of: 102, "BLK", "Black")
        variant(204, of: 103, "ECR", "Écru")
        variant(205, of: 104, "OLV", "Olive")
        variant(206, of: 105, "GRY", "Grey")
        variant(207, of: 106, "SET", "Set")
        variant(208, of: 107, "GRY", "Grey", isActive: false)
        for (id, number) in [(301, "S"), (302, "M"), (303, "L")] { size(id, 101, 201, number) }
        size(304, 101, 202, "M")
        size(305, 102, 203, "OS", "One Size")
        for (id, number) in [(306, "38"), (307, "40"), (308, "42")] { size(id, 103, 204, number) }
        size(309, 104, 205, "OS", "One Size")
        // Two sizes with one SKU: only the barcode tells them apart.
        size(310, 105, 206, "", "36-40")
        size(311, 105, 206, "", "41-45")
        size(312, 106, 207, "OS", "One Size")
        size(313, 107, 208, "M")
    }

    private static let barcodes = [
        301: "2000000003016", 302: "2000000003023", 303: "2000000003030", 304: "2000000003047", 305: "2000000003054",
        306: "2000000003061", 307: "2000000003078", 308: "2000000003085", 309: "2000000003092", 310: "2000000003108",
        311: "2000000003115", 312: "2000000003122", 313: "2000000003139",
    ]

    // MARK: Events

    private static func events(_ queue: inout EventQueue) {
        let integration = "peoplevox-bridge"
        let listening = at("2026-01-05 09:00:00")
        queue.listen(integration, "Order", [.created, .updated, .completed], at: listening)
        for type in ["Shipment", "Return", "ProductSize"] { queue.listen(integration, type, [], at: listening) }
        let past: [(Subject, ChangeType, Int, String)] = [
            (.order, .created, 10003, "2026-02-02 08:00:11"), (.order, .updated, 10005, "2026-02-02 10:05:01"),
            (.shipment, .created, 701, "2026-02-03 15:04:41"), (.shipment, .completed, 701, "2026-02-03 15:05:12"),
            (.order, .completed, 10001, "2026-02-03 15:10:44"), (.return, .created, 315, "2026-02-09 11:30:01"),
            (.size, .updated, 308, "2026-02-09 12:00:00"), (.return, .deleted, 299, "2026-02-09 12:10:00"),
        ]
        for (index, event) in past.enumerated() {
            let storeID = event.0 == .size ? nil : 1
            queue.append(integration, event.0, event.1, event.2, storeID, at(event.3), id: 880_101 + index)
        }
    }
}
