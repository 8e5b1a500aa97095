// An order's way into the warehouse, call by call, and what can go wrong with it, against the sandbox.
import Commerce
import Outbound
import Sandbox
import Testing

@testable import Peoplevox

private let utc = TenantFormat(dates: .dayFirst, zone: .utc)

private func record(_ number: String) -> SalesOrderRecord {
    var order = SalesOrderRecord(number)
    order.customerReference = "10077"
    order.contactName = Personal("Åsa \"A\" Lindström")
    order.email = Personal("asa@example.com")
    order.shipping = PostalAddress(
        lines: [Personal("Storgatan 1, 2 tr"), Personal("c/o Berg\nport 4")], city: Personal("Stockholm"),
        postcode: Personal("111 22"), country: "Sweden")
    order.createdDate = LocalTime(2026, 2, 1, 9, 15)
    order.totalSale = Amount("3146.00")
    order.site = "PrimarySite"
    return order
}

private func lines(_ number: String, _ codes: String...) -> [SalesOrderItemRecord] {
    codes.enumerated().map { SalesOrderItemRecord(number, itemCode: $1, quantity: 1, line: "\($0 + 1)") }
}

extension PeoplevoxBench {
    fileprivate func lookup() throws(CallFailure) -> LookupTarget { LookupTarget(try templates(), utc) }

    fileprivate func order(_ number: String) throws -> SalesOrder? {
        try sandbox.withWarehouse { $0.orders[number] }
    }
}

struct OrderTests {
    @Test
    func anOrderIsSavedFilledReleasedAndReadBack() throws {
        let bench = PeoplevoxBench()
        let (client, target, lookup) = (bench.client, try bench.target(), try bench.lookup())
        let saved = client.save(newOrder: record("C-77"), withoutHold: .refuse, target, bench.cancellation)
        #expect(saved == SavedOrder(outcome: .saved([]), isHeld: true))
        #expect(try bench.order("C-77")?.isOnHold == true)
        #expect(try bench.order("C-77")?.fields["ShippingAddressLine2"] == "c/o Berg port 4")
        #expect(try bench.order("C-77")?.fields["ContactName"] == "Åsa \"A\" Lindström")
        let outcomes = client.save(lines: lines("C-77", "UM1001REDM", "UM2040BLKOS"), target, bench.cancellation)
        #expect(outcomes == [.saved([]), .saved([])])
        let there = try client.lines(of: ["C-77"], lookup, bench.cancellation)
        #expect(there.isComplete && there.unreadable.isEmpty)
        #expect(Set(there.rows.map(\.itemCode.text)) == ["UM1001REDM", "UM2040BLKOS"])
        #expect(client.release(order: "C-77", target, bench.cancellation) == .saved([]))
        #expect(try bench.order("C-77")?.isOnHold == false)
        let order = try #require(try client.orders(["C-77", "C-78", "\"C\""], lookup, bench.cancellation).rows.first)
        #expect(order.orderNumber == "C-77" && order.status == "Allocated" && order.isOnHold == false)
        #expect(client.cancel(order: "C-77", target, bench.cancellation) == .saved([]))
        #expect(try client.orders(["C-77"], lookup, bench.cancellation).rows.first?.status == "Cancelled")
        #expect(bench.counter("violations") == 0)
    }

    /// Reported as saved, and not there: counting the lines is what finds it.
    @Test
    func aLineWithAnUnknownItemVanishes() throws {
        let bench = PeoplevoxBench()
        let (target, lookup) = (try bench.target(), try bench.lookup())
        _ = bench.client.save(newOrder: record("C-77"), withoutHold: .refuse, target, bench.cancellation)
        let outcomes = bench.client.save(lines: lines("C-77", "UM1001REDM", "NOBODY"), target, bench.cancellation)
        #expect(outcomes == [.saved([]), .saved([])])
        let there = try bench.client.lines(of: ["C-77"], lookup, bench.cancellation)
        #expect(there.isComplete && there.rows.map(\.itemCode.text) == ["UM1001REDM"])
        let known = try bench.client.items(["UM1001REDM", "NOBODY"], lookup, bench.cancellation)
        #expect(known.isComplete && known.rows.map(\.itemCode.text) == ["UM1001REDM"])
    }

    /// Two rows share the order's number, and one of them is refused: nobody knows which.
    @Test
    func aRefusedLineMakesItsOrdersLinesUnknown() throws {
        let bench = PeoplevoxBench()
        _ = try bench.sandbox.withWarehouse { $0.policy.unknownItem = .refused }
        let target = try bench.target()
        _ = bench.client.save(newOrder: record("C-77"), withoutHold: .refuse, target, bench.cancellation)
        for outcome in bench.client.save(lines: lines("C-77", "UM1001REDM", "NOBODY"), target, bench.cancellation) {
            guard case .unknown = outcome else {
                Issue.record("\(outcome)")
                continue
            }
        }
        let alone = bench.client.save(lines: lines("C-77", "NOBODY"), target, bench.cancellation)
        #expect(alone == [.refused(.refused(PartnerText("Row 1: Item type NOBODY does not exist.")))])
    }

