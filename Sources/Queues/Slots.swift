/// Numbered places for values. A number is a plain index, so nothing is hashed; a freed one is used again.
struct Slots<Value: Sendable>: Sendable {
    private var values: [Value] = []
    private var free: [Slot] = []

    var count: Int { values.count - free.count }
    /// Every number there has been, free ones included.
    var slots: Range<Slot> { 0..<Slot(values.count) }

    mutating func insert(_ value: consuming Value) -> Slot {
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

/// What is kept at slots that somebody else numbers.
@usableFromInline struct BySlot<Value: Sendable>: Sendable {
    /// Nil where the slot is free.
    @usableFromInline var values: [Value?] = []

    @inlinable init() {}

    @inlinable subscript(slot: Slot) -> Value {
        guard let value = values[Int(slot)] else { preconditionFailure("slot \(slot) is free") }
        return value
    }

    /// The slot is the next new one, or one that was freed.
    @inlinable mutating func put(_ value: consuming Value, at slot: Slot) {
        if Int(slot) == values.count { return values.append(value) }
        precondition(values[Int(slot)] == nil, "slot \(slot) is taken")
        values[Int(slot)] = value
    }

    @inlinable mutating func free(_ slot: Slot) {
        precondition(values[Int(slot)] != nil, "slot \(slot) is free")
        values[Int(slot)] = nil
    }
}

/// Where something is kept while it exists.
@usableFromInline typealias Slot = Int32
