// How long a full reconciliation takes, and what it costs, on the hand-turned clock: for `deploy/bench/reconcile`, since the
// pretend partners need their time for so many SKUs.
import Foundation
import JSON
import Sandbox
import Testing
import Workflows

@testable import Application

private let environment = ProcessInfo.processInfo.environment

@Test(.enabled(if: environment["LOCKSTEP_BENCH"] != nil, "run by deploy/bench/reconcile"))
func aDriftOfFivePercentIsPutRightWithinBothQuotas() throws {
    let count = environment["LOCKSTEP_BENCH"].flatMap(Int.init) ?? 20_000
    let settings = Rig.settings.replacingOccurrences(of: "centraShare = 100 %", with: "centraShare = 50 %")
    let rig = try Rig("reconcile = off", settings: settings)
    for number in 0..<count { try rig.addSKU("K\(number)", physical: 20, onHand: 20) }
    func say(_ text: String) { print("reconcile: \(text)") }
    func seconds(_ body: () throws -> Void) rethrows -> Int64 {
        let start = rig.clock.monotonicMicroseconds()
        try body()
        return (rig.clock.monotonicMicroseconds() - start) / 1_000_000
    }
    func refused() -> [Int] {
        let centra = rig.centra.counters()["throttled"]?.integer
        return [centra ?? -1, rig.peoplevox.counters()["throttled"]?.integer ?? -1]
    }
    func cycle(_ name: String) throws {
        let (reads, writes) = (rig.reads, rig.writes)
        var report = RunFigures()
        let run = try seconds { report = RunFigures(try rig.reconcile()) }
        let swept = rig.reads - reads
        let all = seconds { rig.settle(within: 7_200_000) } + run
        say("\(name): \(report.text)")
        say("\(name): compared in \(run) s; all right after \(all) s")
        say(
            "\(name): \(swept) report calls to compare, \(rig.reads - reads - swept) to read what differs, "
                + "\(rig.writes - writes) mutations; refused by the partners' limits: \(refused())")
        #expect(try rig.differing(count) == [])
    }
    try cycle("first")
    rig.clock.advance(milliseconds: 3_600_000)
    for number in 0..<count / 20 { try rig.count("K\(number * 20)", number % 31) }
    try cycle("drift of 5 %")
    #expect(refused().allSatisfy { $0 <= 0 })
}

private struct RunFigures {
    var text = ""

    init() {}

    init(_ report: StockReconciliation) {
        text =
            "\(report.compared) compared, \(report.corrected) corrected, "
            + "\(report.shop.calls) calls to Centra, \(report.warehouse.calls) to Peoplevox"
    }
}
