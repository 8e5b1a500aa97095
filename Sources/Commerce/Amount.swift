/// An exact decimal number, for money and for quantities that may have fractions.
///
/// The one thing to know: it never passes through binary floating point, in which 0.1 cannot be written. The value is
/// `coefficient` divided by ten to the `scale`, with no zero at the end, so equal numbers are equal values.
package struct Amount: Hashable, Sendable {
    /// The most digits after the point.
    package static let scaleLimit = 18

    package let coefficient: Int
    package let scale: Int

    package static let zero = Amount(0)

    package init(_ whole: Int) {
        self.init(coefficient: whole, scale: 0)
    }

    /// - Parameter scale: 0 to `scaleLimit`.
    package init(coefficient: Int, scale: Int) {
        precondition((0...Amount.scaleLimit).contains(scale))
        var (coefficient, scale) = (coefficient, scale)
        while scale > 0, coefficient.isMultiple(of: 10) {
            coefficient /= 10
            scale -= 1
        }
        (self.coefficient, self.scale) = (coefficient, scale)
    }

    /// Reads a decimal number as JSON writes it (RFC 8259, section 6), exponents included; nil when it is none, or too
    /// long to be held exactly.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        guard let mantissa = parts.first, let exponent = parts.count == 1 ? 0 : Int(parts[1]) else { return nil }
        let halves = mantissa.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = halves.count == 1 ? "" : String(halves[1])
        guard let whole = halves.first, halves.count == 1 || !fraction.isEmpty, fraction.allSatisfy(\.isASCIIDigit),
            whole.first != "+", whole.last?.isASCIIDigit == true
        else { return nil }
        var digits = String(whole) + fraction
        let (places, isOver) = fraction.utf8.count.subtractingReportingOverflow(exponent)
        guard !isOver, (-Amount.scaleLimit...Amount.scaleLimit * 2).contains(places) else { return nil }
        if places < 0 { digits += String(repeating: "0", count: -places) }
        var scale = max(places, 0)
        while scale > 0, digits.last == "0", digits.dropLast().last?.isASCIIDigit == true {
            digits.removeLast()
            scale -= 1
        }
        guard let coefficient = Int(digits), scale <= Amount.scaleLimit else { return nil }
        self.init(coefficient: coefficient, scale: scale)
    }
}

// Sums: nil when the result cannot be held exactly.
extension Amount {
    package func adding(_ other: Amount) -> Amount? {
        let scale = max(scale, other.scale)
        guard let left = coefficient(atScale: scale), let right = other.coefficient(atScale: scale) else { return nil }
        let (sum, isOver) = left.addingReportingOverflow(right)
        return isOver ? nil : Amount(coefficient: sum, scale: scale)
    }

    package func subtracting(_ other: Amount) -> Amount? {
        other.multiplied(by: -1).flatMap(adding)
    }

    package func multiplied(by factor: Int) -> Amount? {
        let (product, isOver) = coefficient.multipliedReportingOverflow(by: factor)
        return isOver ? nil : Amount(coefficient: product, scale: scale)
    }

    /// This number in units of ten to the minus `scale`, which is no less than its own.
    private func coefficient(atScale wanted: Int) -> Int? {
        var coefficient = coefficient
        for _ in scale..<wanted {
            let (next, isOver) = coefficient.multipliedReportingOverflow(by: 10)
            if isOver { return nil }
            coefficient = next
        }
        return coefficient
    }
}

extension Amount: Comparable {
    package static func < (left: Amount, right: Amount) -> Bool {
        let scale = max(left.scale, right.scale)
        return left.wide(atScale: scale) < right.wide(atScale: scale)
    }

    /// Nineteen digits and eighteen places fit in 128 bit.
    private func wide(atScale wanted: Int) -> Int128 {
        (scale..<wanted).reduce(Int128(coefficient)) { number, _ in number * 10 }
    }
}

extension Amount: CustomStringConvertible {
    /// As JSON and XML read it: `1249.5`, with a point and without an exponent.
    package var description: String {
        guard scale > 0 else { return String(coefficient) }
        let digits = String(coefficient.magnitude)
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.utf8.count)) + digits
        let sign = coefficient < 0 ? "-" : ""
        return "\(sign)\(padded.dropLast(scale)).\(padded.suffix(scale))"
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
