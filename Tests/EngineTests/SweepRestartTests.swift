// Comparisons that are still to be made, and what must not make them forgotten: looks, and starts that end soon.
import Journal
import Testing
import Workflows

@testable import Application

/// A few SKUs that were compared; the next comparison is hours away.
private func compared() throws -> Rig {
    let rig = try Rig("reconcile = every 6 h\nreconcileLimit = 100 %")
    for number in 0..<20 { try rig.addSKU("K\(number)", physical: 20, onHand: 20) }
    _ = rig.sweep.turn()
    rig.settle()
    return rig
}

extension Rig {
    /// As a server journals it that starts.
    fileprivate func start() {
        var batch = RecordBatch()
        batch.append(kind: EntryKind.started.rawValue, brand: "", time: ours.wallMicroseconds()) {
            Entry.started(version: "test").encode(into: &$0)
        }
        _ = road.commits.commitAndWait(batch)
    }

    fileprivate var needsWord: Bool {
        road.exceptions.figures(now: ours.wallMicroseconds()).open.contains {
            $0.key.kind == .reconciliationNeedsConfirmation
        }
    }

    /// Turns until the sweep wants to come again later.
    fileprivate func sweepOn() {
        for _ in 0..<3 { _ = sweep.turn() }
        settle()
    }
}

struct SweepRestartTests {
    @Test(arguments: [false, true]) func aLookDoesNotTakeThePlaceOfARunThatWasCutOff(isLookCutOff: Bool) throws {
        let first = try compared()
        guard case .run(let run) = first.sweep.ask(by: 5, isDryRun: false) else { throw Rig.Unexpected() }
        var rig = try first.restarted()
        guard case .run = rig.sweep.ask(by: 6, isDryRun: true) else { throw Rig.Unexpected() }
        if isLookCutOff { rig = try rig.restarted() } else { _ = rig.sweep.turn() }
        // Both of them, each no sooner than a server should try again that was ended by the last.
        for _ in 0..<2 {
            rig.clock.advance(milliseconds: 900_000)
            rig.sweepOn()
        }
        let report = try #require(rig.sweep.status.last)
        #expect(report.run > run && !report.isDryRun && report.trigger == .user(5))
    }

    /// Its end is kept with it, whoever else would like to begin.
    @Test func whatIsHeldBackIsKeptWhenALookFollows() throws {
        let rig = try Rig("reconcile = off\nreconcileLimit = 1 %")
        for number in 0..<40 { try rig.addSKU("K\(number)", physical: 20, onHand: 1) }
        let run = try rig.reconcile().run
        _ = try rig.reconcile(isDryRun: true)
        #expect(rig.sweep.status.held == run)
        #expect(try rig.restarted().sweep.status.held == run)
    }

    /// The process that found out may end before it has told.
    @Test(arguments: [false, true]) func whatWaitsForAPersonIsToldAfterARestart(isToldBefore: Bool) throws {
        let first = try Rig("reconcile = off\nreconcileLimit = 1 %")
        for number in 0..<40 { try first.addSKU("K\(number)", physical: 20, onHand: 1) }
        let run = try first.reconcile().run
        if isToldBefore { first.road.exceptions.turn() }
        let second = try first.restarted()
        second.sweepOn()
        second.road.exceptions.turn()
        #expect(second.needsWord)
        #expect(second.sweep.confirm(run, by: 7) == .run(run))
        second.sweepOn()
        // It ends before it has told that this is done.
        let third = try second.restarted()
        third.sweepOn()
        third.road.exceptions.turn()
        #expect(!third.needsWord)
        #expect(third.physical("K1") == 1)
    }

    @Test(arguments: [false, true]) func aStartThatEndsSoonHidesNoAbsence(isLookedAt: Bool) throws {
        let first = try compared()
        let run = try #require(first.sweep.status.last?.run)
        first.clock.advance(milliseconds: 601_000)
        var rig = try first.restarted()
        rig.start()
        if isLookedAt {
            #expect(try rig.reconcile(isDryRun: true).run > run)
        }
        rig.clock.advance(milliseconds: 1_000)
        rig = try rig.restarted()
        try rig.count("K1", 5)
        rig.sweepOn()
        #expect(try #require(rig.sweep.status.last).run > run && rig.sweep.status.last?.isDryRun == false)
        #expect(rig.physical("K1") == 5)
        // Once is enough.
        let last = rig.sweep.status.last?.run
        rig.start()
        let again = try rig.restarted()
        again.sweepOn()
        #expect(again.sweep.status.last?.run == last)
    }
}
