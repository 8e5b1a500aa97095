// Sums of figures that others sent. One that does not fit is the largest or smallest that does, and never ends the program:
// no warehouse has that much, so the exact value would mean nothing either.

extension FixedWidthInteger where Self: SignedInteger {
    func plus(_ other: Self) -> Self {
        let (sum, isOver) = addingReportingOverflow(other)
        return isOver ? (self < 0 ? .min : .max) : sum
    }

    func minus(_ other: Self) -> Self {
        let (difference, isOver) = subtractingReportingOverflow(other)
        return isOver ? (self < 0 ? .min : .max) : difference
    }

    func times(_ factor: Self) -> Self {
        let (product, isOver) = multipliedReportingOverflow(by: factor)
        return isOver ? ((self < 0) == (factor < 0) ? .max : .min) : product
    }
}
