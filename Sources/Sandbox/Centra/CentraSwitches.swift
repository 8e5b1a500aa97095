// Where the real service is unknown, or differs from server to server, the pretend one has a switch. The default is what the
// references hold for likely, or the worse of two when nothing is known. (§ = section of the Centra reference.)
import JSON

package struct CentraSwitches: Sendable {
    // MARK: The server

    /// `extensions.appVersion`. Below v1.59.10 several sizes in one `setStock` go wrong (§5.2).
    package var appVersion = "v1.60.0"
    /// Which spellings of the schema exist (§7, §11.24); an early server has `CentraSwitches.oldSpellings`.
    package var spellings = CentraSwitches.newSpellings
    /// Minutes east of UTC of all times (§2.4).
    package var utcOffsetMinutes = 60
    package var introspectionIsAllowed = true
    package var tellsDeprecations = true
    package var tellsPermissions = true

    // MARK: Tokens

    package enum BadToken: String, SwitchValue { case unauthorized, forbidden, errors }
    /// What a bad or expired token gets: 401, 403, or 200 with `errors` (§2.2: unknown).
    package var badToken = BadToken.unauthorized

    // MARK: Limits

    package enum RetryAfter: String, SwitchValue { case httpDate, unixSeconds, iso8601, deltaSeconds, none }
    /// "A timestamp", in which form is unknown (§2.5).
    package var retryAfter = RetryAfter.httpDate
    /// Requests, mutations and complexity; each in ten seconds and in an hour (the plan "Growth", §2.5).
    package var quotas = [60, 5_000, 20, 1_800, 250_000, 30_000_000]

    // MARK: Events and webhooks

    /// Off on a server where nobody asked for it (§2.6).
    package var eventsAreEnabled = true
    package var webhookURL = ""
    package var webhookSecret = "sandbox-endpoint-secret"
    /// Off by default at Centra; then up to three, each after a longer delay (§1.1). Milliseconds.
    package var webhookRetryDelays: [Int] = []
    package var webhookTimeoutMilliseconds = 5_000
    package var webhookSignsEachAttemptAnew = true
    /// `+` instead of `%20`.
    package var webhookPlusForSpace = false
    package var webhookIDsAreStrings = false
    package var webhookEventsPerCall = 100
    package var webhookTriggers = ["order", "shipment", "return"]
    /// "insert" or "create" for a new order (§1.3: both occur).
    package var webhookOrderAction = "insert"

    // MARK: Orders and shipments

    package var autoconfirmsOrders = false
    package var allocatesOnConfirm = true
    /// Whether a shipment of a held or unpaid order is refused (§13.18: unknown).
    package var refusesShipmentOfHeldOrder = false
    /// Whether units that are not allocated can be shipped without `allocateDemand` (unknown).
    package var shipsUnallocated = false
    /// Completing needs "paid" and "good to go" (§4.1, stated for the Order API).
    package var completingNeedsPaid = true
    package var completingNeedsGoodToGo = true
    /// How long an asynchronous provider takes. Milliseconds.
    package var captureDelayMilliseconds = 60_000

    // MARK: Stock

    package enum UnknownSize: String, SwitchValue { case refuseAll, refuseRow, skip }
    /// One unknown size: the whole call fails, its row fails, or it is skipped with a warning (§5.2: unknown).
    package var unknownSize = UnknownSize.refuseAll
    package enum AmbiguousSize: String, SwitchValue { case first, refuse }
    /// Two sizes have this SKU (§7: unknown).
    package var ambiguousSize = AmbiguousSize.first
    package enum BelowAllocated: String, SwitchValue { case clampSilently, clampWithWarning, refuse, accept }
    /// Less physical stock than is allocated (§5.2: the Order API raises it silently).
    package var belowAllocated = BelowAllocated.clampSilently
    /// Rows in one call; 0: any number (§5.2: unknown).
    package var stockRowLimit = 0

    // MARK: Returns

    /// Whether the policy has its effect when the return is created (§6, inferred) or when it is completed.
    package var returnsBookOnCreation = true

    // MARK: Trouble

    /// Requests in a hundred that meet one of `chaosKinds`.
    package var chaosPercent = 0
    package var chaosKinds: [FaultKind] = [.status500, .html502, .timeoutBefore, .timeoutAfter, .throttled]

    package init() {}

    package static let newSpellings = [
        "stockActionPolicy", "EAN", "returnStatus", "returnCosts", "refundReturn", "shippedQuantity",
        "shipmentExternalId",
        "stocks",
    ]
    package static let oldSpellings = ["stockAction", "GTIN"]

    package static let table = SwitchTable<CentraSwitches>([
        .init("appVersion", \.appVersion), .init("spellings", \.spellings),
        .init("utcOffsetMinutes", \.utcOffsetMinutes), .init("introspectionIsAllowed", \.introspectionIsAllowed),
        .init("tellsDeprecations", \.tellsDeprecations), .init("tellsPermissions", \.tellsPermissions),
        .init("badToken", \.badToken), .init("retryAfter", \.retryAfter), .init("quotas", \.quotas),
        .init("eventsAreEnabled", \.eventsAreEnabled), .init("webhookURL", \.webhookURL),
        .init("webhookSecret", \.webhookSecret), .init("webhookRetryDelays", \.webhookRetryDelays),
        .init("webhookTimeoutMilliseconds", \.webhookTimeoutMilliseconds),
        .init("webhookSignsEachAttemptAnew", \.webhookSignsEachAttemptAnew),
        .init("webhookPlusForSpace", \.webhookPlusForSpace), .init("webhookIDsAreStrings", \.webhookIDsAreStrings),
        .init("webhookEventsPerCall", \.webhookEventsPerCall), .init("webhookTriggers", \.webhookTriggers),
        .init("webhookOrderAction", \.webhookOrderAction), .init("autoconfirmsOrders", \.autoconfirmsOrders),
        .init("allocatesOnConfirm", \.allocatesOnConfirm),
        .init("refusesShipmentOfHeldOrder", \.refusesShipmentOfHeldOrder),
        .init("shipsUnallocated", \.shipsUnallocated),
        .init("completingNeedsPaid", \.completingNeedsPaid),
        .init("completingNeedsGoodToGo", \.completingNeedsGoodToGo),
        .init("captureDelayMilliseconds", \.captureDelayMilliseconds), .init("unknownSize", \.unknownSize),
        .init("ambiguousSize", \.ambiguousSize), .init("belowAllocated", \.belowAllocated),
        .init("stockRowLimit", \.stockRowLimit), .init("returnsBookOnCreation", \.returnsBookOnCreation),
        .init("chaosPercent", \.chaosPercent), .init("chaosKinds", \.chaosKinds),
    ])
}
