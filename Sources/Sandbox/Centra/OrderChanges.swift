// What can be done to orders (§3.3): confirm, lock, hold, edit, cancel lines, cancel, allocate.

extension Shop {
    func confirm(_ input: Arguments?) throws(Complaint) -> Int {
        let order = try order(input?.object("order"), "input", "order")
        guard order.status == .pending else {
            throw Complaint("Only pending orders can be confirmed", "input", "order")
        }
        confirm(order.number)
        return order.number
    }

    func confirm(_ number: Int) {
        if switches.allocatesOnConfirm {
            for line in order(number)?.lines ?? [] { allocate(line.quantity, to: line.id, of: number) }
        }
        change(number) { $0.status = .confirmed }
    }

    func lock(_ input: Arguments?) throws(Complaint) -> [Int] {
        var numbers: [Int] = []
        for (index, reference) in (input?.objects("orders") ?? []).enumerated() {
            numbers.append(try order(reference, "input", "orders", "\(index)").number)
        }
        for number in numbers { change(number) { $0.isLocked = input?.bool("isLocked") ?? false } }
        return numbers
    }

    /// Both kinds of orders: the wholesale input has fewer fields.
    func update(_ reference: Arguments?, _ input: Arguments?, isWholesale: Bool) throws(Complaint) -> Int {
        let order = try order(reference, "order")
        guard order.isWholesale == isWholesale else {
            throw Complaint("Order \(order.number) is not of this store type", "order")
        }
        let cancelled = try linesToCancel(input?.objects("cancelLines") ?? [], of: order)
        let cost = try shippingCost(input, of: order)
        if input?.has("isOnHold") == true, [.shipped, .cancelled, .archived].contains(order.status) {
            throw Complaint("Order \(order.number) cannot be held any more", "input", "isOnHold")
        }
        for one in cancelled { cancel(one.quantity, of: one.lineID, of: order.number, one.policy) }
        change(order.number) { order in
            if let isOnHold = input?.bool("isOnHold") { order.isOnHold = isOnHold }
            if let isInternal = input?.bool("isInternal") { order.isInternal = isInternal }
            if let text = input?.string("externalId") { order.externalId = text }
            if let text = input?.string("internalComment") { order.internalComment = text }
            if let text = input?.string("otherComment") { order.otherComment = text }
            if let cost { order.shippingCost = cost }
            order.shippingAddress.take(input?.object("shippingAddress"))
            order.billingAddress.take(input?.object("billingAddress"))
        }
        finishIfNothingIsLeft(order.number)
        return order.number
    }

    private func shippingCost(_ input: Arguments?, of order: Order) throws(Complaint) -> Money? {
        guard let value = input?.object("shippingCost")?["value"] else { return nil }
        guard let cost = Money(value), cost.minor >= 0, cost.minor <= order.shippingCost.minor else {
            throw Complaint("Shipping cost can only be lowered", "input", "shippingCost")
        }
        guard order.status == .confirmed else {
            throw Complaint("Shipping cost can be changed in confirmed orders only", "input", "shippingCost")
        }
        return cost
    }

    // MARK: Cancelling

    private typealias CancelledLine = (lineID: Int, quantity: Int, policy: StockPolicy)

    private func linesToCancel(_ inputs: [Arguments], of order: Order) throws(Complaint) -> [CancelledLine] {
        var left: [Int: Int] = [:]
        var lines: [CancelledLine] = []
        for (index, input) in inputs.enumerated() {
            let path = ["input", "cancelLines", "\(index)"]
            guard order.status.isOpen else {
                throw Complaint("Order \(order.number) cannot be changed any more", path: path)
            }
            let id = input.object("line")?.integer("id") ?? 0
            guard let line = order.lines.first(where: { $0.id == id }) else {
                throw Complaint("Could not find OrderLine with ID \(id)", path: path + ["line"])
            }
            let quantity = input.integer("quantity") ?? 0
            let rest = (left[id] ?? unshipped(line, of: order)) - quantity
            guard quantity > 0, rest >= 0 else {
                throw Complaint(
                    "Quantity to cancel exceeds the unshipped quantity of line \(id)", path: path + ["quantity"])
            }
            left[id] = rest
            lines.append((id, quantity, try policyOfLine(input)))
        }
        return lines
    }

    private func policyOfLine(_ input: Arguments) throws(Complaint) -> StockPolicy {
        switch input.string("stockAction") {
        case "RELEASE_BACK_TO_WAREHOUSE": .release
        case "REMOVE_FROM_STOCK": .remove
        default: try policy(input.object("stockActionPolicy"))
        }
    }

    private func cancel(_ quantity: Int, of lineID: Int, of number: Int, _ policy: StockPolicy) {
        guard let order = order(number), let line = order.lines.first(where: { $0.id == lineID }) else { return }
        let needed = completedLess(line.quantity - quantity, line, of: order)
        release(max(0, line.allocatedQuantity - needed), of: lineID, of: number, policy)
        editLine(lineID, of: number) { line in
            line.quantity -= quantity
            line.cancelledQuantity += quantity
        }
    }

