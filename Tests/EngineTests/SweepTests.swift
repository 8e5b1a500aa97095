// Full reconciliations between both pretend partners: what they find, what they put right, and what they leave alone.
import JSON
import Outbound
import Sandbox
import Synchronization
import Testing
import Workflows

@testable import Application

/// A shop and a warehouse of `K0`, `K1`, … with the same stock on both sides, 20 pieces of each.
private func rig(_ count: Int, _ more: String = "", inLockstep: Bool = true) throws -> Rig {
    let rig = try Rig(more.contains("reconcile = ") ? more : "reconcile = off\n" + more)
    for number in 0..<count { try rig.addSKU("K\(number)", physical: 20, onHand: 20) }
    if inLockstep {
        rig.wake(skus: (0..<count).map { "K\($0)" } + Rig.demonstration)
        rig.settle(within: 3_600_000)
    }
    return rig
}

extension Rig {
    var sweep: StockSweep {
        guard let sweep = road.sweeps["ulvmark"] else { preconditionFailure("the brand has both partners") }
        return sweep
    }

    /// The shop's own SKUs that the warehouse has as well.
    static let demonstration = [
        "UM1001REDS", "UM1001REDM", "UM1001REDL", "UM1001NVYM", "UM2040BLKOS", "UM3105ECR38", "UM3105ECR40",
        "UM4412OLVOS",
    ]

    func wake(skus: [String]) { _ = road.wakeUps.wake("ulvmark", skus, because: "test") }

