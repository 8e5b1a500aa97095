// A row as a tenant can take it: every size kept, nothing blanked that was not meant to be, nothing on two lines.
import Commerce
import Testing

@testable import Peoplevox

private let everything =
    [
        "SalesOrderNumber", "CustomerPurchaseOrderReferenceNumber", "Customer", "ShippingAddressLine1",
        "ShippingAddressLine2", "ShippingAddressCity", "ShippingAddressRegion", "ShippingAddressPostcode",
        "ShippingAddressCountry", "InvoiceAddressLine1", "Email", "ContactName", "RequestedDeliveryDate", "CreatedDate",
        "ServiceType", "ChannelName", "Site", "TotalSale", "IsPartialShipment", "OnHold", "StopShip", "Attribute1",
        "Status", "ItemCode", "Barcode", "Name", "Description", "ItemGroup", "UnitOfMeasure", "Weight",
        "QuantityOrdered", "Line", "Sequence", "SalePrice",
    ]

private func fit(_ row: SaveRow, _ columns: [String] = everything, optional: Set<String> = []) -> Result<
    FittedRow, RowRefusal
> {
    FittedRow.fit(row, to: columns, optional: optional)
}

private func order(_ change: (inout SalesOrderRecord) -> Void) -> SaveRow {
    var record = SalesOrderRecord("C-10001")
    change(&record)
    return record.row
}

private func item(_ change: (inout ItemTypeRecord) -> Void) -> SaveRow {
    var record = ItemTypeRecord("SKU-1", barcode: "735")
    change(&record)
    return record.row
}

private func long(_ count: Int) -> String { String(repeating: "x", count: count) }

struct FittedRowTests {
    static let texts: [(String, String)] = [
        ("plain", "plain"), (" a ", "a"), ("a\r\nb", "a b"), ("a\tb\nc", "a b c"), ("a \n b", "a  b"), ("\n", ""),
        ("a\0\u{1}\u{1F}b\u{7F}\u{85}c", "ab c"), ("a\u{2028}b", "a b"), ("e\u{301}", "e\u{301}"), ("=1+2", "=1+2"),
        ("a\u{FFFE}", "a"), ("å€😀", "å€😀"),
    ]

    @Test(arguments: texts)
    func aCellIsOneLine(text: String, flat: String) {
        #expect(FittedRow.flattened(text).utf8.elementsEqual(flat.utf8))
    }

    static let cuts: [(String, Int, String)] = [
        ("Storgatan 12", 12, "Storgatan 12"), ("Storgatan 12", 11, "Storgatan"), ("Storgatan 12", 10, "Storgatan"),
        ("Storgatan 12", 9, "Storgatan"), ("Storgatan 12", 8, "Storgata"), ("a Donaudampfschiff", 10, "a Donaudam"),
        ("ab  cd", 4, "ab"), ("😀😀", 3, "😀"), ("😀😀", 1, ""), ("e\u{301}e\u{301}", 3, "e\u{301}"),
    ]

    @Test(arguments: cuts)
    func anAddressIsCutAtAWord(text: String, limit: Int, cut: String) {
        #expect(FittedRow.cut(text, to: limit) == cut)
    }

