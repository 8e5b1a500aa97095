// What people on the floor do with sales orders: pick, cancel, allocate by hand. Imports come through `OrderImport`.

extension WarehouseState {
    /// Changes an order and tells of a new status. An order that is not there is left alone.
    mutating func changeOrder(_ number: String, _ change: (inout WarehouseState, inout SalesOrder) -> Void) {
        guard var order = orders[number] else { return }
        let before = order.status
        change(&self, &order)
        orders[number] = order
        if order.status != before { statusChanged(number) }
    }

    private mutating func statusChanged(_ number: String) {
        orders[number]?.modified = now
        guard let order = orders[number] else { return }
        changes.append(
            Change(
                .salesOrderStatusChanges, site: order.site,
                [
                    "SalesOrderNumber": [.text(number)],
                    "SalesOrderStatu.Name": [.status(id: order.status.rawValue, name: order.status.name)],
                    "LastModificationTime": [.time(now)],
                ]))
    }

    /// Picks everything that is reserved for the order.
    package mutating func pick(_ number: String) throws(WarehouseRefusal) {
        let order = try workable(number)
        guard order.lines.contains(where: { $0.allocated > 0 }) else {
            throw WarehouseRefusal("nothing is allocated to the order")
        }
        changeOrder(number) { _, order in
            order.isPicking = true
            for index in order.lines.indices { order.lines[index].picked = order.lines[index].allocated }
        }
    }

    /// Reserves stock for an order although its import said not to.
    package mutating func allocateByHand(_ number: String) throws(WarehouseRefusal) {
        _ = try workable(number)
        orders[number]?.allocates = true
        allocate(number)
    }

    /// A person cancels in the warehouse; what an import may do is narrower.
    package mutating func cancel(_ number: String) throws(WarehouseRefusal) {
        let order = try known(number)
        guard !order.lines.contains(where: { $0.despatched > 0 }) else {
            throw WarehouseRefusal("the order has been despatched")
        }
        guard !order.isCancelled else { return }
        changeOrder(number) { state, order in
            order.isCancelled = true
            order.isPicking = false
            state.release(&order)
        }
        let codes = Set(order.lines.map(\.itemCode))
        for code in codes.sorted() { allocateWaiting(for: StockPlace(order.site, code)) }
    }

    func known(_ number: String) throws(WarehouseRefusal) -> SalesOrder {
        guard let order = orders[number] else { throw WarehouseRefusal("there is no such sales order") }
        return order
    }

    /// An order on which the floor may work.
    func workable(_ number: String) throws(WarehouseRefusal) -> SalesOrder {
        let order = try known(number)
        guard !order.isCancelled else { throw WarehouseRefusal("the order is cancelled") }
        guard !order.isOnHold, !order.isStopped else { throw WarehouseRefusal("the order is on hold") }
        return order
    }
}
