// Amounts in hundredths of the currency: sums are exact, and are written as the API writes its floats.
import JSON

struct Money: Equatable, Sendable {
    var minor: Int

    static func + (one: Money, other: Money) -> Money { Money(minor: one.minor &+ other.minor) }
    static func - (one: Money, other: Money) -> Money { Money(minor: one.minor &- other.minor) }
    static prefix func - (one: Money) -> Money { Money(minor: 0 &- one.minor) }
    static func * (one: Money, factor: Int) -> Money { Money(minor: one.minor &* factor) }

    /// Prices have a quarter of tax in them: a field that takes `includingTax` can be asked for the rest.
    func asked(_ arguments: Arguments) -> Money {
        arguments.bool("includingTax") == false ? Money(minor: minor * 4 / 5) : self
    }

    /// "2206.6", "49.0"
    var text: String {
        let (units, cents) = minor.magnitude.quotientAndRemainder(dividingBy: 100)
        let fraction = cents % 10 == 0 ? "\(cents / 10)" : "\(cents / 10)\(cents % 10)"
        return "\(minor < 0 ? "-" : "")\(units).\(fraction)"
    }

    var json: JSONValue { .decimal(text) }

    init(minor: Int) {
        self.minor = minor
    }

    /// Nil for what is no number, or more than any order is worth.
    init?(_ value: JSONValue?) {
        switch value {
        case .integer(let integer) where integer.magnitude < 1_000_000_000: minor = integer * 100
        case .decimal(let text):
            guard let number = Double(text), number.magnitude < 1e9 else { return nil }
            minor = Int((number * 100).rounded())
        default: return nil
        }
    }
}
