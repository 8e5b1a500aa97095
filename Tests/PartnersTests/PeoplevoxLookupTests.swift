// What was saved, and what only seems to be, is found by reading it back by its key.
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

extension PeoplevoxRig {
    fileprivate func lookup() throws(CallFailure) -> LookupTarget { LookupTarget(try target().templates, utc) }

    fileprivate func saved(_ number: String) throws -> SalesOrder? {
        try sandbox.withWarehouse { $0.orders[number] }
    }
}

struct PeoplevoxLookupTests {
    @Test
    func anOrderIsSavedFilledReleasedAndReadBack() throws {
        let rig = PeoplevoxRig()
        let (client, target, lookup) = (rig.client, try rig.target(), try rig.lookup())
        let saved = client.save(newOrder: record("C-77"), withoutHold: .refuse, target, rig.cancellation)
        #expect(saved == SavedOrder(outcome: .saved([]), isHeld: true))
        #expect(try rig.saved("C-77")?.isOnHold == true)
        #expect(try rig.saved("C-77")?.fields["ShippingAddressLine2"] == "c/o Berg port 4")
        #expect(try rig.saved("C-77")?.fields["ContactName"] == "Åsa \"A\" Lindström")
        let outcomes = client.save(lines: lines("C-77", "UM1001REDM", "UM2040BLKOS"), target, rig.cancellation)
        #expect(outcomes == [.saved([]), .saved([])])
        let there = try client.lines(of: ["C-77"], lookup, rig.cancellation)
        #expect(there.isComplete && there.unreadable.isEmpty)
        #expect(Set(there.rows.map(\.itemCode.text)) == ["UM1001REDM", "UM2040BLKOS"])
        #expect(client.release(order: "C-77", target, rig.cancellation) == .saved([]))
        #expect(try rig.saved("C-77")?.isOnHold == false)
        let order = try #require(try client.orders(["C-77", "C-78", "\"C\""], lookup, rig.cancellation).rows.first)
        #expect(order.orderNumber == "C-77" && order.status == "Allocated" && order.isOnHold == false)
        #expect(client.cancel(order: "C-77", target, rig.cancellation) == .saved([]))
        #expect(try client.orders(["C-77"], lookup, rig.cancellation).rows.first?.status == "Cancelled")
        #expect(rig.counter("violations") == 0)
    }

    /// Reported as saved, and not there: counting the lines is what finds it.
    @Test
    func aLineWithAnUnknownItemVanishes() throws {
        let rig = PeoplevoxRig()
        let (target, lookup) = (try rig.target(), try rig.lookup())
        _ = rig.client.save(newOrder: record("C-77"), withoutHold: .refuse, target, rig.cancellation)
        let outcomes = rig.client.save(lines: lines("C-77", "UM1001REDM", "NOBODY"), target, rig.cancellation)
        #expect(outcomes == [.saved([]), .saved([])])
        let there = try rig.client.lines(of: ["C-77"], lookup, rig.cancellation)
        #expect(there.isComplete && there.rows.map(\.itemCode.text) == ["UM1001REDM"])
        let known = try rig.client.items(["UM1001REDM", "NOBODY"], lookup, rig.cancellation)
        #expect(known.isComplete && known.rows.map(\.itemCode.text) == ["UM1001REDM"])
    }

    /// Two rows share the order's number, and one of them is refused: nobody knows which.
    @Test
    func aRefusedLineMakesItsOrdersLinesUnknown() throws {
        let rig = PeoplevoxRig()
        _ = try rig.sandbox.withWarehouse { $0.policy.unknownItem = .refused }
        let target = try rig.target()
        _ = rig.client.save(newOrder: record("C-77"), withoutHold: .refuse, target, rig.cancellation)
        for outcome in rig.client.save(lines: lines("C-77", "UM1001REDM", "NOBODY"), target, rig.cancellation) {
            guard case .unknown = outcome else {
                Issue.record("\(outcome)")
                continue
            }
        }
        let alone = rig.client.save(lines: lines("C-77", "NOBODY"), target, rig.cancellation)
        #expect(alone == [.refused(.refused(PartnerText("Row 1: Item type NOBODY does not exist.")))])
    }

    /// Without an element for a refused row nothing is known of it.
    @Test
    func aRowThatIsNotNamedIsUnknown() throws {
        let rig = PeoplevoxRig()
        rig.sandbox.withSwitches { $0.omitsRefusedStatuses = true }
        let outcomes = rig.client.save(
            items: [ItemTypeRecord("NEW1", barcode: "1"), ItemTypeRecord("NEW2", barcode: "1")], try rig.target(),
            rig.cancellation)
        #expect(outcomes == [.saved([]), .unknown("the reply does not name it")])
    }

    @Test
    func aQueuedImportIsUnknownUntilItIsReadBack() throws {
        let rig = PeoplevoxRig()
        rig.sandbox.withTenant { $0.isNewer = true }
        rig.sandbox.withSwitches { $0.queuesImports = true }
        let (target, lookup) = (try rig.target(), try rig.lookup())
        let saved = rig.client.save(newOrder: record("C-77"), withoutHold: .refuse, target, rig.cancellation)
        #expect(saved.outcome == .unknown("it is queued for import"))
        #expect(try rig.client.orders(["C-77"], lookup, rig.cancellation).rows.isEmpty)
        rig.clock.advance(milliseconds: 6_000)
        #expect(try rig.client.orders(["C-77"], lookup, rig.cancellation).rows.count == 1)
    }

    @Test
    func aTenantWithoutTheHoldColumnIsHandledBySetting() throws {
        let rig = PeoplevoxRig()
        rig.sandbox.withTenant { $0.saveColumns["Sales orders"]?.removeAll { $0 == "OnHold" } }
        let target = try rig.target()
        let refused = rig.client.save(newOrder: record("C-77"), withoutHold: .refuse, target, rig.cancellation)
        #expect(refused.outcome == .refused(.columnMissing("OnHold")))
        let saved = rig.client.save(
            newOrder: record("C-77"), withoutHold: .doNotAllocate, target, rig.cancellation)
        #expect(saved == SavedOrder(outcome: .saved([]), isHeld: false))
        #expect(try rig.saved("C-77")?.allocates == false)
    }

    /// Applied or not, the client says the same; only reading back tells.
    @Test(arguments: [true, false])
    func aLostReplyIsReadBack(isCarriedOut: Bool) throws {
        let rig = PeoplevoxRig()
        let (target, lookup) = (try rig.target(), try rig.lookup())
        rig.sandbox.plan(PeoplevoxIncident(.silence, operation: "SaveData", isCarriedOut: isCarriedOut))
        let saved = rig.client.save(newOrder: record("C-77"), withoutHold: .refuse, target, rig.cancellation)
        guard case .unknown = saved.outcome else {
            Issue.record("\(saved.outcome)")
            return
        }
        let found = try rig.client.orders(["C-77"], lookup, rig.cancellation)
        #expect(found.isComplete && found.rows.count == (isCarriedOut ? 1 : 0))
    }

    @Test(arguments: [false, true])
    func whatAServerCanDoIsReadFromItsDescription(isNewer: Bool) throws {
        let rig = PeoplevoxRig()
        rig.sandbox.withTenant { $0.isNewer = isNewer }
        let described = try rig.client.describe(.catalogue, rig.cancellation)
        #expect(described.asksForEncoding == isNewer)
        let events = try #require(described.events)
        #expect(events.contains(.despatchPackageDespatched) == isNewer)
        #expect(events.isSuperset(of: [.availabilityChanges, .salesOrderStatusChanges, .returns]))
        #expect(described.operations.count >= 9)
    }
}