    /// What of `quantity` has not left yet.
    private func completedLess(_ quantity: Int, _ line: OrderLine, of order: Order) -> Int {
        let gone = shipments(of: order).filter(\.isShipped).flatMap(\.lines).filter { $0.orderLineID == line.id }
        return max(0, quantity - gone.map(\.quantity).reduce(0, +))
    }

    struct Cancellation {
        let number: Int
        var payment: Payment?
        var warnings: [Complaint] = []
    }

    func cancelOrder(id: String, _ input: Arguments?, isWholesale: Bool) throws(Complaint) -> Cancellation {
        guard let order = order(id: id), order.isWholesale == isWholesale else {
            throw Complaint("Could not find Order with ID \(id)", "id")
        }
        guard order.status.isOpen else {
            let text =
                order.status == .cancelled ? "Order is already cancelled" : "Completed orders cannot be cancelled"
            throw Complaint(text, "id")
        }
        guard shipments(of: order).isEmpty, !order.isCaptured else {
            throw Complaint("Orders with shipments or captures cannot be cancelled", "id")
        }
        let policy = try policy(input?.object("stockAction"))
        for line in order.lines { release(line.allocatedQuantity, of: line.id, of: order.number, policy) }
        var cancellation = Cancellation(number: order.number)
        if input?.bool("cancelAuthorization") == true { cancelAuthorization(of: order, &cancellation) }
        // The quantities of its lines stay as they were (§3.2).
        change(order.number) { $0.status = .cancelled }
        return cancellation
    }

    // MARK: Allocating

    func allocateOrder(_ input: Arguments?) throws(Complaint) -> (number: Int, warnings: [Complaint]) {
        let order = try order(input?.object("order"), "input", "order")
        guard [.confirmed, .processing].contains(order.status) else {
            throw Complaint("Order \(order.number) is not confirmed", "input", "order")
        }
        var candidates: [Warehouse] = []
        for (index, one) in (input?.objects("warehouses") ?? []).enumerated() {
            candidates.append(try warehouse(one, "input", "warehouses", "\(index)"))
        }
        var warnings: [Complaint] = []
        for (index, wish) in try wishes(input?.objects("allocate"), "allocate", of: order).enumerated() {
            let open = max(0, unshipped(wish.line, of: order) - wish.line.allocatedQuantity)
            let missing = allocate(
                min(wish.quantity, open), to: wish.line.id, of: order.number,
                from: candidates.isEmpty ? nil : candidates)
            if missing > 0 {
                warnings.append(
                    Complaint("Not enough stock for line \(wish.line.id)", "input", "allocate", "\(index)"))
            }
        }
        change(order.number) { _ in }
        return (order.number, warnings)
    }

    func unallocateOrder(_ input: Arguments?) throws(Complaint) -> (number: Int, warnings: [Complaint]) {
        let order = try order(input?.object("order"), "input", "order")
        let policy = try policy(input?.object("stockActionPolicy"))
        let warehouseIDs = input?.objects("warehouses")?.compactMap { $0.integer("id") }
        var warnings: [Complaint] = []
        for (index, wish) in try wishes(input?.objects("unallocate"), "unallocate", of: order).enumerated() {
            let allocated = wish.line.allocatedQuantity
            if wish.quantity > allocated {
                warnings.append(
                    Complaint(
                        "Requested quantity \(wish.quantity) exceeds the allocated quantity \(allocated) of line \(wish.line.id)",
                        "input", "unallocate", "\(index)", "quantity"))
            }
            release(min(wish.quantity, allocated), of: wish.line.id, of: order.number, policy, in: warehouseIDs)
        }
        change(order.number) { _ in }
        return (order.number, warnings)
    }

    /// The lines that are named, or all of them.
    private func wishes(
        _ inputs: [Arguments]?, _ name: String, of order: Order
    ) throws(Complaint) -> [(line: OrderLine, quantity: Int)] {
        guard let inputs else { return order.lines.map { ($0, $0.quantity) } }
        var wishes: [(line: OrderLine, quantity: Int)] = []
        for (index, input) in inputs.enumerated() {
            let id = input.object("orderLine")?.integer("id") ?? 0
            guard let line = order.lines.first(where: { $0.id == id }) else {
                throw Complaint("Could not find OrderLine with ID \(id)", "input", name, "\(index)", "orderLine")
            }
            wishes.append((line, max(0, input.integer("quantity") ?? 0)))
        }
        return wishes
    }
}

extension Address {
    /// What is given replaces, what is left out stays. The country cannot be given.
    fileprivate mutating func take(_ input: Arguments?) {
        guard let input else { return }
        let paths: [(String, WritableKeyPath<Address, String?>)] = [
            ("firstName", \.firstName), ("lastName", \.lastName), ("companyName", \.companyName),
            ("attention", \.attention), ("address1", \.address1), ("address2", \.address2), ("city", \.city),
            ("zipCode", \.zipCode), ("stateOrProvince", \.stateOrProvince), ("email", \.email),
            ("phoneNumber", \.phoneNumber), ("cellPhoneNumber", \.cellPhoneNumber), ("vatNumber", \.vatNumber),
        ]
        for (name, path) in paths where input.has(name) { self[keyPath: path] = input.string(name) }
    }
}
