// From a wake-up to what Centra shows: each branch of the way, against both pretend partners.
import JSON
import Outbound
import Sandbox
import Synchronization
import Testing
import Workflows

@testable import Application

@Test func whatIsWokenIsReadAndShown() throws {
    let rig = try Rig()
    #expect(rig.physical("UM1001REDM") != 17)
    try rig.count("UM1001REDM", 17)
    rig.wake("UM1001REDM", "UM1001REDL")
    rig.settle()
    #expect(try rig.physical("UM1001REDM") == rig.available("UM1001REDM"))
    #expect(try rig.physical("UM1001REDL") == rig.available("UM1001REDL"))
    #expect(rig.openJobs == 0)
    #expect(rig.reads == 1)
}

@Test func whatIsShownAlreadyIsNotWrittenAgain() throws {
    let rig = try Rig()
    rig.wake("UM1001REDM")
    rig.settle()
    let writes = rig.writes
    rig.wake("UM1001REDM")
    rig.settle()
    #expect(rig.reads == 2)
    #expect(rig.writes == writes)
}

@Test func eachStepIsJournaledBeforeTheNext() throws {
    let rig = try Rig()
    rig.wake("UM1001REDM")
    rig.settle()
    let steps = try rig.entries().map { entry in
        switch entry {
        case .readStarted: "readStarted"
        case .observed: "observed"
        case .targeted: "targeted"
        case .writing: "writing"
        case .written: "written"
        default: "other"
        }
    }
    #expect(steps == ["readStarted", "observed", "targeted", "writing", "written"])
}

