// A set of content keys in one flat table, because a start puts millions of them in: 16 octets a slot, and no hashing.
//
// A key is a hash already, seeded with the journal's own number, so its low half says where it belongs. A slot that is
// taken sends the next key one further (linear probing), so a removal has to close the gap.
import CXXHash

struct ContentKeys: Sendable {
    /// `ContentKey.none` stands for an empty slot; it is never a member.
    private var slots = [ContentKey](repeating: .none, count: ContentKeys.smallest)
    private var placed = 0
    /// Members without a slot, until `placeAll`.
    private var waiting: [ContentKey] = []

    private static let smallest = 64

    var count: Int { placed + waiting.count }

    func contains(_ key: ContentKey) -> Bool {
        key != .none && slots[place(of: key)] == key
    }

    /// Says that this key is asked for soon: a slot is a wait for memory, which then is over.
    func expect(_ key: ContentKey) {
        slots.withUnsafeBufferPointer { slots in
            if let first = slots.baseAddress { lockstep_fetch_ahead(first + home(of: key)) }
        }
    }

    /// A member that is found only after `placeAll`. Of the millions that a start reads, most are forgotten before that,
    /// and a slot costs a wait for memory.
    mutating func add(_ key: ContentKey) { waiting.append(key) }

    mutating func placeAll() {
        while waiting.count + placed > limit { grow() }
        for key in waiting { insert(key) }
        waiting = []
    }

    mutating func insert(_ key: ContentKey) {
        if key == .none { return }
        let place = place(of: key)
        if slots[place] == key { return }
        slots[place] = key
        placed += 1
        if placed > limit { grow() }
    }

    mutating func remove(_ key: ContentKey) {
        guard contains(key) else { return }
        var gap = place(of: key)
        var next = (gap + 1) & mask
        while slots[next] != .none {
            // A key may move back into the gap unless that lies before the place where it belongs.
            if (next &- home(of: slots[next])) & mask >= (next &- gap) & mask {
                slots[gap] = slots[next]
                gap = next
            }
            next = (next + 1) & mask
        }
        slots[gap] = .none
        placed -= 1
    }

    /// Where it is, or the empty slot where it would be. There is always an empty one.
    private func place(of key: ContentKey) -> Int {
        var place = home(of: key)
        while !(slots[place] == key) && !slots[place].isNone { place = (place + 1) & mask }
        return place
    }

    private func home(of key: ContentKey) -> Int { Int(truncatingIfNeeded: key.low) & mask }
    private var limit: Int { slots.count / 4 * 3 }
    /// The number of slots is a power of two.
    private var mask: Int { slots.count - 1 }

    private mutating func grow() {
        let old = slots
        slots = [ContentKey](repeating: .none, count: 2 * old.count)
        for key in old where key != .none { slots[place(of: key)] = key }
    }
}
