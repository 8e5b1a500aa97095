// Lists are read whole, or not at all. Which pages are read for that: `OverlappingPagesTests`.
import JSON
import Outbound
import Synchronization
import Testing

@testable import Centra

private let start = CentraTime(microseconds: 1_770_000_000_000_000)

private func head(_ number: Int, at seconds: Int) -> JSONValue {
    [
        "id": .string("hash\(number)"), "number": .integer(number), "status": "CONFIRMED", "isOnHold": false,
        "isWaitingForPayment": false, "isLocked": false,
        "updatedAt": .string(CentraTime(microseconds: start.microseconds + Int64(seconds) * 1_000_000).description),
        "store": ["id": 1, "type": "DIRECT_TO_CONSUMER"],
    ]
}

/// Pages of a connection over these orders, of which one changes after each page and so moves to the end.
private func connection(_ count: Int, claiming total: Int? = nil, drifting: Bool = false) -> FakeCentra {
    let numbers = Mutex(Array(1...max(count, 1)).prefix(count).map { $0 })
    return FakeCentra { sent in
        let first = sent.variables["first"]?.integer ?? 0
        let after = sent.variables["after"]?.string.flatMap { Int($0) } ?? 0
        return numbers.withLock { numbers in
            // The cursor says how many orders went before, as a server's would that pages by position.
            let page = numbers.dropFirst(after).prefix(first)
            let hasNext = after + page.count < numbers.count
            let reply = OutboundReply.data([
                "orderConnection": [
                    "totalCount": .integer(total ?? numbers.count),
                    "pageInfo": ["hasNextPage": .bool(hasNext), "endCursor": .string("\(after + page.count)")],
                    "edges": .array(page.map { ["node": head($0, at: $0)] }),
                ]
            ])
            if drifting, !numbers.isEmpty { numbers.append(numbers.removeFirst()) }
            return reply
        }
    }
}

@Test(arguments: [0, 1, 9, 10, 11, 95])
func aConnectionIsReadToItsEnd(count: Int) throws {
    let centra = connection(count)
    let orders = try centra.client().orders(updatedSince: start, PageLimits(rows: 10), .sweep, Cancellation())
    #expect(orders.map(\.number) == Array(1...max(count, 1)).prefix(count).map { $0 })
    #expect(centra.sent.count == max(1, (count + 9) / 10))
}

@Test(arguments: [11, 50, 95])
func aConnectionThatMovesIsWholeOrSaysThatItIsNot(count: Int) {
    let client = connection(count, drifting: true).client()
    do throws(CallFailure) {
        let orders = try client.orders(updatedSince: start, PageLimits(rows: 10), .sweep, Cancellation())
        #expect(Set(orders.map(\.number)).count == count)
    } catch {
        #expect(error.kind == .transient)
        #expect(error.text.contains("of \(count) orders"))
    }
}

@Test
func aConnectionThatIsShorterThanItsCountFails() {
    let client = connection(5, claiming: 6).client()
    let failed = failure { () throws(CallFailure) in
        try client.orders(updatedSince: start, PageLimits(rows: 10), .sweep, Cancellation())
    }
    #expect(failed?.kind == .transient)
}

@Test
func aConnectionThatDoesNotEndIsLeft() {
    let centra = FakeCentra { _ in
        .data([
            "orderConnection": [
                "totalCount": 9, "pageInfo": ["hasNextPage": true, "endCursor": "same"], "edges": [],
            ]
        ])
    }
    let failed = failure { () throws(CallFailure) in
        try centra.client().orders(updatedSince: start, PageLimits(rows: 10), .sweep, Cancellation())
    }
    #expect(failed?.kind == .transient)
    #expect(centra.sent.count == 2)
}

private func product(_ id: Int, at seconds: Int) -> JSONValue {
    let time = CentraTime(microseconds: start.microseconds + Int64(seconds) * 1_000_000)
    return [
        "id": .integer(id), "name": "Overshirt", "status": "ACTIVE", "productNumber": "UM1001",
        "harmonizedCommodityCode": .null, "isBundle": false, "updatedAt": .string(time.description),
        "countryOfOrigin": .null, "variants": [],
    ]
}

private func products(_ ids: [Int], failing: Int = 0) -> FakeCentra {
    let failures = Mutex(failing)
    return FakeCentra { sent throws(TransportFailure) in
        let fails = failures.withLock { failures in
            failures -= 1
            return failures >= 0
        }
        if fails { throw TransportFailure(.timedOut, mayHaveArrived: true, "timed out") }
        let (limit, page) = (sent.variables["limit"]?.integer ?? 0, sent.variables["page"]?.integer ?? 0)
        return .data(["products": .array(ids.dropFirst((page - 1) * limit).prefix(limit).map { product($0, at: 0) })])
    }
}

@Test(arguments: [0, 1, 20, 95])
func productsAreReadToTheirEnd(count: Int) throws {
    let client = products(Array(0..<count)).client()
    let found = try client.products(updatedSince: start, PageLimits(rows: 25), .catalogue, Cancellation())
    #expect(found.map(\.id) == Array(0..<count))
}

@Test
func aListThatIsTooLongIsAFailureAndNotAPart() {
    let client = products(Array(0..<95)).client()
    let failed = failure { () throws(CallFailure) in
        try client.products(updatedSince: start, PageLimits(rows: 25, pages: 4), .catalogue, Cancellation())
    }
    #expect(failed?.kind == .permanent)
}

@Test(arguments: [(3, nil), (4, FailureKind.transient)] as [(Int, FailureKind?)])
func aPageThatCannotBeHadIsAskedForAgain(failing: Int, kind: FailureKind?) {
    let client = products(Array(0..<95), failing: failing).client()
    let failed = failure { () throws(CallFailure) in
        try client.products(updatedSince: start, PageLimits(rows: 25), .catalogue, Cancellation())
    }
    #expect(failed?.kind == kind)
}

@Test
func aServerThatRepeatsAPageIsNoticed() {
    let rows = (1...20).map { id -> JSONValue in
        ["id": .integer(id), "SKU": "A", "UPC": .null, "sizeNumber": "S", "description": .null, "EAN": .null]
    }
    let centra = FakeCentra { sent in
        .data(["productSizes": .array(Array(rows.prefix(sent.variables["limit"]?.integer ?? 0)))])
    }
    let failed = failure { () throws(CallFailure) in
        try centra.client().sizes(.all, PageLimits(rows: 20), .catalogue, Cancellation())
    }
    #expect(failed?.kind == .transient)
}

/// A nested list has at most 20 entries when nobody asks for more, and nothing says that some are missing.
@Test(arguments: [
    (19, nil, true), (20, nil, false), (20, true, true), (200, true, false), (20, false, true), (21, nil, true),
])
func aNestedListThatMayBeCutOffIsRefused(count: Int, takesLimit: Bool?, isRead: Bool) {
    var members: [String: Bool] = [:]
    members["Product.variants(limit)"] = takesLimit
    let variants = (0..<count).map { id -> JSONValue in
        ["id": .integer(id), "name": "Navy", "status": "ACTIVE", "variantNumber": "NVY", "productSizes": []]
    }
    guard case .object(var fields) = product(1, at: 0) else { return }
    fields["variants"] = .array(variants)
    let reply = OutboundReply.data(["products": [.object(fields)]])
    let client = FakeCentra { _ in reply }.client(schema: SchemaCapabilities(members: members))
    let failed = failure { () throws(CallFailure) in
        try client.perform(.products(ids: [1]), .catalogue, Cancellation())
    }
    #expect((failed == nil) == isRead, "\(String(describing: failed))")
}