    func addSKU(_ sku: String, physical: Int?, onHand: Int?) throws {
        if let physical { try act("add-sku", #"{"sku": "\#(sku)", "warehouse": 3, "physical": \#(physical)}"#) }
        guard let onHand else { return }
        try peoplevox.withWarehouse { $0.add(ItemType(sku, ["Barcode": sku, "Name": sku]), onHand: onHand) }
    }

    /// Changes Centra's own figure, as a person does.
    func edit(_ sku: String, _ physical: Int) throws {
        try act("stock", #"{"warehouse": 3, "sku": "\#(sku)", "physical": \#(physical)}"#)
    }

    /// A run that somebody asked for, to its report; what it sets going is not awaited.
    func reconcile(isDryRun: Bool = false) throws -> StockReconciliation {
        guard case .run(let run) = sweep.ask(by: 1_000, isDryRun: isDryRun) else { throw Unexpected() }
        _ = sweep.turn()
        guard let report = sweep.status.last, report.run == run else { throw Unexpected() }
        return report
    }

    struct Unexpected: Error {}

    /// Of each of those SKUs.
    func quantities(_ skus: [String]) -> [String: Int] {
        let wanted = Set(skus)
        var found: [String: Int] = [:]
        for row in centra.state()["stock"]?.array ?? [] where row["warehouse"]?.integer == 3 {
            if let sku = row["sku"]?.string, wanted.contains(sku) { found[sku] = row["physical"]?.integer }
        }
        return found
    }

    /// Whether Centra shows what Peoplevox has, of `K0`, `K1`, …
    func differing(_ count: Int) throws -> [String] {
        let shown = quantities((0..<count).map { "K\($0)" })
        return try peoplevox.withWarehouse { warehouse in
            (0..<count).map { "K\($0)" }.filter {
                warehouse.stock[StockPlace("PrimarySite", $0)]?.available != shown[$0]
            }
        }
    }
}

extension Rig {
    /// What is wrong with SKUs, as far as the book knows.
    var trouble: [String] {
        let conditions = engine.inspect { book in
            var conditions = ExceptionConditions()
            conditions.judge(book, brand: "ulvmark")
            return conditions
        }
        return conditions.holding.keys.map(\.subject.text).sorted()
    }
}

extension StockReconciliation {
    fileprivate subscript(explanation: StockDifference.Explanation) -> Int { counts[explanation] ?? 0 }
    func skus(_ explanation: StockDifference.Explanation) -> Set<String> {
        Set(rows.filter { $0.explanation == explanation }.map(\.sku))
    }
}

struct SweepTests {
    /// 5 % of 2,000 SKUs, every tenth of them in Centra, and nothing else.
    @Test func driftIsFoundExactlyAndPutRight() throws {
        let rig = try rig(2_000)
        let drifted = (0..<100).map { "K\($0 * 20)" }
        for (number, sku) in drifted.enumerated() {
            if number % 10 == 0 { try rig.edit(sku, 3) } else { try rig.count(sku, number % 7) }
        }
        let report = try rig.reconcile()
        let edited = Set(drifted.enumerated().filter { $0.offset % 10 == 0 }.map(\.element))
        #expect(report.verdict == .differ && report.isComplete && report.basis == .eachWarehouse)
        #expect(report.skus(.changedInCentra) == edited)
        #expect(report.skus(.missedEvent) == Set(drifted).subtracting(edited))
        #expect(report.missed == 90 && report.corrected == 100)
        rig.settle(within: 3_600_000)
        #expect(try rig.differing(2_000) == [])
        let again = try rig.reconcile()
        #expect(again[.changedInCentra] == 0 && again[.missedEvent] == 0 && again[.unexplained] == 0)
    }

    /// With rows that move between pages, and stock that moves while it is read, nothing is called what it is not.
    @Test(arguments: [false, true]) func changesWhileItIsReadAreNoErrors(pagesDrift: Bool) throws {
        let rig = try rig(700)
        rig.peoplevox.withSwitches { ($0.pageDrift, $0.driftsInOrder) = (pagesDrift ? 3 : 0, pagesDrift) }
        let changed = Mutex(0)
        rig.way.meet { [peoplevox = rig.peoplevox] request in
            guard String(decoding: request.body, as: UTF8.self).contains("Item inventory summary") else { return nil }
            let number = changed.withLock { number in
                number += 1
                return number
            }
            try? peoplevox.withWarehouse { floor throws(WarehouseRefusal) in
                try floor.count("K\(number * 7 % 700)", site: "PrimarySite", counted: number % 19)
            }
            return nil
        }
        let report = try rig.reconcile()
        rig.way.meet(nil)
        #expect(report[.unexplained] == 0 && report[.changedInCentra] == 0 && report[.unknownInPeoplevox] <= 3)
        rig.settle(within: 3_600_000)
        rig.peoplevox.withSwitches { ($0.pageDrift, $0.driftsInOrder) = (0, false) }
        _ = try rig.reconcile()
        rig.settle(within: 3_600_000)
        #expect(try rig.differing(700) == [])
    }

    @Test func fromLessThanEverythingNothingIsLowered() throws {
        let rig = try rig(60)
        try rig.count("K1", 2)
        try rig.count("K2", 40)
        rig.peoplevox.withSwitches { $0.surplusCount = 1 }
        let report = try rig.reconcile()
        #expect(report.verdict == .incomplete && report.warehouse.trouble != nil)
        #expect(report[.unknownInPeoplevox] == 0)
        rig.peoplevox.withSwitches { $0.surplusCount = 0 }
        rig.settle()
        #expect(rig.quantities(["K1", "K2"]) == ["K1": 20, "K2": 40])
    }

    @Test func aReportThatIsNotToBeHadIsNoReport() throws {
        let rig = try rig(20)
        rig.way.meet { request in
            String(decoding: request.body, as: UTF8.self).contains("Item inventory summary")
                ? TransportFailure(.unreachable, mayHaveArrived: false, "no route") : nil
        }
        let report = try rig.reconcile()
        #expect(report.verdict == .incomplete && report.corrected == 0 && report.counts.isEmpty)
    }

    @Test func tooMuchAtOnceAsksAndGoesOnWhenSomebodyAgrees() throws {
        let rig = try rig(200)
        for number in 0..<40 { try rig.count("K\(number)", 1) }
        let report = try rig.reconcile()
        guard case .held = report.correction else { throw Rig.Unexpected() }
        rig.settle()
        #expect(try rig.differing(200).count == 40)
        #expect(rig.sweep.confirm(report.run + 1, by: 7) == .nothingHeld)
        #expect(rig.sweep.confirm(report.run, by: 7) == .run(report.run))
        _ = rig.sweep.turn()
        rig.settle(within: 600_000)
        #expect(try rig.differing(200) == [])
        #expect(rig.sweep.confirm(report.run, by: 7) == .nothingHeld)
        #expect(try rig.reconciliations().contains(.confirmed(run: report.run, user: 7)))
    }

    /// Neither what is held back nor the word that lets it go is lost with the process.
    @Test(arguments: [false, true]) func aRestartForgetsNothingThatWasHeldBack(isAgreedBefore: Bool) throws {
        let first = try rig(200)
        for number in 0..<40 { try first.count("K\(number)", 1) }
        let run = try first.reconcile().run
        if isAgreedBefore { #expect(first.sweep.confirm(run, by: 7) == .run(run)) }
        let rig = try first.restarted()
        #expect(rig.sweep.status.held == (isAgreedBefore ? nil : run))
        if !isAgreedBefore { #expect(rig.sweep.confirm(run, by: 7) == .run(run)) }
        _ = rig.sweep.turn()
        rig.settle(within: 600_000)
        #expect(try rig.differing(200) == [])
        let reads = try rig.restarted().sweep
        _ = reads.turn()
        #expect(reads.status.held == nil && reads.state.withLock { $0.memory.waiting } == nil)
    }

    /// A run that could not see everything takes nothing back; one that could says anew what waits.
    @Test func whatIsHeldBackStaysUntilSomebodyLooksAnew() throws {
        let rig = try rig(200)
        for number in 0..<40 { try rig.count("K\(number)", 1) }
        let run = try rig.reconcile().run
        rig.peoplevox.withSwitches { $0.surplusCount = 1 }
        #expect(try rig.reconcile().verdict == .incomplete)
        #expect(rig.sweep.status.held == run)
        rig.peoplevox.withSwitches { $0.surplusCount = 0 }
        let anew = try rig.reconcile().run
        #expect(rig.sweep.status.held == anew)
        for number in 0..<40 { try rig.count("K\(number)", 20) }
        _ = try rig.reconcile()
        #expect(try rig.sweep.status.held == nil && rig.restarted().sweep.status.held == nil)
    }

    @Test func lookingOnlyPutsNothingRight() throws {
        let rig = try rig(20)
        try rig.count("K1", 2)
        let report = try rig.reconcile(isDryRun: true)
        #expect(report[.missedEvent] == 1 && report.corrected == 0)
        rig.settle()
        #expect(try rig.differing(20) == ["K1"])
    }

    @Test func unknownSKUsOfBothSidesAreListed() throws {
        let rig = try rig(10)
        try rig.addSKU("ONLYSHOP", physical: 4, onHand: nil)
        try rig.addSKU("ONLYFLOOR", physical: nil, onHand: 6)
        let report = try rig.reconcile()
        #expect(report.skus(.unknownInPeoplevox).contains("ONLYSHOP"))
        #expect(report.skus(.unknownInCentra).contains("ONLYFLOOR"))
        // The demonstration shop's two sizes with one SKU.
        #expect(report.skus(.duplicate) == ["UM5000GRY"])
        rig.settle()
        #expect(rig.quantities(["ONLYSHOP"]) == ["ONLYSHOP": 4])
    }

    /// Stock that Centra sells and nobody has is somebody's trouble; a code that nobody has is nobody's, and not for ever.
    @Test func phantomStockIsAnExceptionAndAMadeUpCodeIsNone() throws {
        let rig = try rig(10)
        try rig.addSKU("ONLYSHOP", physical: 4, onHand: nil)
        rig.wake("MADE-UP", "UM\"1")
        rig.settle()
        #expect(rig.trouble == ["sku:MADE-UP", "sku:UM\"1 warehouse:3"])
        _ = try rig.reconcile(isDryRun: true)
        #expect(rig.trouble == ["sku:MADE-UP", "sku:UM\"1 warehouse:3"], "a look changes nothing")
        _ = try rig.reconcile()
        #expect(rig.trouble == ["sku:ONLYSHOP"])
        let items = rig.engine.inspect { $0.items.count }
        // Whoever names it goes on doing so, before the next comparison and after it.
        rig.wake("MADE-UP", "UM\"1")
        rig.settle()
        #expect(rig.trouble == ["sku:ONLYSHOP"])
        _ = try rig.reconcile()
        rig.wake("MADE-UP")
        rig.settle()
        let restarted = try rig.restarted()
        #expect(restarted.trouble == ["sku:ONLYSHOP"] && restarted.engine.inspect { $0.items.count } == items)
        try restarted.addSKU("ONLYSHOP", physical: nil, onHand: 3)
        restarted.wake("ONLYSHOP")
        restarted.settle()
        #expect(restarted.trouble == [])
        #expect(restarted.physical("ONLYSHOP") == 3)
    }

    /// No event ever comes, in no brand's first hour and never after.
    @Test func withoutAnyEventSweepsAloneConverge() throws {
        let rig = try rig(300, "reconcile = every 6 h\nreconcileLimit = 100 %", inLockstep: false)
        for round in 0..<4 {
            for number in 0..<40 { try rig.count("K\((number * 11 + round * 37) % 300)", (number * round) % 23) }
            _ = rig.sweep.turn()
            rig.settle(within: 3_600_000)
            #expect(try rig.differing(300) == [])
            rig.clock.advance(milliseconds: 6 * 3_600_000)
        }
        #expect(try rig.reconciliations().filter { if case .ended = $0 { true } else { false } }.count == 4)
    }

    @Test func aClockThatIsSetBackStopsNeitherWorkNorComparison() throws {
        let rig = try rig(20, "reconcile = every 6 h")
        _ = rig.sweep.turn()
        rig.settle()
        try rig.act("fail", #"{"kind": "status500", "operation": "setStock", "times": 1}"#)
        try rig.count("K1", 3)
        rig.wake(skus: ["K1"])
        rig.settle(within: 2_000)
        #expect(rig.shelf("K1")?.failedWrites == 1)
        rig.ours.step(by: -400 * 86_400_000_000)
        rig.wake(skus: ["K2"])
        rig.settle(within: 600_000)
        #expect(try rig.differing(20) == [])
        let last = rig.sweep.status.last?.run
        _ = rig.sweep.turn()
        #expect(rig.sweep.status.last?.run != last)
        let next = try #require(rig.sweep.status.next)
        #expect(next - rig.ours.wallMicroseconds() <= 21_600_000_000)
    }

    @Test func aRunThatWasCutOffIsBegunAnew() throws {
        let rig = try rig(20)
        guard case .run(let run) = rig.sweep.ask(by: 5, isDryRun: true) else { throw Rig.Unexpected() }
        let restarted = try rig.restarted()
        #expect(restarted.sweep.status.last == nil)
        // Not at once: whatever ended it may end this one, too.
        let calls = restarted.way.count("")
        let next = try #require(restarted.sweep.turn())
        #expect(restarted.sweep.status.last == nil && restarted.way.count("") == calls)
        #expect(next <= restarted.clock.monotonicMicroseconds() + 900_000_000)
        restarted.clock.advance(milliseconds: 900_000)
        _ = restarted.sweep.turn()
        let report = try #require(restarted.sweep.status.last)
        #expect(report.run > run && report.isDryRun && report.trigger == .user(5))
        let later = try restarted.restarted()
        #expect(later.sweep.status.last == report)
    }

    /// Events that came meanwhile are lost, so it does not wait for half past three.
    @Test(arguments: [(599_000, 1), (601_000, 2)])
    func whoWasAwayComparesAtOnce(milliseconds: Int, runs: Int) throws {
        let rig = try rig(20, "reconcile = every 6 h\nreconcileLimit = 100 %", inLockstep: false)
        _ = rig.sweep.turn()
        rig.settle()
        let record = try #require(rig.sweep.status.last?.run)
        rig.clock.advance(milliseconds: milliseconds)
        let restarted = try rig.restarted()
        try restarted.count("K1", 5)
        _ = restarted.sweep.turn()
        _ = restarted.sweep.turn()
        restarted.settle()
        #expect(try restarted.reconciliations().filter { if case .ended = $0 { true } else { false } }.count == runs)
        #expect((restarted.sweep.status.last?.run == record) == (runs == 1))
    }

    @Test func oneRunAtATime() throws {
        let rig = try rig(5)
        guard case .run(let run) = rig.sweep.ask(by: 5, isDryRun: true) else { throw Rig.Unexpected() }
        #expect(rig.sweep.ask(by: 5, isDryRun: false) == .busy(run))
    }

    @Test func whatIsNotUrgentWaitsForAQuietHour() throws {
        // It is 14:00 in London.
        let rig = try rig(20, "reconcileQuiet = 01:00-05:00")
        try rig.count("K1", 2)
        try rig.count("K2", 40)
        let report = try rig.reconcile()
        #expect(report.corrected == 1 && report.deferred == 1)
        rig.settle()
        #expect(rig.quantities(["K1", "K2"]) == ["K1": 2, "K2": 20])
        let later = try rig.restarted()
        _ = later.sweep.turn()
        later.settle()
        #expect(later.quantities(["K2"]) == ["K2": 20], "the hour is as loud as before")
        later.clock.advance(milliseconds: 12 * 3_600_000)
        _ = later.sweep.turn()
        later.settle()
        #expect(try later.differing(20) == [])
        #expect(later.sweep.state.withLock { $0.memory.waiting } == nil)
    }

    @Test func eventsThatStayAwayAreNoticedAndSubscribedToAnewThreeTimes() throws {
        let rig = try rig(50)
        let renewed = Mutex(0)
        var help = rig.sweep.help
        help.resubscribe = {
            renewed.withLock {
                $0 += 1; return "subscribed anew"
            }
        }
        let sweep = StockSweep(
            brand: "ulvmark", settings: rig.sweep.settings, partners: rig.sweep.partners, help: help,
            memory: SweepMemory(), commits: rig.road.commits, clock: rig.clock, cancellation: rig.sweep.cancellation)
        var silences: [String?] = []
        for round in 0..<6 {
            if round > 0 { for number in 0..<5 { try rig.count("K\(number)", round) } }
            guard case .run = sweep.ask(by: 0, isDryRun: false) else { throw Rig.Unexpected() }
            _ = sweep.turn()
            silences.append(sweep.status.last?.silence)
            rig.settle()
        }
        #expect(silences == [nil, "subscribed anew", "subscribed anew", "subscribed anew", "", ""])
        #expect(renewed.withLock { $0 } == 3)
    }
}

extension Rig {
    fileprivate func reconciliations() throws -> [ReconciliationEntry] {
        var entries: [ReconciliationEntry] = []
        _ = try road.reader.read { record in
            if case .reconciliation(let entry)? = Entry(kind: record.kind, payload: record.payload) {
                entries.append(entry)
            }
        }
        return entries
    }
}
