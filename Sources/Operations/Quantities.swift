// Quantities as people write them, `64 MiB` or `10 s`: a whole number and its unit, always both. Inside, Lockstep counts
// octets and milliseconds, and the table that a text is read with says which.

/// Why a text is no quantity.
package enum QuantityMistake: Error, Equatable, Sendable {
    /// Nothing, a sign, a fraction, or a thousands separator.
    case notAWholeNumber
    case unitMissing
    case unitUnknown
    /// It does not fit in 64 bit.
    case tooLarge
}

/// A table of units, the smallest first.
package struct Units: Sendable {
    private struct Unit: Sendable {
        let singular: String
        let plural: String
        let size: Int
    }

    private let ascending: [Unit]

    private init(_ units: KeyValuePairs<String, Int>) {
        ascending = units.map { Unit(singular: $0.key, plural: $0.key == "day" ? "days" : $0.key, size: $0.value) }
    }

    package static let octets = Units(["B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30])

    package static let milliseconds = Units([
        "ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "day": 86_400_000,
    ])

    /// `B, KiB, MiB or GiB`.
    package var names: String {
        let names = ascending.map(\.plural)
        return names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
    }

    /// How many of the smallest unit a text stands for; white space between number and unit may be left out.
    package func read(_ text: some StringProtocol) throws(QuantityMistake) -> Int {
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let rest = text.utf8.dropFirst(digits.count).drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard !digits.isEmpty, !startsLikeMoreOfANumber(rest.first) else { throw .notAWholeNumber }
        guard !rest.isEmpty else { throw .unitMissing }
        let name = String(decoding: rest, as: UTF8.self)
        guard let unit = ascending.first(where: { $0.singular == name || $0.plural == name }) else {
            throw .unitUnknown
        }
        return try product(of: String(decoding: digits, as: UTF8.self), unit.size)
    }

    /// The shortest exact text with the largest unit: 172,800,000 milliseconds are `2 days`. `read` reads it back.
    package func describe(_ amount: Int) -> String {
        let unit = ascending.last { amount != 0 && amount.isMultiple(of: $0.size) } ?? ascending[0]
        let number = amount / unit.size
        return "\(number) \(number == 1 ? unit.singular : unit.plural)"
    }

    private func startsLikeMoreOfANumber(_ octet: UInt8?) -> Bool {
        guard let octet else { return false }
        return [UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "_")].contains(octet)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
    }

    private func product(of digits: String, _ size: Int) throws(QuantityMistake) -> Int {
        guard let number = Int(digits) else { throw .tooLarge }
        let (product, overflows) = number.multipliedReportingOverflow(by: size)
        guard !overflows else { throw .tooLarge }
        return product
    }
}
