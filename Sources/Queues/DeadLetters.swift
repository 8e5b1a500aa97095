/// A job that we stopped trying. It is in no queue and blocks nothing; it leaves only when an operator says so.
@usableFromInline package struct DeadLetter<Key: Sendable, Work: Sendable>: Sendable {
    package let id: JobID
    /// Sorted; empty when the delivery could not be understood well enough to name any.
    package let keys: [Key]
    package let work: Work
    package let coalescing: Coalescing?
    /// Why we stopped, in words for an operator.
    package let reason: String
    /// Attempts made; 0 for what could not even be queued.
    package let attempts: Int
    /// When it became a dead letter.
    package let at: Instant
}

/// Every dead letter, in journal order: kept, visible, and retried or discarded by hand.
///
/// A sorted array. Adding and removing move what comes later, which suits what is rare and mostly added at the end.
@usableFromInline package struct DeadLetters<Key: Sendable, Work: Sendable>: Sendable, RandomAccessCollection {
    @usableFromInline private(set) var letters: [DeadLetter<Key, Work>] = []

    @inlinable package var count: Int { letters.count }
    @inlinable package var startIndex: Int { letters.startIndex }
    @inlinable package var endIndex: Int { letters.endIndex }

    @inlinable package subscript(position: Int) -> DeadLetter<Key, Work> { letters[position] }

    /// The dead letter with this id, if there is one.
    package subscript(id: JobID) -> DeadLetter<Key, Work>? {
        let place = firstIndex(notBefore: id)
        return place < endIndex && letters[place].id == id ? letters[place] : nil
    }

    mutating func insert(_ letter: DeadLetter<Key, Work>) {
        let place = firstIndex(notBefore: letter.id)
        precondition(place == endIndex || letters[place].id != letter.id, "\(letter.id) is a dead letter already")
        letters.insert(letter, at: place)
    }

    /// False when there is no dead letter with this id.
    mutating func remove(_ id: JobID) -> Bool {
        guard self[id] != nil else { return false }
        letters.remove(at: firstIndex(notBefore: id))
        return true
    }

    /// Where the id is, or would be.
    private func firstIndex(notBefore id: JobID) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if letters[middle].id < id { low = middle + 1 } else { high = middle }
        }
        precondition(low == high && (low == endIndex || letters[low].id >= id))
        return low
    }
}
