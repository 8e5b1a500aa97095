// Sessions, logins, subscriptions and everything that can go wrong with a call, against the sandbox.
import Outbound
import Sandbox
import Testing

@testable import Peoplevox

private let read = PeoplevoxOperation.templateColumns("Sales orders")
extension PeoplevoxBench {
    fileprivate func ask() throws(CallFailure) -> [String] { try client.perform(read, .sweep, cancellation) }
}

struct TroubleTests {
    static let write = PeoplevoxOperation.subscribe(
        Subscribing(.availabilityChanges, url: "https://b.example/t?item={ItemCode}", encodesParameters: nil))

    /// What a read and a write mean that met each kind of trouble.
    static let kinds: [(PeoplevoxIncident.Kind, FailureKind?, FailureKind?)] = [
        (.silence, .transient, .ambiguous), (.slow, nil, nil), (.unavailable, .transient, .ambiguous),
        (.html, .transient, .ambiguous), (.emptyBody, .transient, .ambiguous), (.truncated, .transient, .ambiguous),
        (.fault, .transient, .ambiguous), (.emptyDetail, .transient, .ambiguous),
        (.wrongResult, .transient, .ambiguous), (.sessionLoss, nil, nil),
    ]

    @Test(arguments: kinds)
    func everyTroubleHasItsMeaning(kind: PeoplevoxIncident.Kind, read: FailureKind?, write: FailureKind?) throws {
        for (operation, expected) in [("GetSaveTemplate", read), ("SubscribeEvent", write)] {
            let bench = PeoplevoxBench()
            try bench.client.logIn(bench.cancellation)
            bench.plan(kind, operation)
            let failed = failure { () throws(CallFailure) in
                if operation == "GetSaveTemplate" {
                    _ = try bench.ask()
                } else {
                    _ = try bench.client.perform(TroubleTests.write, .catalogue, bench.cancellation)
                }
            }
            #expect(failed?.kind == expected, "\(operation)")
            #expect(bench.counter("incidents") == 1)
        }
    }

    @Test
    func everyKindOfTroubleIsTried() {
        #expect(Set(Self.kinds.map(\.0.rawValue)) == Set(PeoplevoxIncident.Kind.allCases.map(\.rawValue)))
    }

    /// After 25 minutes a session is replaced before it is refused, and one that is refused all the same is replaced once.
    @Test
    func sessionsAreReplacedInTime() throws {
        let bench = PeoplevoxBench()
        for minutes in [0, 20, 20, 25, 40] {
            bench.clock.advance(milliseconds: minutes * 60_000)
            _ = try bench.ask()
        }
        #expect(bench.counter("sessionFailures") == 0)
        bench.sandbox.withSwitches { $0.sessionMilliseconds = 60_000 }
        bench.clock.advance(milliseconds: 120_000)
        _ = try bench.ask()
        #expect(bench.counter("sessionFailures") == 1)
        #expect(bench.counter("refusedLogins") == 0)
    }

    @Test(arguments: [PasswordMode.base64, .plain])
    func theWrongWayToSendThePasswordIsASettingToChange(mode: PasswordMode) throws {
        var tenant = PeoplevoxTenant.ulvmark
        tenant.passwordMode = mode
        let right = PeoplevoxBench(tenant, password: "fixture-password", mode == .plain ? .plain : .base64)
        #expect(try right.ask().count > 5)
        let wrong = PeoplevoxBench(tenant, password: "fixture-password", mode == .plain ? .base64 : .plain)
        let failed = failure(wrong.ask)
        #expect(failed?.kind == .configuration)
        #expect(failed?.text.contains("passwordMode") == true)
    }

    /// However often it is called, a wrong password is tried once in an hour, so that nobody is locked out.
    @Test
    func aWrongPasswordLocksNobodyOut() throws {
        let bench = PeoplevoxBench(.ulvmark, password: "wrong")
        for _ in 0..<50 {
            #expect(failure(bench.ask)?.kind == .configuration)
            bench.clock.advance(milliseconds: 60_000)
        }
        #expect(bench.counter("refusedLogins") == 1)
        #expect(bench.counter("requests") == 1)
    }

    /// Two who share a user end each other's sessions: it goes on, and does not become a loop of logins.
    @Test
    func whereASecondLoginEndsTheFirstSessionBothGoOn() throws {
        let one = PeoplevoxBench()
        one.sandbox.withSwitches { switches in
            switches.hasOneSession = true
            // Neither knows how much the other calls.
            switches.requestsPerWindow = 0
        }
        let other = one.second()
        for _ in 0..<5 {
            _ = try one.client.perform(read, .sweep, one.cancellation)
            _ = try other.perform(read, .sweep, one.cancellation)
        }
        // Each finds its session gone, each time, and logs in once.
        #expect(one.counter("requests") <= 5 * 2 * 3)
    }

    @Test
    func whatATenantHasIsFound() throws {
        var tenant = PeoplevoxTenant.ulvmark
        tenant.saveColumns["Sales order items"] = nil
        let bench = PeoplevoxBench(tenant)
        let found = try bench.templates()
        #expect(found[.salesOrderItems] == nil)
        #expect(found.has("OnHold", in: .salesOrders))
        #expect(found[report: "Despatch summary"]?.contains("Tracking number") == true)
    }

    @Test(arguments: [false, true])
    func whatAServerCanDoIsReadFromItsDescription(isNewer: Bool) throws {
        var tenant = PeoplevoxTenant.ulvmark
        tenant.isNewer = isNewer
        let bench = PeoplevoxBench(tenant)
        let described = try bench.client.describe(.catalogue, bench.cancellation)
        #expect(described.asksForEncoding == isNewer)
        #expect(described.events.contains(.despatchPackageDespatched) == isNewer)
        #expect(described.events.isSuperset(of: [.availabilityChanges, .salesOrderStatusChanges, .returns]))
        #expect(described.operations.count >= 9)
    }

    /// An event type that the server does not know is a fault, which would come again.
    @Test
    func anUnknownEventIsAFaultOfOurs() throws {
        let bench = PeoplevoxBench()
        let operation = PeoplevoxOperation.subscribe(
            Subscribing(.despatchPackageDespatched, url: "https://b.example/t", encodesParameters: nil))
        let failed = failure { () throws(CallFailure) in
            try bench.client.perform(operation, .catalogue, bench.cancellation)
        }
        #expect(failed?.kind == .permanent)
    }

    @Test
    func subscribingAndUnsubscribingWork() throws {
        let bench = PeoplevoxBench()
        let id = try bench.client.perform(TroubleTests.write, .catalogue, bench.cancellation)
        let posted = try bench.client.perform(
            .subscribe(
                Subscribing(.returns, url: "https://b.example/t", encodesParameters: nil), parameters: "return={A}"),
            .catalogue, bench.cancellation)
        #expect(posted == id + 1)
        try bench.client.perform(.unsubscribe(id), .catalogue, bench.cancellation)
        let again = failure { () throws(CallFailure) in
            try bench.client.perform(.unsubscribe(id), .catalogue, bench.cancellation)
        }
        #expect(again?.kind == .permanent)
        #expect(bench.sandbox.state()["subscriptions"]?.array?.count == 1)
    }
}
