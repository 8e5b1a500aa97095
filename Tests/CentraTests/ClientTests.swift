// One request for one operation: how it is sent, and what a reply without an answer means.
import JSON
import Outbound
import POSIX
import Synchronization
import Testing

@testable import Centra

@Test
func aRequestCarriesTheTokenAndNothingPrintsIt() throws {
    let centra = FakeCentra { _ in .data(["centraIPs": ["192.0.2.1"]]) }
    let client = centra.client()
    #expect(try client.perform(.addresses, .sweep, Cancellation()) == ["192.0.2.1"])
    let sent = try #require(centra.sent.first)
    #expect(sent.operation == "CentraIPs")
    #expect(sent.request.method == .post)
    #expect(sent.request.fields.first { $0.name == "Authorization" }?.value == "Bearer secret-token")
    var rendering = "\(client)\(String(reflecting: client))\(sent.request)"
    dump(client, to: &rendering)
    #expect(!rendering.contains("secret"))
}

@Test(arguments: ["delta", "epoch", "http-date", "iso8601"])
func aLimitSaysUntilWhenInAnyFormat(format: String) throws {
    let answer = try Answer.named("error.rate-limit-429.\(format)")
    let fields = try #require(answer.json["headers"])
    let retryAfter = try #require(fields["Retry-After"])
    let value = retryAfter.string ?? "\(retryAfter.integer ?? -1)"
    let centra = FakeCentra { _ in OutboundReply(status: 429, fields: [("Retry-After", value)]) }
    let failed = failure { () throws(CallFailure) in
        try centra.client().perform(.confirmEvents([1]), .sweep, Cancellation())
    }
    #expect(failed?.kind == .throttled(until: HandClock.wall + 30_000_000))
}

@Test(arguments: [
    (TransportFailure.Reason.timedOut, true, FailureKind.transient, FailureKind.ambiguous),
    (.timedOut, false, .transient, .transient), (.cut, true, .transient, .ambiguous),
    (.unreachable, false, .transient, .transient), (.untrusted, false, .configuration, .configuration),
    (.tooLarge, true, .permanent, .ambiguous),
])
func withoutAReplyAMutationMayHaveBeenApplied(
    reason: TransportFailure.Reason, arrived: Bool, query: FailureKind, mutation: FailureKind
) {
    let centra = FakeCentra { _ throws(TransportFailure) in
        throw TransportFailure(reason, mayHaveArrived: arrived, "nothing")
    }
    let (client, cancellation) = (centra.client(), Cancellation())
    let asked = failure { () throws(CallFailure) in try client.perform(.rateLimits, .sweep, cancellation) }
    #expect(asked?.kind == query)
    let told = failure { () throws(CallFailure) in try client.perform(.confirmEvents([1]), .sweep, cancellation) }
    #expect(told?.kind == mutation)
}

@Test
func whatIsNotKnownToBeThereIsNotSent() {
    let centra = FakeCentra { _ in .data([:]) }
    let failed = failure { () throws(CallFailure) in
        try centra.client().perform(.refundReturn(315, sendEmail: false), .sweep, Cancellation())
    }
    #expect(failed?.kind == .permanent)
    #expect(failed?.text.contains("Mutation.refundReturn(id)") == true)
    #expect(centra.sent.isEmpty)
}

@Test
func aRefusalIsAnAnswerAndForWhoeverWantsAValueAFailure() throws {
    let reply = try Answer.named("complete-shipment.not-paid").reply
    let client = FakeCentra { _ in reply }.client()
    let operation = GraphQLOperation.completeShipment(
        1, ShipmentCompletion(shippedAt: CentraTime(microseconds: 0), sendEmail: false))
    guard case .refused(let messages) = try client.send(operation, .despatch, Cancellation()) else {
        Issue.record("it is refused")
        return
    }
    #expect(messages.map(\.verdict) == [.needsPerson])
    let failed = failure { () throws(CallFailure) in try client.perform(operation, .despatch, Cancellation()) }
    #expect(failed?.kind == .permanent)
    #expect(failed?.text.contains("Shipment must be paid before it can be completed (at id)") == true)
}

@Test
func aCaptureThatFailsLeavesAShipmentAndAWarning() throws {
    let reply = try Answer.named("create-shipment.capture-failed").reply
    let client = FakeCentra { _ in reply }.client()
    let answer = try client.send(
        .createShipment(ShipmentDraft(order: .number(10009), lines: [LineQuantity(50017, 1)], capture: true)),
        .despatch,
        Cancellation())
    let shipment = try answer.value()
    #expect(shipment.id == 707)
    #expect(!shipment.isCaptured)
    #expect(answer.warnings.map(\.description) == ["Capture failed: … (at input.capture)"])
}

@Test
func deprecationsReachTheReportOnce() throws {
    let reply = try Answer.named("create-shipment.deprecated-fields").reply
    let reported = Mutex<[String]>([])
    let client = FakeCentra { _ in reply }.client { text in reported.withLock { $0.append(text) } }
    for _ in 0..<3 {
        _ = try client.send(.createShipment(ShipmentDraft(order: .number(1), lines: [])), .despatch, Cancellation())
    }
    #expect(reported.withLock { $0.count } == 2)
    #expect(client.notes.appVersion == AppVersion("v1.60.0"))
}

@Test
func theLimitsOfTheServerAreTheGovernors() throws {
    let reply = try Answer.named("rate-limits.success").reply
    let quotas = try FakeCentra { _ in reply }.client().quotas(.sweep, Cancellation())
    #expect(quotas.count == 6)
    #expect(Set(quotas.map(\.span)) == [10_000, 3_600_000])
    #expect(Set(quotas.map(\.resource)) == [.requests, .mutations, .complexity])
}
