// Returns: of the lines of one shipment, never more than was shipped; what becomes of the stock is the policy's (§6).

extension Shop {
    func createReturn(_ input: Arguments?) throws(Complaint) -> Int {
        let shipment = try shipment(input?.object("shipment")?.integer("id"), "input", "shipment")
        guard shipment.isShipped else { throw Complaint("Shipment is not completed", "input", "shipment") }
        let policy = try policy(input?.object("returnStockActionPolicy"))
        let lines = try linesToReturn(input?.objects("lines") ?? [], of: shipment)
        var made = Return(
            id: nextID("Return", from: 317), shipmentID: shipment.id, orderNumber: shipment.orderNumber,
            isWholesale: shipment.isWholesale, createdAt: input?.string("createdAt").flatMap(moment) ?? now,
            lines: lines,
            policy: policy)
        made.comment = input?.string("comment")
        made.externalId = input?.string("externalId")
        returns.append(made)
        for line in lines { editLine(line.orderLineID, of: made.orderNumber) { $0.returnedQuantity += line.quantity } }
        if switches.returnsBookOnCreation { book(returns.count - 1) }
        note(.return, .created, reference: made.id, store: made.isWholesale ? 2 : 1)
        change(made.orderNumber) { _ in }
        return made.id
    }

    private func linesToReturn(_ inputs: [Arguments], of shipment: Shipment) throws(Complaint) -> [ReturnLine] {
        guard !inputs.isEmpty else { throw Complaint("A return needs lines", "input", "lines") }
        var left: [Int: Int] = [:]
        var lines: [ReturnLine] = []
        for (index, input) in inputs.enumerated() {
            let path = ["input", "lines", "\(index)"]
            let id = input.object("shipmentLine")?.integer("id") ?? 0
            guard let line = shipment.lines.first(where: { $0.id == id }) else {
                throw Complaint("Could not find ShipmentLine with ID \(id)", path: path + ["shipmentLine"])
            }
            let quantity = input.integer("quantity") ?? 0
            let rest = left[id] ?? line.quantity - returned(id)
            guard quantity > 0, quantity <= rest else {
                throw Complaint(
                    "Quantity \(quantity) of shipment line \(id) exceeds the quantity left to return (\(rest))",
                    path: path + ["quantity"])
            }
            left[id] = rest - quantity
            lines.append(
                ReturnLine(
                    id: nextID("ReturnLine", from: 93), shipmentLineID: id, orderLineID: line.orderLineID,
                    quantity: quantity))
        }
        return lines
    }

    private func returned(_ shipmentLineID: Int) -> Int {
        returns.filter { !$0.isDeleted }.flatMap(\.lines).filter { $0.shipmentLineID == shipmentLineID }
            .map(\.quantity).reduce(0, +)
    }

    /// The policy's effect, or, with `factor` -1, its reversal.
    private func book(_ place: Int, factor: Int = 1) {
        guard returns[place].isBooked == (factor < 0) else { return }
        returns[place].isBooked = factor > 0
        let one = returns[place]
        guard let order = order(one.orderNumber), let shipment = shipment(one.shipmentID) else { return }
        for line in one.lines {
            guard let sizeID = order.lines.first(where: { $0.id == line.orderLineID })?.sizeID else { continue }
            let origin = shipment.lines.first { $0.id == line.shipmentLineID }?.warehouseID
            switch one.policy {
            case .remove: break
            case .release: if let origin { stock.add(origin, sizeID, physical: factor * line.quantity) }
            case .send(let warehouseID): stock.add(warehouseID, sizeID, physical: factor * line.quantity)
            }
        }
    }

    func completeReturn(_ id: Int) throws(Complaint) -> Int {
        let place = try returnPlace(id, "id")
        guard !returns[place].isCompleted else { throw Complaint("Return is already completed", "id") }
        returns[place].isCompleted = true
        book(place)
        note(.return, .completed, reference: id, store: returns[place].isWholesale ? 2 : 1)
        return id
    }

    func uncompleteReturn(_ id: Int) throws(Complaint) -> Int {
        let place = try returnPlace(id, "id")
        guard returns[place].isCompleted else { throw Complaint("Return is not completed", "id") }
        returns[place].isCompleted = false
        if !switches.returnsBookOnCreation { book(place, factor: -1) }
        note(.return, .updated, reference: id, store: returns[place].isWholesale ? 2 : 1)
        return id
    }

    func deleteReturn(_ id: Int) throws(Complaint) -> Return {
        let place = try returnPlace(id, "id")
        guard returns[place].refunds.isEmpty else { throw Complaint("A refunded return cannot be deleted", "id") }
        book(place, factor: -1)
        returns[place].isDeleted = true
        let one = returns[place]
        for line in one.lines {
            editLine(line.orderLineID, of: one.orderNumber) { $0.returnedQuantity -= line.quantity }
        }
        note(.return, .deleted, reference: id, store: one.isWholesale ? 2 : 1)
        return one
    }

    /// The failed entry is told as well (as in `captureShipment`).
    func refundReturn(_ id: Int) throws(Complaint) -> Captured {
        let place = try returnPlace(id, "id")
        let one = returns[place]
        guard !one.refunds.contains(where: { $0.status != .failed }) else {
            throw Complaint("Return is already refunded", "id")
        }
        guard let order = order(one.orderNumber) else { throw Complaint("Could not find Order", "id") }
        let value = -self.value(of: one)
        let outcome = outcome(for: order)
        let payment =
            switch outcome {
            case .success: pay(order, "REFUND", .success, value, "{\"success\":true}", returnID: id)
            case .pending: pay(order, "REFUND_REQUEST", .pending, value, "{\"success\":true}", returnID: id)
            case .failure:
                pay(
                    order, "REFUND_FAILED", .failed, value, "{\"success\":false,\"error\":\"refund window closed\"}",
                    returnID: id)
            }
        returns[place].refunds.append(payment)
        note(.return, .updated, reference: id, store: one.isWholesale ? 2 : 1)
        return Captured(
            id: id, payment: payment, errors: outcome == .failure ? [Complaint("Refund failed", "id")] : [])
    }

    func value(of one: Return) -> Money {
        let lines = order(one.orderNumber)?.lines ?? []
        return one.lines.reduce(Money(minor: 0)) { sum, line in
            sum + (lines.first { $0.id == line.orderLineID }?.unitPrice ?? Money(minor: 0)) * line.quantity
        }
    }
}
