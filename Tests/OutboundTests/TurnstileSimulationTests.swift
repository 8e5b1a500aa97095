// Thousands of made-up histories: whatever comes, how long it takes and what becomes of it, the partner's quotas hold in
// every span of its own clock, nobody is lost or overtaken, and it goes on at full pace once the trouble is over.
import Foundation
import TestSupport
import Testing

@testable import Outbound

private let second: Int64 = 1_000_000

private struct Call {
    let lane: Lane
    let cost: Cost
    let place: Int
    /// When the partner counts it, and when it is over.
    var counted: Int64 = 0
    var ends: Int64 = 0
}

private struct Simulation {
    let seed: UInt64
    let settings: GovernorSettings
    var chance: SplitMix64
    var turnstile: Turnstile
    var now: Int64 = 0
    var waiting: [Int: Call] = [:]
    var underWay: [Int: Call] = [:]
    var ended: [Call] = []
    var passedOver: [Int]
    var isTroubled = true

    init(seed: UInt64) {
        self.seed = seed
        chance = SplitMix64(seed: seed)
        settings = Simulation.settings(&chance)
        turnstile = Turnstile(settings, now: 0)
        passedOver = settings.lanes.map { _ in 0 }
    }

    private static func settings(_ chance: inout SplitMix64) -> GovernorSettings {
        let spans: [Int64] = [2_000, 10_000, 60_000]
        let quotas = Resource.allCases.flatMap { resource in
            spans.filter { _ in chance.oneIn(2) }.map { span in
                Quota(resource, span: span, limit: (resource == .complexity ? 100 : 1) * (2 + chance.number(below: 60)))
            }
        }
        return GovernorSettings(
            lanes: Lane.allCases.shuffled(using: &chance), quotas: quotas,
            share: [0.5, 0.8, 1][chance.number(below: 3)],
            reserve: [0, 0.2, 0.5][chance.number(below: 3)], concurrency: 1 + chance.number(below: 6),
            spacing: chance.oneIn(3) ? Int64(chance.number(below: 500)) : 0, turns: 2 + chance.number(below: 10))
    }

    // MARK: a step

    mutating func arrive() {
        let lane = Lane.allCases[chance.number(below: 5)]
        let cost = Cost(
            requests: 1, mutations: chance.oneIn(2) ? 1 : 0, complexity: chance.oneIn(4) ? 0 : chance.number(below: 400)
        )
        let number = turnstile.arrive(lane, cost)
        waiting[number] = Call(lane: lane, cost: cost, place: settings.lanes.firstIndex(of: lane) ?? 0)
    }

    mutating func step() {
        finishWhatIsOver()
        while true {
            guard let number = turnstile.admitNext(now: now), let call = waiting.removeValue(forKey: number) else {
                return
            }
            checkOrder(number, call)
            start(number, call)
        }
    }

    private mutating func start(_ number: Int, _ call: Call) {
        let takes = Int(chance.oneIn(10) ? 30 * second : second)
        var call = call
        call.counted = now + Int64(chance.number(below: takes))
        call.ends = call.counted + Int64(chance.number(below: takes))
        underWay[number] = call
    }

    private mutating func finishWhatIsOver() {
        for (number, call) in underWay.filter({ $0.value.ends <= now }).sorted(by: { $0.value.ends < $1.value.ends }) {
            turnstile.finish(
                number, spent: call.cost, outcome(), pause: Int64(chance.number(below: 20)) * second, now: now)
            underWay[number] = nil
            ended.append(call)
        }
    }

    private mutating func outcome() -> Outcome {
        guard isTroubled, chance.oneIn(4) else { return .answered }
        return [.throttled(until: nil), .timedOut, .failed, .misconfigured, .abandoned][chance.number(below: 5)]
    }

    // MARK: what must hold

