// Numbers of pieces in Peoplevox's cells. A wrong one oversells, so nothing is rounded and nothing is guessed.

package enum Quantity {
    package enum Mistake: Error, Hashable, Sendable {
        case notAQuantity
    }

    /// Digits of the largest quantity that is believed.
    private static let digitLimit = 9

    /// `12`, `-3` or `7.00`; nil for an empty cell. A negative one is a fact of that warehouse, and the caller's to judge.
    /// Refused are parts of a piece, signs between thousands (`1,200`, `1 200`) and everything else.
    package static func read(_ cell: ArraySlice<UInt8>) throws(Mistake) -> Int? {
        if cell.isEmpty { return nil }
        let isNegative = cell.first == UInt8(ascii: "-")
        let parts = (isNegative ? cell.dropFirst() : cell).split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard (1...digitLimit).contains(parts[0].count), parts[0].allSatisfy(\.isDigit) else { throw .notAQuantity }
        if parts.count == 2 {
            guard (1...digitLimit).contains(parts[1].count), parts[1].allSatisfy({ $0 == UInt8(ascii: "0") }) else {
                throw .notAQuantity
            }
        }
        let pieces = parts[0].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return isNegative ? -pieces : pieces
    }
}
