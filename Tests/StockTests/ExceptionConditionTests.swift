// Each class: what makes its condition hold, and what does not.
import Testing
import Workflows

private let shelf = Shelf(sku, 1)
private let mismatch = ExceptionKey(.stockMismatch, brand: "demo", .shelf(shelf))
private let absent = ExceptionKey(.skuUnknownInPeoplevox, brand: "demo", .sku(sku))
private let strange = ExceptionKey(.skuUnknownInCentra, brand: "demo", .sku(sku))
private let ambiguous = ExceptionKey(.skuAmbiguousInCentra, brand: "demo", .sku(sku))
private let unknown = ExceptionKey(.valueUnknown, brand: "demo", .shelf(shelf))
private let unreadable = ExceptionKey(.valueUnknown, brand: "demo", .sku(sku))

struct BookCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let entries: [StockEntry]
    let holding: [ExceptionKey]

    init(_ name: String, _ entries: [StockEntry], _ holding: ExceptionKey...) {
        testDescription = name
        self.entries = entries
        self.holding = holding
    }
}

private let seen = StockEntry.observed(position: 1, levels: [sku: ["Main": levels(5, available: 5)]], absent: [])
private let missed = StockEntry.observed(position: 1, levels: [:], absent: [sku])
private let failed = StockEntry.readFailed(position: 1, skus: [sku], reason: "timed out")

private func aim(_ outcome: StockTarget.Outcome, at position: JournalPosition = 1) -> StockEntry {
    .targeted([StockTarget(shelf, at: position, outcome)])
}

private func answer(_ quantity: Int, _ outcome: StockWriteResult.Outcome) -> [StockEntry] {
    let write = StockWrite(shelf, quantity, from: 1)
    return [.writing([write]), .written([StockWriteResult(write, outcome)])]
}

private let stock: [BookCase] = [
    BookCase("nothing is known", []),
    BookCase("it shows what it should", [seen, aim(quantity(5))] + answer(5, .applied)),
    BookCase("it is to be sent", [seen, aim(quantity(5))], mismatch),
    BookCase("it was sent, and nobody answered", [seen, aim(quantity(5)), answer(5, .applied)[0]], mismatch),
    BookCase("the answer is not known", [seen, aim(quantity(5))] + answer(5, .unknown("cut")), mismatch),
    BookCase("it failed", [seen, aim(quantity(5))] + answer(5, .failed("busy")), mismatch),
    BookCase("it was refused", [seen, aim(quantity(5))] + answer(5, .refused("Order 1 is on hold")), mismatch),
    BookCase(
        "Centra does not know it",
        [seen, aim(quantity(5))] + answer(5, .refused("Could not find ProductSize with SKU \(sku)")), strange),
    BookCase(
        "Centra does not know its warehouse",
        [seen, aim(quantity(5))] + answer(5, .refused("Could not find Warehouse with ID 3")), mismatch),
    BookCase(
        "Centra did not know it, and took one since",
        [seen, aim(quantity(5))] + answer(5, .refused("Could not find ProductSize with SKU X")) + answer(5, .applied)),
    BookCase(
        "somebody changed it", [seen, aim(quantity(5))] + answer(5, .applied) + [.doubted([.init(shelf, shown: 2)])],
        mismatch),
    BookCase("there is no row", [missed, aim(.unknown(.absent))], absent),
    BookCase("there is no row, and a floor", [missed, aim(floor(0, .absent))] + answer(0, .applied), absent),
    BookCase(
        "there is a row again",
        [missed, .observed(position: 2, levels: [sku: ["Main": levels(5, available: 5)]], absent: [])]),
    BookCase("Centra shows it, and there was never a row", [.strangers(shown: [sku: 4], gone: [])], absent),
    BookCase("Centra shows none of it, and there was never a row", [missed, .strangers(shown: [sku: 0], gone: [])]),
    BookCase("it came from nowhere", [missed, .strangers(shown: [:], gone: [sku])]),
    BookCase("it comes from nowhere again", [missed, .strangers(shown: [:], gone: [sku]), missed]),
    BookCase(
        "it comes from nowhere again, and cannot be asked for",
        [aim(.unknown(.unsearchable)), .strangers(shown: [:], gone: [sku]), aim(.unknown(.unsearchable))]),
    BookCase(
        "it came from nowhere, and Centra shows it now",
        [missed, .strangers(shown: [:], gone: [sku]), .strangers(shown: [sku: 4], gone: [])], absent),
    BookCase("it came from nowhere, and cannot be asked for", [aim(.unknown(.unsearchable))], unknown),
    BookCase(
        "neither side knows it, and it cannot be asked for",
        [aim(.unknown(.unsearchable)), .strangers(shown: [:], gone: [sku])]),
    BookCase(
        "there was a row before", [seen, missed, aim(.unknown(.absent)), .strangers(shown: [:], gone: [sku])], absent),
    BookCase(
        "there was a row before, and a comparison found that Centra shows none",
        [seen, missed, aim(.unknown(.absent)), .strangers(shown: [sku: 0], gone: [])]),
    BookCase(
        "the same, and Centra shows some again",
        [
            seen, missed, aim(.unknown(.absent)), .strangers(shown: [sku: 0], gone: []),
            .strangers(shown: [sku: 2], gone: []),
        ], absent),
    BookCase("there is a row, whatever was found before", [seen, .strangers(shown: [sku: 2], gone: [])]),
    BookCase(
        "Centra showed it, and there is a row now",
        [
            .strangers(shown: [sku: 4], gone: []),
            .observed(position: 2, levels: [sku: ["Main": levels(5, available: 5)]], absent: []),
        ]),
    BookCase("several sizes share it", [seen, aim(quantity(5)), .ambiguous([sku: [12, 13]], unique: [])], ambiguous),
    BookCase("several sizes share what Peoplevox never had", [.ambiguous([sku: [12, 13]], unique: [])]),
    BookCase(
        "one size has it again",
        [
            seen, aim(quantity(5)), .ambiguous([sku: [12, 13]], unique: []), .ambiguous([:], unique: [sku]),
        ] + answer(5, .applied)),
    BookCase("a site has no row any more", [seen, aim(.unknown(.siteAbsent))], unknown),
    BookCase("a site has no row, and a floor", [seen, aim(floor(0, .siteAbsent))] + answer(0, .applied), unknown),
    BookCase("a cell is empty", [seen, aim(.unknown(.unreadable))], unknown),
    BookCase("four reads failed", Array(repeating: failed, count: 4)),
    BookCase("five reads failed", Array(repeating: failed, count: 5), unreadable),
    BookCase("five reads failed, and one did not", Array(repeating: failed, count: 5) + [seen]),
]

