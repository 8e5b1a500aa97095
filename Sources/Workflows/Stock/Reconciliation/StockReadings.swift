// What was read of both sides for a reconciliation. Reading takes minutes, so a reading is not of one moment: what changed
// meanwhile is told from the book before and after it.

/// All that Peoplevox has, or all that it has of some SKUs.
package struct WarehouseReading: Sendable {
    package let observation: StockObservation
    /// Codes of items that are deactivated there, without the mark.
    package let deactivated: Set<String>
    /// Whether what has no row is known to have none.
    package let isComplete: Bool
    /// When the last of it was read, microseconds since 1970.
    package let time: Int64

    package init(_ observation: StockObservation, deactivated: Set<String> = [], isComplete: Bool, time: Int64) {
        (self.observation, self.deactivated, self.isComplete, self.time) = (observation, deactivated, isComplete, time)
    }

    /// - Parameter rows: every row; deactivated items and Peoplevox's own site are sorted out here.
    package init(at position: JournalPosition, rows: [StockObservation.Row], isComplete: Bool, time: Int64) {
        let mark = StockObservation.deactivationMark
        let deactivated = rows.filter { $0.sku.hasPrefix(mark) }.map { String($0.sku.dropFirst(mark.count)) }
        self.init(
            StockObservation(at: position, asked: rows.map(\.sku), rows: rows), deactivated: Set(deactivated),
            isComplete: isComplete, time: time)
    }
}

/// All sizes of Centra with their stock, or some of them.
package struct ShopReading: Sendable {
    /// One size, physical pieces.
    package struct Size: Hashable, Sendable {
        package let id: Int
        /// Over all warehouses.
        package let total: Int?
        /// By warehouse; where that was not read, empty.
        package let byWarehouse: [Int: Int]
        /// Promised, over all warehouses or in each.
        package let allocated: Int?
        package let allocatedByWarehouse: [Int: Int]

        package init(
            id: Int, total: Int?, byWarehouse: [Int: Int] = [:], allocated: Int? = nil,
            allocatedByWarehouse: [Int: Int] = [:]
        ) {
            (self.id, self.total, self.byWarehouse) = (id, total, byWarehouse)
            (self.allocated, self.allocatedByWarehouse) = (allocated, allocatedByWarehouse)
        }
    }

    package enum Basis: String, Sendable {
        case eachWarehouse
        /// Sums, and Centra has no other warehouses than ours.
        case ourSums
        /// Sums in which others are.
        case sums
    }

    package let sizes: [String: [Size]]
    package let basis: Basis
    package let isComplete: Bool
    /// When the last of it was read, microseconds since 1970.
    package let time: Int64

    package init(sizes: [String: [Size]], basis: Basis, isComplete: Bool, time: Int64) {
        (self.sizes, self.basis, self.isComplete, self.time) = (sizes, basis, isComplete, time)
    }
}
