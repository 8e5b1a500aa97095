// Stock: absolute quantities go to Centra, samples are read back.
import JSON

/// How a size is named. Exactly one of these (Centra, `ProductSizeInput`).
package enum SizeReference: Sendable, Hashable, CustomStringConvertible {
    case id(Int)
    case sku(String)
    case ean(String)
    case upc(String)

    func json(for schema: SchemaCapabilities) -> JSONValue {
        switch self {
        case .id(let id): ["id": .integer(id)]
        case .sku(let code): ["SKU": .string(code)]
        case .ean(let code): [schema.has("ProductSizeInput.EAN") ? "EAN" : "GTIN": .string(code)]
        case .upc(let code): ["UPC": .string(code)]
        }
    }

    func filter(for schema: SchemaCapabilities) -> JSONValue {
        switch self {
        case .id(let id): ["id": [.integer(id)]]
        case .sku(let code): ["SKU": ["equals": .string(code)]]
        case .ean(let code): [schema.has("ProductSizeFilter.EAN") ? "EAN" : "GTIN": ["equals": .string(code)]]
        case .upc(let code): ["UPC": ["equals": .string(code)]]
        }
    }

    package var description: String {
        switch self {
        case .id(let id): "size \(id)"
        case .sku(let code): "SKU \(code)"
        case .ean(let code): "EAN \(code)"
        case .upc(let code): "UPC \(code)"
        }
    }
}

/// What is on the shelf of a size, also what is promised: Centra subtracts allocations itself.
package struct StockRow: Sendable, Hashable {
    package let size: SizeReference
    /// 0 or more.
    package let quantity: Int

    package init(_ size: SizeReference, _ quantity: Int) {
        self.size = size
        self.quantity = quantity
    }
}

extension GraphQLOperation where Value == [Int] {
    /// Absolute physical quantities in one warehouse. Answers with the ids of the stock changes that it made.
    ///
    /// - Parameter description: for people who look at stock changes; nothing about shoppers.
    package static func setStock(_ rows: [StockRow], warehouse: Int, description: String) -> GraphQLOperation {
        .mutation(
            .setStock, complexity: 150 + rows.count,
            variables: { schema in
                let sizes = rows.map { row -> JSONValue in
                    ["productSize": row.size.json(for: schema), "quantity": .integer(row.quantity)]
                }
                return [
                    "input": [
                        "warehouse": ["id": .integer(warehouse)], "description": .string(description),
                        "stockQuantityType": "PHYSICAL", "productSizes": .array(sizes),
                    ]
                ]
            },
            read: { payload throws(Misfit) in
                try payload.list("stockChanges") { change throws(Misfit) in try change.integer("id") }
            })
    }
}

/// Which sizes are read.
package enum SizeFilter: Sendable, Hashable {
    case ids([Int])
    case one(SizeReference)
    case updatedSince(CentraTime)
    case all

    func json(for schema: SchemaCapabilities) -> JSONValue {
        switch self {
        case .ids(let ids): ["id": .array(ids.map(JSONValue.integer))]
        case .one(let size): size.filter(for: schema)
        case .updatedSince(let time): .updated(time, stores: [])
        case .all: [:]
        }
    }
}

extension GraphQLOperation where Value == [CentraStock] {
    /// - Parameter all: also the quantities that are dear.
    package static func stock(
        of sizes: SizeFilter, all: Bool, limit: Int = SchemaCapabilities.listLimit, page: Int = 1
    ) -> GraphQLOperation {
        .query(
            .stockOfSizes, complexity: all ? limit * 20 : limit,
            variables: {
                ["where": sizes.json(for: $0), "limit": .integer(limit), "page": .integer(page), "all": .bool(all)]
            },
            read: { data throws(Misfit) in try data.list("productSizes", CentraStock.init) })
    }
}

extension GraphQLOperation where Value == [WarehouseStock] {
    /// Only where an introspection has found the field.
    package static func stock(
        of sizes: [Int], inWarehouse warehouse: Int, limit: Int = SchemaCapabilities.listLimit, page: Int = 1
    ) -> GraphQLOperation {
        .query(
            .stockByWarehouse, complexity: limit * 20,
            requirements: ["Query.stocks|Query.stock", "Stock.warehouse", "Stock.productSize"],
            variables: { _ in
                [
                    "where": [
                        "warehouseId": [.integer(warehouse)], "productSizeId": .array(sizes.map(JSONValue.integer)),
                    ], "limit": .integer(limit), "page": .integer(page),
                ]
            },
            read: { data throws(Misfit) in try data.list("stocks", WarehouseStock.init) })
    }
}
