// When what holds is raised, and when it is cleared: after its threshold, and never by age (P8).
import Testing
import Workflows

private let key = ExceptionKey(.stockMismatch, brand: "demo", .shelf(Shelf(sku, 1)))

/// A desk whose entries are journaled as 1, 2, ...; time in minutes from `start`.
private struct Watched {
    var desk = ExceptionDesk(ExceptionBook())
    var sequence: UInt64 = 0

    mutating func judge(at time: Int64, after minutes: Int64? = nil, _ body: (inout ExceptionConditions) -> Void)
        -> [ExceptionEntry]
    {
        var conditions = ExceptionConditions(open: desk.openKeys)
        body(&conditions)
        let now = start + time * minute
        let entries = desk.judge(conditions, now: now) { kind, _ in
            minutes.map { $0 * 60_000 } ?? kind.threshold.milliseconds
        }
        for (brand, entry) in entries {
            sequence += 1
            desk.apply(entry, brand: brand, sequence: sequence, time: now)
        }
        return entries.map(\.entry)
    }

    mutating func apply(_ entry: ExceptionEntry, at time: Int64) {
        sequence += 1
        desk.apply(entry, brand: "demo", sequence: sequence, time: start + time * minute)
    }

    var open: [ExceptionKey] { desk.book.open.values.map(\.key).sorted() }
}

private func holds(_ keys: ExceptionKey..., since: Int64? = nil) -> (inout ExceptionConditions) -> Void {
    { conditions in
        for key in keys {
            conditions.judge(key.kind, brand: key.brand)
            let evidence = ExceptionEvidence(["shows": .number(7)])
            conditions.hold(Condition(key, since: since.map { start + $0 * minute }, evidence))
        }
    }
}

private func nothing(of key: ExceptionKey) -> (inout ExceptionConditions) -> Void {
    { $0.judge(key.kind, brand: key.brand) }
}

@Test func whatHoldsIsRaisedAfterItsThresholdAndOnce() {
    var watched = Watched()
    #expect(watched.judge(at: 0, holds(key)).isEmpty)
    #expect(watched.judge(at: 14, holds(key)).isEmpty)
    let raised = watched.judge(at: 15, holds(key))
    #expect(
        raised == [
            .raised(key.kind, key.subject, ExceptionEvidence(["shows": .number(7)]), since: start, previous: nil)
        ])
    #expect(watched.judge(at: 16, holds(key)).isEmpty)
    #expect(watched.open == [key])
}

@Test func whatHeldBeforeAnybodyLookedIsAsOldAsItIs() {
    var watched = Watched()
    #expect(watched.judge(at: 60, holds(key, since: 45)).count == 1)
}

@Test func whatWasGoneInBetweenStartsAgain() {
    var watched = Watched()
    #expect(watched.judge(at: 0, holds(key)).isEmpty)
    #expect(watched.judge(at: 10, nothing(of: key)).isEmpty)
    #expect(watched.judge(at: 20, holds(key)).isEmpty)
    #expect(watched.judge(at: 34, holds(key)).isEmpty)
    #expect(watched.judge(at: 35, holds(key)).count == 1)
}

@Test func itIsClearedWhenItHoldsNoMoreAndTheNextOneNamesIt() {
    var watched = Watched()
    #expect(watched.judge(at: 15, after: 0, holds(key)).count == 1)
    #expect(watched.judge(at: 16, holds(key)).isEmpty)
    #expect(watched.judge(at: 17, nothing(of: key)) == [.cleared(1, seen: start + 16 * minute)])
    #expect(watched.open.isEmpty && watched.desk.book.closed.map(\.last.id) == [1])
    let again = watched.judge(at: 18, after: 0, holds(key))
    guard case .raised(_, _, _, _, let previous) = again.first else { Issue.record("raised again"); return }
    #expect(previous == 1 && watched.desk.book.open.keys.sorted() == [3])
}

@Test func neitherTimeNorAPersonNorSilenceClearsIt() {
    var watched = Watched()
    #expect(watched.judge(at: 0, after: 0, holds(key)).count == 1)
    watched.apply(.acknowledged(1, by: 7, until: start + 5 * minute), at: 1)
    #expect(watched.judge(at: 10_000_000) { _ in }.isEmpty, "nobody has looked")
    #expect(watched.open == [key])
    #expect(watched.judge(at: 10_000_001, holds(key)).isEmpty)
    #expect(watched.open == [key])
}

@Test func anAcknowledgementIsOverWhenItsTimeIs() throws {
    var watched = Watched()
    _ = watched.judge(at: 0, after: 0, holds(key))
    watched.apply(.acknowledged(1, by: 7, until: start + 5 * minute), at: 1)
    let one = try #require(watched.desk.book.open[1])
    #expect(one.isAcknowledged(at: start + 4 * minute) && !one.isAcknowledged(at: start + 5 * minute))
    watched.apply(.acknowledged(1, by: 7, until: nil), at: 2)
    #expect(watched.desk.book.open[1]?.isAcknowledged(at: start + 500 * minute) == true)
}

@Test func aWiderCauseIsSaidOnce() {
    let cause = ExceptionKey(.partnerUnreachable, brand: "demo", .partner(.centra))
    let other = ExceptionKey(.stockMismatch, brand: "other", .shelf(Shelf(sku, 1)))
    var watched = Watched()
    #expect(watched.judge(at: 0, after: 0, holds(cause, key, other)).count == 2)
    #expect(watched.open == [cause, other])
    #expect(watched.judge(at: 1, after: 0, holds(cause, key, other)).isEmpty)
    let later = watched.judge(at: 2, after: 0) { conditions in
        conditions.rule(out: cause)
        holds(key, other)(&conditions)
    }
    // The cause is cleared first, and the rest is judged by what is open then.
    #expect(later == [.cleared(1, seen: start + minute)])
    #expect(watched.judge(at: 3, after: 0, holds(key, other)).count == 1)
    #expect(watched.open == [key, other])
}

@Test func moreThanPeopleCanReadAreOne() {
    let count = ExceptionDesk.openLimit + 20
    let keys = (0..<count).map { ExceptionKey(.skuUnknownInCentra, brand: "demo", .sku("SKU-\($0)")) }
    func all(_ keys: some Sequence<ExceptionKey>) -> (inout ExceptionConditions) -> Void {
        { conditions in for key in keys { holds(key)(&conditions) } }
    }
    var watched = Watched()
    #expect(watched.judge(at: 0, all(keys)).count == ExceptionDesk.openLimit + 1)
    let others = ExceptionKey(.skuUnknownInCentra, brand: "demo", .others)
    #expect(watched.desk.book[others]?.evidence["besides those that are listed"] == .number(20))
    #expect(watched.judge(at: 1, all(keys)).isEmpty, "and stay so")
    let open = Set(watched.open)
    let left = keys.filter { !open.contains($0) } + [keys.first { open.contains($0) }].compactMap { $0 }
    _ = watched.judge(at: 2, all(left))
    _ = watched.judge(at: 3, all(left))
    #expect(Set(watched.open) == Set(left), "each is listed as soon as there is room, and the heap is gone")
}
