// Whether all rows were seen: small cases by hand, and worlds that change between the pages.
import Outbound
import Testing

@testable import Peoplevox

/// Numbers rows in the order in which they come up.
private struct Numbers {
    private(set) var byKey: [Int: Int] = [:]

    mutating func of(_ keys: [Int]) -> [Int] {
        keys.map { key in
            let number = byKey[key] ?? byKey.count
            byKey[key] = number
            return number
        }
    }
}

/// What a walk comes to when the replies are these.
private func walk(_ paging: Paging, _ replies: [(total: Int, keys: [Int])]) -> (step: PageWalk.Step, current: [Int]) {
    var walk = PageWalk(paging)
    var numbers = Numbers()
    for reply in replies { walk.took(numbers.of(reply.keys), total: reply.total) }
    return (walk.step, numbers.byKey.filter { walk.isCurrent($0.value) }.keys.sorted())
}

struct PageWalkTests {
    static let cases: [(name: String, sweeps: Int, replies: [(total: Int, keys: [Int])], step: PageWalk.Step)] = [
        ("one page", 1, [(3, [1, 2, 3])], .done(.proven)),
        ("no rows", 1, [(0, [])], .done(.proven)),
        ("a second page", 1, [(3, [1, 2])], .read(page: 2)),
        ("counts agree", 1, [(3, [1, 2]), (3, [3])], .done(.counted)),
        ("counts agree and are to be proven", 4, [(3, [1, 2]), (3, [3])], .read(page: 1)),
        ("read twice", 4, [(3, [1, 2]), (3, [3]), (3, [1, 2]), (3, [3])], .done(.proven)),
        (
            "a header alone is the end", 1, [(12, [1, 2]), (12, [])],
            .done(.incomplete(.keptChanging, seen: 2, total: 12))
        ),
        ("an empty first page", 1, [(12, [])], .done(.incomplete(.keptChanging, seen: 0, total: 12))),
        ("more rows than there are", 1, [(1, [1, 2])], .done(.incomplete(.keptChanging, seen: 2, total: 1))),
        ("a row twice", 1, [(4, [1, 2]), (4, [2, 3])], .done(.incomplete(.keptChanging, seen: 3, total: 4))),
        ("the total shrinks", 1, [(4, [1, 2]), (3, [4])], .done(.incomplete(.keptChanging, seen: 3, total: 3))),
        ("a smaller page than asked for", 1, [(5, [1]), (5, [2]), (5, [3])], .read(page: 4)),
        // 1 goes, 5 comes: 3 moves onto page one, which was read, and every count agrees.
        ("a hidden row is missed by counting", 1, [(4, [1, 2]), (4, [4, 5])], .done(.counted)),
        ("and found by reading again", 2, [(4, [1, 2]), (4, [4, 5]), (4, [2, 3]), (4, [4, 5])], .done(.proven)),
        (
            "or it is said", 2, [(4, [1, 2]), (4, [4, 5]), (4, [2, 3]), (4, [5, 6])],
            .done(.incomplete(.keptChanging, seen: 6, total: 4))
        ),
        // The newest rows are at the end, and more of them come all the time.
        ("growth at the end", 2, [(3, [1, 2]), (4, [3, 4]), (4, [1, 2]), (5, [3, 4]), (5, [5])], .done(.proven)),
    ]

    @Test(arguments: cases)
    func aWalkEnds(name: String, sweeps: Int, replies: [(total: Int, keys: [Int])], step: PageWalk.Step) {
        #expect(walk(Paging(rows: 2, sweeps: sweeps), replies).step == step, "\(name)")
    }

    @Test
    func whatWentBeforeTheProofIsNotCurrent() {
        let (step, current) = walk(
            Paging(rows: 2, sweeps: 2), [(4, [1, 2]), (4, [4, 5]), (4, [2, 3]), (4, [4, 5])])
        #expect(step == .done(.proven))
        #expect(current == [2, 3, 4, 5])
    }

