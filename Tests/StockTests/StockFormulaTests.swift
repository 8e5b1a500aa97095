// What each shelf should show, for everything that a read can find.
import Testing
import Workflows

private struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    var formula = StockFormula(warehouses: ["Main": 1])
    var before: [StockEntry] = []
    var rows: [StockObservation.Row] = []
    var now = start + hour
    let expected: [StockTarget]

    init(
        _ name: String, _ formula: StockFormula = StockFormula(warehouses: ["Main": 1]),
        after before: [StockEntry] = [],
        finds rows: [(String, SiteLevels)], now: Int64 = start + hour, shows expected: [Int: StockTarget.Outcome]
    ) {
        testDescription = name
        self.formula = formula
        self.before = before
        self.rows = rows.map { StockObservation.Row(sku, site: $0.0, $0.1) }
        self.now = now
        self.expected = expected.sorted { $0.key < $1.key }.map { StockTarget(Shelf(sku, $0.key), at: 90, $0.value) }
    }
}

private let shelf = Shelf(sku, 1)
private let two = StockFormula(warehouses: ["Main": 1, "Store": 2])
private let joined = StockFormula(warehouses: ["Main": 1, "Annex": 1])

private func seen(_ sites: String..., at position: JournalPosition = 1) -> StockEntry {
    let rows = Dictionary(uniqueKeysWithValues: sites.map { ($0, levels(5, available: 5)) })
    return .observed(position: position, levels: [sku: rows], absent: [])
}

private func moved(_ kind: StockMovement.Kind, _ units: Int) -> StockEntry {
    .moved(StockMovement(kind, order: "1", [shelf: units]))
}

private func holding(_ all: StockBuffers.Buffer, _ skus: [String: StockBuffers.Buffer] = [:]) -> StockFormula {
    StockFormula(warehouses: ["Main": 1], buffers: StockBuffers(all: all, skus: skus))
}

private func floored(after time: Int64) -> StockFormula { StockFormula(warehouses: ["Main": 1], floorAfter: time) }

private let lost: [StockEntry] = [
    seen("Main"), .targeted([StockTarget(shelf, at: 1, .unknown(.absent))]),
]

private let figures: [Case] = [
    Case("available", finds: [("Main", levels(9, 2, available: 7))], shows: [1: quantity(7)]),
    Case(
        "orders that both sides subtracted are added once", after: [moved(.exported, 3)],
        finds: [("Main", levels(9, 3, available: 6))], shows: [1: quantity(9, base: 6, own: 3)]),
    Case(
        "what has left is still Centra's until its shipment is complete",
        after: [moved(.exported, 3), moved(.despatched, 3)],
        finds: [("Main", levels(6, 0, available: 6))], shows: [1: quantity(9, base: 6, own: 3)]),
    Case(
        "a complete shipment is nobody's any more",
        after: [moved(.exported, 3), moved(.despatched, 3), moved(.completed, 3)],
        finds: [("Main", levels(6, 0, available: 6))], shows: [1: quantity(6)]),
    Case(
        "a cancelled order is not added", after: [moved(.exported, 3), moved(.cancelled, 3)],
        finds: [("Main", levels(9, 0, available: 9))], shows: [1: quantity(9)]),
    Case(
        "an order that is older than the journal takes nothing away",
        after: [moved(.completed, 3), moved(.exported, 1)],
        finds: [("Main", levels(9, 1, available: 8))], shows: [1: quantity(9, base: 8, own: 1)]),
    Case(
        "on hand, and what has left", StockFormula(.onHandAndDespatched, warehouses: ["Main": 1]),
        after: [moved(.exported, 4), moved(.despatched, 1)], finds: [("Main", levels(9, 3, available: 6))],
        shows: [1: quantity(10, base: 9, own: 1)]),
    Case(
        "available where Centra does not allocate", StockFormula(.available, warehouses: ["Main": 1]),
        after: [moved(.exported, 4), moved(.despatched, 1)], finds: [("Main", levels(9, 3, available: 6))],
        shows: [1: quantity(7, base: 6, own: 1)]),
    Case(
        "promised beyond what is there, by our own orders", after: [moved(.exported, 5)],
        finds: [("Main", levels(3, 5, available: -2))], shows: [1: quantity(3, base: -2, own: 5)]),
    Case(
        "promised beyond what is there is nothing to sell", finds: [("Main", levels(3, 5, available: -2))],
        shows: [1: quantity(0, base: -2)]),
    Case("none left is a quantity", finds: [("Main", levels(0, available: 0))], shows: [1: quantity(0)]),
    Case(
        "figures that fit nowhere end nothing", after: [moved(.exported, .max), moved(.exported, .max)],
        finds: [("Main", levels(0, available: .max))], shows: [1: quantity(.max, base: .max, own: .max)]),
    Case(
        "the smallest figure ends nothing", holding(.fixed(.max)), finds: [("Main", levels(0, available: .min))],
        shows: [1: quantity(0, base: .min, buffer: .max)]),
]

