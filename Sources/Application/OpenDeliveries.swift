// The deliveries with open jobs, by number, as a fold over the whole journal needs them: nearly each is over soon after
// it came, and a start opens and closes millions.
//
// The newest stand in a ring, where a number says the place without hashing. One that is still open when a newer one
// needs its place moves to a dictionary.
package import Journal

package struct OpenDeliveries: Sendable {
    private struct Place: Sendable {
        var sequence: SequenceNumber = 0
        var delivery: OpenDelivery?
    }

    private var ring = [Place](repeating: Place(), count: OpenDeliveries.ringPlaces)
    private var older: [SequenceNumber: OpenDelivery] = [:]

    /// A power of two; more than the records that are under way at once in a busy hour.
    static let ringPlaces = 4_096

    package subscript(sequence: SequenceNumber) -> OpenDelivery? {
        get {
            let place = ring[index(of: sequence)]
            return place.sequence == sequence ? place.delivery : older[sequence]
        }
        set {
            let index = index(of: sequence)
            if ring[index].sequence < sequence { makeRoom(at: index, for: sequence) }
            if ring[index].sequence == sequence { ring[index].delivery = newValue } else { older[sequence] = newValue }
        }
    }

    private func index(of sequence: SequenceNumber) -> Int {
        Int(truncatingIfNeeded: sequence) & (OpenDeliveries.ringPlaces - 1)
    }

    private mutating func makeRoom(at index: Int, for sequence: SequenceNumber) {
        if let delivery = ring[index].delivery { older[ring[index].sequence] = delivery }
        ring[index] = Place(sequence: sequence)
    }

    package var all: [SequenceNumber: OpenDelivery] {
        ring.reduce(into: older) { all, place in
            if let delivery = place.delivery { all[place.sequence] = delivery }
        }
    }
}
