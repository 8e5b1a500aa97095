/// Chance that can be repeated: the same seed gives the same run, so a failing seed is a bug report (SplitMix64).
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &self)]
    }

    /// Puts in, takes out, overwrites or cuts off, one to three times.
    mutating func damage(_ octets: [UInt8], with replacements: [UInt8]) -> [UInt8] {
        var octets = octets
        for _ in 0..<Int.random(in: 1...3, using: &self) {
            let place = Int.random(in: 0...octets.count, using: &self)
            switch Int.random(in: 0..<8, using: &self) {
            case 0..<3: octets.insert(pick(replacements), at: place)
            case 3..<5: if place < octets.count { octets.remove(at: place) }
            case 5..<7: if place < octets.count { octets[place] = pick(replacements) }
            default: octets.removeSubrange(place...)
            }
        }
        return octets
    }
}