@Test func aSKUWithoutARowIsNotWritten() throws {
    let rig = try Rig()
    try rig.act("add-sku", #"{"sku": "NOBODY1", "physical": 5}"#)
    rig.wake("NOBODY1", "UM1001REDM")
    rig.settle()
    #expect(rig.physical("NOBODY1") == 5)
    #expect(rig.engine.inspect { $0.items["NOBODY1"]?.absentSince != nil })
    #expect(rig.openJobs == 0)
}

@Test func aSKUThatWasThereAndIsGoneIsUnknown() throws {
    let rig = try Rig()
    rig.wake("UM1001REDM")
    rig.settle()
    let before = rig.physical("UM1001REDM")
    try rig.peoplevox.withWarehouse { floor in floor.items["UM1001REDM"] = nil }
    rig.wake("UM1001REDM")
    rig.settle()
    #expect(rig.physical("UM1001REDM") == before)
    #expect(rig.shelf("UM1001REDM")?.target?.outcome == .unknown(.absent))
}

@Test func aSKUThatNoSearchCanHoldIsUnknownAndDone() throws {
    let rig = try Rig()
    rig.wake("UM\"1", "UM1001REDM")
    rig.settle()
    #expect(rig.openJobs == 0)
    #expect(rig.shelf("UM\"1")?.target?.outcome == .unknown(.unsearchable))
    #expect(try rig.physical("UM1001REDM") == rig.available("UM1001REDM"))
}

@Test(arguments: ["refuseAll", "refuseRow", "skip"])
func aRowThatCentraRefusesDoesNotHoldUpOthers(_ unknownSize: String) throws {
    let rig = try Rig()
    try rig.act("switches", #"{"unknownSize": "\#(unknownSize)"}"#)
    // Peoplevox has it, Centra does not.
    rig.wake("PACK-BOX-M", "UM1001REDM", "UM1001REDL")
    rig.settle()
    #expect(try rig.physical("UM1001REDM") == rig.available("UM1001REDM"))
    #expect(try rig.physical("UM1001REDL") == rig.available("UM1001REDL"))
    #expect(rig.shelf("PACK-BOX-M")?.refusal != nil)
    #expect(rig.writes < 8)
    #expect(rig.openJobs == 0)
}

/// A warehouse that Centra does not have is said once, the others go on, and it is tried again soon.
@Test func aWarehouseThatIsRefusedIsNamedOnceAndTriedAgain() throws {
    let rig = try Rig("stockSites = PrimarySite:3 Second:77")
    #expect(rig.engine.writing == nil)
    _ = rig.engine.record([
        .targeted(
            (0..<300).map {
                let parts = StockTarget.Parts(base: 4, own: 0, buffer: 0)
                return StockTarget(Shelf("UM1001RED\($0)", 77), at: 1, .quantity(4, parts))
            })
    ])
    rig.wake("UM1001REDM", "UM1001REDL")
    rig.settle(within: 600_000)
    #expect(try rig.physical("UM1001REDM") == rig.available("UM1001REDM"))
    guard case .refuses(let warehouse, _, let text)? = rig.engine.writing else { throw Unexpected() }
    #expect(warehouse == 77 && text.contains("Warehouse"))
    #expect((10...25).contains(rig.writes), "once a minute, not once for each row: \(rig.writes)")
    #expect(rig.engine.inspect { book in book.shelves.values.allSatisfy { $0.refusal == nil } })
}

private struct Unexpected: Error {}

/// A batch of nothing but SKUs that Centra does not know keeps nobody waiting.
@Test(arguments: ["refuseAll", "refuseRow", "skip"])
func unknownSKUsAloneLetTheWriterGoOn(_ unknownSize: String) throws {
    let rig = try Rig()
    try rig.act("switches", #"{"unknownSize": "\#(unknownSize)"}"#)
    rig.wake("UM1001REDM")
    rig.settle()
    let strange = (0..<5).map { "STRANGE\($0)" }
    for sku in strange {
        try rig.peoplevox.withWarehouse { $0.add(ItemType(sku, ["Barcode": sku, "Name": sku]), onHand: 2) }
    }
    _ = rig.road.wakeUps.wake("ulvmark", strange, because: "test")
    rig.settle(within: 900)
    #expect(rig.engine.status.refused == 5 && rig.engine.status.writeFailures == 0)
    #expect(rig.engine.writing == .takes)
}

@Test func anAnswerThatIsLostIsUnknownAndWrittenAgain() throws {
    let rig = try Rig()
    rig.wake("UM1001REDL")
    rig.settle()
    try rig.act("fail", #"{"kind": "timeoutAfter", "operation": "setStock", "times": 1}"#)
    try rig.count("UM1001REDL", 3)
    rig.wake("UM1001REDL")
    rig.settle(within: 300_000)
    #expect(rig.physical("UM1001REDL") == 3)
    #expect(rig.engine.counts.unknown == 1)
    #expect(rig.shelf("UM1001REDL")?.shown == 3)
}

@Test func anOldServerIsGivenOneSizeAtATime() throws {
    let rig = try Rig()
    try rig.act("switches", #"{"appVersion": "v1.59.9"}"#)
    rig.wake("UM1001REDM", "UM1001REDL", "UM5000GRY")
    rig.settle()
    for sku in ["UM1001REDM", "UM1001REDL", "UM5000GRY"] {
        #expect(try rig.physical(sku) == rig.available(sku))
    }
    #expect(rig.writes == 3)
}

@Test func whileOnePartnerIsAwayJobsWaitAndLoseNoAttempt() throws {
    let rig = try Rig()
    rig.way.meet { request in
        request.path == "/graphql" ? nil : TransportFailure(.unreachable, mayHaveArrived: false, "nobody is there")
    }
    rig.wake("UM1001REDM")
    rig.settle(within: 600_000)
    #expect(rig.openJobs == 1)
    #expect(rig.road.dispatcher.statistics.retried == 0)
    rig.way.meet(nil)
    rig.settle(within: 1_200_000)
    #expect(rig.openJobs == 0)
    #expect(try rig.physical("UM1001REDM") == rig.available("UM1001REDM"))
}

/// Whatever keeps it from being read, a wake-up is as old as its delivery, and a restart does not make it younger.
@Test func aWakeUpThatIsNotReadIsAsOldAsItIs() throws {
    let rig = try Rig()
    rig.way.meet { request in
        request.path == "/graphql" ? nil : TransportFailure(.unreachable, mayHaveArrived: false, "nobody is there")
    }
    let received = rig.clock.wallMicroseconds()
    rig.wake("UM1001REDM")
    rig.settle(within: 600_000)
    #expect(rig.engine.reading.oldest == received && rig.engine.status.waitingSince == received)
    let restarted = try rig.restarted()
    while restarted.road.dispatcher.round() > 0 {}
    #expect(restarted.engine.reading.oldest == received)
    restarted.settle()
    #expect(restarted.engine.reading.oldest == nil && restarted.engine.reading.unread == 0)
}

@Test func aReadThatIsNotWholeDecidesNothing() throws {
    let rig = try Rig()
    rig.peoplevox.plan(PeoplevoxIncident(.truncated, operation: "GetReportData", count: 1))
    rig.wake("UM1001REDM")
    rig.settle(within: 120_000)
    let failed = try rig.entries().contains { if case .readFailed = $0 { true } else { false } }
    #expect(failed || rig.reads > 1)
    #expect(try rig.physical("UM1001REDM") == rig.available("UM1001REDM"))
}

/// The password is changed in Peoplevox first, and here later: a reload heals that, and nobody is locked out meanwhile.
@Test func aPasswordThatIsReloadedIsTriedAtOnce() throws {
    let rig = try Rig()
    let change = #"{"user": "centra-bridge", "password": "other-password"}"#
    _ = try rig.peoplevox.act("set-password", try JSONValue(Array(change.utf8)))
    rig.wake("UM1001REDS")
    rig.settle()
    #expect(rig.way.count("Authenticate") == 1 && rig.openJobs == 1)
    try rig.reload(password: "fixture-password")
    try rig.reload(password: "not-yet")
    rig.settle()
    #expect(rig.way.count("Authenticate") == 2 && rig.openJobs == 1)
    try rig.reload(password: "other-password")
    rig.settle()
    #expect(rig.way.count("Authenticate") == 3 && rig.openJobs == 0)
}
