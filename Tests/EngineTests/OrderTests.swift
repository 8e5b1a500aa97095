// Newer before older, whatever happens in between: the fence, restarts at each step, and orders that move stock.
import POSIX
import Sandbox
import Synchronization
import Testing
import Workflows

@testable import Application

/// Where a program ends: when the first write to Centra is about to leave, or its answer has just come.
@Test(arguments: 1...9)
func aRestartBetweenAnyTwoEntriesEndsRight(_ entries: Int) throws {
    var rig = try Rig()
    rig.wake("UM1001REDM")
    rig.settle()
    try rig.count("UM1001REDM", 4)
    rig.wake("UM1001REDM")
    let before = try rig.entries().count
    // Step by step, until so many entries were written since.
    var steps = 0
    while try rig.entries().count < before + entries, steps < 40 {
        rig.road.dispatcher.round()
        _ = steps.isMultiple(of: 2) ? rig.engine.readTurn() : rig.engine.writeTurn()
        rig.clock.advance(milliseconds: 300)
        steps += 1
    }
    rig = try rig.restarted()
    rig.settle(within: 300_000)
    #expect(rig.physical("UM1001REDM") == 4)
    #expect(rig.openJobs == 0)
    #expect(rig.shelf("UM1001REDM")?.shown == 4)
}

@Test func whatWasUnderwayAtACrashIsInDoubt() throws {
    var rig = try Rig()
    rig.wake("UM1001REDM")
    rig.settle()
    _ = rig.engine.record([.writing([StockWrite(Shelf("UM1001REDM", 3), 99, from: 1_000)])])
    try rig.act("stock", #"{"sku": "UM1001REDM", "physical": 99}"#)
    rig = try rig.restarted()
    #expect(rig.shelf("UM1001REDM")?.shown == nil)
    rig.settle()
    // The target is older than what was on its way: nothing is sent, and that is said once.
    #expect(rig.physical("UM1001REDM") == 99)
    #expect(rig.engine.counts.outdated == 1)
    rig.wake("UM1001REDM")
    rig.settle()
    let position = rig.shelf("UM1001REDM")?.target?.position ?? 0
    #expect(position < 1_000)
}

@Test func anOrdersMovementWaitsForTheWriteAndKeepsOthersAway() throws {
    let rig = try Rig()
    rig.wake("UM1001REDM")
    rig.settle()
    let shelf = Shelf("UM1001REDM", 3)
    let before = try #require(rig.shelf("UM1001REDM")?.shown)
    #expect(rig.engine.move(StockMovement(.exported, order: "10001", [shelf: 2])))
    rig.wake("UM1001REDM")
    rig.settle()
    #expect(rig.physical("UM1001REDM") == before + 2)
    let wasHeld = Mutex(false)
    rig.engine.move(of: [shelf]) {
        _ = rig.engine.doubt([StockDoubt(shelf, shown: 1)])
        _ = rig.engine.writeTurn()
        wasHeld.withLock { $0 = rig.shelf("UM1001REDM")?.underway == nil && rig.shelf("UM1001REDM")?.shown == nil }
        return nil
    }
    #expect(wasHeld.withLock { $0 })
    rig.settle()
    #expect(rig.shelf("UM1001REDM")?.shown == before + 2)
}

@Test func aStormEndsRightWithFewReads() throws {
    let rig = try Rig()
    _ = try rig.peoplevox.act("generate", ["items": .integer(2_000)])
    let skus = (0..<2_000).map { number in "GEN" + String(1_000_000 + number + 11).dropFirst() }
    #expect(try rig.available(skus[0]) != nil && rig.available(skus[1_999]) != nil)
    for sku in skus { try rig.act("add-sku", #"{"sku": "\#(sku)", "physical": 1}"#) }
    // Ten thousand callbacks, in ten bursts over twenty seconds, while stock changes.
    for burst in 0..<10 {
        let woken = (0..<1_000).map { skus[(burst * 1_000 + $0 * 7) % 2_000] }
        try rig.peoplevox.withWarehouse { floor throws(WarehouseRefusal) in
            for (number, sku) in woken.enumerated() {
                try floor.count(sku, site: "PrimarySite", counted: (burst * 13 + number) % 90)
            }
        }
        rig.road.wakeUps.wake("ulvmark", woken, because: "test")
        rig.settle(within: 2_000)
    }
    rig.settle(within: 3_600_000)
    var wrong = 0
    var shown: [String: Int] = [:]
    for row in rig.centra.state()["stock"]?.array ?? [] where row["warehouse"]?.integer == 3 {
        shown[row["sku"]?.string ?? ""] = row["physical"]?.integer
    }
    for sku in skus where try shown[sku] != rig.available(sku) { wrong += 1 }
    #expect(wrong == 0)
    #expect(rig.openJobs == 0)
    print("storm: \(rig.reads) reads, \(rig.writes) writes")
    #expect(rig.reads <= 60)
}

@Test func aCheckpointIsWhatARestartBeginsWith() throws {
    var rig = try Rig()
    rig.wake("UM1001REDM", "UM1001REDL")
    rig.settle()
    let before = rig.engine.inspect { $0 }
    let end = try rig.road.reader.read { _ in }.isEmpty ? rig.road.commits.store.state.durable : 0
    // Somebody wants everything so far to go.
    rig.engine.keep(wanted: end)
    #expect(rig.engine.floor ?? 0 > end)
    let kept = rig.engine.inspect { $0 }
    #expect(kept == before)
    rig = try rig.restarted()
    #expect(rig.engine.inspect { $0.items } == before.items)
    #expect(rig.engine.inspect { $0.shelves } == before.shelves)
    #expect(rig.engine.floor ?? 0 > end)
}
