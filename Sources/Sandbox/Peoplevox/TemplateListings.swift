// What GetData answers: each template's records under its bare column names (peoplevox.md, section 3), with the columns
// that the tenant has.

extension WarehouseState {
    /// Nil when there is no such template.
    func template(_ name: String, _ configured: Set<String>) -> Listing? {
        let columns = TemplateColumns.all(name)?.filter { configured.contains($0.name) }
        guard let columns else { return nil }
        return switch name {
        case TemplateColumns.itemTypes: itemTypeListing(columns, hasOnHand: configured.contains("OnHand"))
        case TemplateColumns.salesOrders:
            Listing(columns.map(\.name), orders.all.map { order in columns.map { cell($0, of: order) } })
        case TemplateColumns.salesOrderItems: lineListing(columns)
        case TemplateColumns.sites:
            Listing(["Name", "Reference"], sites.map { [.text($0.name), .text($0.reference)] })
        default: plainListing(name, columns)
        }
    }

    private func itemTypeListing(_ columns: [TemplateColumn], hasOnHand: Bool) -> Listing {
        let rows = items.all.map { item in
            columns.map { $0.name == "ItemCode" ? .text(item.listedCode) : $0.cell(item.fields[$0.name]) }
                + (hasOnHand ? [Cell.integer(stock[StockPlace(defaultSite, item.code)]?.onHand ?? 0)] : [])
        }
        return Listing(columns.map(\.name) + (hasOnHand ? ["OnHand"] : []), rows)
    }

    private func cell(_ column: TemplateColumn, of order: SalesOrder) -> Cell {
        switch column.name {
        case "SalesOrderNumber": .text(order.number)
        case "Status": .status(id: order.status.rawValue, name: order.status.name)
        case "Site": .text(order.site)
        case "OnHold": .flag(order.isOnHold)
        case "StopShip": .flag(order.isStopped)
        case "IsPartialShipment": .flag(TemplateColumn.flag(order.fields[column.name] ?? "") ?? false)
        // Public samples show it without a time of day.
        case "RequestedDeliveryDate": column.cell(order.fields[column.name]).asDay
        default: column.cell(order.fields[column.name])
        }
    }

    private func lineListing(_ columns: [TemplateColumn]) -> Listing {
        let rows = orders.all.flatMap { order in
            order.lines.map { line in columns.map { cell($0, of: line, in: order) } }
        }
        return Listing(columns.map(\.name), rows)
    }

    private func cell(_ column: TemplateColumn, of line: SalesOrder.Line, in order: SalesOrder) -> Cell {
        switch column.name {
        case "SalesOrderNumber": .text(order.number)
        case "ItemCode": .text(items[line.itemCode]?.listedCode ?? line.itemCode)
        case "QuantityOrdered": .integer(line.quantity)
        case "Line": .text(line.line)
        case "RequestedDeliveryDate": column.cell(line.fields[column.name] ?? order.fields[column.name]).asDay
        default: column.cell(line.fields[column.name])
        }
    }

    private func plainListing(_ name: String, _ columns: [TemplateColumn]) -> Listing {
        let rows = plain[name]?.all.map { fields in columns.map { $0.cell(fields[$0.name]) } } ?? []
        return Listing(columns.map(\.name), rows)
    }
}

extension TemplateColumn {
    /// A saved text as a value of the column's kind.
    func cell(_ text: String?) -> Cell {
        guard let text, !text.isEmpty else { return .absent }
        return switch kind {
        case .text: .text(text)
        case .integer: Int(text).map(Cell.integer) ?? .text(text)
        case .decimal: .decimal(text)
        case .flag: TemplateColumn.flag(text).map(Cell.flag) ?? .text(text)
        case .time: CivilTime(importText: text).map(Cell.time) ?? .text(text)
        }
    }
}

extension Cell {
    var asDay: Cell {
        if case .time(let time) = self { .day(time) } else { self }
    }
}
