// Amounts are exact, or they are refused.
import Commerce
import Testing

@Test(arguments: [
    ("0", "0"), ("-0", "0"), ("1249.50", "1249.5"), ("0.1", "0.1"), ("-0.05", "-0.05"), ("1e2", "100"),
    ("1.5E+2", "150"),
    ("25e-2", "0.25"), ("100.00", "100"), ("9223372036854775807", "9223372036854775807"), ("1.0e-3", "0.001"),
    ("79.950000000000003", "79.950000000000003"), ("0.10000000000000000000", "0.1"), ("0.00", "0"),
    ("-12.340", "-12.34"),
])
func aDecimalIsReadExactly(text: String, written: String) {
    #expect(Amount(text)?.description == written)
}

@Test(arguments: [
    "", "-", ".", ".5", "5.", "1.2.3", "1,5", "+1", "1e", "e1", "abc", "NaN", "1e400", "1e-400", "9223372036854775808",
    "1e9223372036854775808", "0.1234567890123456789", "1.-5", "1.+5", "٣", "1e1.5",
])
func whatIsNoExactDecimalIsRefused(text: String) {
    #expect(Amount(text) == nil)
}

@Test
func sumsAreExactOrNil() throws {
    let tenth = try #require(Amount("0.1"))
    let sum = try #require((1...9).reduce(tenth) { sum, _ in sum?.adding(tenth) ?? nil } as Amount?)
    #expect(sum == Amount(1))
    #expect(Amount(coefficient: 5, scale: 1).subtracting(Amount(coefficient: 75, scale: 2))?.description == "-0.25")
    #expect(Amount("19.99")?.multiplied(by: 3)?.description == "59.97")
    #expect(Amount(Int.max).adding(Amount(1)) == nil)
    #expect(Amount(Int.max).adding(tenth) == nil)
    #expect(Amount(Int.min).multiplied(by: -1) == nil)
}

@Test(arguments: [("0.1", "0.2"), ("-1", "0.000000000000000001"), ("9.99", "10"), ("-9223372036854775808", "-0.5")])
func amountsAreOrderedByValue(less: String, more: String) throws {
    let (less, more) = (try #require(Amount(less)), try #require(Amount(more)))
    #expect(less < more)
    #expect(!(more < less))
}

@Test
func currenciesDoNotMix() {
    let price = Money(Amount(coefficient: 4990, scale: 2), "SEK")
    #expect(price.adding(Money(Amount(1), "EUR")) == nil)
    #expect(price.subtracting(Money(Amount(1), "EUR")) == nil)
    #expect(price.adding(price)?.description == "99.8 SEK")
}
