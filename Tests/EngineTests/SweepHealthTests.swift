// Comparisons that are not whole, one after the other.
import Sandbox
import Testing
import Workflows

@testable import Application

private let key = ExceptionKey(.reconciliationIncomplete, brand: "ulvmark")

@Test func comparisonsThatAreNeverWholeAreSomebodysTrouble() throws {
    let first = try Rig("reconcile = off")
    func isOpen(_ rig: Rig) -> Bool {
        rig.road.exceptions.turn()
        return rig.road.exceptions.list(ExceptionFilter(), now: rig.ours.wallMicroseconds()).contains {
            $0.exception.key == key
        }
    }
    first.peoplevox.withSwitches { $0.surplusCount = 1 }
    #expect(try first.reconcile().incompleteRuns == 1 && !isOpen(first))
    // It counts on over a restart.
    let rig = try first.restarted()
    #expect(try rig.reconcile(isDryRun: true).incompleteRuns == 2 && isOpen(rig))
    rig.peoplevox.withSwitches { $0.surplusCount = 0 }
    #expect(try rig.reconcile().incompleteRuns == 0 && !isOpen(rig))
}

/// Peoplevox says that something has changed and not what: both sides are compared for it, and not for each such event.
@Test func aChangeThatNamesNoItemIsFoundByAComparison() throws {
    let rig = try Rig("reconcile = 03:30\nreconcileLimit = 100 %")
    var runs = 0
    func turn() throws -> Bool {
        let next = try #require(rig.sweep.turn())
        // However far away the next one is: it looks again before.
        #expect(next <= rig.clock.monotonicMicroseconds() + 600_000_000)
        defer { runs = rig.runs }
        return rig.runs > runs
    }
    #expect(try turn() && !turn())
    rig.settle()
    let vague = rig.road.counters.brand("ulvmark").vague
    vague.add(1)
    #expect(try !turn(), "one was only just made")
    rig.clock.advance(milliseconds: 3_600_000)
    vague.add(200)
    try rig.count("UM1001REDM", 17)
    #expect(try turn() && !turn())
    rig.settle()
    #expect(rig.physical("UM1001REDM") == 17)
    rig.clock.advance(milliseconds: 3_600_000)
    #expect(try !turn(), "all that was said is answered")
    // A run that could not see everything answers nothing.
    vague.add(1)
    rig.peoplevox.withSwitches { $0.surplusCount = 1 }
    #expect(try turn())
    rig.peoplevox.withSwitches { $0.surplusCount = 0 }
    #expect(try !turn())
    rig.clock.advance(milliseconds: 3_600_000)
    #expect(try turn())
}

extension Rig {
    fileprivate var runs: Int { Int(clamping: sweep.status.last?.run ?? 0) }
}
