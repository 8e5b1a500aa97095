// Products, variants, sizes and warehouses of the pretend shop.

struct Product: Sendable {
    let id: Int
    var name: String
    var number: String
    var isActive = true
    var isBundle = false
    var commodityCode: String?
    var originCode: String?
    var updatedAt: Moment
    var variantIDs: [Int] = []
}

struct Variant: Sendable {
    let id: Int
    let productID: Int
    var name: String
    var number: String
    var isActive = true
    var updatedAt: Moment
    var sizeIDs: [Int] = []
}

struct Size: Sendable {
    let id: Int
    let productID: Int
    let variantID: Int
    /// The SKU's end; often empty.
    var number: String
    var description: String
    var ean: String?
    var upc: String?
    var isActive = true
    var updatedAt: Moment
}

struct Warehouse: Sendable {
    let id: Int
    var name: String
    var isHidden = false
    var threshold = 0
    var stockMaster = "EXTERNAL"
    var stockOwnership = "THIRD_PARTY"
    var allocationPolicy = "CHECK_FIRST"
    var countryCode = "GB"
    var zipCode: String?
}

struct Catalogue: Sendable {
    private(set) var products: [Int: Product] = [:]
    private(set) var variants: [Int: Variant] = [:]
    private(set) var sizes: [Int: Size] = [:]
    private(set) var productIDs: [Int] = []
    private(set) var sizeIDs: [Int] = []
    private var bySKU: [String: [Int]] = [:]
    private var byBarcode: [String: [Int]] = [:]

    mutating func add(_ product: Product) {
        if products.updateValue(product, forKey: product.id) == nil { productIDs.append(product.id) }
    }

    mutating func add(_ variant: Variant) {
        if variants.updateValue(variant, forKey: variant.id) == nil {
            products[variant.productID]?.variantIDs.append(variant.id)
        }
    }

    mutating func add(_ size: Size) {
        if sizes.updateValue(size, forKey: size.id) == nil {
            sizeIDs.append(size.id)
            variants[size.variantID]?.sizeIDs.append(size.id)
        }
        bySKU[sku(of: size), default: []].append(size.id)
        for code in [size.ean, size.upc].compactMap(\.self) { byBarcode[code, default: []].append(size.id) }
    }

    mutating func touch(size id: Int, at now: Moment) { sizes[id]?.updatedAt = now }

    /// Somebody gives a size another number, and so another SKU.
    mutating func renumber(size id: Int, _ number: String, at now: Moment) {
        guard var size = sizes[id] else { return }
        bySKU[sku(of: size)]?.removeAll { $0 == id }
        (size.number, size.updatedAt) = (number, now)
        sizes[id] = size
        bySKU[sku(of: size), default: []].append(id)
    }

    /// Product number, variant number and size number, with nothing between them: not always unique.
    func sku(of size: Size) -> String {
        (products[size.productID]?.number ?? "") + (variants[size.variantID]?.number ?? "") + size.number
    }

    func sizes(sku: String) -> [Int] { bySKU[sku] ?? [] }

    func sizes(ean: String) -> [Int] { (byBarcode[ean] ?? []).filter { sizes[$0]?.ean == ean } }
    func sizes(upc: String) -> [Int] { (byBarcode[upc] ?? []).filter { sizes[$0]?.upc == upc } }
}

/// Countries that the shop sells to.
enum Countries {
    static let all: [(id: Int, code: String, name: String)] = [
        (1, "SE", "Sweden"), (2, "DE", "Germany"), (3, "IE", "Ireland"), (4, "NO", "Norway"), (5, "PL", "Poland"),
        (6, "PT", "Portugal"), (7, "IT", "Italy"), (8, "DK", "Denmark"), (9, "GB", "United Kingdom"),
        (10, "FI", "Finland"),
    ]
}
