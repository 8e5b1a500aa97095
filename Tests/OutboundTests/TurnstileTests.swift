// Who is let through when, in small situations: the line, the reserve, turns, pauses, pace and the breaker.
import Testing

@testable import Outbound

private let second: Int64 = 1_000_000

/// A turnstile with names instead of numbers, and a time in seconds.
private struct Rig {
    var turnstile: Turnstile
    var now: Int64 = 0
    var names: [Int: String] = [:]
    var numbers: [String: Int] = [:]

    init(_ settings: GovernorSettings) { turnstile = Turnstile(settings, now: 0) }

    mutating func arrive(_ name: String, _ lane: Lane, _ cost: Cost = Cost()) {
        let number = turnstile.arrive(lane, cost)
        names[number] = name
        numbers[name] = number
    }

    /// Those who are let through at that second.
    mutating func admit(at time: Double) -> [String] {
        now = Int64(time * 1_000_000)
        return turnstile.admit(now: now).compactMap { names[$0] }
    }

    mutating func finish(_ name: String, _ outcome: Outcome = .answered, pause: Int64? = nil, spent: Cost = Cost()) {
        guard let number = numbers[name] else { return }
        turnstile.finish(number, spent: spent, outcome, pause: pause.map { $0 * second }, now: now)
    }

    /// All of these come, are let through and end at once; how many were let through in each second.
    mutating func pass(_ count: Int, _ lane: Lane, for seconds: Int, outcome: Outcome = .answered) -> [Int] {
        for _ in 0..<count { arrive("\(lane)", lane) }
        let begin = now / second
        return (0..<seconds).map { passed in
            now = (begin + Int64(passed)) * second
            let admitted = turnstile.admit(now: now)
            for number in admitted { turnstile.finish(number, spent: Cost(), outcome, pause: nil, now: now) }
            return admitted.count
        }
    }
}

private func settings(
    _ limit: Int, span: Int64 = 10_000, reserve: Double = 0, concurrency: Int = 100, spacing: Int64 = 0,
    turns: Int = 1_000, share: Double = 1
) -> GovernorSettings {
    GovernorSettings(
        quotas: [Quota(.requests, span: span, limit: limit)], share: share, reserve: reserve, concurrency: concurrency,
        spacing: spacing, turns: turns)
}

@Test
func lanesGoFirstAndWithinALaneWhoCameFirst() {
    var rig = Rig(settings(4))
    rig.arrive("catalogue", .catalogue)
    rig.arrive("sweep", .sweep)
    rig.arrive("despatch", .despatch)
    rig.arrive("export 1", .orderExport)
    rig.arrive("export 2", .orderExport)
    #expect(rig.admit(at: 0) == ["export 1", "export 2", "despatch", "sweep"])
}

@Test
func theSettingsSayWhichLaneIsFirst() {
    var settings = settings(1)
    settings.lanes = [.despatch, .orderExport, .readBack, .sweep, .catalogue]
    var rig = Rig(settings)
    rig.arrive("export", .orderExport)
    rig.arrive("despatch", .despatch)
    #expect(rig.admit(at: 0) == ["despatch"])
}

@Test
func aCallCountsUntilAWholeSpanAfterItsEnd() {
    var rig = Rig(settings(2))
    for name in ["a", "b", "c", "d"] { rig.arrive(name, .sweep) }
    #expect(rig.admit(at: 0) == ["a", "b"])
    rig.finish("a")
    #expect(rig.turnstile.nextLook(now: rig.now) == 10 * second + 1)
    #expect(rig.admit(at: 9.9) == [])
    #expect(rig.admit(at: 10.1) == ["c"])
    _ = rig.admit(at: 15)
    rig.finish("b")
    #expect(rig.admit(at: 24.9) == [])
    #expect(rig.admit(at: 25.1) == ["d"])
}

@Test
func peoplevoxIsCalledTwelveTimesInFifteenSeconds() {
    var rig = Rig(.peoplevox())
    #expect(rig.pass(60, .orderExport, for: 60).reduce(0, +) == 48)
    var (times, rigInSteps) = ([Int64](), Rig(.peoplevox()))
    for _ in 0..<4 { rigInSteps.arrive("a", .orderExport) }
    for step in 0..<100 {
        for number in rigInSteps.turnstile.admit(now: Int64(step) * 10_000) {
            times.append(Int64(step) * 10)
            rigInSteps.turnstile.finish(number, spent: Cost(), .answered, pause: nil, now: Int64(step) * 10_000)
        }
    }
    #expect(times == [0, 250, 500, 750])
}

