// The events queue against the client: oldest first, again and again until it is confirmed.
import Centra
import JSON
import Outbound
import Testing

@testable import Sandbox

@Test
func eventsStayAtTheHeadUntilTheyAreConfirmed() throws {
    let desk = ShopDesk()
    let first = try desk.perform(.events(limit: 3))
    #expect(first.map(\.id) == [880_101, 880_102, 880_103])
    #expect(try desk.perform(.events(limit: 3)) == first)
    _ = try desk.perform(.confirmEvents([880_101, 880_103]))
    #expect(try desk.perform(.events(limit: 2)).map(\.id) == [880_102, 880_104])
    let again = try desk.send(.confirmEvents([880_101, 880_102]))
    #expect(again.warnings.map(\.path) == [["input", "eventsIds", "0"]])
    #expect(try desk.perform(.events(limit: 1)).map(\.id) == [880_104])
}

@Test
func ourOwnChangesComeBackAsEvents() throws {
    let desk = ShopDesk()
    _ = try desk.perform(.confirmEvents(try desk.perform(.events()).map(\.id)))
    _ = try desk.perform(.hold(.number(10007), of: .directToConsumer, true, reason: "look"))
    try desk.act("place-order", #"{"lines": [{"sku": "UM1001REDM", "quantity": 1}]}"#)
    try desk.act("touch-size", #"{"sku": "UM2040BLKOS"}"#)
    let events = try desk.perform(.events())
    #expect(events.map(\.reference) == [10007, 10012, 10012, 305])
    #expect(events.map(\.change.known) == [.updated, .created, .updated, .updated])
}

@Test
func aServerWithoutEventsAnswersWithNone() throws {
    let desk = ShopDesk()
    _ = try desk.perform(.confirmEvents(try desk.perform(.events()).map(\.id)))
    desk.sandbox.set { $0.eventsAreEnabled = false }
    _ = try desk.perform(.hold(.number(10007), of: .directToConsumer, true, reason: "look"))
    #expect(try desk.perform(.events()).isEmpty)
    #expect(try desk.perform(.eventListeners).count == 4)
}

@Test
func listenersAddUpAndTakeTheirEventsWithThem() throws {
    let desk = ShopDesk()
    let before = try desk.perform(.events()).count
    #expect(try desk.perform(.listen(to: [.order, .product])).count == 2)
    #expect(try desk.perform(.eventListeners).count == 5)
    _ = try desk.perform(.stopListening(to: [.order]))
    #expect(try desk.perform(.events()).count == before - 3)
    #expect(try desk.perform(.eventListeners).map(\.object.known).contains(.order) == false)
}

/// A queue belongs to an integration, whatever the token.
@Test
func anotherIntegrationHasAQueueOfItsOwn() throws {
    let desk = ShopDesk()
    try desk.act("token", #"{"token": "other", "integration": "somebody-else"}"#)
    var other = desk
    other.client = CentraClient(
        endpoint: "https://ulvmark.centra.com/graphql", token: CentraToken("other"),
        caller: Caller(SandboxTransport(desk.sandbox, clock: desk.clock), desk.governor, clock: desk.clock))
    #expect(try other.perform(.events()).isEmpty)
    _ = try other.perform(.listen(to: [.order]))
    _ = try desk.perform(.hold(.number(10007), of: .directToConsumer, true, reason: "look"))
    let theirs = try other.perform(.events())
    #expect(theirs.map(\.reference) == [10007])
    #expect(try desk.send(.confirmEvents(theirs.map(\.id))).warnings.count == 1)
    #expect(try other.perform(.events()).count == 1)
}
