// Goods that come back. Each row is some units of one item type in one condition; several rows share a return code, and
// rows may be added to a code later (peoplevox.md, section 6).

package struct ReturnedLine: Equatable, Sendable {
    package var code: String
    package var time: CivilTime
    package var site: String
    /// Empty when the parcel could not be matched to an order.
    package var salesOrder: String
    package var itemCode: String
    package var quantity: Int
    package var reason: String
    package var reasonCode: String
    package var condition: String
    /// Nil: nobody has said yet. Only reusable units go back into stock.
    package var isReusable: Bool?
    package var comments: String

    package init(
        _ itemCode: String, quantity: Int, of salesOrder: String, reason: String = "", reasonCode: String = "",
        condition: String = "NEW", isReusable: Bool? = true, comments: String = ""
    ) {
        code = ""
        time = CivilTime(seconds: 0)
        site = ""
        self.salesOrder = salesOrder
        self.itemCode = itemCode
        self.quantity = quantity
        self.reason = reason
        self.reasonCode = reasonCode
        self.condition = condition
        self.isReusable = isReusable
        self.comments = comments
    }
}

extension WarehouseState {
    /// Books rows of one return, under a new code or added to one that is there.
    /// - Returns: the return code.
    package mutating func takeBack(
        _ lines: [ReturnedLine], code known: String? = nil, site: String
    ) throws(WarehouseRefusal) -> String {
        for line in lines {
            try require(line.itemCode, site)
            guard line.quantity > 0 else { throw WarehouseRefusal("a return is one unit or more") }
        }
        let code = known ?? "RET\(next.returned)"
        if known == nil { next.returned += 1 }
        for line in lines {
            var line = line
            (line.code, line.time, line.site) = (code, now, site)
            returns.append(line)
            book(line)
        }
        return code
    }

    private mutating func book(_ line: ReturnedLine) {
        let place = StockPlace(line.site, line.itemCode)
        if line.isReusable == true {
            move(place, by: line.quantity, from: "RETURNS", reason: "Return", salesOrder: line.salesOrder, user: "ret1")
        }
        changes.append(
            Change(
                .returns, site: line.site,
                [
                    "ReturnCode": [.text(line.code)], "SalesOrder.SalesOrderNumber": [.text(line.salesOrder)],
                    "ItemType.ItemCode": [.text(line.itemCode)], "Quantity": [.integer(line.quantity)],
                ]))
        allocateWaiting(for: place)
    }
}