@Test
func lowerLanesLeaveTheReserve() {
    var rig = Rig(settings(10, reserve: 0.3))
    for number in 0..<10 { rig.arrive("sweep \(number)", .sweep) }
    #expect(rig.admit(at: 0).count == 7)
    for number in 0..<10 { rig.arrive("export \(number)", .orderExport) }
    #expect(rig.admit(at: 1) == ["export 0", "export 1", "export 2"])
}

@Test
func oneOfTheCallsAtOnceIsTheFirstLanes() {
    var rig = Rig(settings(100, concurrency: 2))
    rig.arrive("sweep 1", .sweep)
    rig.arrive("sweep 2", .sweep)
    #expect(rig.admit(at: 0) == ["sweep 1"])
    rig.arrive("export", .orderExport)
    #expect(rig.admit(at: 0) == ["export"])
    rig.finish("sweep 1")
    #expect(rig.admit(at: 0) == ["sweep 2"])
}

@Test
func aLaneThatIsPassedOverGetsItsTurn() {
    var rig = Rig(settings(1_000, concurrency: 1, turns: 3))
    for number in 0..<8 { rig.arrive("e\(number)", .orderExport) }
    for number in 0..<2 { rig.arrive("c\(number)", .catalogue) }
    var order: [String] = []
    while let name = rig.admit(at: 0).first {
        order.append(name)
        rig.finish(name)
    }
    #expect(order == ["e0", "e1", "e2", "c0", "e3", "e4", "e5", "c1", "e6", "e7"])
}

@Test
func whoNeedsAnotherResourceIsNotHeldUp() {
    var rig = Rig(
        GovernorSettings(
            quotas: [Quota(.requests, span: 10_000, limit: 10), Quota(.mutations, span: 3_600_000, limit: 2)],
            reserve: 0, concurrency: 100))
    for number in 0..<20 { rig.arrive("write \(number)", .despatch, Cost(requests: 1, mutations: 1)) }
    for number in 0..<20 { rig.arrive("read \(number)", .sweep) }
    // Two writes, and of the ten requests one is kept for the third.
    #expect(rig.admit(at: 0) == ["write 0", "write 1"] + (0..<7).map { "read \($0)" })
}

@Test
func whoIsLargeIsNotOvertakenByWhoIsSmall() {
    var rig = Rig(GovernorSettings(quotas: [Quota(.complexity, span: 10_000, limit: 100)], reserve: 0, concurrency: 9))
    let cost = { Cost(complexity: $0) }
    rig.arrive("first", .sweep, cost(60))
    rig.arrive("large", .sweep, cost(90))
    rig.arrive("small", .sweep, cost(10))
    rig.arrive("larger than all", .catalogue, cost(500))
    #expect(rig.admit(at: 0) == ["first"])
    rig.finish("first", spent: cost(60))
    #expect(rig.admit(at: 10.2) == ["large", "small"])
    rig.finish("large", spent: cost(90))
    rig.finish("small", spent: cost(10))
    rig.arrive("behind", .catalogue, cost(1))
    #expect(rig.admit(at: 20.5) == ["larger than all"])
}

@Test
func whatOthersUseIsLeftToThemAndFlowsBack() {
    var rig = Rig(settings(20, share: 0.5))
    rig.turnstile.refresh([Quota(.requests, span: 10_000, limit: 20, used: 16)], now: 0)
    for number in 0..<20 { rig.arrive("\(number)", .sweep) }
    #expect(rig.admit(at: 0).count == 4)
    #expect(rig.admit(at: 1).count == 2)
    #expect(rig.admit(at: 5).count == 4)
    // A partner may lower its limits for a time.
    rig.turnstile.refresh([Quota(.requests, span: 10_000, limit: 4, used: 4)], now: rig.now)
    for number in 0..<10 { rig.finish("\(number)") }
    #expect(rig.admit(at: 15.2).count == 2)
}

