/// An amount in a currency. Two currencies never meet in a sum.
package struct Money: Hashable, Sendable, CustomStringConvertible {
    package let amount: Amount
    /// ISO 4217, `SEK`.
    package let currency: String

    package init(_ amount: Amount, _ currency: String) {
        self.amount = amount
        self.currency = currency
    }

    /// Nil when the currencies differ, or the sum cannot be held exactly.
    package func adding(_ other: Money) -> Money? {
        guard currency == other.currency else { return nil }
        return amount.adding(other.amount).map { Money($0, currency) }
    }

    /// Nil when the currencies differ, or the difference cannot be held exactly.
    package func subtracting(_ other: Money) -> Money? {
        guard currency == other.currency else { return nil }
        return amount.subtracting(other.amount).map { Money($0, currency) }
    }

    package var description: String { "\(amount) \(currency)" }
}
