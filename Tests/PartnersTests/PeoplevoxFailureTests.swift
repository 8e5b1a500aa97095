// Each way for a call to go wrong, and what the client makes of it: what may be repeated, and what has to be read back first.
import JSON
import Outbound
import POSIX
import Peoplevox
import Sandbox
import Testing

private struct Case: Sendable, CustomTestStringConvertible {
    let kind: PeoplevoxIncident.Kind
    let reading: FailureKind
    let writing: FailureKind

    var testDescription: String { kind.rawValue }
}

private let cases = [
    Case(kind: .silence, reading: .transient, writing: .ambiguous),
    Case(kind: .unavailable, reading: .transient, writing: .ambiguous),
    Case(kind: .html, reading: .transient, writing: .ambiguous),
    Case(kind: .emptyBody, reading: .transient, writing: .ambiguous),
    Case(kind: .truncated, reading: .transient, writing: .ambiguous),
    Case(kind: .fault, reading: .transient, writing: .ambiguous),
    Case(kind: .wrongResult, reading: .transient, writing: .ambiguous),
]

@Test(arguments: cases)
private func aReadThatGoesWrongMayBeRepeated(_ example: Case) throws {
    let rig = PeoplevoxRig()
    try rig.client.logIn(rig.cancellation)
    rig.sandbox.plan(PeoplevoxIncident(example.kind, operation: "GetData", isCarriedOut: true))
    let failure = #expect(throws: CallFailure.self) { try rig.perform(.data(DataQuery("Sites", rows: 9))) }
    #expect(failure?.kind == example.reading)
    #expect(try rig.perform(.data(DataQuery("Sites", rows: 9))).totalCount == 3)
}

@Test(arguments: cases, [false, true])
private func aSaveThatGoesWrongMayHaveHappened(_ example: Case, isCarriedOut: Bool) throws {
    let rig = PeoplevoxRig()
    let target = try rig.target()
    rig.sandbox.plan(PeoplevoxIncident(example.kind, operation: "SaveData", isCarriedOut: isCarriedOut))
    let saved = rig.client.save(newOrder: SalesOrderRecord("C-14000"), withoutHold: .refuse, target, rig.cancellation)
    guard case .unknown = saved.outcome else {
        Issue.record("\(example.writing) became \(saved.outcome)")
        return
    }
    #expect(rig.order("C-14000") == (isCarriedOut ? "New 0" : "none"))
    // A header is saved by its key, so repeating it is safe either way.
    let again = rig.client.save(newOrder: SalesOrderRecord("C-14000"), withoutHold: .refuse, target, rig.cancellation)
    #expect(again.outcome == .saved([]))
    #expect(rig.order("C-14000") == "New 0")
}

@Test
func aSubscriptionThatIsNotAnsweredMayBeThere() throws {
    let rig = PeoplevoxRig()
    let subscribing = Subscribing(.availabilityChanges, url: "http://127.0.0.1:9/", encodesParameters: nil)
    for isCarriedOut in [false, true] {
        rig.sandbox.plan(PeoplevoxIncident(.silence, operation: "SubscribeEvent", isCarriedOut: isCarriedOut))
        let failure = #expect(throws: CallFailure.self) { try rig.perform(.subscribe(subscribing)) }
        #expect(failure?.kind == .ambiguous)
    }
    #expect(rig.sandbox.state()["subscriptions"]?.array?.count == 1)
}

@Test
func anAnswerWithoutATextIsNotNoRows() throws {
    let rig = PeoplevoxRig()
    rig.sandbox.plan(PeoplevoxIncident(.emptyDetail, operation: "GetReportData"))
    let query = DataQuery("Outstanding sales orders", rows: 1_000)
    for _ in 0..<2 {
        // The first has no `Detail`, the second no body at all: this report's own quirk.
        let failure = #expect(throws: CallFailure.self) { try rig.perform(.report(query)) }
        #expect(failure?.kind == .transient)
    }
}

@Test(arguments: [
    ("Return authorisation", "x"), ("Sales orders", "[SalesOrderNumber] = \"C-1\""), ("Sales orders", "Nothing = 1"),
])
func aQuestionThatIsRefusedIsNotAskedAgain(_ template: String, _ clause: String) throws {
    let rig = PeoplevoxRig()
    let query = DataQuery(template, rows: 9, clause: clause == "x" ? nil : clause)
    let failure = #expect(throws: CallFailure.self) { try rig.perform(.data(query)) }
    #expect(failure?.kind == .permanent)
}

@Test
func anUnknownEventIsAPermanentFault() throws {
    let rig = PeoplevoxRig()
    let subscribing = Subscribing(.despatchPackageDespatched, url: "http://127.0.0.1:9/", encodesParameters: nil)
    let failure = #expect(throws: CallFailure.self) { try rig.perform(.subscribe(subscribing)) }
    #expect(failure?.kind == .permanent)
    #expect(rig.counter("faults") == 1)
}
