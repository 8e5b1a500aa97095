// Relay's way through the orders (§2.4): opaque cursors, forwards and backwards.
import JSON

struct OrderConnection {
    private let shop: Shop
    private let orders: [Order]
    private let arguments: Arguments

    init(_ shop: Shop, _ orders: [Order], _ arguments: Arguments) {
        self.shop = shop
        self.orders = orders
        self.arguments = arguments
    }

    func resolve() -> Resolved {
        let sizes = ["first", "last"].compactMap(arguments.integer)
        guard sizes.allSatisfy({ (1...200).contains($0) }) else {
            return .failure("first and last must be between 1 and 200")
        }
        var range = 0..<orders.count
        if let after = arguments.string("after") {
            guard let place = place(after) else { return .failure("Invalid cursor") }
            range = place + 1..<orders.count
        }
        if let before = arguments.string("before") {
            guard let place = place(before) else { return .failure("Invalid cursor") }
            range = range.lowerBound..<max(range.lowerBound, place)
        }
        if let first = arguments.integer("first") {
            range = range.lowerBound..<min(range.upperBound, range.lowerBound + first)
        }
        if let last = arguments.integer("last") {
            range = max(range.lowerBound, range.upperBound - last)..<range.upperBound
        }
        return .object(connection(range))
    }

    /// The base64 of what it points at; whoever reads it is on his own.
    private func cursor(_ order: Order) -> String { OrderConnection.base64(Array("number:\(order.number)".utf8)) }

    private func place(_ cursor: String) -> Int? { orders.firstIndex { self.cursor($0) == cursor } }

    private func connection(_ range: Range<Int>) -> Record {
        let page = orders[range]
        let info = Record(
            "PageInfo",
            [
                "hasNextPage": .bool(range.upperBound < orders.count), "hasPreviousPage": .bool(range.lowerBound > 0),
                "startCursor": .string(page.first.map(cursor)), "endCursor": .string(page.last.map(cursor)),
            ])
        let edges = page.map { order in
            Record(
                "OrderEdge",
                ["cursor": .string(cursor(order)), "node": .object(OrderView(shop: shop, order: order))])
        }
        return Record(
            "OrderConnection",
            ["totalCount": .integer(orders.count), "pageInfo": .object(info), "edges": .objects(edges)])
    }
}

extension OrderConnection {
    /// RFC 4648, section 4.
    private static func base64(_ octets: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: octets.count, by: 3) {
            let group = octets[start..<min(start + 3, octets.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? letters[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
