// Every operation of the client once, against a server that takes nothing but what its WSDL allows.
import Commerce
import Outbound
import POSIX
import Peoplevox
import Sandbox
import Testing

private func clause(_ column: String, _ value: String) throws -> SearchClause<TemplateColumn> {
    .equals(try #require(TemplateColumn(column)), try #require(SearchText(value)))
}

@Test(arguments: [false, true])
func everyOperationIsUnderstood(isNewer: Bool) throws {
    let rig = PeoplevoxRig()
    rig.sandbox.withTenant { $0.isNewer = isNewer }
    let service = try rig.client.describe(.catalogue, rig.cancellation)
    #expect(service.asksForEncoding == isNewer && service.events?.count == (isNewer ? 9 : 6))

    let target = try rig.target()
    #expect(target.templates[.itemTypes]?.first == "ItemCode")
    #expect(try rig.perform(.reportColumns("Despatch summary")).contains("Tracking number"))

    let page = try rig.perform(.data(DataQuery("Item types", rows: 5)))
    #expect(page.totalCount == 11)
    let report = ReportQuery(orderBy: "[Despatch number] asc", columns: ["Despatch number", "Tracking number"])
    #expect(try rig.perform(.report(DataQuery("Despatch summary", rows: 5), report)).totalCount == 13)

    let encodes: Bool? = isNewer ? true : nil
    let url = "http://127.0.0.1:9/a?item={ItemCode}"
    let id = try rig.perform(.subscribe(Subscribing(.availabilityChanges, url: url, encodesParameters: encodes)))
    let posting = Subscribing(.returns, url: "http://127.0.0.1:9/a", encodesParameters: encodes)
    #expect(try rig.perform(.subscribe(posting, parameters: "return={ReturnCode}&item={ItemType.ItemCode}")) == id + 1)
    try rig.perform(.unsubscribe(id))
    #expect(throws: CallFailure.self) { try rig.perform(.unsubscribe(id)) }
    #expect(rig.counter("faults") == 0 && rig.counter("violations") == 0 && rig.counter("throttled") == 0)
    #expect(rig.sandbox.state()["sessions"]?.integer == 1)
}

@Test
func anOrderIsExportedHeldCheckedAndReleased() throws {
    let rig = PeoplevoxRig()
    let target = try rig.target()
    var order = SalesOrderRecord("C-11000")
    order.customerReference = "11000"
    order.customer = Personal("Zoë \"Z\" O'Brien, Ltd & <Co>")
    order.shipping = PostalAddress(lines: ["Flat 3\nSide entrance", "2"].map { Personal($0) }, city: Personal("Łódź"))
    order.createdDate = LocalTime(2026, 2, 5, 12, 0, 0)
    order.site = "PrimarySite"
    let saved = rig.client.save(newOrder: order, withoutHold: .refuse, target, rig.cancellation)
    #expect(saved.outcome == .saved([]) && saved.isHeld)

    let lines = [("UM1001REDL", 2), ("UM3105ECR42", 1), ("UM2040BLKOS", 1)].enumerated().map { place, line in
        SalesOrderItemRecord(
            "C-11000", itemCode: line.0, quantity: line.1, line: "\(place + 1)", sequence: place + 1,
            salePrice: Amount(coefficient: 19900, scale: 2))
    }
    #expect(rig.client.save(lines: lines, target, rig.cancellation).allSatisfy { $0 == .saved([]) })
    #expect(rig.order("C-11000") == "New 2")

    // The line whose item Peoplevox does not know is gone without a word.
    let query = RowQuery<SalesOrderItemLayout>(
        "Sales order items", clause: try clause("SalesOrderNumber", "C-11000"), format: try PeoplevoxRig.format())
    let there = try rig.client.rows(query, .readBack, rig.cancellation)
    #expect(there.rows.map(\.itemCode.text) == ["UM1001REDL", "UM2040BLKOS"])
    #expect(there.rows.map(\.quantity) == [2, 1] && there.completeness == .proven)

    #expect(rig.client.release(order: "C-11000", target, rig.cancellation) == .saved([]))
    #expect(rig.order("C-11000") == "Allocated 2")
    let text = try String(
        decoding: rig.perform(.data(DataQuery("Sales orders", rows: 9, clause: query.clause?.text))).csv, as: UTF8.self)
    #expect(
        text.contains("Zoë \"\"Z\"\" O'Brien, Ltd & <Co>") && text.contains("Flat 3 Side entrance")
            && text.contains("Łódź"))

    #expect(rig.client.cancel(order: "C-11000", target, rig.cancellation) == .saved([]))
    #expect(rig.order("C-11000") == "Cancelled 2")
}

@Test
func aCancellationThatComesTooLateIsHeard() throws {
    let rig = PeoplevoxRig()
    let target = try rig.target()
    guard case .refused = rig.client.cancel(order: "C-10001", target, rig.cancellation) else {
        Issue.record("the cancellation was not refused")
        return
    }
    _ = try rig.sandbox.act("switches", .object(["cancelAfterDespatch": .string("ignored")]))
    // Said to be done, and not done: it has to be read back.
    #expect(rig.client.cancel(order: "C-10001", target, rig.cancellation) == .saved([]))
    let query = RowQuery<SalesOrderLayout>(
        "Sales orders", clause: try clause("SalesOrderNumber", "C-10001"), format: try PeoplevoxRig.format())
    #expect(try rig.client.rows(query, .readBack, rig.cancellation).rows.map(\.status) == ["Despatched"])
}

