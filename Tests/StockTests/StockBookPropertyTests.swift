// For any course of events: what the book says Centra shows, it shows; a book read back is the one that was lived through;
// and nobody has to look through all shelves.
import Testing
import Workflows

private let shelves = ["A", "B", "C"].flatMap { sku in [1, 2].map { Shelf(sku, $0) } }

/// Any entry, sensible or not.
private func anyEntry(_ chance: inout SeededNumbers, _ sequence: JournalPosition) -> StockEntry {
    let shelf = chance.pick(shelves)
    let position = JournalPosition(max(0, Int(sequence) - chance.next(below: 6)))
    let write = StockWrite(shelf, chance.next(below: 9), from: position)
    let reason = chance.pick(StockTarget.Reason.allCases)
    switch chance.next(below: 17) {
    case 0: return .readStarted(skus: [shelf.sku])
    case 1:
        let rows = Dictionary(
            uniqueKeysWithValues: ["M", "N"].prefix(chance.next(below: 3)).map { ($0, levels(4, available: nil)) })
        return .observed(
            position: position, levels: rows.isEmpty ? [:] : [shelf.sku: rows], absent: rows.isEmpty ? [shelf.sku] : [])
    case 2: return .readFailed(position: position, skus: [shelf.sku], reason: "timed out")
    case 3, 4: return aimed(shelf, at: position, chance.next(below: 9))
    case 5: return .targeted([StockTarget(shelf, at: position, .unknown(reason))])
    case 6: return .targeted([StockTarget(shelf, at: position, floor(chance.next(below: 3), reason))])
    case 7: return .writing([write])
    case 8: return applied(write)
    case 9:
        let outcome = chance.pick([StockWriteResult.Outcome.refused("no"), .failed("busy"), .unknown("cut")])
        return .written([StockWriteResult(write, outcome)])
    case 10: return .refused([write], applied: [shelf: position])
    case 11: return .doubted([StockDoubt(shelf, shown: nil)])
    case 12: return .strangers(shown: [shelf.sku: chance.next(below: 3)], gone: [])
    case 13: return .strangers(shown: [:], gone: [shelf.sku])
    case 14: return .ambiguous([shelf.sku: [12, 13]], unique: [])
    case 15: return .ambiguous([:], unique: [shelf.sku])
    default:
        return .moved(
            StockMovement(chance.pick(StockMovement.Kind.allCases), order: "1", [shelf: chance.next(below: 4)]))
    }
}

private enum Step {
    case entry(StockEntry)
    case checkpoint(StockCheckpoint)
    case restart
}

/// A journal, and the book of who lived through it after each of its records. Checkpoints are begun now and then; their
/// parts come among other entries, and some never.
private struct Course {
    private(set) var steps: [Step] = []
    private(set) var books: [StockBook] = []
    /// The index of the record that began each checkpoint, and of the one that made it whole.
    private(set) var whole: [(begun: Int, finished: Int)] = []

    init(seed: UInt64, length: Int) {
        var chance = SeededNumbers(seed)
        var book = StockBook()
        var parts: [StockCheckpoint] = []
        var begun = 0
        while steps.count < length {
            let sequence = JournalPosition(steps.count + 1)
            switch chance.next(below: 40) {
            case 0:
                book.noteRestart()
                // Whoever began a checkpoint is gone, unless its record came before the one of its start.
                if chance.next(below: 2) == 0 { parts = [] }
                steps.append(.restart)
            case 1 where parts.isEmpty:
                begun = steps.count
                parts = Course.split(book.checkpoint(begun: sequence), into: 3)
                steps.append(.checkpoint(.begun))
            case 2..<12 where !parts.isEmpty:
                steps.append(.checkpoint(parts.removeFirst()))
                if parts.isEmpty { whole.append((begun, steps.count - 1)) }
            default:
                let entry = anyEntry(&chance, sequence)
                book.apply(entry, sequence: sequence, time: Course.time(sequence))
                steps.append(.entry(entry))
            }
            books.append(book)
        }
    }

    static func time(_ sequence: JournalPosition) -> Int64 { start + Int64(sequence) * minute }

    /// The same in more parts, as a larger book has them.
    private static func split(_ checkpoint: [StockCheckpoint], into count: Int) -> [StockCheckpoint] {
        guard case .part(let part) = checkpoint.first, checkpoint.count == 1 else { return checkpoint }
        return (0..<count).map { index in
            let items = part.items.filter { abs($0.key.utf8.reduce(0) { $0 + Int($1) }) % count == index }
            let shelves = part.shelves.enumerated().filter { $0.offset % count == index }.map(\.element)
            return .part(.init(begun: part.begun, number: index + 1, count: count, items: items, shelves: shelves))
        }
    }

