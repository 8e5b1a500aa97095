/// The form around a payload: `payload=%7B%22events%22…`, one field (Centra, "Webhooks").
///
/// The one thing to know: the signature was taken over the form as it came, so it is decoded here and only here,
/// afterwards. Other fields are tolerated and never kept.
import Commerce

/// Why a body holds no payload that can be read, in words that repeat nothing of it.
struct Unreadable: Error {
    let reason: String
}

struct CentraForm {
    /// Whether there is anything but `payload=` and its value.
    let hasOtherFields: Bool
    private let encodedPayload: ArraySlice<UInt8>
    /// Where the payload starts in the body, in octets.
    private let payloadOffset: Int

    init(_ body: ArraySlice<UInt8>) throws(Unreadable) {
        if Masking.isSkeleton(body) {
            throw Unreadable(reason: "it was not understood when it arrived, and only its shape was kept")
        }
        var payload: FormField?
        var isAlone = true
        for field in FormFields(body) {
            guard field.isNamed("payload") else {
                isAlone = false
                continue
            }
            guard payload == nil else { throw Unreadable(reason: "there are two payload fields") }
            payload = field
        }
        guard let payload else { throw Unreadable(reason: Self.whyNoPayload(in: body)) }
        encodedPayload = payload.value
        payloadOffset = payload.value.startIndex - body.startIndex
        let isWhole = payload.name.startIndex == body.startIndex && payload.value.endIndex == body.endIndex
        hasOtherFields = !isAlone || !isWhole || !payload.name.isSpelled("payload")
    }

    func payload() throws(Unreadable) -> CentraPayload {
        let octets: [UInt8]
        do {
            octets = try FormEncoding.decode(encodedPayload)
        } catch {
            throw Unreadable(reason: "an escape is broken, at octet \(payloadOffset + error.offset + 1) of the body")
        }
        do {
            return try CentraPayload(octets)
        } catch {
            throw Unreadable(reason: "the payload cannot be read: \(error)")
        }
    }

    private static func whyNoPayload(in body: ArraySlice<UInt8>) -> String {
        if body.isEmpty { return "the body is empty" }
        return body.contains(UInt8(ascii: "=")) ? "there is no payload field" : "the body is not a form"
    }

    /// The words that stay readable in the skeleton of a body that could not be read.
    static let vocabulary: [StaticString] = [
        "payload", "events", "type", "action", "date", "id", "order", "shipment", "return", "customer", "account",
        "insert", "create", "update", "good_to_go", "products", "categories", "pricelists", "warehouses",
        "warehouseGroups", "brands", "markets", "campaigns", "campaignSites", "affiliates", "giftCertificates",
        "statics", "cmsArticles", "mapsLocations", "mapsRegion", "DisplayItems", "Categories", "Pricelists", "Markets",
        "Collections", "Brands", "Languages", "CampaignSites", "Affiliates", "BrickAndMortars", "true", "false", "null",
    ]
}
