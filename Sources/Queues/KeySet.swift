/// The keys of one job: in rising order, so that equal sets look the same, and without repeats, so that no job waits for
/// itself. Each is hashed once, here.
///
/// The first key is kept apart from the rest, so that a job with one key, as most have, needs no array.
@usableFromInline struct KeySet<Key: Hashable & Comparable & Sendable>: Sendable {
    @usableFromInline struct Hashed: Sendable {
        @usableFromInline let key: Key
        @usableFromInline let hash: Int

        @inlinable init(_ key: Key) {
            self.key = key
            hash = key.hashValue
        }
    }

    @usableFromInline let first: Hashed
    @usableFromInline let rest: [Hashed]

    /// At least one key.
    @inlinable init(_ keys: some Collection<Key>) {
        let count = keys.count
        precondition(count > 0, "a job without a key has no order")
        if count == 1 {
            first = Hashed(keys[keys.startIndex])
            rest = []
        } else {
            let sorted = sortedSet(keys)
            first = Hashed(sorted[0])
            rest = sorted.dropFirst().map { Hashed($0) }
        }
    }

    @inlinable var count: Int { rest.count + 1 }

    @inlinable subscript(index: Int) -> Hashed { index == 0 ? first : rest[index - 1] }

    /// The hash of the set.
    @inlinable var hash: Int { rest.reduce(first.hash) { $0 &* 31 &+ $1.hash } }
}

/// In rising order and without repeats.
@inlinable func sortedSet<Key: Comparable>(_ keys: some Collection<Key>) -> [Key] {
    var set: [Key] = []
    set.reserveCapacity(keys.count)
    for key in keys.sorted() where key != set.last { set.append(key) }
    return set
}