    func folded(from first: Int, through last: Int) -> StockFold {
        var fold = StockFold()
        for index in first...last {
            let sequence = JournalPosition(index + 1)
            switch steps[index] {
            case .entry(let entry): fold.apply(entry, sequence: sequence, time: Course.time(sequence))
            case .checkpoint(let checkpoint): fold.apply(checkpoint, sequence: sequence)
            case .restart: fold.noteRestart()
            }
        }
        return fold
    }
}

@Test(arguments: UInt64(1)...40) func aBookReadBackIsTheOneThatWasLivedThrough(seed: UInt64) {
    let course = Course(seed: seed, length: 300)
    for last in stride(from: 0, to: 300, by: 7) {
        #expect(course.folded(from: 0, through: last).book == course.books[last])
    }
    for (begun, finished) in course.whole {
        #expect(course.folded(from: 0, through: finished).newest?.isAsFolded == true)
        for first in [begun, begun / 2] {
            for last in [finished, 299] {
                #expect(course.folded(from: first, through: last).book == course.books[last])
            }
        }
        #expect(course.folded(from: begun, through: finished - 1).newest == nil)
    }
}

@Test func coursesHaveCheckpointsThatBecomeWhole() {
    #expect((1...40).reduce(0) { $0 + Course(seed: $1, length: 300).whole.count } > 40)
}

@Test(arguments: UInt64(1)...40) func theIndexesAreTrue(seed: UInt64) {
    var chance = SeededNumbers(seed)
    var book = StockBook()
    for sequence in 1...300 as ClosedRange<JournalPosition> {
        book.apply(anyEntry(&chance, sequence), sequence: sequence, time: start)
        if chance.next(below: 30) == 0 { book.noteRestart() }
        #expect(book.underway == Set(shelves.filter { book.shelves[$0]?.underway != nil }))
        #expect(book.unknown == Set(shelves.filter { book.shelves[$0]?.unknownSince != nil }))
        let open = shelves.filter { !book.isAmbiguous($0.sku) }
        #expect(book.late == Set(open.filter { book.shelves[$0]?.lateSince != nil }))
        #expect(book.late.isSuperset(of: open.filter { book.shelves[$0]?.wanted != nil }))
    }
}

@Test(arguments: UInt64(1)...20) func checkpointsAreReadBackAsTheyWereWritten(seed: UInt64) {
    let book = Course(seed: seed, length: 200).books[199]
    for checkpoint in [.begun] + book.checkpoint(begun: 17) {
        #expect(StockCheckpoint(checkpoint.encoded) == checkpoint)
    }
}

/// One shelf, and what Centra really shows there.
private struct World {
    private var chance: SeededNumbers
    private(set) var book = StockBook()
    private(set) var quantity = 3
    private var sequence: JournalPosition = 0

    init(seed: UInt64) { chance = SeededNumbers(seed) }

    private mutating func journal(_ entry: StockEntry) {
        sequence += 1
        book.apply(entry, sequence: sequence, time: start + Int64(sequence))
    }

    mutating func step() {
        let shelf = shelves[0]
        switch chance.next(below: 6) {
        case 0, 1: journal(aimed(shelf, at: sequence, chance.next(below: 9)))
        case 2: complete(shelf)
        case 3:
            quantity = chance.next(below: 9)
            journal(.doubted([StockDoubt(shelf, shown: nil)]))
        default:
            if let write = book.shelves[shelf]?.wanted { send(write) }
        }
    }

    private mutating func complete(_ shelf: Shelf) {
        let units = chance.next(below: 4)
        quantity = max(0, quantity - units)
        journal(.moved(StockMovement(.completed, order: "1", [shelf: units])))
    }

    private mutating func send(_ write: StockWrite) {
        #expect(write.position >= book.shelves[write.shelf]?.fence ?? 0)
        journal(.writing([write]))
        let isFirst = chance.next(below: 4) == 0
        if isFirst { complete(write.shelf) }
        let isApplied = chance.next(below: 3) > 0
        if isApplied { quantity = write.quantity }
        if !isFirst, chance.next(below: 4) == 0 { complete(write.shelf) }
        if chance.next(below: 8) == 0 { return book.noteRestart() }
        let outcome: StockWriteResult.Outcome =
            chance.next(below: 4) == 0
            ? .unknown("cut") : isApplied ? .applied : chance.pick([.failed("busy"), .refused("no")])
        journal(.written([StockWriteResult(write, outcome)]))
    }
}

@Test(arguments: UInt64(1)...60) func whatTheBookKnowsIsSo(seed: UInt64) {
    var world = World(seed: seed)
    var known = 0
    for _ in 0..<300 {
        world.step()
        guard let shown = world.book.shelves[shelves[0]]?.shown else { continue }
        #expect(shown == world.quantity)
        known += 1
    }
    #expect(known > 25)
}
