// An hour in which one call of four goes wrong: nothing is lost, nothing is repeated whose outcome nobody looked at, and
// the quota holds all the same.
import Outbound
import Sandbox
import Testing

@testable import Peoplevox

/// One order's header and lines, step by step, as a workflow would go on after each failure.
private struct OrderJob {
    enum Step {
        case header, lines, release, done
    }

    let number: String
    var step = Step.header
    /// What was sent last may have been applied.
    var isUnknown = false

    mutating func took(_ outcome: RowOutcome, next: Step) {
        switch outcome {
        case .saved: (step, isUnknown) = (next, false)
        case .unknown: isUnknown = true
        case .failed, .refused: break
        }
    }
}

struct PeoplevoxTroubledHourTests {
    private let utc = TenantFormat(dates: .dayFirst, zone: .utc)

    @Test(arguments: [1, 2, 3] as [UInt64])
    func nothingIsLostAndNothingIsRepeatedBlindly(seed: UInt64) throws {
        let rig = PeoplevoxRig(seed: seed)
        let templates = try rig.target().templates
        rig.sandbox.withSwitches { switches in
            switches.timeoutBeforePercent = 5
            switches.timeoutAfterPercent = 5
            switches.unavailablePercent = 5
            switches.htmlPercent = 4
            switches.truncatedPercent = 4
            switches.sessionLossPercent = 4
        }
        var jobs = (1...40).map { OrderJob(number: "H-\($0)") }
        var turns = 0
        while jobs.contains(where: { $0.step != .done }), turns < 200 {
            turns += 1
            for index in jobs.indices where jobs[index].step != .done {
                advance(&jobs[index], rig, templates)
            }
            // Whoever failed waits a little; what is paused answers at once.
            rig.clock.advance(milliseconds: 30_000)
        }
        #expect(jobs.allSatisfy { $0.step == .done })
        let orders = try rig.sandbox.withWarehouse { state in jobs.compactMap { state.orders[$0.number] } }
        #expect(orders.count == 40)
        #expect(orders.allSatisfy { $0.lines.map(\.quantity) == [2, 1] && !$0.isOnHold })
        #expect(rig.counter("incidents") > 20)
        #expect(rig.counter("throttled") == 0)
        #expect(rig.counter("mostInWindow") <= 15)
        #expect(rig.counter("refusedLogins") == 0)
        #expect(rig.counter("violations") == 0)
    }

    private func advance(_ job: inout OrderJob, _ rig: PeoplevoxRig, _ templates: TenantTemplates) {
        if job.isUnknown {
            // Without an answer it stays unknown, and nothing is sent again.
            guard let applied = isApplied(job, rig, templates) else { return }
            job.isUnknown = false
            if applied {
                job.step = next(after: job.step)
                return
            }
        }
        let target = SaveTarget(templates, lane: .orderExport)
        switch job.step {
        case .header:
            var order = SalesOrderRecord(job.number)
            order.site = "PrimarySite"
            let saved = rig.client.save(newOrder: order, withoutHold: .refuse, target, rig.cancellation)
            job.took(saved.outcome, next: .lines)
        case .lines:
            let lines = [
                SalesOrderItemRecord(job.number, itemCode: "UM1001REDM", quantity: 2, line: "1"),
                SalesOrderItemRecord(job.number, itemCode: "UM2040BLKOS", quantity: 1, line: "2"),
            ]
            let outcomes = rig.client.save(lines: lines, target, rig.cancellation)
            #expect(outcomes.first == outcomes.last)
            if let outcome = outcomes.first { job.took(outcome, next: .release) }
        case .release:
            job.took(rig.client.release(order: job.number, target, rig.cancellation), next: .done)
        case .done: break
        }
    }

    private func next(after step: OrderJob.Step) -> OrderJob.Step {
        switch step {
        case .header: .lines
        case .lines: .release
        case .release, .done: .done
        }
    }

    /// What is there, nil when nobody could say.
    private func isApplied(_ job: OrderJob, _ rig: PeoplevoxRig, _ templates: TenantTemplates) -> Bool? {
        let target = LookupTarget(templates, utc)
        do throws(CallFailure) {
            if job.step == .lines {
                let found = try rig.client.lines(of: [job.number], target, rig.cancellation)
                return found.isComplete ? found.rows.count == 2 : nil
            }
            let found = try rig.client.orders([job.number], target, rig.cancellation)
            guard found.isComplete else { return nil }
            return job.step == .header ? !found.rows.isEmpty : found.rows.first?.isOnHold == false
        } catch { return nil }
    }
}