    @Test
    func itemsAreSavedAndARefusedOneSaysWhy() throws {
        let bench = PeoplevoxBench()
        bench.sandbox.withSwitches { $0.reversesStatuses = true }
        let taken = try #require(try bench.sandbox.withWarehouse { $0.items["UM1001REDM"]?.fields["Barcode"] })
        let items = [("NEW1", "735000000001"), ("NEW2", taken), ("NEW3", "735000000003")].map {
            ItemTypeRecord($0, barcode: $1)
        }
        let outcomes = bench.client.save(items: items, try bench.target(), bench.cancellation)
        #expect(outcomes[0] == .saved([]) && outcomes[2] == .saved([]))
        guard case .refused(.refused(let text?)) = outcomes[1] else {
            Issue.record("\(outcomes[1])")
            return
        }
        #expect(text.masked.hasPrefix("row 9: barcode 9999999999999 is already in use"))
        #expect(try bench.sandbox.withWarehouse { $0.items["NEW2"] == nil })
    }

    /// Without an element for a refused row nothing is known of it.
    @Test
    func aRowThatIsNotNamedIsUnknown() throws {
        let bench = PeoplevoxBench()
        bench.sandbox.withSwitches { $0.omitsRefusedStatuses = true }
        let outcomes = bench.client.save(
            items: [ItemTypeRecord("NEW1", barcode: "1"), ItemTypeRecord("NEW2", barcode: "1")], try bench.target(),
            bench.cancellation)
        #expect(outcomes == [.saved([]), .unknown("the reply does not name it")])
    }

    @Test
    func aQueuedImportIsUnknownUntilItIsReadBack() throws {
        var tenant = PeoplevoxTenant.ulvmark
        tenant.isNewer = true
        let bench = PeoplevoxBench(tenant)
        bench.sandbox.withSwitches { $0.queuesImports = true }
        let (target, lookup) = (try bench.target(), try bench.lookup())
        let saved = bench.client.save(newOrder: record("C-77"), withoutHold: .refuse, target, bench.cancellation)
        #expect(saved.outcome == .unknown("it is queued for import"))
        #expect(try bench.client.orders(["C-77"], lookup, bench.cancellation).rows.isEmpty)
        bench.clock.advance(milliseconds: 6_000)
        #expect(try bench.client.orders(["C-77"], lookup, bench.cancellation).rows.count == 1)
    }

    @Test
    func aTenantWithoutTheHoldColumnIsHandledBySetting() throws {
        var tenant = PeoplevoxTenant.ulvmark
        tenant.saveColumns["Sales orders"]?.removeAll { $0 == "OnHold" }
        let bench = PeoplevoxBench(tenant)
        let target = try bench.target()
        let refused = bench.client.save(newOrder: record("C-77"), withoutHold: .refuse, target, bench.cancellation)
        #expect(refused.outcome == .refused(.columnMissing("OnHold")))
        let saved = bench.client.save(
            newOrder: record("C-77"), withoutHold: .doNotAllocate, target, bench.cancellation)
        #expect(saved == SavedOrder(outcome: .saved([]), isHeld: false))
        #expect(try bench.order("C-77")?.allocates == false)
    }

    /// Applied or not, the client says the same; only reading back tells.
    @Test(arguments: [true, false])
    func aLostReplyIsReadBack(isCarriedOut: Bool) throws {
        let bench = PeoplevoxBench()
        let (target, lookup) = (try bench.target(), try bench.lookup())
        bench.plan(.silence, "SaveData", isCarriedOut: isCarriedOut)
        let saved = bench.client.save(newOrder: record("C-77"), withoutHold: .refuse, target, bench.cancellation)
        guard case .unknown = saved.outcome else {
            Issue.record("\(saved.outcome)")
            return
        }
        let found = try bench.client.orders(["C-77"], lookup, bench.cancellation)
        #expect(found.isComplete && found.rows.count == (isCarriedOut ? 1 : 0))
    }

    @Test
    func manyRowsAreSavedWithinTheQuota() throws {
        let bench = PeoplevoxBench()
        let records = (0..<2_500).map { ItemTypeRecord("BULK-\($0)", barcode: "9\($0)") }
        let outcomes = bench.client.save(items: records, try bench.target(), bench.cancellation)
        #expect(outcomes.allSatisfy { $0 == .saved([]) })
        #expect(bench.counter("throttled") == 0)
        #expect(bench.counter("mostInWindow") <= 15)
    }
}
