// Products, sizes, warehouses and markets.
import JSON

extension GraphQLOperation where Value == [CentraProduct] {
    /// Active and inactive products that were updated at `since` or later, the oldest change first.
    package static func products(updatedSince since: CentraTime, limit: Int, page: Int) -> GraphQLOperation {
        products(limit, page) {
            ["status": ["ACTIVE", "INACTIVE"], "updatedAt": ["from": .string(since.description)]]
        }
    }

    package static func products(ids: [Int]) -> GraphQLOperation {
        products(SchemaCapabilities.listLimit, 1) { ["id": .array(ids.map(JSONValue.integer))] }
    }

    private static func products(
        _ limit: Int, _ page: Int, _ filter: @escaping @Sendable () -> JSONValue
    ) -> GraphQLOperation {
        .query(
            .products, complexity: limit * 20,
            variables: { _ in ["where": filter(), "limit": .integer(limit), "page": .integer(page)] },
            read: { data throws(Misfit) in try data.list("products", CentraProduct.init) })
    }
}

extension GraphQLOperation where Value == [CentraSize] {
    package static func sizes(
        _ filter: SizeFilter, limit: Int = SchemaCapabilities.listLimit, page: Int = 1
    ) -> GraphQLOperation {
        .query(
            .productSizes, complexity: limit * 3,
            variables: { ["where": filter.json(for: $0), "limit": .integer(limit), "page": .integer(page)] },
            read: { data throws(Misfit) in try data.list("productSizes", CentraSize.init) })
    }
}

extension GraphQLOperation where Value == [CentraWarehouse] {
    package static func warehouses(limit: Int = SchemaCapabilities.listLimit, page: Int = 1) -> GraphQLOperation {
        .query(
            .warehouses, variables: { _ in ["limit": .integer(limit), "page": .integer(page)] },
            read: { data throws(Misfit) in try data.list("warehouses", CentraWarehouse.init) })
    }
}

extension GraphQLOperation where Value == [CentraMarket] {
    package static func markets(limit: Int = SchemaCapabilities.listLimit, page: Int = 1) -> GraphQLOperation {
        .query(
            .markets, variables: { _ in ["limit": .integer(limit), "page": .integer(page)] },
            read: { data throws(Misfit) in try data.list("markets", CentraMarket.init) })
    }
}

/// How many there are, for a comparison with what was read.
package struct CentraCounts: Sendable, Equatable {
    package let orders: Int
    package let products: Int
}

extension GraphQLOperation where Value == CentraCounts {
    package static func counts(updatedSince since: CentraTime) -> GraphQLOperation {
        let filter = JSONValue.updated(since, stores: [])
        return .query(
            .counters, variables: { _ in ["orders": filter, "products": filter] },
            read: { data throws(Misfit) in
                let counters = try data.member("counters")
                return CentraCounts(orders: try counters.integer("orders"), products: try counters.integer("products"))
            })
    }
}
