// Captures, refunds and cancelled authorisations, as far as the provider lets them (§3.4).
import JSON

/// What a provider answers.
package enum CaptureOutcome: String, SwitchValue {
    case success, failure, pending
}

extension Shop {
    func outcome(for order: Order) -> CaptureOutcome {
        if var planned = outcomes[order.number], !planned.isEmpty {
            let first = planned.removeFirst()
            outcomes[order.number] = planned
            return first
        }
        return order.provider.isAsynchronous ? .pending : .success
    }

    func pay(
        _ order: Order, _ entryType: String, _ status: Payment.Status, _ value: Money, _ json: String,
        returnID: Int? = nil
    ) -> Payment {
        let payment = Payment(
            id: nextID("PaymentHistoryEntry", from: 200_001), createdAt: now, status: status, entryType: entryType,
            externalReference: order.reference, method: order.provider.method, value: value, paramsJSON: json,
            orderNumber: order.number, returnID: returnID)
        edit(order.number) { $0.payments.append(payment) }
        return payment
    }

    /// Asks the provider for the money.
    func capture(_ value: Money, of order: Order) -> (payment: Payment, outcome: CaptureOutcome) {
        let outcome = outcome(for: order)
        let payment =
            switch outcome {
            case .success: pay(order, "CAPTURE", .success, value, "{\"success\":true}")
            case .failure:
                pay(order, "CAPTURE", .failed, value, "{\"success\":false,\"error\":\"authorisation expired\"}")
            case .pending: pay(order, "CAPTURE_REQUEST", .pending, value, "{\"success\":true,\"isRequest\":true}")
            }
        return (payment, outcome)
    }

    struct Captured {
        let id: Int
        var payment: Payment?
        var errors: [Complaint] = []
    }

    func captureShipment(_ id: Int?) throws(Complaint) -> Captured {
        let shipment = try shipment(id, "id")
        guard !shipment.isCaptured else { throw Complaint("Shipment is already captured", "id") }
        guard shipment.captureSettlesAt == nil else { throw Complaint("Capture is already requested", "id") }
        guard let order = order(shipment.orderNumber) else { throw Complaint("Could not find Order", "id") }
        let (payment, outcome) = capture(value(of: shipment), of: order)
        note(outcome, on: shipment)
        return Captured(
            id: shipment.id, payment: payment,
            errors: outcome == .failure ? [Complaint("Capture failed", "id")] : [])
    }

    func captureOrder(_ reference: Arguments?) throws(Complaint) -> Captured {
        let order = try order(reference, "order")
        guard order.status.isOpen else { throw Complaint("Order \(order.number) cannot be captured", "order") }
        guard !order.isCaptured else { throw Complaint("Order is already captured", "order") }
        let (payment, outcome) = capture(order.total, of: order)
        if outcome == .success { change(order.number) { $0.isCaptured = true } }
        return Captured(
            id: order.number, payment: payment,
            errors: outcome == .failure ? [Complaint("Capture failed", "order")] : [])
    }

    /// What the shipment knows of its capture afterwards.
    func note(_ outcome: CaptureOutcome, on shipment: Shipment) {
        let (now, value) = (now, value(of: shipment))
        let settlesAt = now + Moment(switches.captureDelayMilliseconds) * 1_000
        change(shipment: shipment.id) { shipment in
            switch outcome {
            case .success:
                shipment.capturedAt = now
                shipment.paidAt = now
                shipment.capturedValue = value
                shipment.captureSettlesAt = nil
            case .failure: shipment.captureSettlesAt = nil
            case .pending: shipment.captureSettlesAt = settlesAt
            }
        }
    }

    func value(of shipment: Shipment) -> Money {
        guard let order = order(shipment.orderNumber) else { return Money(minor: 0) }
        return shipment.lines.reduce(shipment.shippingShare) { sum, line in
            let price = order.lines.first { $0.id == line.orderLineID }?.unitPrice ?? Money(minor: 0)
            return sum + price * line.quantity
        }
    }

    /// Captures that were pending and have had their time.
    func settleDueCaptures() {
        let now = now
        for shipment in shipments where shipment.captureSettlesAt.map({ $0 <= now }) == true { settle(shipment, nil) }
    }

    func settle(_ shipment: Shipment, _ outcome: CaptureOutcome?) {
        guard let order = order(shipment.orderNumber), shipment.captureSettlesAt != nil else { return }
        let planned = outcomes[order.number]?.isEmpty == false ? self.outcome(for: order) : .success
        switch outcome ?? planned {
        case .success:
            _ = pay(order, "CAPTURE", .success, value(of: shipment), "{\"success\":true}")
            note(.success, on: shipment)
        case .failure:
            let json = "{\"success\":false,\"error\":\"authorisation expired\"}"
            _ = pay(order, "CAPTURE_FAILED", .failed, value(of: shipment), json)
            note(.failure, on: shipment)
        case .pending: note(.pending, on: shipment)
        }
        change(order.number) { _ in }
    }

    func cancelAuthorization(of order: Order, _ cancellation: inout Cancellation) {
        switch outcome(for: order) {
        case .success: cancellation.payment = pay(order, "CANCEL", .success, -order.total, "{\"success\":true}")
        case .pending:
            cancellation.payment = pay(order, "CANCEL_REQUEST", .pending, -order.total, "{\"success\":true}")
        case .failure:
            cancellation.warnings.append(
                Complaint(
                    "Authorization could not be cancelled with the payment provider", "input", "cancelAuthorization"))
        }
    }

    /// Of partly captured orders; when the provider fails, the mutation fails.
    func releaseAuthorization(_ reference: Arguments?) throws(Complaint) -> Captured {
        let order = try order(reference, "order")
        let captured = shipments(of: order).compactMap(\.capturedValue).reduce(Money(minor: 0), +)
        guard order.status.isOpen, captured.minor > 0, !order.isCaptured else {
            throw Complaint("Only partly captured orders can be released", "order")
        }
        guard outcome(for: order) != .failure else { throw Complaint("Authorization could not be released", "order") }
        let json = "{\"success\":true,\"isRequest\":false,\"raw\":null}"
        return Captured(id: order.number, payment: pay(order, "CANCEL", .success, captured - order.total, json))
    }
}