    @Test
    func onlyWhatIsMeantHasACell() throws {
        let row = try fit(
            order { order in
                order.customerReference = "10001"
                order.customer = Personal("")
                order.email = Personal(" \n")
                order.shipping = PostalAddress(
                    lines: [Personal("Storgatan 1"), Personal(""), Personal("2 tr\n"), Personal("c/o Berg")],
                    city: Personal("Stockholm"), postcode: Personal("111 22"), country: "Sweden")
                order.createdDate = LocalTime(2026, 2, 1, 9, 15)
                order.totalSale = Amount("3146.50")
                order.isPartialShipment = false
                order.attributes = [1: "SE"]
            }
        ).get()
        #expect(
            Array(zip(row.columns, row.cells)).map { "\($0)=\($1)" } == [
                "SalesOrderNumber=C-10001", "CustomerPurchaseOrderReferenceNumber=10001",
                "ShippingAddressLine1=Storgatan 1", "ShippingAddressLine2=2 tr, c/o Berg",
                "ShippingAddressCity=Stockholm", "ShippingAddressPostcode=111 22", "ShippingAddressCountry=Sweden",
                "CreatedDate=2026-02-01 09:15:00", "TotalSale=3146.5", "IsPartialShipment=false", "Attribute1=SE",
            ])
        #expect(row.warnings.isEmpty)
    }

    /// Of an address that takes the place of another nothing may stay behind.
    @Test
    func anAddressThatReplacesBlanksTheRest() throws {
        let row = try fit(
            order { order in
                order.shipping = PostalAddress(lines: [Personal("Storgatan 1")], city: Personal("Stockholm"))
                order.replacesAddresses = true
            }
        ).get()
        #expect(row.columns.count == 7)
        #expect(row.cells == ["C-10001", "Storgatan 1", "", "Stockholm", "", "", ""])
    }

    /// Each size at its limit, and one beyond.
    static let sizes: [(String, Int, Bool, @Sendable (String) -> SaveRow)] = [
        ("SalesOrderNumber", 30, false, { SalesOrderRecord($0).row }),
        ("CustomerPurchaseOrderReferenceNumber", 50, false, { text in order { $0.customerReference = text } }),
        ("Customer", 50, true, { text in order { $0.customer = Personal(text) } }),
        ("ContactName", 100, true, { text in order { $0.contactName = Personal(text) } }),
        ("Email", 500, false, { text in order { $0.email = Personal(text) } }),
        ("ShippingAddressLine1", 100, true, { text in order { $0.shipping = PostalAddress(lines: [Personal(text)]) } }),
        (
            "ShippingAddressPostcode", 100, false,
            { text in order { $0.shipping = PostalAddress(lines: [], postcode: Personal(text)) } }
        ),
        ("ServiceType", 100, false, { text in order { $0.serviceType = text } }),
        ("ChannelName", 50, false, { text in order { $0.channelName = text } }),
        ("Attribute1", 500, false, { text in order { $0.attributes = [1: text] } }),
        ("ItemCode", 50, false, { ItemTypeRecord($0, barcode: "735").row }),
        ("Barcode", 50, false, { ItemTypeRecord("a", barcode: $0).row }),
        ("Name", 50, true, { text in item { $0.name = text } }),
        ("Description", 250, true, { text in item { $0.description = text } }),
        ("ItemGroup", 50, false, { text in item { $0.group = text } }),
        ("UnitOfMeasure", 10, false, { text in item { $0.unitOfMeasure = text } }),
        ("Line", 16, false, { SalesOrderItemRecord("C-1", itemCode: "a", quantity: 1, line: $0).row }),
        ("ItemCode", 50, false, { SalesOrderItemRecord("C-1", itemCode: $0, quantity: 1).row }),
    ]

    @Test(arguments: sizes)
    func aSizeIsKept(column: String, limit: Int, isCut: Bool, row: @Sendable (String) -> SaveRow) throws {
        let fitting = try fit(row(long(limit))).get()
        #expect(fitting.cells[try #require(fitting.columns.firstIndex(of: column))].count == limit)
        #expect(fitting.warnings.isEmpty)
        let longer = fit(row(long(limit + 1)))
        guard isCut else {
            #expect(longer.refusal == .tooLong(column, limit: limit))
            return
        }
        let cut = try longer.get()
        #expect(cut.cells[try #require(cut.columns.firstIndex(of: column))].count == limit)
        #expect(cut.warnings == [.cut(column)])
    }

    static let refused: [(SaveRow, RowRefusal)] = [
        (SalesOrderRecord("").row, .unusable("SalesOrderNumber")),
        (SalesOrderRecord("C 1").row, .unusable("SalesOrderNumber")),
        (SalesOrderRecord("Ç-1").row, .unusable("SalesOrderNumber")),
        (SalesOrderRecord("C-1\n").row, .unusable("SalesOrderNumber")),
        (ItemTypeRecord("a\"b", barcode: "1").row, .unusable("ItemCode")),
        (ItemTypeRecord(" a", barcode: "1").row, .unusable("ItemCode")),
        (ItemTypeRecord("a\\b", barcode: "1").row, .unusable("ItemCode")),
        (SalesOrderItemRecord("C-1", itemCode: "a", quantity: 0).row, .unusable("QuantityOrdered")),
        (SalesOrderItemRecord("C-1", itemCode: "", quantity: 1).row, .unusable("ItemCode")),
        (order { $0.discount = Amount(1) }, .columnMissing("Discount")),
    ]

    @Test(arguments: refused)
    func whatCannotBeSavedIsNotSent(row: SaveRow, refusal: RowRefusal) {
        #expect(fit(row).refusal == refusal)
    }

    @Test
    func columnsAreSpelledAsTheTenantDoes() throws {
        let row = try fit(SalesOrderRecord.cancelling("C-1"), ["STATUS", "salesordernumber"]).get()
        #expect(row.columns == ["salesordernumber", "STATUS"])
        #expect(row.cells == ["C-1", "Cancelled"])
    }

    @Test
    func aColumnThatMayBeMissingIsLeftOutLoudly() throws {
        let row = try fit(order { $0.discount = Amount(1) }, optional: ["Discount"]).get()
        #expect(row.columns == ["SalesOrderNumber"])
        #expect(row.warnings == [.columnMissing("Discount")])
    }

    @Test
    func rowsGoTogetherByTheirColumns() {
        func row(_ columns: String) -> FittedRow {
            FittedRow(reference: "a", columns: columns.map(String.init), cells: [], warnings: [])
        }
        let rows = ["ab", "a", "ab", "ab", "a", "ba", "ab"].map(row)
        #expect(rows.batches(limit: 3) == [[0, 2, 3], [1, 4], [5], [6]])
        #expect(Array(repeating: row("a"), count: 250).batches().map(\.count) == [100, 100, 50])
        #expect([FittedRow]().batches().isEmpty)
    }

    @Test
    func aRowShowsNothing() {
        let row = order { $0.contactName = Personal("Åsa Lindström") }
        var text = "\(row) \(String(reflecting: row)) "
        dump(row, to: &text)
        #expect(!text.contains("Lindström"))
    }
}

extension Result where Failure == RowRefusal {
    fileprivate var refusal: RowRefusal? {
        if case .failure(let refusal) = self { refusal } else { nil }
    }
}
