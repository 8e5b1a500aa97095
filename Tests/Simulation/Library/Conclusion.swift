// How a run ends: nothing goes wrong any more and the world stands still, and then Centra has to show what can be sold.
import Application
import Sandbox
import Workflows

extension Simulation {
    /// Sandbox minutes that everything may take to settle.
    private static let patience = 24 * 60

    /// First with what the callbacks told alone, where none was lost; then with what a reconciliation finds.
    package func conclude() throws {
        isCalm = true
        crashes = 0
        life?.peril.calmDown()
        world.calmDown()
        finishOrders()
        try settle()
        if trace.violations.isEmpty, !mayHaveLostCallbacks {
            oracle.compare(world, try program(), trace, isSwept: false)
        }
        guard trace.violations.isEmpty else { return }
        // A second one sees what the first has changed, and what Centra has made of it.
        for _ in 0..<2 {
            try sweep()
            try settle()
        }
        oracle.compare(world, try program(), trace, isSwept: true)
        try audit()
    }

    /// Every order is in Peoplevox or over: the shop's promises are the warehouse's.
    private func finishOrders() {
        guard let life = try? program() else { return }
        for number in world.orders.keys.sorted() where world.orders[number]?.isExported == false {
            guard world.orders[number]?.isOver == false else { continue }
            let shelves = Set((world.orders[number]?.parts ?? []).map(\.shelf))
            life.engine.move(of: shelves) { world.carryOut(.cancel, of: number) }
            life.wakeUps.wake(Life.brand, Set(shelves.map(\.sku)).sorted(), because: "order")
        }
    }

    /// A reconciliation, as an operator asks for one.
    func sweep() throws {
        let life = try program()
        trace.note("reconciliation")
        _ = life.reconciliation.ask(by: 0, isDryRun: false)
        _ = life.reconciliation.turn()
    }

    /// Until nothing is due, underway or wanted.
    func settle() throws {
        for _ in 0..<6_000 {
            let life = try program()
            world.centra.turn()
            world.warehouse.turn()
            deliver(life, most: .max)
            answer(life)
            life.commits.commitWaiting()
            let ran = life.dispatcher.round()
            _ = life.reconciliation.turn()
            let nextRead = life.engine.readTurn()
            let nextWrite = life.engine.writeTurn()
            if life.isOver { continue }
            if ran == 0, isSettled(life) { return }
            let queued = life.dispatcher.inspect { queues, _ in queues.nextWakeUp()?.milliseconds }
            let due = [
                nextRead, nextWrite, queued.map { $0 * 1_000 }, world.callbacks.nextDue, world.centra.outbox.nextDue,
            ]
            let now = world.clock.monotonicMicroseconds()
            let wait = due.compactMap { $0 }.min().map { max(0, $0 - now) } ?? 0
            pass(milliseconds: min(Int(wait / 1_000) + 1, 600_000))
        }
        trace.violate("liveness", nil, "nothing settles: \(unsettled(try program()))")
    }

    private func isSettled(_ life: Life) -> Bool {
        guard world.callbacks.isEmpty, world.centra.outbox.isEmpty, life.waiting.isEmpty else { return false }
        guard life.dispatcher.inspect({ queues, _ in queues.depth }) == 0 else { return false }
        return life.engine.inspect { book in
            book.shelves.values.allSatisfy { state in
                state.underway == nil && (book.isAmbiguous(state.shelf.sku) || state.wanted.map(isRefused) ?? true)
            }
        }
    }

    /// What this shop will never take.
    private func isRefused(_ write: StockWrite) -> Bool {
        guard let level = world.centra.level(write.shelf.sku, in: write.shelf.warehouse) else { return true }
        return plan.centra.belowAllocated == .refuse && write.quantity < level.allocated
    }

    private func unsettled(_ life: Life) -> String {
        let depth = life.dispatcher.inspect { queues, _ in queues.depth }
        let wanted = life.engine.inspect { book in
            book.shelves.values.filter { $0.wanted != nil || $0.underway != nil }.map { "\($0)" }.sorted().prefix(2)
        }
        return "\(depth) jobs, \(life.waiting.count) waiting, \(wanted)"
    }
}
