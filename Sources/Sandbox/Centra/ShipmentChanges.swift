// Shipments: created with exactly the lines given, captured, released, completed (§4).

extension Shop {
    struct CreatedShipment {
        let id: Int
        var warnings: [Complaint] = []
    }

    func createShipment(_ input: Arguments?) throws(Complaint) -> CreatedShipment {
        let order = try order(input?.object("order"), "input", "order")
        try mayBeShipped(order)
        let lines = try linesToShip(input?.objects("lines") ?? [], of: order)
        let share = try shippingShare(input?.object("shippingCostPolicy"), of: order)
        let shippedAt = try pastMoment(input?.string("shippedAt"), "input", "shippedAt")
        try allocate(lines, of: order, allocatesDemand: input?.bool("allocateDemand") ?? false)
        var shipment = Shipment(
            id: nextID("Shipment", from: 708), number: "\(order.number)-\(shipments(of: order).count + 1)",
            orderNumber: order.number, isWholesale: order.isWholesale,
            createdAt: input?.string("createdAt").flatMap(moment) ?? now, updatedAt: now)
        shipment.isGoodToGo = input?.bool("isGoodToGo") ?? false
        shipment.additionalMessage = input?.string("additionalMessage")
        shipment.externalId = input?.string("externalId")
        shipment.shippingShare = share
        shipment.take(input?.object("shipmentInfo"))
        shipment.lines = lines.map {
            ShipmentLine(id: nextID("ShipmentLine", from: 811), orderLineID: $0.line.id, quantity: $0.quantity)
        }
        add(shipment)
        note(.shipment, .created, reference: shipment.id, store: order.storeID)
        if shipment.isGoodToGo { change(shipment: shipment.id, action: "good_to_go") { _ in } }
        var created = CreatedShipment(id: shipment.id)
        takePayment(input, shipment, order, &created)
        change(order.number) { $0.status = .processing }
        if let shippedAt { complete(shipment.id, at: shippedAt) }
        return created
    }

    private func mayBeShipped(_ order: Order) throws(Complaint) {
        guard [.confirmed, .processing].contains(order.status) else {
            throw Complaint("Order \(order.number) is not confirmed", "input", "order")
        }
        guard switches.refusesShipmentOfHeldOrder else { return }
        if order.isOnHold { throw Complaint("Order \(order.number) is on hold", "input", "order") }
        if order.isWaitingForPayment {
            throw Complaint("Order \(order.number) is waiting for payment", "input", "order")
        }
    }

    private typealias Wanted = (line: OrderLine, quantity: Int)

    private func linesToShip(_ inputs: [Arguments], of order: Order) throws(Complaint) -> [Wanted] {
        guard !inputs.isEmpty else { throw Complaint("A shipment needs lines", "input", "lines") }
        var left: [Int: Int] = [:]
        var lines: [Wanted] = []
        for (index, input) in inputs.enumerated() {
            let path = ["input", "lines", "\(index)"]
            let id = input.object("orderLine")?.integer("id") ?? 0
            guard let line = order.lines.first(where: { $0.id == id }) else {
                throw Complaint("Could not find OrderLine with ID \(id)", path: path + ["orderLine"])
            }
            let quantity = input.integer("quantity") ?? 0
            let rest = left[id] ?? unshipped(line, of: order)
            guard quantity > 0 else { throw Complaint("Quantity must be greater than zero", path: path + ["quantity"]) }
            guard quantity <= rest else {
                throw Complaint(
                    "Quantity \(quantity) of order line \(id) exceeds the quantity left to ship (\(max(0, rest)))",
                    path: path + ["quantity"])
            }
            left[id] = rest - quantity
            lines.append((line, quantity))
        }
        return lines
    }

    /// Units that wait in other shipments have their allocation already.
    private func allocate(_ wanted: [Wanted], of order: Order, allocatesDemand: Bool) throws(Complaint) {
        if switches.shipsUnallocated { return }
        for (index, one) in wanted.enumerated() {
            let waiting = shipments(of: order).filter { !$0.isShipped }.flatMap(\.lines)
                .filter { $0.orderLineID == one.line.id }.map(\.quantity).reduce(0, +)
            let earlier = wanted[..<index].filter { $0.line.id == one.line.id }.map(\.quantity).reduce(0, +)
            var lacking = waiting + earlier + one.quantity - one.line.allocatedQuantity
            if lacking > 0, allocatesDemand { lacking = allocate(lacking, to: one.line.id, of: order.number) }
            guard lacking <= 0 else {
                throw Complaint(
                    "Order line \(one.line.id) is not allocated", "input", "lines", "\(index)", "quantity")
            }
        }
    }

    /// All of what remains, when nothing is said.
    private func shippingShare(_ policy: Arguments?, of order: Order) throws(Complaint) -> Money {
        let remaining = shipments(of: order).map(\.shippingShare).reduce(order.shippingCost, -)
        if policy?.bool("none") == true { return Money(minor: 0) }
        guard let value = policy?.object("value")?["value"] else { return remaining }
        guard let money = Money(value), money.minor >= 0, money.minor <= remaining.minor else {
            throw Complaint("Cost exceeds what remains of the order", "input", "shippingCostPolicy")
        }
        return money
    }

    private func pastMoment(_ text: String?, _ path: String...) throws(Complaint) -> Moment? {
        guard let text else { return nil }
        guard let moment = moment(text) else { throw Complaint("This is no date", path: path) }
        // A clock may be a little ahead of ours.
        guard moment <= now + 60_000_000 else { throw Complaint("shippedAt cannot be in the future", path: path) }
        return moment
    }

