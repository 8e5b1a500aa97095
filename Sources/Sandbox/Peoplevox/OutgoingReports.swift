// The two reports that carry orders' particulars: what left, and what came back.

extension WarehouseState {
    static let despatchTitles = [
        "Salesorder number", "Requested delivery date", "Despatch number", "Carrier", "Service", "Despatch date",
        "Tracking number", "Item name", "No of items", "No. of parent items despatched", "Destination country",
        "Site reference", "Parent", "Item code", "Line", "Username", "Carrier reference", "Service type code",
        "Customer order reference", "Shipping cost", "Email", "Contact name", "Total sale", "Discount", "Tax paid",
        "Channel name", "Item barcode", "Item description",
    ]

    /// One row for each despatched line and package.
    func despatchSummary() -> Listing {
        let rows = despatches.all.flatMap { despatch in
            despatch.packages.flatMap { package in package.lines.map { row(of: $0, package.tracking, despatch) } }
        }
        return Listing(WarehouseState.despatchTitles, rows)
    }

    private func row(of line: Despatch.PackedLine, _ tracking: String, _ despatch: Despatch) -> [Cell] {
        let order = orders[despatch.salesOrder]
        let item = items[line.itemCode]
        func text(_ column: String) -> Cell { .text(order?.fields[column] ?? "") }
        func amount(_ column: String) -> Cell { order?.fields[column].map(Cell.decimal) ?? .absent }
        return [
            .text(despatch.salesOrder), requestedDay(order), .text(despatch.number), .text(despatch.carrier),
            .text(despatch.service), .time(despatch.time), .text(tracking), .text(item?.name ?? ""),
            .integer(line.quantity), .integer(0), text("ShippingAddressCountry"), .text(despatch.site), .absent,
            .text(item?.listedCode ?? line.itemCode), .text(line.line), .text(despatch.user),
            .text(despatch.carrierReference), .text(despatch.serviceCode),
            text("CustomerPurchaseOrderReferenceNumber"), amount("ShippingCost"), text("Email"), text("ContactName"),
            amount("TotalSale"), amount("Discount"), amount("TaxPaid"), text("ChannelName"),
            .text(item?.fields["Barcode"] ?? ""), .text(item?.fields["Description"] ?? ""),
        ]
    }

    static let returnTitles = [
        "Return code", "Return date", "Quantity", "Item code", "Item name", "Sales order number", "Despatch date",
        "Return reason", "Return reason code", "Return condition", "Is Reusable", "Return comments",
        "Days since despatch", "Item barcode", "Sales order contact name", "Item sale price", "Sales order email",
        "Customer purchase order reference number", "Channel name", "Site reference",
    ]

    func returnSummary() -> Listing {
        let despatched = Dictionary(despatches.all.map { ($0.salesOrder, $0.time) }, uniquingKeysWith: min)
        return Listing(WarehouseState.returnTitles, returns.map { row(of: $0, despatched[$0.salesOrder]) })
    }

    private func row(of line: ReturnedLine, _ despatched: CivilTime?) -> [Cell] {
        let order = orders[line.salesOrder]
        let item = items[line.itemCode]
        let price = order?.lines.first { $0.itemCode == line.itemCode }?.fields["SalePrice"]
        func text(_ column: String) -> Cell { .text(order?.fields[column] ?? "") }
        return [
            .text(line.code), .time(line.time), .integer(line.quantity), .text(item?.listedCode ?? line.itemCode),
            .text(item?.name ?? ""), .text(line.salesOrder), despatched.map(Cell.time) ?? .absent, .text(line.reason),
            .text(line.reasonCode), .text(line.condition), line.isReusable.map(Cell.flag) ?? .absent,
            .text(line.comments), despatched.map { .integer($0.days(until: line.time)) } ?? .absent,
            .text(item?.fields["Barcode"] ?? ""), text("ContactName"), price.map(Cell.decimal) ?? .absent,
            text("Email"), text("CustomerPurchaseOrderReferenceNumber"), text("ChannelName"), .text(line.site),
        ]
    }
}

extension CivilTime {
    /// Midnights between the two.
    fileprivate func days(until later: CivilTime) -> Int { later.seconds / 86_400 - seconds / 86_400 }
}