@Test
func aPauseIsForEverybodyAndTheRateHalves() {
    var rig = Rig(settings(16, span: 900))
    rig.arrive("a", .sweep)
    _ = rig.admit(at: 0)
    rig.finish("a", .throttled(until: nil), pause: 30)
    let passed = rig.pass(1_000, .orderExport, for: 40)
    #expect(passed[..<30].allSatisfy { $0 == 0 })
    #expect(passed[31...].allSatisfy { $0 >= 8 && $0 <= 9 })
    #expect(rig.turnstile.pace.share(at: 1_200 * second) == 1)
}

@Test
func callsThatWereLetThroughBeforeHalveTheRateOnce() {
    var pace = Pace(Pace.Settings())
    pace.halve(admitted: 10, now: 20)
    pace.halve(admitted: 15, now: 25)
    #expect(pace.share(at: 25) > 0.5 && pace.share(at: 25) < 0.51)
    for time in Int64(30)..<60 { pace.halve(admitted: time, now: time) }
    #expect(pace.share(at: 60) >= 1.0 / 16 && pace.share(at: 60) < 0.07)
    #expect(pace.share(at: 60 + 1_200 * second) == 1)
}

// MARK: - the breaker

private struct Step: Sendable {
    let at: Double
    let outcome: Outcome
    /// Whether the call is let through.
    var isAdmitted = true
}

private struct Sequence: CustomTestStringConvertible, Sendable {
    let name: String
    let steps: [Step]
    var testDescription: String { name }
}

private func repeated(_ outcome: Outcome, _ count: Int, at time: Double = 0) -> [Step] {
    Array(repeating: Step(at: time, outcome: outcome), count: count)
}

private let sequences = [
    Sequence(
        name: "five failures open it, each failed probe doubles the wait, one success closes it",
        steps: repeated(.failed, 5) + [
            Step(at: 14.9, outcome: .answered, isAdmitted: false), Step(at: 15, outcome: .failed),
            Step(at: 44.9, outcome: .answered, isAdmitted: false), Step(at: 45, outcome: .timedOut),
            Step(at: 104.9, outcome: .answered, isAdmitted: false), Step(at: 105, outcome: .answered),
        ] + repeated(.failed, 5, at: 105) + [
            Step(at: 119.9, outcome: .answered, isAdmitted: false), Step(at: 120, outcome: .answered),
            Step(at: 120, outcome: .answered),
        ]),
    Sequence(
        name: "a success between starts the count again",
        steps: repeated(.failed, 4) + [Step(at: 0, outcome: .answered)] + repeated(.failed, 4)
            + [Step(at: 0, outcome: .answered)]),
    Sequence(
        name: "a wrong setting is probed slowly",
        steps: repeated(.misconfigured, 3) + [
            Step(at: 599, outcome: .answered, isAdmitted: false), Step(at: 600, outcome: .misconfigured),
            Step(at: 1_199, outcome: .answered, isAdmitted: false), Step(at: 1_200, outcome: .answered),
            Step(at: 1_200, outcome: .answered),
        ]),
    Sequence(
        name: "one missing permission between others does not open it",
        steps: (0..<9).flatMap { _ in repeated(.misconfigured, 2) + [Step(at: 0, outcome: .answered)] }),
    Sequence(
        name: "a probe that is given up is followed by another",
        steps: repeated(.failed, 5) + [Step(at: 15, outcome: .abandoned), Step(at: 15, outcome: .answered)]),
]

@Test(arguments: sequences)
private func theBreakerOpensAndCloses(_ example: Sequence) {
    var rig = Rig(settings(1_000))
    for (number, step) in example.steps.enumerated() {
        rig.arrive("\(number)", .sweep)
        rig.arrive("next \(number)", .sweep)
        let admitted = rig.admit(at: step.at)
        #expect(admitted.contains("\(number)") == step.isAdmitted, "step \(number)")
        if rig.turnstile.breaker.state != .closed { #expect(admitted.count <= 1, "one probe at a time") }
        rig.finish("\(number)", step.outcome)
        for name in ["\(number)", "next \(number)"] {
            if let number = rig.numbers[name] {
                rig.turnstile.leave(number)
                rig.turnstile.finish(number, spent: Cost(), .abandoned, pause: nil, now: rig.now)
            }
        }
    }
    #expect(rig.turnstile.breaker.state == .closed)
}
