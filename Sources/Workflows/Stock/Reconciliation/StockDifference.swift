// Where Peoplevox, Centra and the book do not say the same of a SKU: both figures, when each was read, and why they differ
// as far as anybody can tell.

package struct StockDifference: Hashable, Sendable {
    /// Why two figures differ. From what asks for a person to what mends itself: reports are in this order.
    package enum Explanation: String, CaseIterable, Sendable {
        case unexplained
        /// Centra shows something else than what was written last, completed orders allowed for.
        case changedInCentra
        /// Centra raised what was written to what it has allocated.
        case raisedToAllocated
        /// Peoplevox has changed since it was read, and no event has said so.
        case missedEvent
        case refusedByCentra
        /// Of several sizes with this SKU in Centra nobody can say which one is meant.
        case duplicate
        /// Peoplevox has it at sites alone that stand behind none of Centra's warehouses.
        case mapping
        /// What Peoplevox says of it is not known, and so nothing is written.
        case unknownValue
        case unknownInPeoplevox
        case unknownInCentra
        /// Buffer, sites or source were set anew since it was decided.
        case settings
        /// Nothing was ever decided for it.
        case notDecided
        /// Centra's figure is a sum that warehouses are in which are not ours.
        case otherWarehouses
        /// Peoplevox has deactivated it or never had it, and Centra shows none of it.
        case nothingToSell
        /// It waits to be read or written, or changed while it was looked at.
        case inFlight

        /// Whether the two sides disagree as far as can be told.
        package var isDisagreement: Bool {
            switch self {
            case .inFlight, .otherWarehouses, .nothingToSell: false
            case .unexplained, .changedInCentra, .raisedToAllocated, .missedEvent, .refusedByCentra, .duplicate,
                .mapping, .unknownValue, .unknownInPeoplevox, .unknownInCentra, .settings, .notDecided:
                true
            }
        }
    }

    package struct Figure: Hashable, Sendable {
        /// Pieces.
        package let quantity: Int
        /// When it was read or decided, microseconds since 1970.
        package let time: Int64

        package init(_ quantity: Int, at time: Int64) {
            (self.quantity, self.time) = (quantity, time)
        }
    }

    package let sku: String
    /// Of Centra; nil where the figures are about all of them.
    package let warehouse: Int?
    package let explanation: Explanation
    /// What Centra should show, from what Peoplevox was seen to have; nil where that is not known.
    package let should: Figure?
    /// What Centra shows; nil where it shows nothing.
    package let shows: Figure?
    /// What Centra shows as far as the book knows.
    package let believed: Figure?
    /// For people, in a few words of ours; or Centra's, where it refused.
    package let detail: String

    package init(
        _ sku: String, _ warehouse: Int?, _ explanation: Explanation, should: Figure? = nil, shows: Figure? = nil,
        believed: Figure? = nil, detail: String = ""
    ) {
        (self.sku, self.warehouse, self.explanation) = (sku, warehouse, explanation)
        (self.should, self.shows, self.believed, self.detail) = (should, shows, believed, detail)
    }

    /// Pieces between the two figures; what is unknown counts as none.
    package var size: Int { abs((should?.quantity ?? 0).minus(shows?.quantity ?? 0)) }
    /// Whether putting it right takes pieces from what Centra sells.
    package var isTooHigh: Bool { should.map { $0.quantity < shows?.quantity ?? 0 } ?? false }
}

extension StockDifference.Explanation {
    fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension StockDifference: Comparable {
    /// What asks for a person first; among equals, the largest first.
    package static func < (one: StockDifference, other: StockDifference) -> Bool {
        if one.explanation != other.explanation { return one.explanation.rank < other.explanation.rank }
        if one.size != other.size { return one.size > other.size }
        return (one.sku, one.warehouse ?? 0) < (other.sku, other.warehouse ?? 0)
    }
}
