// What became of a payment: one entry of an order's payment history.
package import Commerce

package enum PaymentStatus: String, Sendable {
    case success = "SUCCESS"
    /// The provider answers later; it can take days, and fail.
    case pending = "PENDING"
    case failed = "FAILED"
}

package enum PaymentEntryType: String, Sendable {
    case auth = "AUTH"
    case authPending = "AUTH_PENDING"
    case capture = "CAPTURE"
    case capturePending = "CAPTURE_PENDING"
    case captureFailed = "CAPTURE_FAILED"
    case captureRequest = "CAPTURE_REQUEST"
    case refund = "REFUND"
    case refundRequest = "REFUND_REQUEST"
    case refundFailed = "REFUND_FAILED"
    case cancel = "CANCEL"
    case cancelRequest = "CANCEL_REQUEST"
    case markedAsPaid = "MARKED_AS_PAID"
    case markedAsUnpaid = "MARKED_AS_UNPAID"
}

package struct CentraPayment: Sendable, Equatable {
    package let id: Int
    package let createdAt: CentraTime
    package let status: OpenCode<PaymentStatus>
    package let type: OpenCode<PaymentEntryType>
    /// The provider's reference, kept as it came.
    package let externalReference: Personal?
    package let method: String?
    package let value: Money

    init(_ node: Node) throws(Misfit) {
        id = try node.integer("id")
        createdAt = try node.time("createdAt")
        status = try node.code("status")
        type = try node.code("entryType")
        externalReference = try node.personal("externalReference")
        method = try node.optionalText("paymentMethod")
        value = try Money(node.member("value"))
    }
}