private let sites: [Case] = [
    Case(
        "two sites behind one warehouse are added", joined,
        finds: [("Main", levels(4, available: 4)), ("Annex", levels(3, available: 3))], shows: [1: quantity(7)]),
    Case(
        "a site that owes takes from the other", joined,
        finds: [("Main", levels(4, available: 4)), ("Annex", levels(0, 1, available: -1))], shows: [1: quantity(3)]),
    Case(
        "two warehouses are told apart", two,
        finds: [("Main", levels(4, available: 4)), ("Store", levels(3, available: 3))],
        shows: [1: quantity(4), 2: quantity(3)]),
    Case(
        "a site that never had a row counts nothing", joined, finds: [("Main", levels(4, available: 4))],
        shows: [1: quantity(4)]),
    Case(
        "a warehouse whose sites never had a row is left alone", two, finds: [("Main", levels(4, available: 4))],
        shows: [1: quantity(4)]),
    Case(
        "a site that had a row is not zero without one", joined, after: [seen("Main", "Annex")],
        finds: [("Main", levels(4, available: 4))], shows: [1: .unknown(.siteAbsent)]),
    Case(
        "and not at the next read either", joined, after: [seen("Main", "Annex"), seen("Main", at: 2)],
        finds: [("Main", levels(4, available: 4))], shows: [1: .unknown(.siteAbsent)]),
    Case(
        "a site that is gone makes only its own warehouse unknown", two, after: [seen("Main", "Store")],
        finds: [("Main", levels(4, available: 4))], shows: [1: quantity(4), 2: .unknown(.siteAbsent)]),
    Case(
        "a site that nobody mapped is passed over",
        finds: [("Main", levels(4, available: 4)), ("Other", levels(8, available: 8))], shows: [1: quantity(4)]),
    Case(
        "Peoplevox's own site is passed over, mapped or not", StockFormula(warehouses: ["Main": 1, "SystemSite": 2]),
        finds: [("Main", levels(4, available: 4)), ("SystemSite", levels(8, available: 8))], shows: [1: quantity(4)]),
]

private let unknowns: [Case] = [
    Case("a SKU that had rows and has none", after: [seen("Main")], finds: [], shows: [1: .unknown(.absent)]),
    Case("a SKU that never had a row is targeted nowhere", finds: [], shows: [:]),
    Case(
        "a row in Peoplevox's own site alone is none", after: [seen("Main")],
        finds: [("SystemSite", levels(1, available: 1))], shows: [1: .unknown(.absent)]),
    Case(
        "an empty cell that counts", finds: [("Main", levels(9, available: nil))], shows: [1: .unknown(.unreadable)]),
    Case(
        "an empty cell that does not", StockFormula(.onHandAndDespatched, warehouses: ["Main": 1]),
        finds: [("Main", levels(9, nil, available: nil))], shows: [1: quantity(9)]),
    Case("a row that cannot be read", finds: [("Main", .unreadable)], shows: [1: .unknown(.unreadable)]),
    Case(
        "one of two rows that cannot be read", joined,
        finds: [("Main", levels(9, available: 9)), ("Annex", .unreadable)], shows: [1: .unknown(.unreadable)]),
    Case(
        "two rows that contradict each other",
        finds: [("Main", levels(9, available: 9)), ("Main", levels(8, available: 8))], shows: [1: .unknown(.unreadable)]
    ),
    Case(
        "a row that is said twice", finds: [("Main", levels(9, available: 9)), ("Main", levels(9, available: 9))],
        shows: [1: .unknown(.unreadable)]),
]

