/// Finds slots by the hash of what is kept there, without hashing anything itself.
///
/// ```
///   hash & mask      0    1        2    3
///   chains         [ - | 7 ─▶ 2 | -  | 5 ]      each link of a chain is at its slot, with the whole hash
/// ```
///
/// The hash must come from a `Hasher`, which is seeded anew in each process: then nobody outside can choose keys that
/// make a chain long. Adding, finding and removing cost the same however much is kept.
@usableFromInline struct SlotIndex: Sendable {
    private struct Link: Sendable {
        var hash = 0
        /// The next slot of the chain; `end` at the last, `absent` where the slot is in no chain.
        var next = SlotIndex.absent
    }

    private static let end: Slot = -1
    private static let absent: Slot = -2

    /// The first slot of each chain. Their number is a power of two.
    private var chains: [Slot] = [end, end, end, end]
    /// By slot.
    private var links: [Link] = []
    private(set) var count = 0

    /// The first slot with this hash that matches. Hashes of different things are next to never equal.
    @usableFromInline func first(_ hash: Int, where matches: (Slot) -> Bool) -> Slot? {
        var slot = chains[chain(of: hash)]
        while slot != SlotIndex.end {
            let link = links[Int(slot)]
            if link.hash == hash && matches(slot) { return slot }
            slot = link.next
        }
        return nil
    }

    /// The slot is found before others with its hash.
    @usableFromInline mutating func insert(_ slot: Slot, hash: Int) {
        makeRoom(for: slot)
        let chain = chain(of: hash)
        links[Int(slot)] = Link(hash: hash, next: chains[chain])
        chains[chain] = slot
    }

    /// The slot is found after others with its hash.
    mutating func append(_ slot: Slot, hash: Int) {
        makeRoom(for: slot)
        link(slot, hash: hash)
    }

    /// Nothing happens when the slot is not here.
    @usableFromInline mutating func remove(_ slot: Slot) {
        guard Int(slot) < links.count, links[Int(slot)].next != SlotIndex.absent else { return }
        let link = links[Int(slot)]
        let chain = chain(of: link.hash)
        if chains[chain] == slot {
            chains[chain] = link.next
        } else {
            links[Int(before(slot, in: chain))].next = link.next
        }
        links[Int(slot)].next = SlotIndex.absent
        count -= 1
    }

    @inline(__always) private func chain(of hash: Int) -> Int { hash & (chains.count - 1) }

    /// The chain must hold the slot, or something at least when `slot` is `end`.
    private func before(_ slot: Slot, in chain: Int) -> Slot {
        var earlier = chains[chain]
        while links[Int(earlier)].next != slot { earlier = links[Int(earlier)].next }
        return earlier
    }

    @inline(__always) private mutating func makeRoom(for slot: Slot) {
        while links.count <= Int(slot) { links.append(Link()) }
        precondition(links[Int(slot)].next == SlotIndex.absent, "slot \(slot) is here already")
        count += 1
        if count > chains.count { doubleChains() }
    }

    /// Slots with one hash stay in their order.
    private mutating func doubleChains() {
        let old = chains
        chains = Array(repeating: SlotIndex.end, count: old.count * 2)
        for first in old {
            var slot = first
            while slot != SlotIndex.end {
                let moving = links[Int(slot)]
                link(slot, hash: moving.hash)
                slot = moving.next
            }
        }
    }

    private mutating func link(_ slot: Slot, hash: Int) {
        let chain = chain(of: hash)
        links[Int(slot)] = Link(hash: hash, next: SlotIndex.end)
        guard chains[chain] != SlotIndex.end else { return chains[chain] = slot }
        links[Int(before(SlotIndex.end, in: chain))].next = slot
    }
}
