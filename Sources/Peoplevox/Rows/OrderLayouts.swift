// Sales orders, by report and by template, item types and sites: what is read back after an import, and swept for changes.

/// `Sales orders by status`: the status is a name here.
package enum OrderStatusLayout: String, RowLayout {
    case orderNumber = "Sales order no."
    case status = "Status"
    case channel = "Channel"
    case changedAt = "Date"

    package typealias Column = ReportColumn
    package static let required: Set = [OrderStatusLayout.orderNumber, .status]
    package static let identity = [OrderStatusLayout.orderNumber]

    package static func row(_ cells: RowCells<OrderStatusLayout>) throws(RowMistake) -> OrderStatusRow {
        OrderStatusRow(
            orderNumber: try cells.code(.orderNumber), status: try cells.code(.status),
            channel: cells.optional(.channel), changedAt: try cells.time(.changedAt))
    }
}

package struct OrderStatusRow: Hashable, Sendable {
    package let orderNumber: String
    /// Nobody knows all names; one that is not known means that something is going on.
    package let status: String
    package let channel: String?
    package let changedAt: PartnerTime?
}

/// The template `Sales orders`: the status may be a number here, whose names nobody knows.
package enum SalesOrderLayout: String, RowLayout {
    case orderNumber = "SalesOrderNumber"
    case status = "Status"
    case isOnHold = "OnHold"
    case createdAt = "CreatedDate"
    case site = "Site"
    case channel = "ChannelName"

    package typealias Column = TemplateColumn
    package static let required: Set = [SalesOrderLayout.orderNumber, .status]
    package static let identity = [SalesOrderLayout.orderNumber]

    package static func row(_ cells: RowCells<SalesOrderLayout>) throws(RowMistake) -> SalesOrderRow {
        SalesOrderRow(
            orderNumber: try cells.code(.orderNumber), status: cells.optional(.status), isOnHold: cells.flag(.isOnHold),
            createdAt: try cells.time(.createdAt), site: cells.optional(.site), channel: cells.optional(.channel))
    }
}

package struct SalesOrderRow: Hashable, Sendable {
    package let orderNumber: String
    package let status: String?
    /// Nil where the tenant's template has no such column.
    package let isOnHold: Bool?
    package let createdAt: PartnerTime?
    package let site: String?
    package let channel: String?
}

/// The template `Sales order items`: which lines an order has, which is fewer than were sent when a SKU is unknown.
package enum SalesOrderItemLayout: String, RowLayout {
    case orderNumber = "SalesOrderNumber"
    case itemCode = "ItemCode"
    case quantity = "QuantityOrdered"
    case line = "Line"

    package typealias Column = TemplateColumn
    package static let required: Set = [SalesOrderItemLayout.orderNumber, .itemCode, .quantity]
    package static let identity = [SalesOrderItemLayout.orderNumber, .itemCode, .line]

    package static func row(_ cells: RowCells<SalesOrderItemLayout>) throws(RowMistake) -> SalesOrderItemRow {
        guard let quantity = try cells.quantity(.quantity) else { throw cells.mistake(.empty, .quantity) }
        return SalesOrderItemRow(
            orderNumber: try cells.code(.orderNumber), itemCode: ItemCode(try cells.code(.itemCode)),
            quantity: quantity,
            line: cells.optional(.line))
    }
}

package struct SalesOrderItemRow: Hashable, Sendable {
    package let orderNumber: String
    package let itemCode: ItemCode
    package let quantity: Int
    package let line: String?
}

/// The template `Item types`: which item codes and barcodes there are.
package enum ItemTypeLayout: String, RowLayout {
    case itemCode = "ItemCode"
    case barcode = "Barcode"

    package typealias Column = TemplateColumn
    package static let required: Set = [ItemTypeLayout.itemCode]
    package static let identity = [ItemTypeLayout.itemCode]

    package static func row(_ cells: RowCells<ItemTypeLayout>) throws(RowMistake) -> ItemTypeRow {
        ItemTypeRow(itemCode: ItemCode(try cells.code(.itemCode)), barcode: cells.optional(.barcode))
    }
}

package struct ItemTypeRow: Hashable, Sendable {
    package let itemCode: ItemCode
    package let barcode: String?
}

/// The template `Sites`.
package enum SiteLayout: String, RowLayout {
    case reference = "Reference"

    package typealias Column = TemplateColumn
    package static let required: Set = [SiteLayout.reference]
    package static let identity = [SiteLayout.reference]

    package static func row(_ cells: RowCells<SiteLayout>) throws(RowMistake) -> String { try cells.code(.reference) }
}