@Test
func reportsAreReadAsTheWarehouseHasThem() throws {
    let rig = PeoplevoxRig()
    let format = try PeoplevoxRig.format()
    func rows<Layout: RowLayout>(_ name: String, _ layout: Layout.Type) throws -> RowAnswer<Layout.Row>
    where Layout.Column == ReportColumn {
        let query = RowQuery<Layout>(name, format: format, available: try rig.perform(.reportColumns(name)))
        return try rig.client.rows(query, .sweep, rig.cancellation)
    }
    let stock = try rows("Item inventory summary", InventoryLayout.self)
    #expect(stock.completeness == .proven && stock.unreadable.isEmpty && stock.rows.count == 14)
    let red = try #require(stock.rows.first { $0.itemCode.text == "UM1001REDS" && $0.site == "PrimarySite" })
    #expect([red.onHand, red.allocated, red.available] == [14, 3, 11])

    let despatches = try rows("Despatch summary", DespatchLayout.self)
    #expect(despatches.rows.count == 13 && despatches.unreadable.isEmpty)
    #expect(despatches.rows.filter { $0.trackingNumber == nil }.map(\.despatchNumber) == ["DES10237"])
    let first = try #require(despatches.rows.first { $0.despatchNumber == "DES10234" })
    #expect(first.despatchedAt == PartnerTime(seconds: 1_770_127_511, certainty: .certain))

    let returns = try rows("Return summary", ReturnLayout.self)
    #expect(returns.rows.map(\.isReusable) == [true, false, nil])
    let statuses = try rows("Sales orders by status", OrderStatusLayout.self)
    #expect(Set(statuses.rows.map(\.status)) == ["Despatched", "New", "Cancelled"])
}

@Test
func anItemThatIsRefusedIsAloneInIt() throws {
    let rig = PeoplevoxRig()
    let target = try rig.target()
    func items() -> [ItemTypeRecord] {
        [("UM3105ECR42", "2000000003085"), ("UM7000NEW", "2000000003016"), ("UM8000NEW", "2000000008000")].map {
            code, barcode in
            var item = ItemTypeRecord(code, barcode: barcode)
            item.name = "Tråd, \"Knit\""
            return item
        }
    }
    for (setting, value) in [
        ("omitsRefusedStatuses", false), ("reversesStatuses", true), ("omitsRefusedStatuses", true),
    ] {
        _ = try rig.sandbox.act("switches", .object([setting: .bool(value)]))
        let outcomes = rig.client.save(items: items(), target, rig.cancellation)
        #expect([outcomes[0], outcomes[2]] == [.saved([]), .saved([])])
        switch outcomes[1] {
        case .refused, .unknown: break
        case .saved, .failed: Issue.record("the barcode was taken twice: \(outcomes[1])")
        }
    }
    let codes = try rig.sandbox.withWarehouse { $0.items.keys.suffix(2) }
    #expect(Array(codes) == ["UM3105ECR42", "UM8000NEW"])
}

@Test
func whatIsQueuedIsNotTakenForSaved() throws {
    let rig = PeoplevoxRig()
    let target = try rig.target()
    _ = try rig.sandbox.act("switches", .object(["queuesImports": .bool(true), "isNewer": .bool(true)]))
    let saved = rig.client.save(newOrder: SalesOrderRecord("C-12000"), withoutHold: .refuse, target, rig.cancellation)
    guard case .unknown = saved.outcome else {
        Issue.record("a queued import is \(saved.outcome)")
        return
    }
    #expect(rig.order("C-12000") == "none")
    rig.clock.advance(milliseconds: 5_000)
    rig.sandbox.turn()
    #expect(rig.order("C-12000") == "New 0")
}

@Test
func aTenantThatLacksAColumnIsNoticed() throws {
    let rig = PeoplevoxRig()
    for (verb, what) in [("template", "Sales orders"), ("report", "Despatch summary")] {
        let column = verb == "report" ? "Tracking number" : "OnHold"
        _ = try rig.sandbox.act("drop-column", .object([verb: .string(what), "column": .string(column)]))
    }
    let target = try rig.target()
    #expect(target.templates.has("SalesOrderNumber", in: .salesOrders))
    #expect(!target.templates.has("OnHold", in: .salesOrders))
    let held = rig.client.save(newOrder: SalesOrderRecord("C-13000"), withoutHold: .refuse, target, rig.cancellation)
    #expect(held.outcome == .refused(.columnMissing("OnHold")))
    let saved = rig.client.save(
        newOrder: SalesOrderRecord("C-13000"), withoutHold: .doNotAllocate, target, rig.cancellation)
    #expect(saved.outcome == .saved([]) && !saved.isHeld)
    let query = RowQuery<DespatchLayout>("Despatch summary", format: try PeoplevoxRig.format())
    #expect(throws: CallFailure.self) { try rig.client.rows(query, .sweep, rig.cancellation) }
}