@Test(arguments: stock) func whatTheBookShows(_ row: BookCase) {
    var conditions = ExceptionConditions()
    conditions.judge(book(row.entries), brand: "demo")
    #expect(Set(conditions.holding.keys) == Set(row.holding))
    for key in [mismatch, absent, strange, ambiguous, unknown, unreadable] {
        #expect(conditions.isGone(key) == !row.holding.contains(key), "\(key)")
    }
    #expect(!conditions.isGone(ExceptionKey(.stockMismatch, brand: "other", .shelf(shelf))), "nobody has looked there")
}

@Test func floorsThatAreWithheldAreTheBrandsTrouble() {
    let key = ExceptionKey(.valueUnknown, brand: "demo")
    var conditions = ExceptionConditions()
    conditions.judge(StockBook(), brand: "demo")
    #expect(conditions.isGone(key))
    conditions.hold(.init(count: 40, limit: 20, since: start), brand: "demo")
    #expect(conditions.holding[key]?.since == start && !conditions.isGone(key))
}

@Test func aMismatchHasBothFiguresAndTheirTimes() throws {
    var conditions = ExceptionConditions()
    let entries = [seen, aim(quantity(5))] + answer(5, .applied) + [aim(quantity(2), at: 2)]
    conditions.judge(book(entries), brand: "demo")
    let condition = try #require(conditions.holding[mismatch])
    #expect(condition.since == start + 4 * minute)
    #expect(
        condition.evidence["should show"] == .number(2) && condition.evidence["decided"] == .time(start + 4 * minute))
    #expect(condition.evidence["shows"] == .number(5) && condition.evidence["written"] == .time(start + 3 * minute))
}

struct FactCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let judge: @Sendable (inout ExceptionConditions) -> Void
    var open: Set<ExceptionKey> = []
    let holding: Set<ExceptionKey>
    /// Of the keys below, those that are known not to hold.
    let gone: Set<ExceptionKey>
}

private let refused = ExceptionKey(.credentialsFailing, brand: "demo", .partner(.centra))
private let silent = ExceptionKey(.partnerUnreachable, brand: "demo", .partner(.centra))
private let budget = ExceptionKey(.budgetExhausted, brand: "demo")
private let unread = ExceptionKey(.stockNotRead, brand: "demo")
private let refusing = ExceptionKey(.stockRefused, brand: "demo")
private let dead = ExceptionKey(.deadLetterPresent, brand: "demo")
private let queues = ExceptionKey(.journalBacklog, brand: "", .queues)
private let journal = ExceptionKey(.journalBacklog, brand: "", .journal)
private let keys = [refused, silent, budget, unread, refusing, dead, queues, journal]

