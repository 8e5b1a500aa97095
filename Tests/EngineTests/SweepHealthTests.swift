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
