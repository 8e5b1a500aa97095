// Who may call, and when? A value without threads or a clock of its own: the governor drives it, and so do simulations.
//
// Whoever waits stands in a line: those whose turn it is (below), then lane by lane, and within a lane by arrival.
// Walking along it, each is let through that fits. Whoever does not fit into a window keeps everybody behind out of that
// window, and its room in all others: so nobody is delayed by somebody behind, and who waits for one resource is not in
// the way of who needs another.
//
// - **Reserve.** All lanes but the first together use at most the allowance less the reserve, so that the first lane can
//   always use as much as that, also when somebody before it in the line wants more. Of the calls at once, one is its own.
// - **Turns.** Of a lane that waits, the head is put before all others once a number of calls of lanes before it were let
//   through. So nobody waits for ever, and each lane gets at least its turns of what there is.
// - **A call that is larger than the allowance** is let through alone: the partner may say no to it, we cannot know.

struct Turnstile: Sendable {
    struct Waiter: Sendable {
        let number: Int
        let cost: Cost
    }

    private struct Passage: Sendable {
        let cost: Cost
        let isFirst: Bool
        let since: Int64
    }

    private let settings: GovernorSettings
    private(set) var windows: [Window]
    private(set) var breaker: Breaker
    private(set) var pace: Pace
    private(set) var pausedUntil: Int64 = .min
    /// By the lane's place among the settings' lanes.
    private var lines: [[Waiter]]
    private var passedOver: [Int]
    private var underWay: [Int: Passage] = [:]
    private var lowerUnderWay = 0
    private var lastStart: Int64?
    private var lastNumber = 0

    init(_ settings: GovernorSettings, now: Int64) {
        self.settings = settings
        windows = settings.quotas.map { Window($0, now: now) }
        breaker = Breaker(settings.breaker)
        pace = Pace(settings.pace)
        lines = settings.lanes.map { _ in [] }
        passedOver = settings.lanes.map { _ in 0 }
    }

    // MARK: coming and going

    mutating func arrive(_ lane: Lane, _ cost: Cost) -> Int {
        lastNumber += 1
        lines[place(of: lane)].append(Waiter(number: lastNumber, cost: cost))
        return lastNumber
    }

    /// Gives up waiting.
    mutating func leave(_ number: Int) {
        for place in lines.indices { lines[place].removeAll { $0.number == number } }
    }

    /// Those who may start now, in this order.
    mutating func admit(now: Int64) -> [Int] {
        var admitted: [Int] = []
        while let number = admitNext(now: now) { admitted.append(number) }
        return admitted
    }

    mutating func admitNext(now: Int64) -> Int? {
        for index in windows.indices { windows[index].slide(to: now) }
        guard isOpen(now: now), let (place, waiter) = nextToStart(now: now) else { return nil }
        start(waiter, place, now: now)
        return waiter.number
    }

    /// `spent` is what it used in the end.
    mutating func finish(_ number: Int, spent: Cost, _ outcome: Outcome, pause: Int64?, now: Int64) {
        guard let passage = underWay.removeValue(forKey: number) else { return }
        if !passage.isFirst { lowerUnderWay -= 1 }
        for index in windows.indices {
            let resource = windows[index].resource
            windows[index].end(
                reserved: use(passage.cost[resource], passage.isFirst), spent: use(spent[resource], passage.isFirst),
                now: now)
        }
        learn(number, passage, outcome, pause: pause, now: now)
    }

    private mutating func learn(_ number: Int, _ passage: Passage, _ outcome: Outcome, pause: Int64?, now: Int64) {
        switch outcome {
        case .answered, .forbidden: breaker.close()
        case .throttled:
            breaker.close()
            pace.halve(admitted: passage.since, now: now)
            pausedUntil = max(pausedUntil, now + (pause ?? 0))
        case .timedOut:
            pace.halve(admitted: passage.since, now: now)
            breaker.failed(number, isMisconfigured: false, now: now)
        case .failed: breaker.failed(number, isMisconfigured: false, now: now)
        case .misconfigured: breaker.failed(number, isMisconfigured: true, now: now)
        case .abandoned: breaker.abandoned(number, now: now)
        }
    }

    mutating func refresh(_ quotas: [Quota], now: Int64) {
        for index in windows.indices { windows[index].slide(to: now) }
        for quota in quotas {
            if let index = windows.firstIndex(where: { $0.isOf(quota) }) {
                windows[index].refresh(quota, now: now)
            }
        }
    }

    mutating func pause(until time: Int64) { pausedUntil = max(pausedUntil, time) }

    mutating func close() {
        breaker.close()
        pausedUntil = .min
    }

    // MARK: the line

    private func isOpen(now: Int64) -> Bool {
        guard underWay.count < settings.concurrency, let opening = opening(now: now) else { return false }
        return opening <= now
    }

    /// When pause, breaker and spacing let the next one through; nil while only the end of a call can tell.
    private func opening(now: Int64) -> Int64? {
        guard let breaker = breaker.opening(now: now) else { return nil }
        return max(breaker, pausedUntil, lastStart.map { $0 + settings.spacing * 1_000 } ?? now)
    }

    private func nextToStart(now: Int64) -> (place: Int, Waiter)? {
        let rooms = windows.indices.map { room(in: $0, now: now) }
        var claims = windows.map { _ in Claim() }
        var claimants: Set<Int> = []
        for (place, waiter) in line() where hasSlot(place) {
            let missing = windows.indices.filter { !hasRoom(waiter.cost, place, in: $0, rooms[$0], claims[$0]) }
            if missing.isEmpty { return (place, waiter) }
            // Behind somebody who waits for the same, room is kept for the first of each lane: all could want too much.
            let isFirst = claimants.insert(place).inserted
            guard isFirst || !missing.contains(where: { claims[$0].isClosed }) else { continue }
            for index in windows.indices {
                let cost = waiter.cost[windows[index].resource]
                claims[index].add(use(cost, place == 0), rooms[index], isMissing: missing.contains(index))
            }
        }
        return nil
    }

