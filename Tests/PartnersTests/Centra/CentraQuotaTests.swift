// The budget: with the quotas that the server tells, the client never meets a 429; and an hour of trouble loses nothing.
import Centra
import JSON
import Outbound
import POSIX
import Testing

@testable import Sandbox

private func throttled(_ desk: ShopDesk) -> Int { desk.sandbox.counters()["throttled"]?.integer ?? -1 }

@Test(arguments: [[60, 5_000, 20, 1_800, 250_000, 30_000_000], [20, 3_600, 5, 100, 2_000, 150_000]])
func aClientThatKnowsTheQuotasIsNeverThrottled(_ quotas: [Int]) throws {
    let first = ShopDesk()
    first.sandbox.set { $0.quotas = quotas }
    let rows = try first.client.quotas(.sweep, first.cancellation)
    let settings = GovernorSettings(quotas: rows, share: 0.9, concurrency: 1)
    let governor = Governor(settings, clock: first.clock) { 0.5 }
    let client = CentraClient(
        endpoint: "https://ulvmark.centra.com/graphql", token: CentraToken(CentraSandbox.token),
        caller: Caller(SandboxTransport(first.sandbox, clock: first.clock), governor, clock: first.clock))
    let start = first.clock.monotonicMicroseconds()
    for round in 0..<300 {
        _ = try client.perform(.lockOrders([.number(10003)], round.isMultiple(of: 2)), .despatch, first.cancellation)
        if round.isMultiple(of: 7) { _ = try client.perform(.order(number: 10002), .orderExport, first.cancellation) }
    }
    #expect(throttled(first) == 0)
    #expect(first.executed("setOrdersLock") == 300)
    // And it does not dawdle: more than half of what was allowed is used.
    let hours = Double(first.clock.monotonicMicroseconds() - start) / 3.6e9
    let allowed = Double(quotas[2]) / 10 * 3_600
    #expect(hours < 2 * max(300 / allowed, 300 / Double(quotas[3]) - 0.5) + 0.5)
}

/// Others use the same buckets: then there are 429s, the client waits for as long as it is told, and nothing is lost.
@Test
func whatOthersUseIsWaitedOut() throws {
    let desk = ShopDesk(settings: .centra(share: 1))
    desk.sandbox.set { $0.quotas = [20, 3_600, 10, 1_000, 0, 0] }
    var done = 0
    for round in 0..<60 {
        if round.isMultiple(of: 5) { try desk.act("spend", #"{"mutations": 8, "requests": 5}"#) }
        let locking = GraphQLOperation.lockOrders([.number(10004)], round.isMultiple(of: 2))
        for _ in 0..<20 {
            guard let failed = mishap({ () throws(CallFailure) in try desk.perform(locking) }) else {
                done += 1
                break
            }
            guard case .throttled = failed.kind else {
                Issue.record("\(failed)")
                return
            }
        }
    }
    #expect(done == 60 && desk.executed("setOrdersLock") == 60)
    #expect(throttled(desk) < 30)
}

/// A scripted hour: one request in four meets a fault of some kind. Forty despatches are carried through by the rule
/// "look before you repeat"; at the end each order has exactly one shipment, and it has left.
@Test(arguments: UInt64(1)...5)
func anHourOfTroubleLosesNothingAndDoesNothingTwice(seed: UInt64) throws {
    let desk = ShopDesk(
        settings: GovernorSettings(
            quotas: GovernorSettings.centra().quotas, share: 0.5, concurrency: 1,
            pause: GovernorSettings.Pause(usual: 5_000)), seed: seed)
    try desk.act("generate", #"{"products": 10, "orders": 40, "seed": \#(seed)}"#)
    desk.sandbox.set {
        $0.chaosPercent = 25
        $0.chaosKinds = FaultKind.allCases
    }
    let numbers = Array(10_012..<10_052)
    var open = numbers
    for _ in 0..<200 where !open.isEmpty {
        open.removeAll { isDespatched($0, desk) }
        desk.clock.advance(milliseconds: 10_000)
    }
    #expect(open.isEmpty)
    desk.sandbox.set { $0.chaosPercent = 0 }
    let shipments = desk.sandbox.state()["shipments"]?.array ?? []
    for number in numbers {
        let own = shipments.filter { $0["order"]?.integer == number }
        #expect(own.count == 1 && own.allSatisfy { $0["isShipped"] == .bool(true) }, "order \(number)")
    }
}

/// One look and one step; true when nothing is left to do. Failures are left to the next look.
private func isDespatched(_ number: Int, _ desk: ShopDesk) -> Bool {
    do throws(CallFailure) {
        guard let known = try desk.perform(.shipments(ofOrder: number)) else { return false }
        guard let shipment = known.shipments.first else {
            guard let order = try desk.perform(.order(number: number)) else { return false }
            let lines = order.lines.map { LineQuantity($0.id, $0.quantity) }
            let draft = ShipmentDraft(order: .number(number), lines: lines, isGoodToGo: true, capture: true)
            _ = try desk.perform(.createShipment(draft))
            return false
        }
        if shipment.isShipped { return true }
        if !shipment.isCaptured {
            _ = try desk.perform(.captureShipment(shipment.id))
            return false
        }
        let completion = ShipmentCompletion(
            shippedAt: CentraTime(microseconds: desk.clock.wallMicroseconds() - 1_000_000), sendEmail: false)
        _ = try desk.perform(.completeShipment(shipment.id, completion))
    } catch { return false }
    return false
}
