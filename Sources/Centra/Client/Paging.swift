// Reading whole lists, page by page, and knowing that they are whole.
package import Outbound

/// How much is read at most. A list that is longer is a failure, never a part.
package struct PageLimits: Sendable, Hashable {
    /// Rows of one page, 1 to 200.
    package var rows: Int
    package var pages: Int

    package init(rows: Int = 100, pages: Int = 500) {
        precondition((1...SchemaCapabilities.listLimit).contains(rows) && pages > 0)
        self.rows = rows
        self.pages = pages
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

    /// Every product that was updated at `since` or later. Each page begins where the last one ended, so a product that
    /// changes meanwhile moves to the end and pushes no other out of sight.
    package func products(
        updatedSince since: CentraTime, _ limits: PageLimits, _ lane: Lane,
        _ cancellation: Cancellation
    ) throws(CallFailure) -> [CentraProduct] {
        try byTime(since, limits, key: \.id, time: \.updatedAt) { from, page throws(CallFailure) in
            try perform(.products(updatedSince: from, limit: limits.rows, page: page), lane, cancellation)
        }
    }

    package func sizes(
        _ filter: SizeFilter, _ limits: PageLimits, _ lane: Lane, _ cancellation: Cancellation
    ) throws(CallFailure) -> [CentraSize] {
        try byNumber(limits, key: \.codes.id) { page throws(CallFailure) in
            try perform(.sizes(filter, limit: limits.rows, page: page), lane, cancellation)
        }
    }

    package func stock(
        of filter: SizeFilter, all: Bool, _ limits: PageLimits, _ lane: Lane,
        _ cancellation: Cancellation
    ) throws(CallFailure) -> [CentraStock] {
        try byNumber(limits, key: \.sizeID) { page throws(CallFailure) in
            try perform(.stock(of: filter, all: all, limit: limits.rows, page: page), lane, cancellation)
        }
    }

    package func shipments(
        _ filter: ShipmentFilter, _ limits: PageLimits, _ lane: Lane, _ cancellation: Cancellation
    ) throws(CallFailure) -> [CentraShipment] {
        try byNumber(limits, key: \.id) { page throws(CallFailure) in
            try perform(.shipments(filter, limit: limits.rows, page: page), lane, cancellation)
        }
    }

    package func returns(
        _ filter: ReturnFilter, _ limits: PageLimits, _ lane: Lane, _ cancellation: Cancellation
    ) throws(CallFailure) -> [CentraReturn] {
        try byNumber(limits, key: \.id) { page throws(CallFailure) in
            try perform(.returns(filter, limit: limits.rows, page: page), lane, cancellation)
        }
    }

    package func warehouses(
        _ limits: PageLimits, _ lane: Lane, _ cancellation: Cancellation
    ) throws(CallFailure) -> [CentraWarehouse] {
        try byNumber(limits, key: \.id) { page throws(CallFailure) in
            try perform(.warehouses(limit: limits.rows, page: page), lane, cancellation)
        }
    }
}

extension CentraClient {
    /// Pages of a list that is sorted by time. While all of a page's rows are of one moment, the next page of the same
    /// question is read; otherwise the question goes on from the last row's moment.
    private func byTime<Row>(
        _ since: CentraTime, _ limits: PageLimits, key: (Row) -> Int, time: (Row) -> CentraTime,
        read: (CentraTime, Int) throws(CallFailure) -> [Row]
    ) throws(CallFailure) -> [Row] {
        var rows = Latest<Int, Row>()
        var (from, page) = (since, 1)
        for _ in 0..<limits.pages {
            let latest = try read(from, page)
            for row in latest { rows.add(row, by: key(row)) }
            guard latest.count >= limits.rows, let last = latest.last.map(time) else { return rows.values }
            (from, page) = last > from ? (last, 1) : (from, page + 1)
        }
        throw .tooLong(limits)
    }

    /// Pages of a list that is sorted by id. What is new comes at its end; when a row leaves it meanwhile, its neighbour on
    /// the next page is met by the next reading only, so a list that shrinks is one that is read again and again. A page of which every row was met is a list that moves
    /// under us, or a server that repeats itself.
    private func byNumber<Row>(
        _ limits: PageLimits, key: (Row) -> Int, read: (Int) throws(CallFailure) -> [Row]
    ) throws(CallFailure) -> [Row] {
        var rows = Latest<Int, Row>()
        for page in 1...limits.pages {
            let count = rows.count
            let latest = try read(page)
            for row in latest { rows.add(row, by: key(row)) }
            if latest.count < limits.rows { return rows.values }
            guard rows.count > count else { throw CallFailure(.transient, "Centra repeats a page of a list") }
        }
        throw .tooLong(limits)
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

    fileprivate static func tooLong(_ limits: PageLimits) -> CallFailure {
        CallFailure(.permanent, "a list at Centra has more than \(limits.pages) pages of \(limits.rows)")
    }
}
