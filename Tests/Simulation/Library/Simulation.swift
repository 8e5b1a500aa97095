// A seed's run: the world, the program, and a scheduler that lets either do its next step in random order. Nothing happens
// at the same time; whatever threads could do to each other, the scheduler does between two steps or inside a call.
import Application
import Journal
import Outbound
import POSIX
import Sandbox
import TestSupport
package import Workflows

package final class Simulation {
    package let plan: Plan
    package let world: World
    /// The program's; the partners' clock is never set.
    let clock: SteppedClock
    package let trace: Trace
    let directory = OwnDirectory()
    let rules: StockRules
    var crashes: Int
    var chance: SplitMix64
    var oracle: Oracle
    private(set) var life: Life?
    private(set) var lives = 0
    /// Calls that are underway: nobody calls the same partner meanwhile, as another thread would wait for the session.
    private var underway: [Way.Partner] = []
    /// A stage of the engine that is underway: the other one may have its turn inside.
    private var stage = Stage.none
    /// Each is one thread's work, also when the other has its turn inside of it.
    private var isReading = false
    private var isWriting = false
    var isCalm = false
    /// Whether every change was told: no callback was lost.
    private(set) var hasLostCallbacks = false

    private enum Stage {
        case none, reading, writing
    }

    package init(_ plan: Plan, rules: StockRules = .standard, keepsLines: Bool = false) {
        self.plan = plan
        self.rules = rules
        trace = Trace(keepsLines: keepsLines)
        crashes = plan.crashes
        chance = SplitMix64(seed: plan.seed ^ 0xA5A5_5A5A)
        world = World(plan)
        clock = SteppedClock(world.clock)
        oracle = Oracle()
    }

    // MARK: Lives

    /// The program that runs; a new one when the last has ended.
    func program() throws -> Life {
        if let life, !life.isOver { return life }
        if let life {
            trace.note("life \(life.number) ends: \(life.peril.reason)")
            bury(life)
        }
        lives += 1
        let life = try Life(lives, on: self.life?.peril.survivor ?? [:], self) { oracle.recall($0) }
        self.life = life
        trace.note("life \(lives)")
        oracle.checkRestart(trace)
        tellMissingMovements(life)
        return life
    }

    private func bury(_ life: Life) {
        for attempt in life.waiting.values.sorted(by: { $0.number < $1.number }) { settle(attempt, isDelivered: false) }
        oracle.searchForShoppers(life, trace)
        oracle.forgetJournal()
    }

    /// An order's step that was done at the partners when the program ended, and is not in the journal: the workflow finds
    /// that out before anything of these SKUs is read.
    private func tellMissingMovements(_ life: Life) {
        for movement in world.movements where !oracle.knows(movement) {
            trace.note("tells again \(movement.kind.rawValue) \(movement.order)")
            _ = life.engine.move(movement)
        }
    }

    // MARK: Steps

    /// A program that does not start any more is a violation like others.
    package func judge() {
        do { try run() } catch { trace.violate("start", nil, "\(error)") }
    }

    package func run() throws {
        // The first reconciliation, with which a brand goes live.
        if !mayHaveLostCallbacks { try sweep() }
        for step in 1...plan.steps {
            trace.step = step
            if step == plan.steps / 2, plan.clockStep != 0 {
                trace.note("the clock is set by \(plan.clockStep / 1_000_000) s")
                clock.step(by: plan.clockStep)
            }
            try self.step()
            if !trace.violations.isEmpty { return }
        }
        try conclude()
    }

    private func step() throws {
        let life = try program()
        switch chance.number(below: 100) {
        case 0..<30: act()
        case 30..<42: trade(life)
        case 42..<58: deliver(life, most: chance.number(in: 1...6))
        case 58..<66: answer(life)
        case 66..<74: life.dispatcher.round()
        case 74..<82: read(life)
        case 82..<90: write(life)
        case 90..<96: pass(milliseconds: chance.pick([50, 400, 2_000, 2_000, 20_000]) ?? 50)
        case 96: life.commits.commitWaiting()
        case 97: life.peril.pass("between two steps")
        case 98: chance.oneIn(3) ? try sweep() : failDisk(life)
        default: pass(milliseconds: 90_000)
        }
        world.centra.turn()
        world.warehouse.turn()
    }

    func act() {
        if let deed = world.act() { trace.note(deed) }
    }

    func pass(milliseconds: Int) { world.clock.advance(milliseconds: milliseconds) }

    func read(_ life: Life) {
        guard !isReading else { return }
        isReading = true
        defer { isReading = false }
        let outer = stage
        stage = .reading
        _ = life.engine.readTurn()
        stage = outer
    }

    func write(_ life: Life) {
        guard !isWriting else { return }
        isWriting = true
        defer { isWriting = false }
        let outer = stage
        stage = .writing
        _ = life.engine.writeTurn()
        stage = outer
    }

    /// A step of an order, as the workflow of orders will do it: it holds the SKUs. Only while nothing is underway.
    func trade(_ life: Life) {
        guard stage == .none, let next = world.nextStep() else { return }
        var movement: StockMovement?
        life.engine.move(of: next.shelves) {
            movement = world.carryOut(next.step, of: next.order)
            trace.note(
                "order \(next.order) \(next.step): \(movement.map { "\($0.units.sorted { $0.key < $1.key })" } ?? "")")
            return movement
        }
        guard movement != nil, !life.isOver else { return }
        life.wakeUps.wake(Life.brand, Set(next.shelves.map(\.sku)).sorted(), because: "order")
    }

    private func failDisk(_ life: Life) {
        guard crashes > 0, chance.oneIn(4) else { return }
        trace.note("the disk fails")
        life.disk.refuse(.inputOutput)
    }

    // MARK: Callbacks

    /// What is due reaches the door, if it is open.
    func deliver(_ life: Life, most: Int) {
        for attempt in world.callbacks.takeDue() + world.centra.outbox.takeDue() {
            guard !life.isOver else {
                settle(attempt, isDelivered: false)
                continue
            }
            trace.note("callback \(attempt.number) \(attempt.request.url.split(separator: "?").last ?? "")")
            if let isAccepted = life.receive(attempt) { acknowledge(attempt, isAccepted, life) }
        }
    }

    /// The intake commits what it has, and answers what is durable.
    func answer(_ life: Life) {
        for _ in 0..<4 {
            let answers = life.turn()
            for (attempt, isAccepted) in answers { acknowledge(attempt, isAccepted, life) }
            if life.waiting.isEmpty { return }
        }
    }

    private func acknowledge(_ attempt: Outbox.Attempt, _ isAccepted: Bool, _ life: Life) {
        // Its sender hears nothing any more.
        if life.isOver {
            if isAccepted, life.commits.hasFailed {
                trace.violate("P10", nil, "a callback was accepted after the journal failed")
            }
            return settle(attempt, isDelivered: false)
        }
        if isAccepted { oracle.acknowledged(attempt.request) }
        settle(attempt, isDelivered: isAccepted)
    }

    private func settle(_ attempt: Outbox.Attempt, isDelivered: Bool) {
        let isCentras = attempt.request.method == .post
        if !isDelivered, !isCentras { hasLostCallbacks = true }
        (isCentras ? world.centra.outbox : world.callbacks).settle(attempt, isDelivered: isDelivered)
    }

    var mayHaveLostCallbacks: Bool {
        hasLostCallbacks || plan.mishaps.dropPercent > 0 || !plan.sendsCallbacks
    }

    // MARK: Calls

    /// The program calls a partner; until that answers, time passes and other things happen.
    func isCalled(_ partner: Way.Partner, _ request: OutboundRequest) {
        trace.note("call \(partner.rawValue) \(request.body.count)")
        trace.take(request.body)
        pass(milliseconds: chance.number(in: 20...200))
        meddle(partner)
    }

    func isAnswered(_ partner: Way.Partner) { meddle(partner) }

    private func meddle(_ partner: Way.Partner) {
        guard !isCalm, underway.count < 2, let life, !life.isOver, chance.percent(plan.turmoil) else { return }
        underway.append(partner)
        defer { underway.removeLast() }
        for _ in 0..<chance.number(in: 1...4) {
            switch chance.number(below: 8) {
            case 0...3: act()
            case 4: deliver(life, most: 3)
            case 5: answer(life)
            case 6: life.dispatcher.round()
            default:
                if !underway.contains(.centra) { write(life) }
                if !underway.contains(.peoplevox) { read(life) }
            }
        }
    }

    func look(before partner: Way.Partner, _ request: OutboundRequest) {
        if partner == .peoplevox, let life { oracle.isRead(world, after: life.commits.store.state.durable) }
    }

    func look(after partner: Way.Partner, _ answer: Result<OutboundReply, TransportFailure>) {
        if partner == .centra, let life { oracle.isWritten(world, life, trace) }
    }
}
