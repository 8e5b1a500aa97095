// Chance that can be had again: the same seed gives the same run.

/// SplitMix64 (Steele, Lea and Flood, 2014): small, and good enough to choose who is unlucky.
package struct SeededChance: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Whether one of `percent` in a hundred befalls.
    package mutating func befalls(percent: Int) -> Bool {
        percent > 0 && Int(next() % 100) < percent
    }

    /// 0 up to `limit`, which is included.
    package mutating func number(upTo limit: Int) -> Int {
        limit > 0 ? Int(next() % (UInt64(limit) + 1)) : 0
    }
}
