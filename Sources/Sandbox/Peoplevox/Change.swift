// What a subscriber can be told of: the events of the WSDL and of newer servers, each with the values of its
// placeholders (peoplevox.md, 5.1). Those of `Returns` and of the newer events are published nowhere; ours are invented in
// the manner of the others, and nothing may depend on them.

package struct Change: Equatable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case availabilityChanges = "AvailabilityChanges"
        case salesOrderStatusChanges = "SalesOrderStatusChanges"
        case goodsReceived = "GoodsReceived"
        case trackingNumberReceived = "TrackingNumberReceived"
        case incrementalChanges = "IncrementalChanges"
        case returns = "Returns"
        case packageTrackingNumberReceived = "DespatchPackageTrackingNumberReceived"
        case packageDespatched = "DespatchPackageDespatched"
        case despatchOrderReceived = "OnDespatchOrderReceived"

        /// Whether only newer servers know it.
        package var isNewer: Bool {
            switch self {
            case .availabilityChanges, .salesOrderStatusChanges, .goodsReceived, .trackingNumberReceived,
                .incrementalChanges, .returns:
                false
            case .packageTrackingNumberReceived, .packageDespatched, .despatchOrderReceived: true
            }
        }
    }

    package var kind: Kind
    package var site: String
    /// By placeholder, without braces. A collection has a value for each of its members.
    package var values: [String: [Cell]]

    init(_ kind: Kind, site: String, _ values: [String: [Cell]]) {
        self.kind = kind
        self.site = site
        self.values = values
    }
}