    /// Everybody who waits, in the order in which they are considered.
    private func line() -> [(place: Int, Waiter)] {
        let overdue = lines.indices.filter { passedOver[$0] >= settings.turns && !lines[$0].isEmpty }
            .sorted { passedOver[$0] > passedOver[$1] }
        let heads = overdue.flatMap { place in lines[place].prefix(1).map { (place, $0) } }
        let others = lines.indices.flatMap { place in
            lines[place].dropFirst(overdue.contains(place) ? 1 : 0).map { (place, $0) }
        }
        return heads + others
    }

    private mutating func start(_ waiter: Waiter, _ place: Int, now: Int64) {
        leave(waiter.number)
        for index in windows.indices {
            windows[index].start(use(waiter.cost[windows[index].resource], place == 0))
        }
        underWay[waiter.number] = Passage(cost: waiter.cost, isFirst: place == 0, since: now)
        if place > 0 { lowerUnderWay += 1 }
        lastStart = now
        breaker.admitted(waiter.number)
        passedOver[place] = 0
        for lower in lines.indices where lower > place && !lines[lower].isEmpty { passedOver[lower] += 1 }
    }

    // MARK: the windows

    private struct Room {
        let allowance: Int
        let reserve: Int
    }

    /// What those before in the line want of a window.
    private struct Claim {
        var wanted = Window.Use()
        /// Somebody waits for it; and somebody of the first lane.
        var isClosed = false
        var isClosedByFirst = false
        /// Somebody fits only without the first lane's reserve.
        var isWhole = false

        mutating func add(_ cost: Window.Use, _ room: Room, isMissing: Bool) {
            wanted = wanted + cost
            isClosed = isClosed || isMissing
            isClosedByFirst = isClosedByFirst || isMissing && cost.lower == 0
            isWhole = isWhole || cost.all > room.allowance - room.reserve
        }
    }

    private func room(in index: Int, now: Int64) -> Room {
        let allowance = windows[index].allowance(share: settings.share * pace.share(at: now), now: now)
        return Room(allowance: allowance, reserve: min(allowance - 1, Int(Double(allowance) * settings.reserve)))
    }

    private func hasSlot(_ place: Int) -> Bool {
        place == 0 || settings.concurrency == 1 || lowerUnderWay < settings.concurrency - 1
    }

    private func hasRoom(_ cost: Cost, _ place: Int, in index: Int, _ room: Room, _ claim: Claim) -> Bool {
        let (cost, use) = (cost[windows[index].resource], windows[index].use)
        if cost == 0 { return true }
        let wanted = use + claim.wanted
        if place == 0 && !claim.isWhole && !claim.isClosedByFirst && wanted.all - wanted.lower + cost <= room.reserve {
            return use.all + claim.wanted.all - claim.wanted.lower + cost <= room.allowance
        }
        if claim.isClosed { return false }
        if wanted.all == 0 { return true }
        let lowerRoom = room.allowance - room.reserve
        let fitsLower = place == 0 || wanted.lower + cost <= lowerRoom || wanted.lower == 0 && cost > lowerRoom
        return fitsLower && wanted.all + cost <= room.allowance
    }

    private func use(_ amount: Int, _ isFirst: Bool) -> Window.Use {
        Window.Use(all: amount, lower: isFirst ? 0 : amount)
    }
}

// MARK: - the time until

extension Turnstile {
    /// When to look again although nothing else happens; nil when nobody waits, or only the end of a call can help.
    func nextLook(now: Int64) -> Int64? {
        guard lines.contains(where: { !$0.isEmpty }) else { return nil }
        guard underWay.count < settings.concurrency, let opening = opening(now: now) else { return nil }
        if opening > now { return opening }
        let slides = windows.compactMap(\.nextSlide)
        let isChanging = pace.share(at: now) < 1 || windows.contains(where: \.isSharedWithOthers)
        return (slides + (isChanging ? [now + 1_000_000] : [])).min().map { max($0, now + 1) }
    }

    /// What a single call can have cost: the partner takes none that is larger than its smallest limit.
    var largestComplexity: Int {
        max(1, windows.filter { $0.resource == .complexity }.map(\.limit).min() ?? Window.largest)
    }

    /// How many wait, lane by lane.
    var waiting: [Lane: Int] {
        Dictionary(uniqueKeysWithValues: zip(settings.lanes, lines.map(\.count)))
    }

    private func place(of lane: Lane) -> Int { settings.lanes.firstIndex(of: lane) ?? settings.lanes.count - 1 }

    /// About when `count` more of a cost would be through, behind everybody who waits now.
    func caughtUp(after count: Int, of cost: Cost, now: Int64) -> Int64 {
        let waiters = lines.flatMap { $0 }
        let start = max(now, opening(now: now) ?? now)
        let ends = windows.map { window in
            let wanted = waiters.reduce(0) { $0 + $1.cost[window.resource] } + cost[window.resource] * count
            let allowance = window.allowance(share: settings.share * pace.share(at: now), now: now)
            let over = max(0, wanted - max(0, allowance - window.use.all))
            return start + Int64(min(Double(over) / Double(allowance) * Double(window.span), Double(Window.largest)))
        }
        let spacing = Int64(max(0, waiters.count + count - 1)) * settings.spacing * 1_000
        return max(start + spacing, ends.max() ?? start)
    }
}