private let floors: [Case] = [
    Case(
        "unknown for long, with no floor set", after: lost, finds: [], now: start + 99 * hour,
        shows: [1: .unknown(.absent)]),
    Case(
        "unknown for less than is set", floored(after: 2 * hour), after: lost, finds: [], now: start + 2 * hour,
        shows: [1: .unknown(.absent)]),
    Case(
        "unknown for longer than is set", floored(after: 2 * hour), after: lost, finds: [],
        now: start + 2 * hour + minute, shows: [1: floor(0, .absent)]),
    Case(
        "unknown since a time that a wrong clock made up", floored(after: 2 * hour), after: lost, finds: [],
        now: start - 2 * hour, shows: [1: floor(0, .absent)]),
    Case(
        "a floor leaves our own orders their units", floored(after: 2 * hour), after: lost + [moved(.exported, 2)],
        finds: [], now: start + 3 * hour, shows: [1: floor(2, .absent)]),
    Case(
        "a floor raises nothing", floored(after: 2 * hour),
        after: lost + [applied(StockWrite(shelf, 1, from: 1)), moved(.exported, 2)], finds: [], now: start + 3 * hour,
        shows: [1: floor(1, .absent)]),
    Case(
        "a floor stays while the reason does", floored(after: 2 * hour),
        after: lost + [.targeted([StockTarget(shelf, at: 2, floor(0, .absent))])], finds: [], now: start + 3 * hour,
        shows: [1: floor(0, .absent)]),
    Case(
        "a row ends a floor", floored(after: 2 * hour),
        after: lost + [.targeted([StockTarget(shelf, at: 2, floor(0, .absent))])],
        finds: [("Main", levels(4, available: 4))], now: start + 3 * hour, shows: [1: quantity(4)]),
    Case(
        "unknown again is unknown from then on", floored(after: 2 * hour), after: lost + [aimed(shelf, at: 3, 4)],
        finds: [], now: start + 3 * hour, shows: [1: .unknown(.absent)]),
]

@Test(arguments: figures + sites + unknowns + floors)
private func whatAReadFindsDecidesWhatIsShown(_ example: Case) {
    let observation = StockObservation(at: 90, asked: [sku], rows: example.rows)
    let targets = example.formula.targets(of: observation, in: book(example.before), now: example.now)
    #expect(targets == example.expected)
    #expect(StockRules.standard.decide(example.formula, observation, book(example.before), example.now) == targets)
}

private struct Held: Sendable {
    let base: Int
    let buffers: StockBuffers
    let shown: Int
}

@Test(arguments: [
    Held(base: 7, buffers: StockBuffers(), shown: 7),
    Held(base: 7, buffers: StockBuffers(all: .fixed(2)), shown: 5),
    Held(base: 1, buffers: StockBuffers(all: .fixed(2)), shown: 0),
    Held(base: 7, buffers: StockBuffers(all: .fixed(-2)), shown: 7),
    Held(base: 100, buffers: StockBuffers(all: .share(percent: 10, minimum: 2)), shown: 90),
    Held(base: 101, buffers: StockBuffers(all: .share(percent: 10, minimum: 2)), shown: 90),
    Held(base: 7, buffers: StockBuffers(all: .share(percent: 10, minimum: 2)), shown: 5),
    Held(base: .max, buffers: StockBuffers(all: .share(percent: .max, minimum: 0)), shown: .max - .max / 100),
    Held(base: 7, buffers: StockBuffers(all: .fixed(9), skus: ["JACKET-M": .fixed(1)]), shown: 6),
    Held(
        base: 7, buffers: StockBuffers(all: .fixed(9), beginnings: ["JACKET": .fixed(3), "JACK": .fixed(5)]), shown: 4),
    Held(base: 7, buffers: StockBuffers(all: .fixed(1), beginnings: ["JACKET-L": .fixed(5)]), shown: 6),
    Held(base: 7, buffers: StockBuffers(skus: ["JACKET-M": .fixed(0)], beginnings: ["JACKET": .fixed(3)]), shown: 7),
]) private func aBufferIsHeldBack(_ example: Held) {
    let formula = StockFormula(warehouses: ["Main": 1], buffers: example.buffers)
    let rows = [StockObservation.Row(sku, site: "Main", levels(0, available: example.base))]
    let targets = formula.targets(of: StockObservation(at: 1, asked: [sku], rows: rows), in: StockBook(), now: start)
    #expect(targets.map(\.quantity) == [example.shown])
}

