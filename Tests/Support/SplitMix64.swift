// Chance for tests, from a seed: the same seed always gives the same run, so a failing seed is a bug report.

/// Steele, Lea and Flood's generator ("Fast Splittable Pseudorandom Number Generators", 2014).
package struct SplitMix64: RandomNumberGenerator, Sendable {
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

    package mutating func number(below limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

    package mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    package mutating func oneIn(_ count: Int) -> Bool { number(below: count) == 0 }

    package mutating func percent(_ percent: Int) -> Bool { number(below: 100) < percent }

    package mutating func pick<Element>(_ elements: [Element]) -> Element? { elements.randomElement(using: &self) }
}
