// As many item types and orders as a test wants, always the same ones.

extension WarehouseState {
    /// Adds item types `GEN000001`, … with 0 to 99 units each, and orders `G-000001`, … of one to three lines, allocated
    /// as far as stock goes. Nobody is told.
    package mutating func generate(items count: Int, orders orderCount: Int = 0) {
        let told = changes
        var chance = SeededChance(seed: 0x5EED)
        let first = items.count
        for number in first..<(first + max(0, count)) {
            let digits = WarehouseState.padded(number)
            let item = ItemType(
                "GEN\(digits)",
                [
                    "Barcode": "2900000\(digits)", "Name": "Generated \(digits)", "Description": "Generated \(digits)",
                    "ItemGroup": "Generated", "UnitOfMeasure": "EA", "RetailPrice": "\(chance.number(upTo: 999)).00",
                ])
            add(item, onHand: chance.number(upTo: 99))
        }
        let codes = items.all.filter { !$0.isDeactivated }.map(\.code)
        for _ in 0..<max(0, codes.isEmpty ? 0 : orderCount) { generateOrder(of: codes, &chance) }
        changes = told
    }

    private mutating func generateOrder(of codes: [String], _ chance: inout SeededChance) {
        let digits = WarehouseState.padded(orders.count)
        var order = SalesOrder("G-\(digits)", site: defaultSite, modified: now)
        order.fields = [
            "CustomerPurchaseOrderReferenceNumber": digits, "ChannelName": "Generated", "ServiceType": "STD",
            "CreatedDate": DateStyle.yearFirst.text(now, withTime: true),
        ]
        for line in 1...(1 + chance.number(upTo: 2)) {
            let code = codes[chance.number(upTo: codes.count - 1)]
            order.lines.append(SalesOrder.Line(code, quantity: 1 + chance.number(upTo: 2), line: String(line)))
        }
        orders[order.number] = order
        allocate(order.number)
    }

    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }
}
