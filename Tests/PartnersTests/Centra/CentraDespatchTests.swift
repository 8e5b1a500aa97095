// A despatch against the pretend shop, step by step: what each step leaves behind, and what is found after a doubtful one.
import Centra
import Commerce
import JSON
import Outbound
import Testing

@testable import Sandbox

private func draft(
    _ number: Int, _ lines: [LineQuantity], capture: Bool = true, externalID: String? = nil
) -> ShipmentDraft {
    ShipmentDraft(order: .number(number), lines: lines, isGoodToGo: true, capture: capture, externalID: externalID)
}

private let completion = ShipmentCompletion(
    shippedAt: CentraTime(microseconds: ShopDesk.noon - 60_000_000), carrier: "Northline", service: "Parcel",
    packages: 1,
    trackingNumber: "00340434292135100209", sendEmail: false)

@Test
func aDespatchLowersTheStockAndFinishesTheOrder() throws {
    let desk = try ShopDesk().introspected()
    let before = desk.stock("UM1001REDS")
    let made = try desk.perform(.createShipment(draft(10003, [LineQuantity(50006, 1), LineQuantity(50007, 2)])))
    #expect(made.isCaptured && made.isPaid && made.isGoodToGo && !made.isShipped)
    #expect(desk.stock("UM1001REDS").physical == before.physical)
    let marked = try desk.perform(.updateShipment(made.id, ShipmentChange(externalID: "DES10236/C-10003")))
    #expect(marked.externalID == "DES10236/C-10003")
    let done = try desk.perform(.completeShipment(made.id, completion))
    #expect(done.isShipped && done.trackingNumber == "00340434292135100209" && done.carrier == "Northline")
    let after = desk.stock("UM1001REDS")
    #expect((after.physical, after.allocated) == (before.physical - 3, before.allocated - 3))
    let order = try #require(try desk.perform(.order(number: 10003)))
    #expect(order.head.status.known == .shipped)
    #expect(order.lines.map(\.allocations.count) == [0, 0])
    let found = try desk.perform(.shipments(.externalID(["DES10236/C-10003"])))
    #expect(found.map(\.id) == [made.id])
}

@Test
func aPartialDespatchLeavesTheOrderInProcessing() throws {
    let desk = ShopDesk()
    let first = try desk.perform(.createShipment(draft(10003, [LineQuantity(50007, 1)])))
    _ = try desk.perform(.completeShipment(first.id, completion))
    #expect(try desk.perform(.order(number: 10003))?.head.status.known == .processing)
    let tooMuch = try desk.send(.createShipment(draft(10003, [LineQuantity(50006, 1), LineQuantity(50007, 2)])))
    guard case .refused(let messages) = tooMuch else {
        Issue.record("more than is left was shipped")
        return
    }
    #expect(messages.map(\.path) == [["input", "lines", "1", "quantity"]])
    let second = try desk.perform(.createShipment(draft(10003, [LineQuantity(50006, 1), LineQuantity(50007, 1)])))
    _ = try desk.perform(.completeShipment(second.id, completion))
    #expect(try desk.perform(.order(number: 10003))?.head.status.known == .shipped)
}

