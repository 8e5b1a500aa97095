// What Peoplevox does where the reference marks the answer unknown: each case is a switch, so that a test can show that
// the product copes with either.

package struct WarehousePolicy: Equatable, Sendable {
    /// An order line whose `ItemCode` is unknown: the line is gone and the row reported as saved, or the row is refused.
    package enum UnknownItem: String, SwitchValue {
        case vanishes, refused
    }

    /// What a cancellation does once picking has begun. After a despatch it is always refused or ignored.
    package enum LateCancel: String, SwitchValue {
        case refused, ignored, accepted
    }

    /// What tells the lines of one order apart on a second import.
    package enum LineIdentity: String, SwitchValue {
        /// `Line` where the row has one, else `ItemCode`.
        case line
        case itemCode
    }

    /// A value longer than its column (peoplevox.md, 3.4).
    package enum Overlong: String, SwitchValue {
        case refused, cut
    }

    package var unknownItem = UnknownItem.vanishes
    package var cancelWhilePicking = LateCancel.refused
    package var cancelAfterDespatch = LateCancel.refused
    package var lineIdentity = LineIdentity.line
    package var overlong = Overlong.refused
    /// An empty cell in a named column blanks what was saved.
    package var emptyCellBlanks = true
    /// Action 2 on "Sales order items" removes the line; otherwise it is reported as done and nothing happens.
    package var deletesLines = true
    /// Lines may still be changed once picking has begun.
    package var editsWhilePicking = false
    /// Two item types may share a barcode: a damaged tenant.
    package var allowsDuplicateBarcodes = false
    package var saveRowLimit = 1_000

    package init() {}
}
