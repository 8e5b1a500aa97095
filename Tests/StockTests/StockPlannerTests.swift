// Which shelves are written next, and that none waits for ever.
import Testing
import Workflows

private let planner = StockPlanner(.init(warehouses: [1, 2], batch: 3))
private let one = StockPlanner(.init(warehouses: [1, 2], batch: 1))
private let now = start + 10 * minute

/// Wants to show `count`, and shows `shown` (nil: nobody knows).
private func shelf(
    _ name: String, in warehouse: Int = 1, shows shown: Int?, wants count: Int, sold: Int = 0,
    since age: Int64 = minute,
    buffer: Int = 0
) -> [(StockEntry, Int64)] {
    let shelf = Shelf(name, warehouse)
    let before = StockTarget(shelf, at: 1, quantity(count + sold, base: count + sold))
    let after = StockTarget(shelf, at: 2, quantity(count, base: count + buffer, buffer: buffer))
    var entries: [(StockEntry, Int64)] = [(.targeted([before]), now - age)]
    if let shown {
        let write = StockWrite(shelf, shown, from: 1)
        entries += [(.targeted([StockTarget(shelf, at: 1, quantity(shown, base: count + sold))]), now - age)]
        entries += [(.writing([write]), now - age), (applied(write), now - age)]
    }
    return entries + [(.targeted([after]), now - age)]
}

private func shop(_ shelves: [(StockEntry, Int64)]...) -> StockBook {
    var book = StockBook()
    for (index, (entry, time)) in shelves.joined().enumerated() {
        book.apply(entry, sequence: JournalPosition(index + 10), time: time)
    }
    return book
}

private func first(_ planner: StockPlanner, _ book: StockBook, turn: Int = 0) -> [String]? {
    guard case .write(let writes) = planner.next(in: book, now: now, isPeak: false, turn: turn) else { return nil }
    return writes.map(\.shelf.sku)
}

private struct Order: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let book: StockBook
    var turn = 0
    let expected: [String]?
}

@Test(arguments: [
    Order(testDescription: "nothing is late", book: shop(shelf("A", shows: 4, wants: 4)), expected: nil),
    Order(
        testDescription: "decreases, then what nobody knows, then increases",
        book: shop(shelf("A", shows: 1, wants: 4), shelf("B", shows: nil, wants: 4), shelf("C", shows: 9, wants: 4)),
        expected: ["C", "B", "A"]),
    Order(
        testDescription: "what sells first",
        book: shop(
            shelf("A", shows: 9, wants: 4), shelf("B", shows: 9, wants: 4, sold: 5),
            shelf("C", shows: 9, wants: 4, sold: 2)),
        expected: ["B", "C", "A"]),
    Order(
        testDescription: "where least is left first",
        book: shop(shelf("A", shows: 9, wants: 4), shelf("B", shows: 9, wants: 0), shelf("C", shows: 9, wants: 2)),
        expected: ["B", "C", "A"]),
    Order(
        testDescription: "what is held back is not there to sell",
        book: shop(shelf("A", shows: 9, wants: 4), shelf("B", shows: 9, wants: 3, buffer: 9)), expected: ["B", "A"]),
    Order(
        testDescription: "what has been wrong for longest first",
        book: shop(shelf("A", shows: 9, wants: 4), shelf("B", shows: 9, wants: 4, since: 2 * minute)),
        expected: ["B", "A"]),
    Order(
        testDescription: "one warehouse in one call",
        book: shop(
            shelf("A", in: 2, shows: 9, wants: 4), shelf("B", shows: 9, wants: 0),
            shelf("C", in: 2, shows: 9, wants: 4),
            shelf("D", shows: 1, wants: 4)),
        expected: ["B", "D"]),
    Order(
        testDescription: "a warehouse that is not ours is left alone",
        book: shop(shelf("A", in: 3, shows: 9, wants: 4)), expected: nil),
    Order(
        testDescription: "no more rows than a call takes",
        book: shop(
            shelf("A", shows: 9, wants: 4), shelf("B", shows: 9, wants: 4), shelf("C", shows: 9, wants: 4),
            shelf("D", shows: 9, wants: 4)),
        expected: ["A", "B", "C"]),
    Order(
        testDescription: "every fifth turn is led by who has waited longest",
        book: shop(
            shelf("A", in: 2, shows: 1, wants: 4, since: 9 * minute), shelf("B", shows: 9, wants: 4)),
        turn: 4, expected: ["A"]),
]) private func theOrderOfWork(_ example: Order) {
    #expect(first(planner, example.book, turn: example.turn) == example.expected)
}

