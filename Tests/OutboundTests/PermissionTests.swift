// One operation that is not permitted is held alone; everything else goes on.
import Testing

@testable import Outbound

private let request = OutboundRequest(.post, "http://127.0.0.1/", limits: OutboundRequest.Limits(timeout: 1_000))

/// A partner that answers with a status, and a caller that reads a missing permission in every reply to `forbidden`.
private struct Desk {
    let clock = HandClock()
    let caller: Caller

    init(status: Int = 200) {
        let replies = (0..<100).map { _ in Result<OutboundReply, TransportFailure>.success(.init(status: status)) }
        caller = Caller(Scripted(replies), plain(.centra(), clock), clock: clock)
    }

    /// The seconds until it was sent, and what came of it; nil when all is well.
    func call(
        _ operation: String, isForbidden: Bool = false, patience: Int64? = nil
    ) -> (seconds: Int64, kind: FailureKind?) {
        let start = clock.now
        do throws(CallFailure) {
            let ask = Ask.read(operation, .despatch, patience: patience)
            _ = try caller.call(request, ask, Cancellation()) { reply -> Result<Int, CallFailure> in
                if let refusal = reply.refusal(of: ask) { return .failure(refusal) }
                return isForbidden ? .failure(CallFailure(.configuration, "you may not")) : .success(1)
            }
            return ((clock.now - start) / 1_000_000, nil)
        } catch { return ((clock.now - start) / 1_000_000, error.kind) }
    }
}

@Test
func whatIsNotPermittedIsHeldAlone() {
    let desk = Desk()
    for _ in 0..<3 { #expect(desk.call("CreateShipment", isForbidden: true) == (0, .configuration)) }
    for _ in 0..<5 { #expect(desk.call("ConfirmOrder") == (0, nil)) }
    #expect(desk.caller.governor.breaker == .closed)
    // One goes after ten minutes, and finds nothing changed; the next one after ten more does.
    #expect(desk.call("CreateShipment", isForbidden: true) == (600, .configuration))
    #expect(desk.call("CreateShipment") == (600, nil))
    #expect(desk.call("CreateShipment") == (0, nil))
}

@Test
func refusalsThatAreNotInARowHoldNobody() {
    let desk = Desk()
    for _ in 0..<3 {
        for _ in 0..<2 { #expect(desk.call("A", isForbidden: true) == (0, .configuration)) }
        #expect(desk.call("A") == (0, nil))
    }
}

@Test
func whoeverIsHeldIsToldUntilWhen() {
    let desk = Desk()
    for _ in 0..<3 { _ = desk.call("A", isForbidden: true) }
    let end = desk.clock.wallMicroseconds() + 600_000_000
    #expect(desk.call("A", patience: 1_000) == (1, .throttled(until: end)))
    desk.caller.governor.reopen()
    #expect(desk.call("A") == (0, nil))
}

/// A status is about the address or the token, and so about all operations.
@Test(arguments: [401, 403, 404])
func aStatusIsAboutAllOperations(status: Int) {
    let desk = Desk(status: status)
    for operation in ["A", "B", "C"] { #expect(desk.call(operation) == (0, .configuration)) }
    #expect(desk.call("D") == (600, .configuration))
}

/// Where it points to, a write may have been taken for one.
@Test
func aRedirectOfAWriteIsInDoubt() {
    let reply = OutboundReply(status: 302)
    #expect(reply.refusal(of: .write("A", .despatch))?.kind == .ambiguous)
    #expect(reply.refusal(of: .read("A", .despatch))?.kind == .configuration)
}

/// One page that a proxy answers, and the one after it, stop nobody.
@Test
func onePageStopsNobody() throws {
    let clock = HandClock()
    let pages = [404, 302].map { Result<OutboundReply, TransportFailure>.success(OutboundReply(status: $0)) }
    let caller = Caller(Scripted(pages), plain(.peoplevox(), clock), clock: clock)
    for _ in pages {
        #expect(throws: CallFailure.self) {
            try caller.call(request, .read("GetData", .sweep), Cancellation()) { reply -> Result<Int, CallFailure> in
                reply.refusal(of: .read("GetData", .sweep)).map { .failure($0) } ?? .success(1)
            }
        }
    }
    #expect(try caller.call(request, .read("GetData", .sweep), Cancellation()) { .success($0.status) } == 200)
    #expect(clock.now < 1_000_000)
}
