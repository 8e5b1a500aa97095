// Orders against the pretend shop: read, found again page by page, confirmed, held, cancelled.
import Centra
import Commerce
import JSON
import Outbound
import Testing

@testable import Sandbox

@Test
func anOrderIsReadWithEverythingThatExportNeeds() throws {
    let desk = ShopDesk()
    let order = try #require(try desk.perform(.order(number: 10007, attributes: true, billingAddress: true)))
    #expect(order.head.status.known == .confirmed)
    #expect(order.shippingOption?.uri == "pickup")
    #expect(order.attributes.map(\.key) == ["pickup_point_id"])
    #expect(order.lines.map(\.quantity) == [1, 1])
    #expect(order.lines.map(\.allocations.count) == [0, 1])
    #expect(order.billingAddress != nil)
    #expect("\(order)".contains("Duarte") == false)
    #expect(try desk.perform(.order(number: 99)) == nil)
}

@Test
func heldAndUnpaidOrdersAreNotHiddenFromUs() throws {
    let desk = ShopDesk()
    let heads = try desk.client.orders(
        updatedSince: CentraTime(microseconds: 0), PageLimits(rows: 3), .sweep, desk.cancellation)
    #expect(heads.count == 11)
    #expect(heads.filter { $0.isOnHold }.map(\.number) == [10005])
    #expect(heads.filter { $0.isWaitingForPayment }.map(\.number) == [10006])
}

/// An order that changes while the pages are read moves to the end; none is lost.
@Test
func pagesFindEveryOrderOfMany() throws {
    let desk = ShopDesk()
    try desk.act("generate", #"{"products": 20, "orders": 300}"#)
    let heads = try desk.client.orders(
        updatedSince: CentraTime(microseconds: ShopDesk.noon - 1), PageLimits(rows: 20), .sweep, desk.cancellation)
    #expect(heads.count == 300)
    #expect(Set(heads.map(\.number)).count == 300)
}

@Test
func confirmingPromisesStock() throws {
    let desk = ShopDesk()
    let before = desk.stock("UM1001REDM")
    let placed = try desk.act(
        "place-order", #"{"status": "PENDING", "lines": [{"sku": "UM1001REDM", "quantity": 2}]}"#)
    let number = try #require(placed["number"]?.integer)
    #expect(desk.stock("UM1001REDM").allocated == before.allocated)
    #expect(try desk.perform(.confirmOrder(.number(number))).status?.known == .confirmed)
    #expect(desk.stock("UM1001REDM").allocated == before.allocated + 2)
    guard case .refused(let messages) = try desk.send(.confirmOrder(.number(number))) else {
        Issue.record("an order was confirmed twice")
        return
    }
    #expect(messages.map(\.verdict) == [.alreadyDone])
}

@Test(arguments: [(StockPolicyCase.release, 0), (.remove, -1)])
func cancelledLinesGoWhereThePolicySays(_ policy: StockPolicyCase, _ physical: Int) throws {
    let desk = ShopDesk()
    let before = desk.stock("UM1001REDS")
    let cancelling = GraphQLOperation.cancelLines(
        [LineQuantity(50007, 1)], ofOrder: .number(10003), of: .directToConsumer,
        stock: policy == .release ? .release : .remove, comment: "short pick")
    _ = try desk.perform(cancelling)
    let after = desk.stock("UM1001REDS")
    #expect((after.physical, after.allocated) == (before.physical + physical, before.allocated - 1))
    #expect(try desk.perform(.order(number: 10003))?.lines.map(\.quantity) == [1, 1])
    _ = try desk.perform(cancelling)
    #expect(refusals(try desk.send(cancelling)) == 1)
}

enum StockPolicyCase: Sendable { case release, remove }

@Test
func aCancelledOrderKeepsItsQuantitiesAndGivesItsStockBack() throws {
    let desk = ShopDesk()
    let order = try #require(try desk.perform(.order(number: 10003)))
    try desk.act("outcomes", #"{"order": 10003, "outcomes": ["failure"]}"#)
    let cancelling = GraphQLOperation.cancelOrder(
        id: order.head.id, of: .directToConsumer, stock: .release, comment: "too late", cancelAuthorization: true,
        sendEmail: false)
    let answer = try desk.send(cancelling)
    #expect(try answer.value().status?.known == .cancelled)
    // The provider did not give the authorisation back: cancelled all the same.
    #expect(answer.warnings.count == 1)
    #expect(desk.stock("UM1001REDS").allocated == 0)
    #expect(try desk.perform(.order(number: 10003))?.lines.map(\.quantity) == [1, 2])
    #expect(refusals(try desk.send(cancelling)) == 1)
}

@Test
func ordersAreHeldAndLocked() throws {
    let desk = ShopDesk()
    #expect(
        try desk.perform(.hold(.number(10007), of: .directToConsumer, true, reason: "unknown SKU")).isOnHold == true)
    let locked = try desk.perform(.lockOrders([.number(10003), .number(10004)], true))
    #expect(locked.map(\.isLocked) == [true, true])
    #expect(refusals(try desk.send(.hold(.number(10001), of: .directToConsumer, true, reason: "late"))) == 1)
    #expect(refusals(try desk.send(.hold(.number(10011), of: .directToConsumer, true, reason: "another type"))) == 1)
    #expect(try desk.perform(.hold(.number(10011), of: .wholesale, true, reason: "own type")).isOnHold == true)
}

@Test
func captureUpFrontCoversItsShipments() throws {
    let desk = ShopDesk()
    #expect(try desk.perform(.captureOrder(.number(10003)))?.status.known == .success)
    let made = try desk.perform(
        .createShipment(ShipmentDraft(order: .number(10003), lines: [LineQuantity(50006, 1)], capture: true)))
    #expect(made.isCaptured)
    #expect(try desk.perform(.payments(ofOrder: 10003))?.filter { $0.type.known == .capture }.count == 1)
}

@Test
func whatIsLeftOfAnAuthorisationIsReleased() throws {
    let desk = ShopDesk()
    let releasing = GraphQLOperation.releaseRemainingAuthorization(ofOrder: .number(10003))
    #expect(refusals(try desk.send(releasing)) == 1)
    _ = try desk.perform(
        .createShipment(ShipmentDraft(order: .number(10003), lines: [LineQuantity(50006, 1)], capture: true)))
    #expect(try desk.perform(releasing)?.status.known == .success)
}
