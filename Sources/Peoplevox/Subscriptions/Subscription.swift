// A subscription to an event: what we want, and what we have. Peoplevox cannot list subscriptions, so what is not written
// down here is lost for good. The token of a callback's address is never part of it, only its SHA-256.

/// What Peoplevox is to call us about, and where.
package struct WantedSubscription: Sendable, Hashable {
    package enum Method: String, Sendable, CaseIterable {
        /// Peoplevox fills in a template of an address.
        case get
        /// Peoplevox sends the parameters as a form.
        case post
    }

    package let event: CallbackEvent
    package let method: Method
    /// Up to the token, `https://bridge.example.com/v1/acme/peoplevox/AvailabilityChanges/`.
    package let address: String
    /// 64 hexadecimal digits.
    package let tokenHash: String
    /// `item={ItemCode}&available={Available}`
    package let parameters: String
    /// Nil where the server does not know the question.
    package let encodesParameters: Bool?

    /// Nil when a part cannot be written on a line: it is empty, or has white space or other signs that belong in no
    /// address; or when the hash is none.
    package init?(
        _ event: CallbackEvent, _ method: Method, address: String, tokenHash: String, parameters: String,
        encodesParameters: Bool?
    ) {
        guard [address, parameters].allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }),
            address.utf8.count <= 1_024, parameters.utf8.count <= 1_024, tokenHash.utf8.count == 64,
            tokenHash.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) })
        else { return nil }
        self.event = event
        self.method = method
        self.address = address
        self.tokenHash = tokenHash
        self.parameters = parameters
        self.encodesParameters = encodesParameters
    }

    func operation(_ token: CallbackSecret) -> PeoplevoxOperation<Int32> {
        let url = address + token.reveal()
        switch method {
        case .get:
            return .subscribe(Subscribing(event, url: "\(url)?\(parameters)", encodesParameters: encodesParameters))
        case .post:
            return .subscribe(
                Subscribing(event, url: url, encodesParameters: encodesParameters), parameters: parameters)
        }
    }
}

/// The token itself, which only a new subscription's address holds.
package struct CallbackSecret: Sendable, Equatable, Unprintable {
    private let text: String

    package init(_ text: String) { self.text = text }

    func reveal() -> String { text }
}

extension CallbackEvent {
    /// Our parameters and Peoplevox's placeholders for them, where those are known (peoplevox.md, section 5.1). None asks for
    /// anything about a shopper.
    package var usualParameters: String? {
        switch self {
        case .availabilityChanges: "item={ItemCode}&available={Available}"
        case .incrementalChanges: "item={ItemType.ItemCode}&changed={QuantityChanged}&at={UpdateTimestamp}"
        case .salesOrderStatusChanges:
            "order={SalesOrderNumber}&status={SalesOrderStatu.Name}&time={LastModificationTime}"
        case .trackingNumberReceived:
            "despatch={DespatchNumber}&tracking={TrackingNumber}&carrier={Carrier.Number}"
                + "&service={ServiceType.Name}&code={ServiceType.Code}&order={Picks.SalesOrder.SalesOrderNumber}"
        case .goodsReceived:
            "id={GoodsInId}&reference={Reference}&reconciled={ReconciledDateTime}"
                + "&item={Consignments.ConsignmentItemTypes.ItemType.ItemCode}"
                + "&qty={Consignments.ConsignmentItemTypes.Quantity}"
        case .returns, .despatchPackageTrackingNumberReceived, .despatchPackageDespatched, .onDespatchOrderReceived: nil
        }
    }
}

/// A subscription that we made, or wanted to make.
package struct Subscription: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        /// We were about to subscribe, and never learned what came of it. It may call us with its token, and nobody can
        /// unsubscribe it: another token takes its power away.
        case orphaned
        case active(id: Int32)
        /// We were about to unsubscribe.
        case ending(id: Int32)
        case ended
        /// Peoplevox said no, or was not reached.
        case refused
    }

    /// Ours, from 1.
    package let number: Int
    package let wanted: WantedSubscription
    /// Microseconds of wall clock at which its state was written down.
    package var since: Int64
    package var state: State
}
