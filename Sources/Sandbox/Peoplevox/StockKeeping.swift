// What changes stock on hand and what is available: goods in, stock takes, removals, and the reserving of stock for sales
// orders. Every change of what is available is one event, as in the real warehouse.

package struct GoodsInLine: Equatable, Sendable {
    package var id: Int
    package var reference: String
    package var site: String
    package var itemCode: String
    package var quantity: Int
    package var purchaseOrder: String
    package var deliveryNote: String
    package var delivered: CivilTime
    package var reconciled: CivilTime
    package var user: String
}

package struct Movement: Equatable, Sendable {
    package var id: Int
    package var time: CivilTime
    package var site: String
    package var itemCode: String
    package var quantity: Int
    package var from: String
    package var to: String
    package var comments: String
    package var salesOrder: String
    package var user: String
}

extension WarehouseState {
    /// Changes one stock record and tells of a new availability; a despatch tells of it although it is the same.
    mutating func changeStock(_ place: StockPlace, tellsAlways: Bool = false, _ change: (inout Stock) -> Void) {
        var record = stock[place] ?? Stock(location: WarehouseState.location(of: place))
        let before = record.available
        change(&record)
        stock[place] = record
        guard tellsAlways || record.available != before else { return }
        changes.append(
            Change(
                .availabilityChanges, site: place.site,
                [
                    "ItemCode": [.text(items[place.itemCode]?.listedCode ?? place.itemCode)],
                    "Available": [.integer(record.available)], "Site.Reference": [.text(place.site)],
                ]))
    }

