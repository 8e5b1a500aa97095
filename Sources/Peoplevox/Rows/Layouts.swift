// The reports and templates that we read, column by column (peoplevox.md, sections 3.4 and 4). No column that holds a
// shopper's name or address is read, so none can get any further (P9).

/// `Item inventory summary`: stock by item and site.
package enum InventoryLayout: String, RowLayout {
    case itemCode = "Item code"
    case site = "Site reference"
    case onHand = "On hand"
    case allocated = "Allocated"
    case available = "Available"

    package typealias Column = ReportColumn
    package static let required: Set = [InventoryLayout.itemCode, .site, .onHand]
    package static let identity = [InventoryLayout.itemCode, .site]

    package static func row(_ cells: RowCells<InventoryLayout>) throws(RowMistake) -> InventoryRow {
        guard let onHand = try cells.quantity(.onHand) else { throw cells.mistake(.empty, .onHand) }
        return InventoryRow(
            itemCode: ItemCode(try cells.code(.itemCode)), site: try cells.code(.site), onHand: onHand,
            allocated: try cells.quantity(.allocated), available: try cells.quantity(.available))
    }
}

package struct InventoryRow: Hashable, Sendable {
    package let itemCode: ItemCode
    package let site: String
    /// All three can be negative in a warehouse's books, which is for people to look at.
    package let onHand: Int
    package let allocated: Int?
    package let available: Int?

    package var hasNegative: Bool { onHand < 0 || allocated ?? 0 < 0 || available ?? 0 < 0 }
    /// Peoplevox's own, with nothing to sell.
    package var isSystemSite: Bool { site == "SystemSite" }
}

/// As Peoplevox has it. What was deactivated is marked in front.
package struct ItemCode: Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package var isDeactivated: Bool { text.hasPrefix("~D~") }
}

/// `Despatch summary`: one row for each line that left.
package enum DespatchLayout: String, RowLayout {
    case orderNumber = "Salesorder number"
    case despatchNumber = "Despatch number"
    case despatchedAt = "Despatch date"
    case itemCode = "Item code"
    case quantity = "No of items"
    case trackingNumber = "Tracking number"
    case line = "Line"
    case carrier = "Carrier"
    case service = "Service"
    case serviceTypeCode = "Service type code"
    case site = "Site reference"
    case channel = "Channel name"

    package typealias Column = ReportColumn
    package static let required: Set = [
        DespatchLayout.orderNumber, .despatchNumber, .despatchedAt, .itemCode, .quantity, .trackingNumber,
    ]
    package static let identity = [DespatchLayout.despatchNumber, .orderNumber, .itemCode, .line]

    package static func row(_ cells: RowCells<DespatchLayout>) throws(RowMistake) -> DespatchRow {
        DespatchRow(
            orderNumber: try cells.code(.orderNumber), despatchNumber: try cells.code(.despatchNumber),
            despatchedAt: try cells.time(.despatchedAt), itemCode: ItemCode(try cells.code(.itemCode)),
            quantity: try cells.quantity(.quantity), trackingNumber: cells.optional(.trackingNumber),
            line: cells.optional(.line), carrier: cells.optional(.carrier), service: cells.optional(.service),
            serviceTypeCode: cells.optional(.serviceTypeCode), site: cells.optional(.site),
            channel: cells.optional(.channel))
    }
}

package struct DespatchRow: Hashable, Sendable {
    package let orderNumber: String
    package let despatchNumber: String
    package let despatchedAt: PartnerTime?
    package let itemCode: ItemCode
    /// Nil when Peoplevox did not say, which is not one.
    package let quantity: Int?
    /// Nil as long as there is none; it may come later or never.
    package let trackingNumber: String?
    package let line: String?
    package let carrier: String?
    package let service: String?
    package let serviceTypeCode: String?
    package let site: String?
    package let channel: String?
}

/// `Return summary`: what came back, and in which state.
package enum ReturnLayout: String, RowLayout {
    case returnCode = "Return code"
    case returnedAt = "Return date"
    case quantity = "Quantity"
    case itemCode = "Item code"
    case orderNumber = "Sales order number"
    case reason = "Return reason"
    case reasonCode = "Return reason code"
    case condition = "Return condition"
    case isReusable = "Is Reusable"
    case site = "Site reference"
    case channel = "Channel name"

    package typealias Column = ReportColumn
    package static let required: Set = [
        ReturnLayout.returnCode, .quantity, .itemCode, .orderNumber, .reasonCode, .condition,
    ]
    /// One code and item can have rows of several states.
    package static let identity = [
        ReturnLayout.returnCode, .orderNumber, .itemCode, .reasonCode, .condition, .isReusable,
    ]

    package static func row(_ cells: RowCells<ReturnLayout>) throws(RowMistake) -> ReturnRow {
        guard let quantity = try cells.quantity(.quantity) else { throw cells.mistake(.empty, .quantity) }
        return ReturnRow(
            returnCode: try cells.code(.returnCode), returnedAt: try cells.time(.returnedAt), quantity: quantity,
            itemCode: ItemCode(try cells.code(.itemCode)), orderNumber: cells.optional(.orderNumber),
            reason: cells.optional(.reason), reasonCode: cells.optional(.reasonCode),
            condition: cells.optional(.condition), isReusable: cells.flag(.isReusable), site: cells.optional(.site),
            channel: cells.optional(.channel))
    }
}

package struct ReturnRow: Hashable, Sendable {
    package let returnCode: String
    package let returnedAt: PartnerTime?
    package let quantity: Int
    package let itemCode: ItemCode
    /// Nil when it was booked without one.
    package let orderNumber: String?
    package let reason: String?
    package let reasonCode: String?
    package let condition: String?
    package let isReusable: Bool?
    package let site: String?
    package let channel: String?
}
