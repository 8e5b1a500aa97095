// Every way in which a call to the pretend Centra can go wrong, and what the client makes of it for the call's repetition.
import Centra
import JSON
import Outbound
import Testing

@testable import Sandbox

private struct Case: Sendable, CustomTestStringConvertible {
    let fault: FaultKind
    let reading: FailureKind?
    let writing: FailureKind?

    var testDescription: String { fault.rawValue }
}

private let cases = [
    Case(fault: .status500, reading: .transient, writing: .ambiguous),
    Case(fault: .status503, reading: .transient, writing: .ambiguous),
    Case(fault: .html502, reading: .transient, writing: .ambiguous),
    Case(fault: .html502After, reading: .transient, writing: .ambiguous),
    Case(fault: .timeoutBefore, reading: .transient, writing: .ambiguous),
    Case(fault: .timeoutAfter, reading: .transient, writing: .ambiguous),
    Case(fault: .truncated, reading: .transient, writing: .ambiguous),
    Case(fault: .emptyBody, reading: .transient, writing: .ambiguous),
    Case(fault: .internalError, reading: .transient, writing: .ambiguous),
    Case(fault: .partialData, reading: .transient, writing: .ambiguous),
    Case(fault: .slow, reading: nil, writing: nil),
]

@Test(arguments: cases)
private func aFaultMeansWhatItMeansForTheRepetition(_ example: Case) throws {
    let desk = ShopDesk()
    try desk.act("fail", #"{"kind": "\#(example.fault.rawValue)", "times": 2}"#)
    #expect(mishap { () throws(CallFailure) in try desk.perform(.eventListeners) }?.kind == example.reading)
    let writing = GraphQLOperation.lockOrders([.number(10003)], true)
    #expect(mishap { () throws(CallFailure) in try desk.perform(writing) }?.kind == example.writing)
    // And after that all is well.
    #expect(try desk.perform(.eventListeners).count == 4)
    #expect(desk.executed("setOrdersLock") == (example.fault.isBefore ? 0 : 1))
}

@Test(arguments: [CentraSwitches.BadToken.unauthorized, .forbidden, .errors])
func aBadTokenIsASettingThatIsWrong(_ badToken: CentraSwitches.BadToken) throws {
    for token in ["nobody", "expired"] {
        let desk = ShopDesk(token: token)
        desk.sandbox.set { $0.badToken = badToken }
        try desk.act("token", #"{"token": "expired", "expiresInSeconds": 60}"#)
        desk.clock.advance(milliseconds: 61_000)
        #expect(mishap { () throws(CallFailure) in try desk.perform(.eventListeners) }?.kind == .configuration)
        let writing = GraphQLOperation.lockOrders([.number(10003)], true)
        #expect(mishap { () throws(CallFailure) in try desk.perform(writing) }?.kind == .configuration)
    }
}

@Test
func aMissingPermissionIsASettingThatIsWrong() throws {
    let desk = ShopDesk(token: "reader")
    try desk.act("token", #"{"token": "reader", "permissions": ["Order:read", "Event:read"]}"#)
    #expect(try desk.perform(.eventListeners).count == 4)
    let writing = GraphQLOperation.lockOrders([.number(10003)], true)
    #expect(mishap { () throws(CallFailure) in try desk.perform(writing) }?.kind == .configuration)
    #expect(
        mishap { () throws(CallFailure) in try desk.client.warehouses(PageLimits(), .sweep, desk.cancellation) }?.kind
            == .configuration)
    #expect(try desk.perform(.rateLimits).count == 6)
}

@Test(arguments: [
    CentraSwitches.RetryAfter.httpDate, .unixSeconds, .iso8601, .deltaSeconds,
])
func aTooManySaysUntilWhenInAnyForm(_ form: CentraSwitches.RetryAfter) throws {
    let desk = ShopDesk()
    desk.sandbox.set {
        $0.retryAfter = form
        $0.quotas = [2, 100, 20, 100, 0, 0]
    }
    for _ in 0..<2 { _ = try desk.perform(.eventListeners) }
    let failed = mishap { () throws(CallFailure) in try desk.perform(.eventListeners) }
    guard case .throttled(let until?) = failed?.kind else {
        Issue.record("not throttled: \(String(describing: failed))")
        return
    }
    // A token flows back in five seconds.
    #expect((4_000_000...7_000_000).contains(until - desk.clock.wallMicroseconds()))
}

@Test
func aTooManyWithoutATimeIsWaitedOutAsUsual() throws {
    let desk = ShopDesk()
    desk.sandbox.set { $0.retryAfter = .none }
    try desk.act("fail", #"{"kind": "throttled"}"#)
    #expect(mishap { () throws(CallFailure) in try desk.perform(.eventListeners) }?.kind == .throttled(until: nil))
}

/// What a partner says in free text, and an address of a shopper, are in no failure.
@Test
func noFailureQuotesAShopper() throws {
    let desk = ShopDesk()
    for fault in FaultKind.allCases {
        try desk.act("fail", #"{"kind": "\#(fault.rawValue)"}"#)
        let failed = mishap { () throws(CallFailure) in try desk.perform(.order(number: 10009, billingAddress: true)) }
        for word in ["Zoë", "Quay", "example.com", "Poznań"] { #expect(failed?.text.contains(word) != true) }
    }
}

@Test
func deprecationsAndPermissionsAreNoted() throws {
    let desk = ShopDesk()
    desk.sandbox.set { $0.spellings = CentraSwitches.newSpellings.filter { $0 != "returnStatus" } }
    let old = try desk.introspected()
    _ = try old.perform(.returns(.id([315])))
    #expect(old.client.notes.appVersion?.description.isEmpty == false)
    #expect(desk.sandbox.counters()["deprecatedFields"] != .object([:]))
}
