// Short names for what the tables of these tests are made of.
import Workflows

let sku = "JACKET-M"
/// The first of January 2026.
let start: Int64 = 1_767_225_600_000_000
let minute: Int64 = 60_000_000
let hour: Int64 = 3_600_000_000

func levels(_ onHand: Int?, _ allocated: Int? = 0, available: Int?) -> SiteLevels {
    SiteLevels(onHand: onHand, allocated: allocated, available: available)
}

func quantity(_ quantity: Int, base: Int? = nil, own: Int = 0, buffer: Int = 0) -> StockTarget.Outcome {
    .quantity(quantity, .init(base: base ?? quantity, own: own, buffer: buffer))
}

func floor(_ quantity: Int, _ reason: StockTarget.Reason) -> StockTarget.Outcome {
    .quantity(quantity, .init(base: 0, own: quantity, buffer: 0, floor: reason))
}

/// A book of the entries, journaled as 1, 2, ... one minute after another.
func book(_ entries: [StockEntry]) -> StockBook {
    var book = StockBook()
    for (index, entry) in entries.enumerated() {
        book.apply(entry, sequence: JournalPosition(index + 1), time: start + Int64(index) * minute)
    }
    return book
}

func aimed(_ shelf: Shelf, at position: JournalPosition, _ count: Int) -> StockEntry {
    .targeted([StockTarget(shelf, at: position, quantity(count))])
}

func applied(_ write: StockWrite) -> StockEntry { .written([StockWriteResult(write, .applied)]) }

/// A small generator whose every run from a seed is the same.
struct SeededNumbers {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next(below limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(limit))
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[next(below: elements.count)] }
}
