// Promising stock to orders, and taking the promise back.

extension Shop {
    /// Promises what is free to the line, from the warehouses in their order.
    /// - Returns: units that found no stock.
    @discardableResult
    func allocate(_ quantity: Int, to lineID: Int, of number: Int, from candidates: [Warehouse]? = nil) -> Int {
        guard let order = order(number), let line = order.lines.first(where: { $0.id == lineID }) else {
            return quantity
        }
        var missing = quantity
        for warehouse in candidates ?? warehouses.filter({ !$0.isHidden }) where missing > 0 {
            let taken = min(missing, max(0, stock.level(warehouse.id, line.sizeID).free))
            if taken == 0 { continue }
            missing -= taken
            stock.add(warehouse.id, line.sizeID, allocated: taken)
            let allocation = Allocation(
                id: nextID("Allocation", from: 900_001), warehouseID: warehouse.id, quantity: taken,
                isWaitingForConfirmation: warehouse.allocationPolicy == "DIRECT_THEN_CONFIRM")
            editLine(lineID, of: number) { $0.allocations.append(allocation) }
        }
        return missing
    }

    /// Takes promises back, the last first; with a policy that removes, the units leave the shelf as well.
    func release(_ quantity: Int, of lineID: Int, of number: Int, _ policy: StockPolicy, in warehouseIDs: [Int]? = nil)
    {
        guard let order = order(number), let line = order.lines.first(where: { $0.id == lineID }) else { return }
        var rest = quantity
        var kept: [Allocation] = []
        for var allocation in line.allocations.reversed() {
            let isMeant = warehouseIDs?.contains(allocation.warehouseID) ?? true
            let taken = isMeant ? min(rest, allocation.quantity) : 0
            rest -= taken
            allocation.quantity -= taken
            stock.add(allocation.warehouseID, line.sizeID, allocated: -taken)
            apply(policy, to: taken, of: line.sizeID, from: allocation.warehouseID)
            if allocation.quantity > 0 { kept.append(allocation) }
        }
        editLine(lineID, of: number) { $0.allocations = kept.reversed() }
    }

    private func apply(_ policy: StockPolicy, to quantity: Int, of sizeID: Int, from warehouseID: Int) {
        if policy == .release || quantity == 0 { return }
        stock.add(warehouseID, sizeID, physical: -quantity)
        if case .send(let other) = policy { stock.add(other, sizeID, physical: quantity) }
    }

    /// Without saying so: part of a larger change.
    func editLine(_ lineID: Int, of number: Int, _ body: (inout OrderLine) -> Void) {
        edit(number) { order in
            guard let line = order.lines.firstIndex(where: { $0.id == lineID }) else { return }
            body(&order.lines[line])
        }
    }

    /// Units of a line that are in no shipment.
    func unshipped(_ line: OrderLine, of order: Order) -> Int {
        let shipped = shipments(of: order).flatMap(\.lines).filter { $0.orderLineID == line.id }.map(\.quantity)
        return line.quantity - shipped.reduce(0, +)
    }

    func computedDemands() -> [Int: Int] {
        var demands: [Int: Int] = [:]
        for order in orders where [.confirmed, .processing].contains(order.status) {
            let gone = shipments(of: order).filter(\.isShipped).flatMap(\.lines)
            for line in order.lines {
                let shipped = gone.filter { $0.orderLineID == line.id }.map(\.quantity).reduce(0, +)
                demands[line.sizeID, default: 0] += max(0, line.quantity - shipped - line.allocatedQuantity)
            }
        }
        return demands
    }

    /// Exactly one of the three (§6).
    func policy(_ input: Arguments?) throws(Complaint) -> StockPolicy {
        if input?.bool("releaseItemsBackToWarehouse") == true { return .release }
        if input?.bool("removeItemsFromStock") == true { return .remove }
        if let warehouse = input?.object("sendItemsToDifferentWarehouse") {
            return .send(warehouseID: try self.warehouse(warehouse, "input", "sendItemsToDifferentWarehouse").id)
        }
        throw Complaint("Exactly one stock policy should be chosen", "input")
    }
}