@Test func onlyWhatWasAskedForIsObserved() {
    let rows = ["A", "B", "~D~C"].map { StockObservation.Row($0, site: "Main", levels(1, available: 1)) }
    let observation = StockObservation(at: 7, asked: ["A", "C", "~D~C", "A"], rows: rows)
    #expect(
        observation.entry == .observed(position: 7, levels: ["A": ["Main": levels(1, available: 1)]], absent: ["C"]))
}

/// So many of 400 shelves lost their rows; a twentieth of them may be emptied in a day.
@Test(arguments: [20, 21, 400]) func floorsThatAreTooManyAreNotTaken(unknown: Int) {
    var formula = floored(after: 2 * hour)
    formula.floorLimit = StockCorrections.Limit(percent: 10)
    let all = (0..<400).map { Shelf("S\($0)", 1) }
    func book(emptied: Int) -> StockBook {
        var book = StockBook()
        for (number, shelf) in all.enumerated() {
            book.apply(
                .observed(position: 1, levels: [shelf.sku: ["Main": levels(5, available: 5)]], absent: []), sequence: 1,
                time: start)
            book.apply(aimed(shelf, at: 1, 5), sequence: 2, time: start)
            book.apply(applied(StockWrite(shelf, 5, from: 1)), sequence: 3, time: start)
            guard number < unknown else { continue }
            book.apply(.targeted([StockTarget(shelf, at: 4, .unknown(.absent))]), sequence: 4, time: start)
            guard number < emptied else { continue }
            book.apply(.targeted([StockTarget(shelf, at: 5, floor(0, .absent))]), sequence: 5, time: start + hour)
            book.apply(applied(StockWrite(shelf, 0, from: 5)), sequence: 6, time: start + 3 * hour)
        }
        return book
    }
    for emptied in [0, 10, 20] {
        let book = book(emptied: emptied)
        let now = start + 4 * hour
        #expect(formula.overdueFloors(in: book, now: now).count == (unknown <= 20 ? unknown - emptied : 0))
        let seen = StockObservation(at: 9, asked: all.suffix(400 - emptied).prefix(1).map(\.sku), rows: [])
        let isFloor = formula.targets(of: seen, in: book, now: now).contains { $0.quantity == 0 }
        #expect(isFloor == (unknown <= 20 && emptied < unknown))
        #expect((formula.withheldFloors(in: book, now: now)?.count ?? 0) == (unknown <= 20 ? 0 : unknown))
    }
    // What was emptied long ago is the shop as it is.
    let emptied = book(emptied: 20)
    #expect((formula.withheldFloors(in: emptied, now: start + 40 * hour) == nil) == (unknown <= 40))
}

@Test(arguments: [(2 * hour, [Int]()), (2 * hour + minute, [0])])
func shelvesThatStayUnknownGetTheirFloor(at age: Int64, quantities: [Int]) {
    let formula = StockFormula(warehouses: ["Main": 1], floorAfter: 2 * hour)
    #expect(formula.overdueFloors(in: book(lost), now: start + age).compactMap(\.quantity) == quantities)
    let floored = book(lost + [.targeted([StockTarget(shelf, at: 1, floor(0, .absent))])])
    #expect(formula.overdueFloors(in: floored, now: start + 9 * hour).isEmpty)
}