    /// A shelf that is always the same for the same item type.
    static func location(of place: StockPlace) -> String {
        let sum = place.itemCode.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF }
        return "\(["A", "B", "C", "D"][sum % 4])-0\(sum / 4 % 9 + 1)-0\(sum / 36 % 9 + 1)"
    }

    /// Reserves what is free for an order's lines, as far as it goes.
    mutating func allocate(_ number: String) {
        guard let order = orders[number], order.mayAllocate else { return }
        changeOrder(number) { state, order in
            for index in order.lines.indices {
                let line = order.lines[index]
                let place = StockPlace(order.site, line.itemCode)
                let taken = min(line.outstanding - line.allocated, max(0, state.stock[place]?.available ?? 0))
                guard taken > 0 else { continue }
                order.lines[index].allocated += taken
                state.changeStock(place) { $0.allocated += taken }
            }
        }
    }

    /// Gives back what is reserved for an order and not picked.
    mutating func release(_ order: inout SalesOrder) {
        for index in order.lines.indices where order.lines[index].allocated > 0 {
            let given = order.lines[index].allocated
            order.lines[index].allocated = 0
            order.lines[index].picked = 0
            changeStock(StockPlace(order.site, order.lines[index].itemCode)) { $0.allocated -= given }
        }
    }

    /// Stock that came in goes to the orders that wait for it, oldest first.
    mutating func allocateWaiting(for place: StockPlace) {
        for number in orders.keys {
            guard (stock[place]?.available ?? 0) > 0 else { return }
            guard let order = orders[number], order.site == place.site, order.mayAllocate else { continue }
            let waits = order.lines.contains { $0.itemCode == place.itemCode && $0.allocated < $0.outstanding }
            if waits { allocate(number) }
        }
    }

    // MARK: - Verbs of the floor

    /// One delivery with several item types, put away at once.
    /// - Returns: the goods-in reference.
    package mutating func receive(
        _ delivered: [(itemCode: String, quantity: Int)], site: String, purchaseOrder: String = "",
        deliveryNote: String = "", user: String = "gi1"
    ) throws(WarehouseRefusal) -> String {
        for (itemCode, quantity) in delivered {
            try require(itemCode, site)
            guard quantity > 0 else { throw WarehouseRefusal("goods in are one unit or more") }
        }
        let id = next.goodsIn
        next.goodsIn += 1
        let reference = "GI-\(id)"
        for (itemCode, quantity) in delivered {
            goodsIn.append(
                GoodsInLine(
                    id: id, reference: reference, site: site, itemCode: itemCode, quantity: quantity,
                    purchaseOrder: purchaseOrder, deliveryNote: deliveryNote, delivered: now, reconciled: now,
                    user: user))
            move(StockPlace(site, itemCode), by: quantity, from: "GOODS-IN", reason: "Received", user: user)
        }
        tellOfGoodsIn(id, reference, site, delivered)
        for (itemCode, _) in delivered { allocateWaiting(for: StockPlace(site, itemCode)) }
        return reference
    }

    private mutating func tellOfGoodsIn(
        _ id: Int, _ reference: String, _ site: String, _ delivered: [(itemCode: String, quantity: Int)]
    ) {
        let line = "Consignments.ConsignmentItemTypes."
        changes.append(
            Change(
                .goodsReceived, site: site,
                [
                    "GoodsInId": [.integer(id)], "Reference": [.text(reference)], "ReconciledDateTime": [.time(now)],
                    line + "Quantity": delivered.map { .integer($0.quantity) },
                    line + "ItemType.Name": delivered.map { .text(items[$0.itemCode]?.name ?? "") },
                    line + "ItemType.ItemCode": delivered.map { .text($0.itemCode) },
                ]))
    }

    /// Sets stock on hand to what was counted; it may fall below what is reserved.
    package mutating func count(
        _ itemCode: String, site: String, counted: Int, user: String = "inv1"
    ) throws(WarehouseRefusal) {
        try require(itemCode, site)
        guard counted >= 0 else { throw WarehouseRefusal("a count is zero units or more") }
        let place = StockPlace(site, itemCode)
        let difference = counted - (stock[place]?.onHand ?? 0)
        guard difference != 0 else { return }
        move(place, by: difference, from: stock[place]?.location ?? "", reason: "Stock take", user: user)
        allocateWaiting(for: place)
    }

    /// Takes units out of stock for good.
    package mutating func remove(
        _ itemCode: String, site: String, quantity: Int, reason: String, user: String = "inv1"
    ) throws(WarehouseRefusal) {
        try require(itemCode, site)
        let place = StockPlace(site, itemCode)
        guard quantity > 0, quantity <= stock[place]?.onHand ?? 0 else {
            throw WarehouseRefusal("there are not as many units on hand")
        }
        move(place, by: -quantity, from: stock[place]?.location ?? "", reason: reason, user: user)
    }

    /// Reserves stock for a channel of which nothing else is known; negative gives it back.
    package mutating func reserveElsewhere(_ itemCode: String, site: String, quantity: Int) throws(WarehouseRefusal) {
        try require(itemCode, site)
        let place = StockPlace(site, itemCode)
        guard (stock[place]?.allocatedElsewhere ?? 0) + quantity >= 0 else {
            throw WarehouseRefusal("no more can be given back than was reserved")
        }
        changeStock(place) { $0.allocatedElsewhere += quantity }
        allocateWaiting(for: place)
    }

    func require(_ itemCode: String, _ site: String) throws(WarehouseRefusal) {
        guard items[itemCode] != nil else { throw WarehouseRefusal("there is no such item type") }
        guard self.site(site) != nil else { throw WarehouseRefusal("there is no such site") }
    }

    /// Changes stock on hand, and what is reserved by as much as left with it, and writes it into the history.
    mutating func move(
        _ place: StockPlace, by quantity: Int, releasing released: Int = 0, from: String, reason: String,
        salesOrder: String = "", user: String
    ) {
        changeStock(place, tellsAlways: released > 0) { stock in
            stock.onHand += quantity
            stock.allocated -= released
        }
        note(place, quantity, from: from, reason: reason, salesOrder: salesOrder, user: user)
        let item = items[place.itemCode]
        changes.append(
            Change(
                .incrementalChanges, site: place.site,
                [
                    "QuantityChanged": [.integer(quantity)], "UpdatedBy": [.text(user)],
                    "UpdateTimestamp": [.time(now)],
                    "Reason": [.text(reason)], "ItemType.Name": [.text(item?.name ?? "")],
                    "ItemType.ItemCode": [.text(item?.listedCode ?? place.itemCode)],
                ]))
    }

    private mutating func note(
        _ place: StockPlace, _ quantity: Int, from: String, reason: String, salesOrder: String, user: String
    ) {
        movements.append(
            Movement(
                id: next.movement, time: now, site: place.site, itemCode: place.itemCode, quantity: quantity,
                from: from,
                to: quantity > 0 ? stock[place]?.location ?? "" : "", comments: reason, salesOrder: salesOrder,
                user: user))
        next.movement += 1
    }
}
