// Stock and returns against the pretend shop, under each answer to what the references leave open.
import Centra
import Commerce
import JSON
import Outbound
import Testing

@testable import Sandbox

extension ShopDesk {
    fileprivate func set(_ rows: [StockRow]) -> StockResult {
        client.setStock(rows, warehouse: 3, description: "stock take", .sweep, cancellation)
    }
}

@Test(arguments: [CentraSwitches.UnknownSize.refuseAll, .refuseRow, .skip])
func oneUnknownSizeStopsNoOther(_ unknown: CentraSwitches.UnknownSize) throws {
    let desk = ShopDesk()
    desk.sandbox.set { $0.unknownSize = unknown }
    _ = try desk.perform(.rateLimits)
    let rows = [
        StockRow(.sku("UM1001REDM"), 30), StockRow(.sku("UM9999NON"), 1), StockRow(.ean("2000000003054"), 200),
    ]
    let result = desk.set(rows)
    #expect(result.failure == nil)
    #expect(result.refused.map(\.row) == [rows[1]])
    #expect(Set(result.set) == [rows[0], rows[2]])
    #expect(desk.stock("UM1001REDM").physical == 30 && desk.stock("UM2040BLKOS").physical == 200)
}

@Test(arguments: [
    (CentraSwitches.BelowAllocated.clampSilently, 3, 0, 0), (.clampWithWarning, 3, 1, 0), (.accept, 1, 0, 0),
    (.refuse, 14, 0, 1),
])
func lessThanIsAllocatedIsASwitch(
    _ below: CentraSwitches.BelowAllocated, _ physical: Int, _ remarks: Int, _ refused: Int
) throws {
    let desk = ShopDesk()
    desk.sandbox.set { $0.belowAllocated = below }
    _ = try desk.perform(.rateLimits)
    let result = desk.set([StockRow(.sku("UM1001REDS"), 1)])
    #expect(desk.stock("UM1001REDS").physical == physical)
    #expect((result.remarks.count, result.refused.count) == (remarks, refused))
}

/// An early server loses all sizes but the first of a call, without a word, so the client must not send it several.
@Test(arguments: [("v1.60.0", 1), ("v1.59.10", 1), ("v1.59.9", 3), ("v1.55.2", 3)])
func severalSizesAreSentOnlyToServersThatCan(_ version: String, _ calls: Int) throws {
    let desk = ShopDesk()
    desk.sandbox.set { $0.appVersion = version }
    _ = try desk.perform(.rateLimits)
    let rows = ["UM1001REDM", "UM1001REDL", "UM2040BLKOS"].map { StockRow(.sku($0), 77) }
    _ = desk.set(rows)
    #expect(desk.executed("setStock") == calls)
    #expect(["UM1001REDM", "UM1001REDL", "UM2040BLKOS"].map { desk.stock($0).physical } == [77, 77, 77])
}

@Test
func twoSizesWithOneSKUAreAQuestionOfTheServer() throws {
    let desk = ShopDesk()
    let sizes = try desk.client.sizes(.one(.sku("UM5000GRY")), PageLimits(), .catalogue, desk.cancellation)
    #expect(sizes.map(\.codes.id) == [310, 311])
    desk.sandbox.set { $0.ambiguousSize = .refuse }
    _ = try desk.perform(.rateLimits)
    #expect(desk.set([StockRow(.sku("UM5000GRY"), 5)]).refused.count == 1)
    #expect(desk.set([StockRow(.ean("2000000003115"), 5), StockRow(.sku("UM6001SETOS"), 5)]).refused.count == 1)
}

@Test
func stockIsReadPerSizeAndPerWarehouse() throws {
    let desk = try ShopDesk().introspected()
    let totals = try desk.client.stock(of: .ids([301]), all: true, PageLimits(), .sweep, desk.cancellation)
    #expect(totals.map(\.physical) == [14] && totals.map(\.allocated) == [3] && totals.map(\.freeToAllocate) == [11])
    let there = try desk.perform(.stock(of: [301], inWarehouse: 3))
    #expect(there.map(\.physical) == [14])
    let warehouses = try desk.client.warehouses(PageLimits(), .sweep, desk.cancellation)
    #expect(warehouses.map(\.id) == [3, 9] && warehouses.map(\.isHidden) == [false, true])
}