@Test func aFifthOfTheRowsGoesToWhoHasWaitedLongest() {
    let wide = StockPlanner(.init(warehouses: [1], batch: 10, patience: 5 * minute))
    var shelves: [[(StockEntry, Int64)]] = (10..<30).map { shelf("D\($0)", shows: 9, wants: 4, since: 3 * minute) }
    for number in 1...4 {
        shelves.append(shelf("I\(number)", shows: 1, wants: 4, since: Int64(number) * 2 * minute))
    }
    var book = StockBook()
    for (entry, time) in shelves.joined() { book.apply(entry, sequence: 9, time: time) }
    #expect(first(wide, book)?.dropFirst().prefix(2) == ["I4", "I3"])
    #expect(first(wide, book)?.count == 10)
}

/// Decreases keep coming faster than they are written, and one increase is among them.
@Test(arguments: [one, planner]) func noIncreaseWaitsForEver(_ planner: StockPlanner) throws {
    var book = shop(shelf("Z", shows: 1, wants: 4, since: 1))
    for turn in 0..<40 {
        let time = now + Int64(turn) * 1_000_000
        for number in 0..<5 {
            for (entry, _) in shelf("D\(turn)-\(number)", shows: 9, wants: 0) {
                book.apply(entry, sequence: 9, time: time)
            }
        }
        guard case .write(let writes) = planner.next(in: book, now: time, isPeak: false, turn: turn) else { break }
        if writes.contains(where: { $0.shelf.sku == "Z" }) {
            #expect(turn < 5)
            return
        }
        book.apply(.writing(writes), sequence: 9, time: time)
        book.apply(.written(writes.map { StockWriteResult($0, .applied) }), sequence: 9, time: time)
    }
    Issue.record("the increase was never written")
}

private let tried = StockWrite(Shelf("A", 1), 4, from: 2)

private struct Again: Sendable {
    let outcomes: [StockWriteResult.Outcome]
    var wants = 4
    /// Microseconds after the last answer.
    let wait: Int64
}

@Test(arguments: [
    Again(outcomes: [.failed("busy")], wait: 2_000_000),
    Again(outcomes: [.failed("busy"), .failed("busy")], wait: 4_000_000),
    Again(outcomes: [.unknown("cut"), .failed("busy"), .unknown("cut")], wait: 8_000_000),
    Again(outcomes: Array(repeating: .failed("busy"), count: 70), wait: 60_000_000),
    Again(outcomes: [.refused("no such size")], wait: 6 * hour),
    Again(outcomes: [.refused("no such size")], wants: 3, wait: 2_000_000),
]) private func whatFailedWaits(_ example: Again) {
    var book = shop(shelf("A", shows: 9, wants: 4))
    for outcome in example.outcomes {
        book.apply(.writing([tried]), sequence: 20, time: now)
        book.apply(.written([StockWriteResult(tried, outcome)]), sequence: 21, time: now)
    }
    book.apply(aimed(Shelf("A", 1), at: 3, example.wants), sequence: 22, time: now)
    let due = now + example.wait
    #expect(planner.next(in: book, now: now, isPeak: false, turn: 0) == .wait(until: due))
    let write = StockWrite(Shelf("A", 1), example.wants, from: 3)
    #expect(planner.next(in: book, now: due, isPeak: false, turn: 0) == .write([write]))
}

/// A time that seems to come from the future keeps nothing waiting until it is there.
@Test(arguments: [1, hour, 400 * 24 * hour]) func aClockThatIsSetBackStopsNoWrite(step: Int64) {
    var book = shop(shelf("A", shows: 9, wants: 4))
    book.apply(.writing([tried]), sequence: 20, time: now)
    book.apply(.written([StockWriteResult(tried, .refused("no such size"))]), sequence: 21, time: now)
    #expect(planner.next(in: book, now: now - step, isPeak: false, turn: 0) == .write([tried]))
    let late = shop(shelf("A", shows: 9, wants: 4))
    #expect(planner.next(in: late, now: now - step - hour, isPeak: true, turn: 0) == .write([tried]))
}

@Test func inPeakModeChangesWaitForOthers() {
    let book = shop(shelf("A", shows: 9, wants: 4, since: 4_000_000), shelf("B", shows: 9, wants: 4, since: 1_000_000))
    #expect(planner.next(in: book, now: now, isPeak: true, turn: 0) == .wait(until: now + 6_000_000))
    let full = shop(shelf("A", shows: 9, wants: 4), shelf("B", shows: 9, wants: 4), shelf("C", shows: 9, wants: 4))
    #expect(planner.next(in: full, now: now, isPeak: true, turn: 0) != .wait(until: now))
    guard case .write(let writes) = planner.next(in: book, now: now + 6_000_000, isPeak: true, turn: 0) else {
        Issue.record("the window is over")
        return
    }
    #expect(writes.count == 2)
}

@Test func howManyCallsAreLeft() {
    let rows = (0..<7).map { shelf("A\($0)", shows: 9, wants: 4) } + [shelf("B", in: 2, shows: 9, wants: 4)]
    var book = StockBook()
    for (entry, time) in rows.joined() { book.apply(entry, sequence: 9, time: time) }
    #expect(planner.callsNeeded(in: book) == 4)
    #expect(planner.callsNeeded(in: StockBook()) == 0)
}