    @Test
    func pagesAreBounded() {
        let step = walk(Paging(rows: 1, pages: 3), [(9, [1]), (9, [2]), (9, [3])]).step
        #expect(step == .done(.incomplete(.tooManyPages, seen: 3, total: 9)))
    }

    /// What a world shows of itself page by page.
    private struct Answer {
        let completeness: Completeness
        let current: Set<Int>
        let throughout: Set<Int>
    }

    private static func read(_ world: inout ChangingWorld, _ paging: Paging) -> Answer {
        var walk = PageWalk(paging)
        var numbers = Numbers()
        var throughout = Set(world.keys)
        while case .read(let page) = walk.step {
            let keys = world.page(Int(page), Int(walk.rows))
            walk.took(numbers.of(keys), total: world.keys.count)
            world.change()
            throughout.subtract(world.removed)
            world.removed = []
        }
        guard case .done(let completeness) = walk.step else { preconditionFailure() }
        return Answer(
            completeness: completeness, current: Set(numbers.byKey.filter { walk.isCurrent($0.value) }.keys),
            throughout: throughout)
    }

    /// Whatever changes, a walk that says that it has everything has every row that was there all the time.
    @Test(arguments: [0.0, 0.02, 0.1, 0.5, 2])
    func aProofIsNeverWrong(changesPerPage: Double) {
        var proven = 0
        var missed = 0
        for seed in UInt64(0)..<120 {
            var world = ChangingWorld(count: 230, changesPerPage: changesPerPage, seed: seed)
            let once = Self.read(&world, Paging(rows: 10, sweeps: 1))
            if !once.current.isSuperset(of: once.throughout) { missed += 1 }
            let answer = Self.read(&world, Paging(rows: 10, sweeps: 4))
            guard answer.completeness == .proven else { continue }
            proven += 1
            #expect(answer.current.isSuperset(of: answer.throughout), "seed \(seed)")
        }
        // The world does what it is for, and a proof is to be had where little changes.
        #expect(changesPerPage < 0.1 || missed > 0)
        #expect(changesPerPage > 0.02 || proven > 60, "\(proven) of 120")
        #expect(changesPerPage > 0 || proven == 120)
    }

    @Test(arguments: [0.0, 0.01, 0.05, 1])
    func twentyThousandItemsAreAllFoundOrItIsSaid(changesPerPage: Double) {
        var world = ChangingWorld(count: 20_000, changesPerPage: changesPerPage, seed: 7)
        let answer = Self.read(&world, Paging())
        let hasAll = answer.current.isSuperset(of: answer.throughout)
        #expect(answer.completeness == .proven ? hasAll : changesPerPage > 0, "\(answer.completeness)")
    }
}

/// Rows in some order, of which some come, go and move between two pages: often as many come as go, so that no count
/// shows it. What went does not come back.
private struct ChangingWorld {
    private(set) var keys: [Int]
    var removed: Set<Int> = []
    private let changesPerPage: Double
    private var next: Int
    private var chance: SplitMix64

    init(count: Int, changesPerPage: Double, seed: UInt64) {
        keys = Array(0..<count)
        next = count
        self.changesPerPage = changesPerPage
        chance = SplitMix64(seed: seed)
    }

    func page(_ number: Int, _ rows: Int) -> [Int] { Array(keys.dropFirst((number - 1) * rows).prefix(rows)) }

    mutating func change() {
        var expected = changesPerPage
        while expected > 0 {
            if Double.random(in: 0..<1, using: &chance) < expected { changeOnce() }
            expected -= 1
        }
    }

    private mutating func changeOnce() {
        let kind = Int.random(in: 0..<4, using: &chance)
        if kind != 1, let index = keys.indices.randomElement(using: &chance) {
            let key = keys.remove(at: index)
            if kind == 2 {
                keys.insert(key, at: Int.random(in: 0...keys.count, using: &chance))
            } else {
                removed.insert(key)
            }
        }
        if kind == 1 || kind == 3 {
            keys.insert(next, at: Int.random(in: 0...keys.count, using: &chance))
            next += 1
        }
    }
}

/// Deterministic chance, so that a failing seed is a bug report.
private struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
