/// Numbered places for values. A number is a plain index, so nothing is hashed; a freed one is used again.
struct Slots<Value: Sendable>: Sendable {
    private var values: [Value] = []
    private var free: [Slot] = []

    var count: Int { values.count - free.count }
    /// Every number there has been, free ones included.
    var slots: Range<Slot> { 0..<Slot(values.count) }

    mutating func insert(_ value: Value) -> Slot {
        guard let slot = free.popLast() else {
            precondition(values.count < Int(Slot.max), "slots are numbered up to \(Slot.max)")
            values.append(value)
            return Slot(values.count - 1)
        }
        values[Int(slot)] = value
        return slot
    }

    /// The number is free; what it stood for is forgotten at its next use.
    mutating func release(_ slot: Slot) {
        precondition(free.count < values.count, "there is nothing left to release")
        free.append(slot)
    }

    subscript(slot: Slot) -> Value {
        _read { yield values[Int(slot)] }
        _modify { yield &values[Int(slot)] }
    }
}

/// Where something is kept while it exists.
@usableFromInline typealias Slot = Int32
