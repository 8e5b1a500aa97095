// The outbox without any network: what is due when, and what the mishaps make of it.
import Outbound
import Testing

@testable import Sandbox

private func delivery(_ subject: String, retryDelays: [Int] = []) -> Delivery {
    Delivery(subject: subject, retryDelays: retryDelays) { seconds, attempt in
        OutboundRequest(
            .post, "http://127.0.0.1/hook", fields: [("X-Made", "\(seconds) \(attempt)")],
            limits: OutboundRequest.Limits(timeout: 5_000))
    }
}

private struct Desk {
    let clock = SandboxClock(standingAt: 1_770_130_000_000_000)
    let outbox: Outbox

    init(seed: UInt64 = 1) {
        outbox = Outbox(clock: clock, seed: seed)
    }

    /// The subjects of what is due, all of them delivered.
    func drain() -> [String] {
        outbox.takeDue().map { attempt in
            outbox.settle(attempt, isDelivered: true)
            return attempt.subject
        }
    }
}

@Test
func aDeliveryIsTriedAgainAfterItsDelaysAndThenLost() {
    let desk = Desk()
    desk.outbox.put(delivery("a", retryDelays: [1_000, 5_000]))
    var tried: [String] = []
    for _ in 0..<20 {
        for attempt in desk.outbox.takeDue() {
            tried.append(attempt.request["X-Made"] ?? "")
            desk.outbox.settle(attempt, isDelivered: false)
        }
        desk.clock.advance(milliseconds: 500)
    }
    #expect(tried == ["1770130000 1", "1770130001 2", "1770130006 3"])
    #expect(desk.outbox.counters.lost == 1)
    #expect(desk.outbox.isEmpty)
}

@Test
func whatIsHeldBackGoesBehindTheNextOne() {
    let desk = Desk()
    var mishaps = DeliveryMishaps()
    mishaps.reorderPercent = 100
    desk.outbox.mishaps = mishaps
    desk.outbox.put(delivery("first"))
    #expect(desk.drain().isEmpty)
    desk.outbox.mishaps = DeliveryMishaps()
    desk.outbox.put(delivery("second"))
    #expect(desk.drain() == ["second", "first"])
}

@Test
func whatIsHeldBackDoesNotWaitForEver() {
    let desk = Desk()
    var mishaps = DeliveryMishaps()
    mishaps.reorderPercent = 100
    desk.outbox.mishaps = mishaps
    desk.outbox.put(delivery("only"))
    desk.clock.advance(milliseconds: mishaps.delayMilliseconds)
    #expect(desk.drain() == ["only"])
}

/// The same seed gives the same luck, and nothing is neither sent nor counted.
@Test(arguments: UInt64(1)...20)
func everyDeliveryIsAccountedFor(seed: UInt64) {
    func run() -> ([String], Outbox.Counters) {
        let desk = Desk(seed: seed)
        var mishaps = DeliveryMishaps()
        (mishaps.dropPercent, mishaps.duplicatePercent) = (20, 20)
        (mishaps.delayPercent, mishaps.reorderPercent) = (20, 20)
        desk.outbox.mishaps = mishaps
        var sent: [String] = []
        for number in 0..<100 {
            desk.outbox.put(delivery("\(number)"))
            desk.clock.advance(milliseconds: 100)
            sent += desk.drain()
        }
        desk.clock.advance(milliseconds: 20_000)
        sent += desk.drain()
        return (sent, desk.outbox.counters)
    }
    let (sent, counters) = run()
    #expect(counters.put == 100)
    #expect(counters.delivered == counters.put - counters.dropped + counters.duplicated)
    #expect(counters.dropped > 0 && counters.duplicated > 0 && counters.delayed > 0 && counters.reordered > 0)
    #expect(Set(sent).count == 100 - counters.dropped)
    #expect(sent != sent.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) })
    #expect(run().0 == sent)
}