@Test
func aCaptureThatFailsLeavesAShipmentBehind() throws {
    let desk = ShopDesk()
    try desk.act("outcomes", #"{"order": 10003, "outcomes": ["failure", "failure", "success"]}"#)
    let answer = try desk.send(.createShipment(draft(10003, [LineQuantity(50006, 1)])))
    let made = try answer.value()
    #expect(!made.isCaptured && answer.warnings.map(\.path) == [["input", "capture"]])
    let early = try desk.send(.completeShipment(made.id, completion))
    #expect(refusals(early) == 1)
    #expect(refusals(try desk.send(.captureShipment(made.id))) == 1)
    #expect(try desk.perform(.captureShipment(made.id)).isCaptured)
    #expect(try desk.perform(.completeShipment(made.id, completion)).isShipped)
    let payments = try #require(try desk.perform(.payments(ofOrder: 10003)))
    #expect(payments.map(\.status.known) == [.success, .failed, .failed, .success])
    #expect(desk.executed("createShipment") == 1)
}

@Test(arguments: [CaptureOutcome.success, .failure])
func aPendingCaptureIsSettledLater(_ outcome: CaptureOutcome) throws {
    let desk = ShopDesk()
    try desk.act("outcomes", #"{"order": 10004, "outcomes": ["pending", "\#(outcome.rawValue)"]}"#)
    let made = try desk.perform(.createShipment(draft(10004, [LineQuantity(50008, 1)])))
    #expect(!made.isCaptured && !made.isPaid)
    desk.clock.advance(milliseconds: 61_000)
    desk.sandbox.turn()
    let shipments = try #require(try desk.perform(.shipments(ofOrder: 10004)))
    #expect(shipments.shipments.map(\.isCaptured) == [outcome == .success])
}

/// Before a shipment is made again, whoever is in doubt looks. The two doubtful cases are told apart only by looking.
@Test(arguments: [(FaultKind.timeoutBefore, 0), (.timeoutAfter, 1), (.html502After, 1), (.truncated, 1)])
func aDoubtfulShipmentIsFoundByLooking(_ fault: FaultKind, _ count: Int) throws {
    let desk = ShopDesk()
    try desk.act("fail", #"{"kind": "\#(fault.rawValue)", "operation": "createShipment"}"#)
    let making = GraphQLOperation.createShipment(draft(10003, [LineQuantity(50006, 1)]))
    #expect(mishap { () throws(CallFailure) in try desk.perform(making) }?.kind == .ambiguous)
    #expect(try desk.perform(.shipments(ofOrder: 10003))?.shipments.count == count)
    let again = try desk.send(making)
    if count == 1 { #expect(refusals(again) == 1) } else { #expect(try again.value().lines.count == 1) }
    #expect(try desk.perform(.shipments(ofOrder: 10003))?.shipments.count == 1)
}

@Test
func whetherAHeldOrderIsRefusedIsASwitch() throws {
    let desk = ShopDesk()
    let making = GraphQLOperation.createShipment(draft(10005, [LineQuantity(50009, 1)]))
    desk.sandbox.set { $0.refusesShipmentOfHeldOrder = true }
    #expect(refusals(try desk.send(making)) == 1)
    desk.sandbox.set { $0.refusesShipmentOfHeldOrder = false }
    #expect(try desk.perform(making).isOnHold)
}

@Test
func aShipmentOfWhatIsNotAllocatedIsRefused() throws {
    let desk = ShopDesk()
    let making = GraphQLOperation.createShipment(draft(10007, [LineQuantity(50011, 1)]))
    #expect(refusals(try desk.send(making)) == 1)
    desk.sandbox.set { $0.shipsUnallocated = true }
    #expect(refusals(try desk.send(making)) == 0)
}

@Test
func completingTwiceIsRefusedAndKnownToBeDone() throws {
    let desk = ShopDesk()
    guard case .refused(let messages) = try desk.send(.completeShipment(702, completion)) else {
        Issue.record("a completed shipment was completed")
        return
    }
    #expect(messages.map(\.verdict) == [.alreadyDone])
}

@Test
func shippingCostIsOnOneShipmentUnlessItIsShared() throws {
    let desk = ShopDesk()
    var first = draft(10003, [LineQuantity(50006, 1)])
    first.shippingCost = .none
    _ = try desk.perform(.createShipment(first))
    _ = try desk.perform(.createShipment(draft(10003, [LineQuantity(50007, 2)])))
    let payments = try #require(try desk.perform(.payments(ofOrder: 10003)))
    let captured = payments.filter { $0.type.known == .capture }.map { "\($0.value.amount)" }
    #expect(captured == ["899", "1307.6"])
}

func refusals<Value>(_ answer: CentraAnswer<Value>) -> Int {
    if case .refused(let messages) = answer { messages.count } else { 0 }
}
