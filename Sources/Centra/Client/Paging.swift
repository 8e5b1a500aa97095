// Reading whole lists, page by page. What is returned is whole: every row that was there from the first page to the last,
// as its latest page had it, and perhaps some that came or went meanwhile. What may be a part is a failure: transient,
// unless the list is too long or the server sorts it by something else.
package import Outbound

/// How much is read at most.
package struct PageLimits: Sendable, Hashable {
    /// Rows of one page, 1 to 200, so 200 for long lists. Where pages have numbers, at least 20 are asked for.
    package var rows: Int
    package var pages: Int
    /// How many pages that could not be had are asked for again, in all.
    package var retries: Int

    package init(rows: Int = 100, pages: Int = 500, retries: Int = 3) {
        precondition((1...SchemaCapabilities.listLimit).contains(rows) && pages > 0 && retries >= 0)
        self.rows = rows
        self.pages = pages
        self.retries = retries
    }
}

extension CentraClient {
    /// Every order that was updated at `since` or later: as many as the server counts. An order that changes meanwhile
    /// moves to the end and is met there, and one that comes twice counts once.
    package func orders(
        updatedSince since: CentraTime, stores: [Int] = [], _ limits: PageLimits, _ lane: Lane,
        _ cancellation: Cancellation
    ) throws(CallFailure) -> [OrderHead] {
        var orders = Latest<Int, OrderHead>()
        var cursors: Set<String> = []
        var cursor: String?
        for _ in 0..<limits.pages {
            let page = try perform(
                .orderPage(updatedSince: since, stores: stores, limit: limits.rows, after: cursor), lane, cancellation)
            for order in page.orders { orders.add(order, by: order.number) }
            guard let next = page.next else {
                guard orders.count >= page.totalCount else { throw .incomplete(orders.count, of: page.totalCount) }
                return orders.values
            }
            guard cursors.insert(next).inserted else { throw .incomplete(orders.count, of: page.totalCount) }
            cursor = next
        }
        throw .tooLong(limits)
    }

    /// Every product that was updated at `since` or later. One that is updated while this reads may be missing, so the next
    /// reading begins at the time when this one began, and not at the newest time that it met.
    package func products(
        updatedSince since: CentraTime, _ limits: PageLimits, _ lane: Lane,
        _ cancellation: Cancellation
    ) throws(CallFailure) -> [CentraProduct] {
        try byID(limits, key: \.id) { rows, page throws(CallFailure) in
            try perform(.products(updatedSince: since, limit: rows, page: page), lane, cancellation)
        }
    }

    package func sizes(
        _ filter: SizeFilter, _ limits: PageLimits, _ lane: Lane, _ cancellation: Cancellation
    ) throws(CallFailure) -> [CentraSize] {
        try byID(limits, key: \.codes.id) { rows, page throws(CallFailure) in
            try perform(.sizes(filter, limit: rows, page: page), lane, cancellation)
        }
    }

    /// Quantities of different pages are of different moments.
    package func stock(
        of filter: SizeFilter, all: Bool, _ limits: PageLimits, _ lane: Lane,
        _ cancellation: Cancellation
    ) throws(CallFailure) -> [CentraStock] {
        try byID(limits, key: \.sizeID) { rows, page throws(CallFailure) in
            try perform(.stock(of: filter, all: all, limit: rows, page: page), lane, cancellation)
        }
    }

    package func shipments(
        _ filter: ShipmentFilter, _ limits: PageLimits, _ lane: Lane, _ cancellation: Cancellation
    ) throws(CallFailure) -> [CentraShipment] {
        try byID(limits, key: \.id) { rows, page throws(CallFailure) in
            try perform(.shipments(filter, limit: rows, page: page), lane, cancellation)
        }
    }

    package func returns(
        _ filter: ReturnFilter, _ limits: PageLimits, _ lane: Lane, _ cancellation: Cancellation
    ) throws(CallFailure) -> [CentraReturn] {
        try byID(limits, key: \.id) { rows, page throws(CallFailure) in
            try perform(.returns(filter, limit: rows, page: page), lane, cancellation)
        }
    }

    package func warehouses(
        _ limits: PageLimits, _ lane: Lane, _ cancellation: Cancellation
    ) throws(CallFailure) -> [CentraWarehouse] {
        try byID(limits, key: \.id) { rows, page throws(CallFailure) in
            try perform(.warehouses(limit: rows, page: page), lane, cancellation)
        }
    }
}

extension CentraClient {
    private func byID<Row>(
        _ limits: PageLimits, key: (Row) -> Int, read: (Int, Int) throws(CallFailure) -> [Row]
    ) throws(CallFailure) -> [Row] {
        var pages = OverlappingPages(limits)
        var rows = Latest<Int, Row>()
        var retries = limits.retries
        while case .read(let size, let page) = pages.step {
            do throws(CallFailure) {
                let latest = try read(size, page)
                for row in latest { rows.add(row, by: key(row)) }
                pages.took(latest.map(key))
            } catch {
                guard error.kind == .transient, retries > 0 else { throw error }
                retries -= 1
            }
        }
        if case .incomplete(let reason) = pages.step { throw .incomplete(reason, limits) }
        return rows.values
    }
}

/// Rows by key in the order in which they were first met; the latest of a key stands.
private struct Latest<Key: Hashable, Row> {
    private(set) var values: [Row] = []
    private var places: [Key: Int] = [:]

    var count: Int { values.count }

    mutating func add(_ row: Row, by key: Key) {
        if let place = places[key] {
            values[place] = row
        } else {
            places[key] = values.count
            values.append(row)
        }
    }
}

extension CallFailure {
    fileprivate static func incomplete(_ count: Int, of total: Int) -> CallFailure {
        CallFailure(.transient, "Centra's pages held \(count) of \(total) orders: they changed while they were read")
    }

    fileprivate static func incomplete(_ reason: OverlappingPages.Reason, _ limits: PageLimits) -> CallFailure {
        switch reason {
        case .unordered: CallFailure(.permanent, "Centra does not sort a list by its ids, so it may be incomplete")
        case .repeated: CallFailure(.transient, "Centra repeats a page of a list")
        case .tooLong: .tooLong(limits)
        }
    }

    fileprivate static func tooLong(_ limits: PageLimits) -> CallFailure {
        CallFailure(.permanent, "a list at Centra has more than \(limits.pages) pages of \(limits.rows)")
    }
}