private func partner(_ name: String, _ facts: PartnerFacts, _ holding: Set<ExceptionKey>, gone: Set<ExceptionKey>)
    -> FactCase
{
    FactCase(testDescription: name, judge: { $0.judge(facts, .centra, brand: "demo") }, holding: holding, gone: gone)
}

private func waiting(_ name: String, _ oldest: Int64?, room: Bool, caughtUp: Int64?, holds: Bool) -> FactCase {
    let facts = BudgetFacts(oldestUnsent: oldest, unsent: oldest == nil ? 0 : 3, isOutOfRoom: !room, caughtUp: caughtUp)
    return FactCase(
        testDescription: name, judge: { $0.judge(facts, brand: "demo", now: start) }, holding: holds ? [budget] : [],
        gone: holds ? [] : [budget])
}

private func backlog(
    _ name: String, jobs: Int = 0, oldest: Int64? = nil, octets: Int = 0, obstacle: String? = nil,
    open: Set<ExceptionKey> = [], _ holding: ExceptionKey...
) -> FactCase {
    let facts = BacklogFacts(
        jobs: jobs, jobLimit: 100, oldestJob: oldest, octets: octets, octetLimit: 100, obstacle: obstacle)
    return FactCase(
        testDescription: name, judge: { $0.judge(facts, now: start) }, open: open, holding: Set(holding),
        gone: Set([queues, journal]).subtracting(holding))
}

private let facts: [FactCase] = [
    partner("nobody has called", .unknown, [], gone: []),
    partner("it answers", .answering, [], gone: [refused, silent]),
    partner("it refuses us", .refusingUs(since: start, text: "401"), [refused], gone: [silent]),
    partner(
        "it is silent, which proves nothing of credentials", .notAnswering(since: start, text: "cut"), [silent],
        gone: []),
    waiting("nothing waits", nil, room: false, caughtUp: nil, holds: false),
    waiting("it waits, and there is room", start, room: true, caughtUp: start + minute, holds: false),
    waiting("it waits for room", start, room: false, caughtUp: start + minute, holds: true),
    waiting("it will wait long", start, room: true, caughtUp: start + 16 * minute, holds: true),
    FactCase(
        testDescription: "all is read",
        judge: { $0.judge(ReadingFacts(unread: 0, oldest: nil, failures: 0), brand: "demo") }, holding: [],
        gone: [unread]),
    FactCase(
        testDescription: "it waits to be read",
        judge: { $0.judge(ReadingFacts(unread: 1, oldest: start, failures: 3), brand: "demo") }, holding: [unread],
        gone: []),
    FactCase(
        testDescription: "Centra takes stock", judge: { $0.judge(RefusalFacts.takes, brand: "demo") }, holding: [],
        gone: [refusing]),
    FactCase(
        testDescription: "Centra takes none",
        judge: { $0.judge(RefusalFacts.refuses(warehouse: 9, since: start, text: "no"), brand: "demo") },
        holding: [refusing], gone: []),
    FactCase(
        testDescription: "no dead letter", judge: { $0.judge([:]) }, holding: [], gone: [dead]),
    FactCase(
        testDescription: "a dead letter",
        judge: { $0.judge(["demo": DeadLetterFacts(count: 1, oldest: start, first: ["4.0"], limit: 9)]) },
        holding: [dead],
        gone: []),
    backlog("all is well", jobs: 79, octets: 79),
    backlog("many jobs", jobs: 80, queues),
    backlog("fewer jobs than when it was raised", jobs: 60, open: [queues], queues),
    backlog("few jobs again", jobs: 59, open: [queues]),
    backlog("an old job", jobs: 1, oldest: start - 31 * minute, queues),
    backlog("a job that is not so old", jobs: 1, oldest: start - 30 * minute),
    backlog("a large journal", octets: 80, journal),
    backlog("a full disk", obstacle: "no space", journal),
]

@Test(arguments: facts) func whatFactsShow(_ row: FactCase) {
    var conditions = ExceptionConditions(open: row.open)
    row.judge(&conditions)
    #expect(Set(conditions.holding.keys) == row.holding)
    #expect(Set(keys.filter(conditions.isGone)) == row.gone)
}
