// Sizes of Centra that share a SKU: nothing is sent for it, whatever happens in the warehouse, until a comparison finds it
// unique again.
import JSON
import Sandbox
import Synchronization
import Testing
import Workflows

@testable import Application

private func rig() throws -> Rig {
    let rig = try Rig("reconcile = off")
    for sku in ["K1", "K2"] { try rig.addSKU(sku, physical: 20, onHand: 20) }
    rig.wake("K1", "K2")
    rig.settle()
    return rig
}

extension Rig {
    /// Adds a size of the product `K`, whose SKU is `K`.
    fileprivate func addSize() throws -> Int {
        try #require(try act("add-sku", #"{"sku": "K", "warehouse": 3, "physical": 8}"#)["size"]?.integer)
    }

    fileprivate func number(_ size: Int, _ number: String) throws {
        try act("number-size", #"{"size": \#(size), "number": "\#(number)"}"#)
    }

    /// How often it was announced, ever.
    fileprivate func writings(of sku: String) throws -> Int {
        try entries().count {
            if case .writing(let writes) = $0 { writes.contains { $0.shelf.sku == sku } } else { false }
        }
    }

    fileprivate var states: [Bool] { engine.inspect { book in ["K1", "K2"].map(book.isAmbiguous) } }
}

@Test func whatSeveralSizesShareIsLeftAloneUntilItIsUnique() throws {
    let first = try rig()
    let other = try first.addSize()
    try first.number(other, "1")
    let report = try first.reconcile(isDryRun: true)
    #expect(report.skus(.duplicate).contains("K1") && first.trouble == [], "a look changes nothing")
    _ = try first.reconcile()
    let rig = try first.restarted()
    #expect(rig.trouble.contains("sku:K1") && rig.states == [true, false])
    try rig.count("K1", 3)
    rig.wake("K1")
    rig.settle()
    #expect(try rig.writings(of: "K1") == 1 && rig.openJobs == 0)
    #expect(rig.shelf("K1")?.due == 3)
    try rig.number(other, "-OLD")
    _ = try rig.reconcile()
    #expect(rig.states == [false, false])
    rig.settle()
    #expect(try rig.physical("K1") == 3 && rig.writings(of: "K1") == 2)
    #expect(try !rig.restarted().trouble.contains("sku:K1"))
}

/// The pages are read while a size gives its SKU to another one: one of them has it before and after.
@Test func aSKUThatMovesWhileItIsReadIsNotAmbiguous() throws {
    let rig = try rig()
    let other = try rig.addSize()
    try rig.number(other, "1")
    rig.way.meet { [centra = rig.centra] request in
        guard String(decoding: request.body, as: UTF8.self).contains("Item inventory summary") else { return nil }
        _ = try? centra.act("number-size", try JSONValue(Array(#"{"size": \#(other), "number": "-NEW"}"#.utf8)))
        return nil
    }
    _ = try rig.reconcile()
    #expect(rig.states == [false, false])
}

/// A comparison finds the second size at each moment of a turn that would write, the one between choosing and announcing
/// among them.
@Test func whatIsSharedSinceItWasChosenIsNotSent() throws {
    var announced = 0
    for moment in 1...4 {
        let rig = try rig()
        try rig.count("K1", 3)
        rig.wake("K1")
        for _ in 0..<40 where rig.shelf("K1")?.due != 3 {
            while rig.road.dispatcher.round() > 0 {}
            _ = rig.engine.readTurn()
            rig.clock.advance(milliseconds: 250)
        }
        let calls = Mutex(0)
        rig.ours.meet { [engine = rig.engine] in
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            if call == moment { _ = engine.record([.ambiguous(["K1": [12, 13]], unique: [])]) }
        }
        _ = rig.engine.writeTurn()
        rig.ours.meet(nil)
        #expect(rig.physical("K1") == 20 && rig.states == [true, false], "moment \(moment)")
        announced += try rig.writings(of: "K1") - 1
        _ = rig.engine.record([.ambiguous([:], unique: ["K1"])])
        rig.settle()
        #expect(rig.physical("K1") == 3, "moment \(moment)")
    }
    #expect(announced > 0)
}
