// A sales order as the warehouse sees it. Its status is never stored: it follows from the lines and a few marks.
//
//     New -> Allocated -> In picking -> Part despatched -> Despatched
//       \________ \__________ \____________ Cancelled (never after a despatch)

package struct SalesOrder: Equatable, Sendable {
    package enum Status: Int, Sendable, CaseIterable {
        case new = 1
        case allocated = 2
        case picking = 3
        case partDespatched = 4
        /// The number that one public client filters by.
        case despatched = 5
        case cancelled = 9

        /// "New", "Despatched" and "Cancelled" are seen in public sources; the other names are invented, and a client
        /// has to take an unknown name for "not final" (peoplevox.md, 3.5).
        package var name: String {
            switch self {
            case .new: "New"
            case .allocated: "Allocated"
            case .picking: "In picking"
            case .partDespatched: "Part despatched"
            case .despatched: "Despatched"
            case .cancelled: "Cancelled"
            }
        }
    }

    package struct Line: Equatable, Sendable {
        package var itemCode: String
        package var quantity: Int
        /// What the import called it; empty when it gave none.
        package var line: String
        package var fields: [String: String] = [:]
        /// Units reserved and not yet despatched, those that are picked included.
        package var allocated = 0
        package var picked = 0
        package var despatched = 0

        package init(_ itemCode: String, quantity: Int, line: String) {
            self.itemCode = itemCode
            self.quantity = quantity
            self.line = line
        }

        package var outstanding: Int { max(0, quantity - despatched) }
    }

    package var number: String
    package var site: String
    /// Every column that was saved, by its default name, except `Status`, `OnHold`, `StopShip` and `Site`.
    package var fields: [String: String] = [:]
    package var lines: [Line] = []
    package var isOnHold = false
    package var isStopped = false
    /// False after an import with Action 1, until one with Action 0 or until the warehouse allocates by hand.
    package var allocates = true
    package var isPicking = false
    package var isCancelled = false
    package var modified: CivilTime

    package init(_ number: String, site: String, modified: CivilTime) {
        self.number = number
        self.site = site
        self.modified = modified
    }

    package var status: Status {
        if isCancelled { return .cancelled }
        let despatched = lines.contains { $0.despatched > 0 }
        if despatched { return lines.allSatisfy { $0.outstanding == 0 } ? .despatched : .partDespatched }
        if isPicking { return .picking }
        return !lines.isEmpty && lines.allSatisfy { $0.allocated >= $0.quantity } ? .allocated : .new
    }

    /// Whether stock may be reserved for it now.
    var mayAllocate: Bool { allocates && !isOnHold && !isCancelled }

    /// The line that a person on the floor means: by its `Line`, else the first of that item with units left.
    func lineIndex(line: String?, itemCode: String?) -> Int? {
        if let line, let index = lines.firstIndex(where: { $0.line == line }) { return index }
        guard let itemCode else { return nil }
        return lines.firstIndex { $0.itemCode == itemCode && $0.outstanding > 0 }
            ?? lines.firstIndex { $0.itemCode == itemCode }
    }
}