    /// A failed capture is a warning: the shipment exists all the same (§3.4).
    private func takePayment(
        _ input: Arguments?, _ shipment: Shipment, _ order: Order, _ created: inout CreatedShipment
    ) {
        if input?.bool("capture") == true {
            if order.isCaptured { return note(.success, on: shipment) }
            let outcome = capture(value(of: shipment), of: order).outcome
            note(outcome, on: shipment)
            guard outcome == .failure else { return }
            created.warnings.append(Complaint("Capture failed: authorisation expired", "input", "capture"))
        } else if input?.bool("isPaid") == true {
            markPaid(shipment, order)
        }
    }

    private func markPaid(_ shipment: Shipment, _ order: Order) {
        let now = now
        _ = pay(order, "MARKED_AS_PAID", .success, value(of: shipment), "{}")
        change(shipment: shipment.id) { $0.paidAt = now }
    }

    // MARK: Afterwards

    func updateShipment(_ id: Int?, _ input: Arguments?) throws(Complaint) -> Int {
        let shipment = try shipment(id, "id")
        if shipment.isShipped, input?.has("isGoodToGo") == true || input?.has("shipmentInfo") == true {
            throw Complaint("A completed shipment cannot be changed", "id")
        }
        if input?.bool("isPaid") == true, !shipment.isPaid, let order = order(shipment.orderNumber) {
            markPaid(shipment, order)
        }
        let becomesGood = input?.bool("isGoodToGo") == true && !shipment.isGoodToGo
        change(shipment: shipment.id, action: becomesGood ? "good_to_go" : nil) { shipment in
            if let isGood = input?.bool("isGoodToGo") { shipment.isGoodToGo = isGood }
            if let text = input?.string("additionalMessage") { shipment.additionalMessage = text }
            if let text = input?.string("externalId") { shipment.externalId = text }
            shipment.take(input?.object("shipmentInfo"))
        }
        return shipment.id
    }

    func completeShipment(_ id: Int?, _ input: Arguments?) throws(Complaint) -> Int {
        let shipment = try shipment(id, "id")
        guard !shipment.isShipped else { throw Complaint("Shipment is already completed", "id") }
        guard shipment.isPaid || !switches.completingNeedsPaid else {
            throw Complaint("Shipment must be paid before it can be completed", "id")
        }
        guard shipment.isGoodToGo || !switches.completingNeedsGoodToGo else {
            throw Complaint("Shipment must be good to go before it can be completed", "id")
        }
        let shippedAt = try pastMoment(input?.string("shippedAt"), "input", "shippedAt") ?? now
        edit(shipment: shipment.id) { shipment in
            shipment.take(input?.object("shipmentInfo"))
            if let text = input?.string("additionalMessage") { shipment.additionalMessage = text }
        }
        complete(shipment.id, at: shippedAt)
        return shipment.id
    }

    /// The goods leave: physical and allocated go down together.
    func complete(_ id: Int, at moment: Moment) {
        guard let shipment = shipment(id) else { return }
        let origins = shipment.lines.map { takeOut($0, of: shipment.orderNumber) }
        change(shipment: id, as: .completed) { shipment in
            shipment.shippedAt = moment
            for (index, origin) in origins.enumerated() { shipment.lines[index].warehouseID = origin }
        }
        note(.stockChange, .created, reference: nextID("StockChange", from: 4_284), store: nil)
        change(shipment.orderNumber) { _ in }
        finishIfNothingIsLeft(shipment.orderNumber)
    }

    /// - Returns: the warehouse that the (last) units came from.
    private func takeOut(_ shipped: ShipmentLine, of number: Int) -> Int? {
        guard let order = order(number), let line = order.lines.first(where: { $0.id == shipped.orderLineID }) else {
            return nil
        }
        var rest = shipped.quantity
        var origin: Int?
        var kept: [Allocation] = []
        for var allocation in line.allocations {
            let taken = min(rest, allocation.quantity)
            rest -= taken
            allocation.quantity -= taken
            if taken > 0 { origin = allocation.warehouseID }
            stock.add(allocation.warehouseID, line.sizeID, physical: -taken, allocated: -taken)
            if allocation.quantity > 0 { kept.append(allocation) }
        }
        if rest > 0, let first = warehouses.first(where: { !$0.isHidden }) {
            stock.add(first.id, line.sizeID, physical: -rest)
            origin = origin ?? first.id
        }
        editLine(line.id, of: number) { $0.allocations = kept }
        return origin
    }

    /// Everything shipped or cancelled: the order is complete (§4.1).
    func finishIfNothingIsLeft(_ number: Int) {
        guard let order = order(number), order.status == .processing else { return }
        let shipments = shipments(of: order)
        guard order.lines.allSatisfy({ unshipped($0, of: order) == 0 }), shipments.allSatisfy(\.isShipped),
            shipments.allSatisfy(\.isPaid)
        else { return }
        change(number, as: .completed) { $0.status = .shipped }
    }
}

extension Shipment {
    fileprivate mutating func take(_ info: Arguments?) {
        guard let info else { return }
        if let text = info.string("carrier") { carrier = text }
        if let text = info.string("service") { service = text }
        if let text = info.string("trackingNumber") { trackingNumber = text }
        if let text = info.string("returnTrackingNumber") { returnTrackingNumber = text }
        if let count = info.integer("packagesNumber") { numberOfPackages = count }
        if let cost = Money(info.object("internalShippingCost")?["value"]) { internalShippingCost = cost }
    }
}
