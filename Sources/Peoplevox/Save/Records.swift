// What the workflows save: item types, sales orders, their lines, and the two things that can be said to an order later.
package import Commerce

/// An item type, identified by its code; both the code and the barcode are unique in the tenant.
package struct ItemTypeRecord: Sendable {
    package var itemCode: String
    package var barcode: String
    package var name: String?
    package var description: String?
    package var group: String?
    package var unitOfMeasure: String?
    package var retailPrice: Amount?
    package var buyPrice: Amount?
    package var weight: Amount?
    package var weightMeasure: String?
    /// By number, 1 to 15.
    package var attributes: [Int: String] = [:]

    package init(_ itemCode: String, barcode: String) {
        self.itemCode = itemCode
        self.barcode = barcode
    }

    var row: SaveRow {
        var row = SaveRow(.itemTypes, .itemCode, itemCode)
        row.set(.barcode, barcode)
        row.set(.itemName, name)
        row.set(.itemDescription, description)
        row.set(.itemGroup, group)
        row.set(.unitOfMeasure, unitOfMeasure)
        row.set(.retailPrice, retailPrice)
        row.set(.buyPrice, buyPrice)
        row.set(.weight, weight)
        row.set(.weightMeasure, weightMeasure)
        row.set(attributes: attributes)
        return row
    }
}

package struct PostalAddress: Sendable, Equatable {
    /// Peoplevox has two; what is in further ones joins the second.
    package var lines: [Personal]
    package var city: Personal?
    package var region: Personal?
    package var postcode: Personal?
    package var country: String?

    package init(
        lines: [Personal], city: Personal? = nil, region: Personal? = nil, postcode: Personal? = nil,
        country: String? = nil
    ) {
        self.lines = lines
        self.city = city
        self.region = region
        self.postcode = postcode
        self.country = country
    }

    /// - Parameter replaces: whether what an older address has beyond this one is to go.
    fileprivate func set(_ use: String, in row: inout SaveRow, replaces: Bool) {
        let given = lines.map { FittedRow.flattened($0.reveal()) }.filter { !$0.isEmpty }
        let parts: [(SaveColumn, String?)] = [
            (.address(use, "Line1"), given.first), (.address(use, "Line2"), given.dropFirst().joined(separator: ", ")),
            (.address(use, "City"), city?.reveal()), (.address(use, "Region"), region?.reveal()),
            (.address(use, "Postcode", .refuse), postcode?.reveal()), (.address(use, "Country", .refuse), country),
        ]
        for (column, text) in parts {
            if let text, !FittedRow.flattened(text).isEmpty {
                row.set(column, text)
            } else if replaces {
                row.blank(column)
            }
        }
    }
}

/// The header of a sales order. What is nil is left as it is.
package struct SalesOrderRecord: Sendable {
    package var number: String
    /// The number that people know the order by.
    package var customerReference: String?
    package var customer: Personal?
    package var contactName: Personal?
    package var email: Personal?
    package var shipping: PostalAddress?
    package var invoice: PostalAddress?
    /// Whether an address takes the place of an older one, also in what it lacks. Only for orders that are there already.
    package var replacesAddresses = false
    /// All in the tenant's own time.
    package var requestedDeliveryDate: LocalTime?
    package var createdDate: LocalTime?
    package var serviceType: String?
    package var channelName: String?
    package var site: String?
    package var shippingCost: Amount?
    package var totalSale: Amount?
    package var discount: Amount?
    package var taxPaid: Amount?
    package var isPartialShipment: Bool?
    package var isOnHold: Bool?
    /// By number, 1 to 5.
    package var attributes: [Int: String] = [:]

    package init(_ number: String) { self.number = number }

    var row: SaveRow {
        var row = SaveRow(.salesOrders, .salesOrderNumber, number)
        if !SalesOrderRecord.isNumber(number) { row.refusal = .unusable("SalesOrderNumber") }
        row.set(.customerReference, customerReference)
        row.set(.customer, customer)
        shipping?.set("Shipping", in: &row, replaces: replacesAddresses)
        invoice?.set("Invoice", in: &row, replaces: replacesAddresses)
        row.set(.email, email)
        row.set(.contactName, contactName)
        row.set(.requestedDeliveryDate, requestedDeliveryDate)
        row.set(.createdDate, createdDate)
        row.set(.serviceType, serviceType)
        row.set(.channelName, channelName)
        row.set(.site, site)
        row.set(.shippingCost, shippingCost)
        row.set(.totalSale, totalSale)
        row.set(.discount, discount)
        row.set(.taxPaid, taxPaid)
        row.set(.isPartialShipment, isPartialShipment)
        row.set(.onHold, isOnHold)
        row.set(attributes: attributes)
        return row
    }

    /// Of letters, digits and `._/#:+-` only, so that it can stand in a search clause, a path and a log line.
    static func isNumber(_ number: String) -> Bool {
        !number.isEmpty
            && number.utf8.allSatisfy { octet in
                switch octet {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "._/#:+-".utf8.contains(octet)
                }
            }
    }

    /// Only `Cancelled` may be imported. It is a wish: read back what became of it.
    static func cancelling(_ number: String) -> SaveRow {
        var row = SaveRow(.salesOrders, .salesOrderNumber, number)
        row.set(.status, "Cancelled")
        return row
    }

    /// Lets an order go that was imported on hold.
    static func releasing(_ number: String) -> SaveRow {
        var row = SaveRow(.salesOrders, .salesOrderNumber, number)
        row.set(.onHold, false)
        row.set(.stopShip, false)
        return row
    }
}

/// A line of a sales order. Saving it again is only safe after looking at what is there: which columns identify a line is
/// not known.
package struct SalesOrderItemRecord: Sendable {
    package var orderNumber: String
    package var itemCode: String
    package var quantity: Int
    package var line: String?
    package var sequence: Int?
    package var salePrice: Amount?

    package init(
        _ orderNumber: String, itemCode: String, quantity: Int, line: String? = nil, sequence: Int? = nil,
        salePrice: Amount? = nil
    ) {
        self.orderNumber = orderNumber
        self.itemCode = itemCode
        self.quantity = quantity
        self.line = line
        self.sequence = sequence
        self.salePrice = salePrice
    }

    var row: SaveRow {
        var row = SaveRow(.salesOrderItems, .salesOrderNumber, orderNumber)
        row.set(.itemCode, itemCode)
        row.set(.quantityOrdered, "\(quantity)")
        if quantity < 1 { row.refusal = .unusable("QuantityOrdered") }
        if itemCode.isEmpty { row.refusal = .unusable("ItemCode") }
        row.set(.line, line)
        row.set(.sequence, sequence.map { "\($0)" })
        row.set(.salePrice, salePrice)
        return row
    }
}
