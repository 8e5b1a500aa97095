// Sales orders and their lines as they come in by SaveData: two calls that know nothing of each other. A header without
// lines is an order all the same, and the floor can see it (peoplevox.md, section 7).

extension WarehouseState {
    mutating func importOrder(_ row: ImportRow, _ action: SaveAction) throws(WarehouseRefusal) {
        let number = try row.required("SalesOrderNumber")
        if action == .delete { return try deleteOrder(number) }
        if let status = row.cells["Status"], !status.isEmpty {
            guard status == "Cancelled" else {
                throw WarehouseRefusal("Status \(status) cannot be imported. Only Cancelled is allowed.")
            }
            try importCancellation(number)
        }
        if let site = row.cells["Site"], !site.isEmpty, self.site(site) == nil {
            throw WarehouseRefusal("Site \(site) does not exist.")
        }
        if orders[number] == nil { orders[number] = newOrder(number) }
        changeOrder(number) { state, order in state.write(row, into: &order, action) }
        importTracking(number, row)
        allocate(number)
    }

    private func newOrder(_ number: String) -> SalesOrder {
        var order = SalesOrder(number, site: defaultSite, modified: now)
        order.fields["CreatedDate"] = importText(now)
        return order
    }

    private func importText(_ time: CivilTime) -> String { DateStyle.yearFirst.text(time, withTime: true) }

    private mutating func write(_ row: ImportRow, into order: inout SalesOrder, _ action: SaveAction) {
        row.write(
            into: &order.fields, except: ["SalesOrderNumber", "Status", "Site", "OnHold", "StopShip"],
            blanks: policy.emptyCellBlanks)
        order.modified = now
        order.allocates = action != .saveWithoutAllocating
        if let site = row.cells["Site"], !site.isEmpty, site != order.site, !order.isPicking {
            release(&order)
            order.site = site
        }
        if let hold = flag(row, "OnHold") {
            order.isOnHold = hold
            if hold, !order.isPicking { release(&order) }
        }
        if let stop = flag(row, "StopShip") { order.isStopped = stop }
    }

    /// An empty cell sets a mark to false where empty cells blank.
    private func flag(_ row: ImportRow, _ column: String) -> Bool? {
        guard let text = row.cells[column] else { return nil }
        return TemplateColumn.flag(text) ?? (policy.emptyCellBlanks ? false : nil)
    }

    /// Tracking that was made elsewhere and is written back on the order (peoplevox.md, section 7).
    private mutating func importTracking(_ number: String, _ row: ImportRow) {
        guard let tracking = row.cells["DespatchTrackingNumber"], !tracking.isEmpty else { return }
        for despatch in despatches.all where despatch.salesOrder == number {
            // It is there: nothing to refuse.
            try? track(despatch.number, tracking: tracking)
        }
    }

    private mutating func importCancellation(_ number: String) throws(WarehouseRefusal) {
        guard let order = orders[number] else { throw WarehouseRefusal("Sales order \(number) does not exist.") }
        let late: WarehousePolicy.LateCancel =
            switch order.status {
            case .new, .allocated, .cancelled: .accepted
            case .picking: policy.cancelWhilePicking
            case .partDespatched, .despatched:
                policy.cancelAfterDespatch == .ignored ? .ignored : .refused
            }
        switch late {
        case .accepted: try cancel(number)
        case .ignored: break
        case .refused: throw WarehouseRefusal("Sales order \(number) can no longer be cancelled.")
        }
    }

    private mutating func deleteOrder(_ number: String) throws(WarehouseRefusal) {
        guard var order = orders[number] else { throw WarehouseRefusal("Sales order \(number) does not exist.") }
        guard [.new, .allocated, .cancelled].contains(order.status) else {
            throw WarehouseRefusal("Sales order \(number) can no longer be deleted.")
        }
        release(&order)
        orders[number] = nil
    }

    // MARK: - Lines