@Test
func theCatalogueIsReadWhole() throws {
    let desk = try ShopDesk().introspected()
    try desk.act("generate", #"{"products": 120}"#)
    let products = try desk.client.products(
        updatedSince: CentraTime(microseconds: 0), PageLimits(rows: 25), .catalogue, desk.cancellation)
    #expect(products.count == 127)
    #expect(products.filter(\.isBundle).map(\.id) == [106])
    let sizes = try desk.client.sizes(.all, PageLimits(rows: 50), .catalogue, desk.cancellation)
    #expect(sizes.count == 13 + 480)
    #expect(sizes.filter { $0.isActive == false }.map(\.codes.id) == [313])
}

// MARK: Returns

private func draft(_ quantity: Int, _ policy: StockPolicyCase) -> ReturnDraft {
    ReturnDraft(
        shipment: 701, lines: [LineQuantity(801, quantity)], stock: policy == .release ? .release : .remove,
        comment: "Peoplevox RET9", externalID: "RET9/C-10001")
}

@Test(arguments: [(StockPolicyCase.release, true, 1), (.remove, true, 0), (.release, false, 0)])
func aReturnMovesStockByItsPolicy(_ policy: StockPolicyCase, _ atOnce: Bool, _ physical: Int) throws {
    let desk = ShopDesk()
    desk.sandbox.set { $0.returnsBookOnCreation = atOnce }
    let before = desk.stock("UM1001REDM").physical
    let made = try desk.perform(.createReturn(draft(1, policy)))
    #expect(made.status.known == .pending && made.totalQuantity == 1)
    #expect(desk.stock("UM1001REDM").physical == before + physical)
    #expect(try desk.perform(.completeReturn(made.id, sendEmail: false)).status.known == .completed)
    #expect(desk.stock("UM1001REDM").physical == before + (policy == .release ? 1 : 0))
    #expect(try desk.perform(.returns(.externalID(["RET9/C-10001"]))).map(\.id) == [made.id])
    guard case .refused(let messages) = try desk.send(.completeReturn(made.id, sendEmail: false)) else {
        Issue.record("a return was completed twice")
        return
    }
    #expect(messages.map(\.verdict) == [.alreadyDone])
}

@Test
func moreThanWasShippedCannotComeBack() throws {
    let desk = ShopDesk()
    let made = try desk.perform(.createReturn(draft(2, .release)))
    #expect(refusals(try desk.send(.createReturn(draft(1, .release)))) == 1)
    let physical = desk.stock("UM1001REDM").physical
    #expect(try desk.perform(.deleteReturn(made.id)) == made.id)
    #expect(desk.stock("UM1001REDM").physical == physical - 2)
    #expect(refusals(try desk.send(.createReturn(draft(1, .release)))) == 0)
}

@Test
func aRefundIsAStepOfItsOwnAndCanFail() throws {
    var desk = ShopDesk()
    let refunding = GraphQLOperation.refundReturn(315, sendEmail: false)
    #expect(mishap { () throws(CallFailure) in try desk.perform(refunding) }?.kind == .permanent)
    #expect(desk.executed("refundReturn") == 0)
    desk.client.schema = try desk.perform(.introspection).capabilities
    try desk.act("outcomes", #"{"order": 10010, "outcomes": ["failure", "success"]}"#)
    #expect(refusals(try desk.send(refunding)) == 1)
    #expect(try desk.perform(refunding).payments.map(\.status.known) == [.success])
    #expect(refusals(try desk.send(refunding)) == 1)
    #expect(try desk.perform(.uncompleteReturn(316)).status.known == .pending)
}