    /// Whoever was let through before somebody of a higher lane, or of its own who came earlier, left of all that it used
    /// enough for that one; unless it was its lane's turn. And nobody overtakes who wants the same in the same lane.
    private mutating func checkOrder(_ number: Int, _ call: Call) {
        let equal = waiting.filter { $0.value.place == call.place && $0.value.cost == call.cost }
        #expect(equal.keys.allSatisfy { $0 > number }, "seed \(seed): \(number) at \(now)")
        let head = waiting.min { ($0.value.place, $0.key) < ($1.value.place, $1.key) }
        if let head, (head.value.place, head.key) < (call.place, number), passedOver[call.place] < settings.turns {
            var alone = turnstile
            for other in waiting.keys { alone.leave(other) }
            alone.finish(number, spent: call.cost, .answered, pause: nil, now: now)
            _ = alone.arrive(head.value.lane, head.value.cost.within(call.cost))
            let isLeft = !alone.admit(now: now + settings.spacing * 1_000).isEmpty
            #expect(isLeft, "seed \(seed): \(number) delays \(head.key) at \(now)")
        }
        passedOver[call.place] = 0
        for place in Set(waiting.values.map(\.place)) where place > call.place { passedOver[place] += 1 }
    }

    /// By the partner's own count, call by call, in the span that ends with each of them.
    func checkQuotas() {
        let counted = ended.sorted { $0.counted < $1.counted }
        for quota in settings.quotas {
            let allowance = max(1, Int(Double(quota.limit) * settings.share))
            let lowerAllowance = allowance - min(allowance - 1, Int(Double(allowance) * settings.reserve))
            var (first, all, lower, members) = (0, 0, 0, 0)
            for call in counted where call.cost[quota.resource] > 0 {
                let cost = call.cost[quota.resource]
                (all, lower, members) = (all + cost, lower + (call.place > 0 ? cost : 0), members + 1)
                while counted[first].counted <= call.counted - quota.span * 1_000 {
                    let gone = counted[first].cost[quota.resource]
                    (all, lower) = (all - gone, lower - (counted[first].place > 0 ? gone : 0))
                    members -= gone > 0 ? 1 : 0
                    first += 1
                }
                #expect(
                    all <= allowance || members == 1,
                    "seed \(seed): \(all) of \(allowance) \(quota.resource) in \(quota.span) ms")
                #expect(lower <= max(lowerAllowance, largest(quota.resource)), "seed \(seed): the reserve")
            }
        }
    }

    private func largest(_ resource: Resource) -> Int {
        ended.filter { $0.place > 0 }.map { $0.cost[resource] }.max() ?? 0
    }
}

private func simulate(seed: UInt64) {
    var simulation = Simulation(seed: seed)
    for _ in 0..<60 {
        for _ in 0..<simulation.chance.number(below: 3) { simulation.arrive() }
        simulation.step()
        simulation.now += Int64(simulation.chance.number(below: 3_000_000))
    }
    simulation.isTroubled = false
    var steps = 0
    while !simulation.waiting.isEmpty || !simulation.underWay.isEmpty, steps < 20_000 {
        simulation.step()
        let ends = simulation.underWay.values.map(\.ends)
        let next = ([simulation.turnstile.nextLook(now: simulation.now)].compactMap { $0 } + ends).min()
        simulation.now = max(simulation.now + 1, next ?? simulation.now)
        steps += 1
    }
    #expect(simulation.waiting.isEmpty && simulation.underWay.isEmpty, "seed \(seed): all were let through, and ended")
    simulation.checkQuotas()
    #expect(simulation.turnstile.breaker.state == .closed, "seed \(seed)")
    #expect(simulation.turnstile.pace.share(at: simulation.now + 1_200 * second) == 1, "seed \(seed)")
}

extension Cost {
    /// Of this, what the other uses as well.
    fileprivate func within(_ other: Cost) -> Cost {
        Cost(
            requests: other.requests > 0 ? requests : 0, mutations: other.mutations > 0 ? mutations : 0,
            complexity: other.complexity > 0 ? complexity : 0)
    }
}

/// LOCKSTEP_SEEDS says how many histories there are; a thousand take minutes.
private let seeds = ProcessInfo.processInfo.environment["LOCKSTEP_SEEDS"].flatMap { UInt64($0) } ?? 64

@Test(arguments: 0..<UInt64(8))
func whateverComesTheQuotasHoldAndNobodyIsLost(part: UInt64) {
    for seed in stride(from: part, to: seeds, by: 8) { simulate(seed: seed) }
}