    mutating func importLine(_ row: ImportRow, _ action: SaveAction) throws(WarehouseRefusal) {
        let number = try row.required("SalesOrderNumber")
        guard let order = orders[number] else { throw WarehouseRefusal("Sales order \(number) does not exist.") }
        try requireOpen(order)
        let itemCode = row.cells["ItemCode"].flatMap { $0.isEmpty ? nil : $0 }
        let index = index(of: row, itemCode, in: order)
        if action == .delete { return try deleteLine(index, of: number) }
        if let itemCode, items[itemCode]?.isDeactivated ?? true {
            if policy.unknownItem == .vanishes { return }
            throw WarehouseRefusal("Item type \(itemCode) does not exist.")
        }
        if let index {
            try changeLine(index, of: order, row, itemCode)
        } else {
            try addLine(to: order, row)
        }
        if action == .saveWithoutAllocating { orders[number]?.allocates = false }
        allocate(number)
    }

    private func requireOpen(_ order: SalesOrder) throws(WarehouseRefusal) {
        switch order.status {
        case .new, .allocated: return
        case .picking where policy.editsWhilePicking: return
        case .picking, .partDespatched: throw WarehouseRefusal("Sales order \(order.number) is being picked.")
        case .despatched: throw WarehouseRefusal("Sales order \(order.number) has been despatched.")
        case .cancelled: throw WarehouseRefusal("Sales order \(order.number) is cancelled.")
        }
    }

    private func index(of row: ImportRow, _ itemCode: String?, in order: SalesOrder) -> Int? {
        if policy.lineIdentity == .line, let line = row.cells["Line"], !line.isEmpty {
            return order.lines.firstIndex { $0.line == line }
        }
        return itemCode.flatMap { code in order.lines.firstIndex { $0.itemCode == code } }
    }

    private mutating func addLine(to order: SalesOrder, _ row: ImportRow) throws(WarehouseRefusal) {
        let itemCode = try row.required("ItemCode")
        let quantity = try positive(row.required("QuantityOrdered"))
        var line = SalesOrder.Line(itemCode, quantity: quantity, line: row.cells["Line"] ?? "")
        write(row, into: &line)
        changeOrder(order.number) { _, order in order.lines.append(line) }
    }

    private mutating func changeLine(
        _ index: Int, of order: SalesOrder, _ row: ImportRow, _ itemCode: String?
    ) throws(WarehouseRefusal) {
        var line = order.lines[index]
        if let text = row.cells["QuantityOrdered"] { line.quantity = try positive(text) }
        if let name = row.cells["Line"], !name.isEmpty || policy.emptyCellBlanks { line.line = name }
        let released =
            itemCode.map { $0 == line.itemCode } ?? true ? max(0, line.allocated - line.outstanding) : line.allocated
        guard released == 0 || line.picked == 0 else { throw WarehouseRefusal("The line is being picked.") }
        line.allocated -= released
        let former = StockPlace(order.site, line.itemCode)
        if let itemCode { line.itemCode = itemCode }
        write(row, into: &line)
        changeStock(former) { $0.allocated -= released }
        changeOrder(order.number) { _, order in order.lines[index] = line }
    }

    private func write(_ row: ImportRow, into line: inout SalesOrder.Line) {
        row.write(
            into: &line.fields, except: ["SalesOrderNumber", "ItemCode", "QuantityOrdered", "Line"],
            blanks: policy.emptyCellBlanks)
    }

    private func positive(_ text: String) throws(WarehouseRefusal) -> Int {
        guard let quantity = Int(text), (1...1_000_000).contains(quantity) else {
            throw WarehouseRefusal("QuantityOrdered has to be one or more.")
        }
        return quantity
    }

    private mutating func deleteLine(_ index: Int?, of number: String) throws(WarehouseRefusal) {
        guard let index else { throw WarehouseRefusal("The order has no such line.") }
        guard policy.deletesLines else { return }
        changeOrder(number) { state, order in
            let line = order.lines.remove(at: index)
            state.changeStock(StockPlace(order.site, line.itemCode)) { $0.allocated -= line.allocated }
        }
    }
}
