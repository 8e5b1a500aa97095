/// The form around a payload: `payload=%7B%22events%22…`, one field (Centra, "Webhooks").
///
/// The one thing to know: the signature was taken over the form as it came, and it is read as it came: nothing is decoded
/// but short texts. Other fields are tolerated and never kept.
import Commerce

/// Why a body holds no payload that can be read, in words that repeat nothing of it.
struct Unreadable: Error {
    let reason: String
}

struct CentraForm {
    /// Whether there is anything but `payload=` and its value.
    let hasOtherFields: Bool
    /// Where the payload stands, still encoded.
    let payload: Range<Int>

    init(_ body: Span<UInt8>) throws(Unreadable) {
        if Masking.isSkeleton(body) {
            throw Unreadable(reason: "it was not understood when it arrived, and only its shape was kept")
        }
        var payload: FormFieldPlace?
        var isAlone = true
        var position = 0
        while let field = body.nextField(from: &position) {
            guard body.extracting(field.name).isFormSpelled("payload") else {
                isAlone = false
                continue
            }
            guard payload == nil else { throw Unreadable(reason: "there are two payload fields") }
            payload = field
        }
        guard let payload else { throw Unreadable(reason: Self.whyNoPayload(in: body)) }
        self.payload = payload.value
        let isWhole = payload.name.lowerBound == 0 && payload.value.upperBound == body.count
        hasOtherFields = !isAlone || !isWhole || !body.extracting(payload.name).isSpelled("payload")
    }

    /// Reads the payload of the same body.
    func readPayload(in body: Span<UInt8>) throws(Unreadable) -> CentraPayload {
        let text = body.extracting(payload)
        do {
            return try CentraPayload(text)
        } catch {
            throw unreadable(text, because: error)
        }
    }

    private func unreadable(_ text: Span<UInt8>, because fault: JSONFault) -> Unreadable {
        do {
            return Unreadable(reason: "the payload cannot be read: \(try fault.inText(of: text))")
        } catch {
            return Unreadable(
                reason: "an escape is broken, at octet \(payload.lowerBound + error.offset + 1) of the body")
        }
    }

    private static func whyNoPayload(in body: Span<UInt8>) -> String {
        if body.isEmpty { return "the body is empty" }
        let hasValue = body.first(UInt8(ascii: "="), from: 0) < body.count
        return hasValue ? "there is no payload field" : "the body is not a form"
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
