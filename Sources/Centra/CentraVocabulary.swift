/// The words of Centra's webhooks: types of the Integration version, field names of the two older ones.
///
/// The one thing to know: case counts. The Checkout version writes `brands`, the Storefront version `Brands`.
import Commerce

/// The types of the Integration API version (Centra, "Webhooks").
enum CentraType {
    case order, shipment, `return`
    /// Documented, and of no use to stock, orders or returns.
    case customer, account

    init?(_ text: Span<UInt8>) {
        if text.isSpelled("order") {
            self = .order
        } else if text.isSpelled("shipment") {
            self = .shipment
        } else if text.isSpelled("return") {
            self = .return
        } else if text.isSpelled("customer") {
            self = .customer
        } else if text.isSpelled("account") {
            self = .account
        } else {
            return nil
        }
    }
}

/// The members of a payload that are lists: `events` of the Integration version, the default field names of the
/// Checkout version (small initials), those of the Storefront version (capitals).
enum CentraList: String, CaseIterable, Sendable {
    case events
    case products, categories, pricelists, warehouses, warehouseGroups, brands, markets, campaigns, campaignSites
    case affiliates, giftCertificates, statics, cmsArticles, mapsLocations, mapsRegion
    case displayItems = "DisplayItems"
    case storefrontCategories = "Categories"
    case storefrontPricelists = "Pricelists"
    case storefrontMarkets = "Markets"
    case collections = "Collections"
    case storefrontBrands = "Brands"
    case languages = "Languages"
    case storefrontCampaignSites = "CampaignSites"
    case storefrontAffiliates = "Affiliates"
    case brickAndMortars = "BrickAndMortars"

    init?(_ name: Span<UInt8>) {
        if name.isSpelled("events") {
            self = .events
            return
        }
        guard Self.nameLengths.contains(name.count) else { return nil }
        self.init(rawValue: name.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) })
    }

    /// Octets of the shortest and the longest name.
    private static let nameLengths = 6...16

    /// Whether its ids are products, which is all that we use of the keyed shapes.
    var namesProducts: Bool { self == .products || self == .displayItems }
}
