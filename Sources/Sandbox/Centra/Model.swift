// What the pretend shop knows of orders, shipments and returns. Plain values; `Shop` owns them.

/// Microseconds since 1970.
typealias Moment = Int64

struct Address: Equatable, Sendable {
    var firstName: String?, lastName: String?, companyName: String?, attention: String?
    var address1: String?, address2: String?, city: String?, zipCode: String?, stateOrProvince: String?
    var countryCode = "SE"
    var email: String?, phoneNumber: String?, cellPhoneNumber: String?, vatNumber: String?
}

struct Person: Sendable {
    let id: Int
    var email: String, firstName: String, lastName: String
}

enum OrderStatus: String, Sendable {
    case incomplete = "INCOMPLETE", pending = "PENDING", confirmed = "CONFIRMED", processing = "PROCESSING"
    case shipped = "SHIPPED", archived = "ARCHIVED", cancelled = "CANCELLED"

    var isOpen: Bool { [.pending, .confirmed, .processing].contains(self) }
}

/// How an order is paid: who, and whether the answer comes later.
struct PaymentProvider: Equatable, Sendable {
    let uri: String
    let plugin: String
    let method: String
    let isAsynchronous: Bool

    static let stripe = PaymentProvider(
        uri: "stripe", plugin: "StripeCheckout", method: "stripe-checkout", isAsynchronous: false)
    static let adyen = PaymentProvider(
        uri: "adyen", plugin: "AdyenDropIn", method: "adyen-drop-in", isAsynchronous: true)
}

struct ShippingOption: Equatable, Sendable {
    let id: Int
    let name: String
    let uri: String

    static let all = [
        ShippingOption(id: 11, name: "Standard delivery", uri: "standard"),
        ShippingOption(id: 12, name: "Express", uri: "express"),
        ShippingOption(id: 13, name: "Pick-up point", uri: "pickup"),
        ShippingOption(id: 14, name: "Pallet freight", uri: "pallet"),
    ]
}

struct Order: Sendable {
    let number: Int
    /// 32 hexadecimal digits.
    let id: String
    var isWholesale = false
    var status = OrderStatus.pending
    var isOnHold = false, isLocked = false, isWaitingForPayment = false, isInternal = false
    var createdAt: Moment
    var updatedAt: Moment
    var shippingCost = Money(minor: 0)
    var shippingOption = ShippingOption.all[0]
    var provider = PaymentProvider.stripe
    var payments: [Payment] = []
    /// Everything was captured up front, so that shipments are covered.
    var isCaptured = false
    var attributes: [Attribute] = []
    var internalComment: String?
    var otherComment = ""
    var externalId: String?
    var shippingAddress = Address()
    var billingAddress = Address()
    var customer: Person?
    var accountName: String?
    var purchaseOrderNumber: String?
    var lines: [OrderLine] = []

    struct Attribute: Sendable {
        let type: String, key: String, value: String
    }

    var storeID: Int { isWholesale ? 2 : 1 }
    var marketID: Int { 2 }
    var typeName: String { isWholesale ? "WholesaleOrder" : "DirectToConsumerOrder" }
    /// Counted before anything was cancelled as a whole.
    var total: Money { lines.map(\.value).reduce(shippingCost, +) }
    var reference: String { "psp-\(number)" }
}

struct OrderLine: Sendable {
    let id: Int
    let sizeID: Int
    /// Without what was cancelled on the line.
    var quantity: Int
    var cancelledQuantity = 0
    var returnedQuantity = 0
    var unitPrice: Money
    var originalPrice: Money
    var comment: String?
    var allocations: [Allocation] = []

    var value: Money { unitPrice * quantity }
    var allocatedQuantity: Int { allocations.map(\.quantity).reduce(0, +) }
}

struct Allocation: Sendable {
    let id: Int
    let warehouseID: Int
    var quantity: Int
    var isWaitingForConfirmation = false
}

struct Payment: Sendable {
    enum Status: String, Sendable {
        case success = "SUCCESS", pending = "PENDING", failed = "FAILED"
    }

    let id: Int
    let createdAt: Moment
    let status: Status
    let entryType: String
    let externalReference: String
    let method: String
    let value: Money
    let paramsJSON: String
    let orderNumber: Int
    var returnID: Int?
}

struct Shipment: Sendable {
    let id: Int
    /// "10002-1"
    let number: String
    let orderNumber: Int
    let isWholesale: Bool
    let createdAt: Moment
    var updatedAt: Moment
    var isGoodToGo = false
    var paidAt: Moment?
    var capturedAt: Moment?
    var capturedValue: Money?
    var shippedAt: Moment?
    /// The provider has not said yet.
    var captureSettlesAt: Moment?
    var trackingNumber: String?, returnTrackingNumber: String?
    var numberOfPackages = 0
    var internalShippingCost: Money?
    /// What this shipment carries of the order's shipping cost.
    var shippingShare = Money(minor: 0)
    var additionalMessage: String?
    var carrier: String?, service: String?
    var externalId: String?
    var lines: [ShipmentLine] = []

    var isPaid: Bool { paidAt != nil }
    var isCaptured: Bool { capturedAt != nil }
    var isShipped: Bool { shippedAt != nil }
    var typeName: String { isWholesale ? "WholesaleShipment" : "DirectToConsumerShipment" }
}

struct ShipmentLine: Sendable {
    let id: Int
    let orderLineID: Int
    let quantity: Int
    /// Where the units came from when it was completed.
    var warehouseID: Int?
}

enum StockPolicy: Equatable, Sendable {
    case release, remove
    case send(warehouseID: Int)
}

struct Return: Sendable {
    let id: Int
    let shipmentID: Int
    let orderNumber: Int
    let isWholesale: Bool
    let createdAt: Moment
    let lines: [ReturnLine]
    let policy: StockPolicy
    var isCompleted = false
    var isDeleted = false
    /// The policy has had its effect on the stock.
    var isBooked = false
    var comment: String?
    var externalId: String?
    var refunds: [Payment] = []

    var typeName: String { isWholesale ? "WholesaleReturn" : "DirectToConsumerReturn" }
}

struct ReturnLine: Sendable {
    let id: Int
    let shipmentLineID: Int
    let orderLineID: Int
    let quantity: Int
}
