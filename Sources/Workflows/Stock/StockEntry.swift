// What the journal keeps of the stock workflow: each read, what it found, what was decided, sent and answered. The book
// (`StockBook`), the ledger and `explain` are folds over these entries; none of them knows anything else.
//
//     readStarted -> observed + targeted -> writing -> written
//          |                                  |
//       readFailed                          refused (P3)
import Commerce

/// A place in the journal: the number of the record with which a read began. What a read found is as old as that (P3).
package typealias JournalPosition = UInt64

/// What one site of the warehouse has of a SKU. All three can be negative in a warehouse's books, and each is nil where
/// the cell was empty or no quantity: the row is there, so the SKU is not absent, and what it says is not known.
package struct SiteLevels: Hashable, Sendable {
    package var onHand: Int?
    package var allocated: Int?
    package var available: Int?

    package init(onHand: Int?, allocated: Int?, available: Int?) {
        self.onHand = onHand
        self.allocated = allocated
        self.available = available
    }

    /// A row of which nothing can be read.
    package static let unreadable = SiteLevels(onHand: nil, allocated: nil, available: nil)

    package var hasNegative: Bool { [onHand, allocated, available].contains { $0 ?? 0 < 0 } }
}

/// A SKU in one of Centra's warehouses: what a quantity is written for.
package struct Shelf: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let sku: String
    package let warehouse: Int

    package init(_ sku: String, _ warehouse: Int) {
        self.sku = sku
        self.warehouse = warehouse
    }

    package static func < (one: Shelf, other: Shelf) -> Bool {
        (one.sku, one.warehouse) < (other.sku, other.warehouse)
    }

    package var description: String { "\(sku) in warehouse \(warehouse)" }
}

package enum StockEntry: Hashable, Sendable {
    /// SKUs are about to be read. This record's number is the position of what is found.
    case readStarted(skus: [String])
    /// What the read that began at `position` found: the levels of each site by SKU. A SKU that was asked for and is in
    /// none of them is `absent`: there was no row for it, which is not zero (P4).
    case observed(position: JournalPosition, levels: [String: [String: SiteLevels]], absent: [String])
    /// The read ended without an answer; the reason is ours, not the partner's text.
    case readFailed(position: JournalPosition, skus: [String], reason: String)
    /// What each shelf should show, as decided from an observation.
    case targeted([StockTarget])
    /// Quantities are about to be sent. From here on they may be applied, whatever becomes of the answer.
    case writing([StockWrite])
    case written([StockWriteResult])
    /// Not sent, because something newer was: `applied` is its position.
    case refused([StockWrite], applied: [Shelf: JournalPosition])
    /// What an order has done to the stock that Centra holds for it.
    case moved(StockMovement)
    /// Centra was seen to show something else than what we wrote last, for a reason other than our own writes.
    case doubted([StockDoubt])
    /// What a whole comparison of both sides says of SKUs that Peoplevox never had a row of: the pieces that Centra shows,
    /// and those that Centra does not have either.
    case strangers(shown: [String: Int], gone: [String])
    /// What a whole look at Centra says of SKUs that several of its sizes share, with the sizes' numbers: of which of them is
    /// meant nobody knows, so nothing is written. And of those that are one size's again, or none's.
    case ambiguous([String: [Int]], unique: [String])
}

/// What a shelf should show; nil where that is not known, and then nothing is written.
package struct StockTarget: Hashable, Sendable {
    package let shelf: Shelf
    package let position: JournalPosition
    package let outcome: Outcome

    package enum Outcome: Hashable, Sendable {
        case quantity(Int, Parts)
        case unknown(Reason)
    }

    /// What a quantity is made of (architecture, section 5): `base + own - buffer`, and not below 0.
    package struct Parts: Hashable, Sendable {
        /// What Peoplevox says: its available, or what it has on hand.
        package let base: Int
        /// Units of orders that Peoplevox has deducted and Centra deducts as well.
        package let own: Int
        package let buffer: Int
        /// Why the base is not known and was taken as 0, after the bounded time that is set for that (`stockFloorAfter`).
        package let floor: Reason?

        package init(base: Int, own: Int, buffer: Int, floor: Reason? = nil) {
            self.base = base
            self.own = own
            self.buffer = buffer
            self.floor = floor
        }

        /// Peoplevox has promised more than there is, our own orders allowed for: for people to look at.
        package var isShort: Bool { base.plus(own) < 0 }
    }

    package enum Reason: String, CaseIterable, Sendable {
        /// Peoplevox has no row for this SKU.
        case absent
        /// A site that is mapped had a row before and has none now.
        case siteAbsent
        /// A cell that is needed was empty or no quantity.
        case unreadable
        /// Peoplevox cannot be asked for it: its code has a sign that no search can hold.
        case unsearchable
    }

    package init(_ shelf: Shelf, at position: JournalPosition, _ outcome: Outcome) {
        self.shelf = shelf
        self.position = position
        self.outcome = outcome
    }

    package var quantity: Int? {
        if case .quantity(let quantity, _) = outcome { quantity } else { nil }
    }
}

/// An absolute physical quantity on its way to Centra, with the position of the observation that it comes from (P3).
package struct StockWrite: Hashable, Sendable {
    package let shelf: Shelf
    /// 0 or more.
    package let quantity: Int
    package let position: JournalPosition

    package init(_ shelf: Shelf, _ quantity: Int, from position: JournalPosition) {
        self.shelf = shelf
        self.quantity = quantity
        self.position = position
    }
}

package struct StockWriteResult: Hashable, Sendable {
    package let write: StockWrite
    package let outcome: Outcome

    package enum Outcome: Hashable, Sendable {
        case applied
        /// Centra said no to this one; the text is one that may be quoted.
        case refused(String)
        /// It was certainly not applied, and may be tried again.
        case failed(String)
        /// Nobody knows whether it was applied.
        case unknown(String)
    }

    package init(_ write: StockWrite, _ outcome: Outcome) {
        self.write = write
        self.outcome = outcome
    }
}

/// What an order has done. Written by the workflows that export, cancel, despatch and complete orders, while they hold the
/// order's SKUs, so that no observation of them lies in between.
package struct StockMovement: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// It is in Peoplevox, which has taken its units from what is available.
        case exported
        /// Both sides have given its units back.
        case cancelled
        /// It has left the warehouse's shelves.
        case despatched
        /// Its shipment in Centra is complete, which took its units from Centra's physical quantity.
        case completed
    }

    package let kind: Kind
    /// Centra's order number.
    package let order: String
    package let units: [Shelf: Int]

    package init(_ kind: Kind, order: String, _ units: [Shelf: Int]) {
        self.kind = kind
        self.order = order
        self.units = units
    }
}

package struct StockDoubt: Hashable, Sendable {
    package let shelf: Shelf
    /// What Centra showed; nil when it was not read but somebody is known to have changed it.
    package let shown: Int?

    package init(_ shelf: Shelf, shown: Int?) {
        self.shelf = shelf
        self.shown = shown
    }
}
