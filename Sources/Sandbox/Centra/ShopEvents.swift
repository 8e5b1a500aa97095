// Who is told of a change: the queues of integrations that listen (§2.6), and the webhook plugin (§1).

enum ChangeType: String, Sendable, CaseIterable {
    case created = "CREATED", updated = "UPDATED", deleted = "DELETED", completed = "COMPLETED"
    case dependentDataChanged = "DEPENDENT_DATA_CHANGED"
}

enum Subject: String, Sendable {
    case order = "Order", shipment = "Shipment", `return` = "Return", product = "Product", variant = "ProductVariant"
    case size = "ProductSize", stockChange = "StockChange", warehouse = "Warehouse"

    /// In webhooks; nil for what they do not tell of.
    var webhookType: String? {
        switch self {
        case .order: "order"
        case .shipment: "shipment"
        case .return: "return"
        case .product, .variant, .size, .stockChange, .warehouse: nil
        }
    }
}

struct QueuedEvent: Sendable {
    let id: Int
    let integration: String
    let subject: Subject
    let change: ChangeType
    let reference: Int
    let storeID: Int?
    let createdAt: Moment
}

struct EventListener: Sendable {
    let integration: String
    let objectType: String
    /// In the order of the enum; never empty.
    var changes: [ChangeType]
    let createdAt: Moment
    var updatedAt: Moment
}

struct EventQueue: Sendable {
    private(set) var listeners: [EventListener] = []
    /// The unconfirmed ones, the oldest first.
    private(set) var waiting: [QueuedEvent] = []
    private var next = 880_109

    mutating func put(_ subject: Subject, _ change: ChangeType, reference: Int, storeID: Int?, at now: Moment) {
        for listener in listeners where listener.objectType == subject.rawValue && listener.changes.contains(change) {
            append(listener.integration, subject, change, reference, storeID, now)
        }
    }

    mutating func append(
        _ integration: String, _ subject: Subject, _ change: ChangeType, _ reference: Int, _ storeID: Int?,
        _ now: Moment,
        id: Int? = nil
    ) {
        waiting.append(
            QueuedEvent(
                id: id ?? next, integration: integration, subject: subject, change: change, reference: reference,
                storeID: storeID, createdAt: now))
        next = max(next, (id ?? next) + 1)
    }

    /// Adds; what was listened for stays.
    mutating func listen(_ integration: String, _ objectType: String, _ changes: [ChangeType], at now: Moment) {
        let wanted = changes.isEmpty ? ChangeType.allCases : changes
        if let place = place(integration, objectType) {
            let both = Set(listeners[place].changes).union(wanted)
            listeners[place].changes = ChangeType.allCases.filter(both.contains)
            listeners[place].updatedAt = now
        } else {
            listeners.append(
                EventListener(
                    integration: integration, objectType: objectType,
                    changes: ChangeType.allCases.filter(wanted.contains),
                    createdAt: now, updatedAt: now))
        }
    }

    /// Removes listeners and the queued events of these types.
    /// - Returns: what is left of it.
    mutating func stopListening(
        _ integration: String, _ objectType: String, _ changes: [ChangeType], at now: Moment
    ) -> EventListener? {
        let unwanted = changes.isEmpty ? ChangeType.allCases : changes
        waiting.removeAll {
            $0.integration == integration && $0.subject.rawValue == objectType && unwanted.contains($0.change)
        }
        guard let place = place(integration, objectType) else { return nil }
        listeners[place].changes.removeAll(where: unwanted.contains)
        listeners[place].updatedAt = now
        if !listeners[place].changes.isEmpty { return listeners[place] }
        listeners.remove(at: place)
        return nil
    }

    /// - Returns: the ids that were not there.
    mutating func confirm(_ ids: [Int], for integration: String) -> [Int] {
        let known = Set(waiting.lazy.filter { $0.integration == integration }.map(\.id))
        let confirmed = Set(ids).intersection(known)
        waiting.removeAll { confirmed.contains($0.id) && $0.integration == integration }
        return ids.filter { !confirmed.contains($0) }
    }

    private func place(_ integration: String, _ objectType: String) -> Int? {
        listeners.firstIndex { $0.integration == integration && $0.objectType == objectType }
    }
}

extension Shop {
    func note(_ subject: Subject, _ change: ChangeType, reference: Int, store: Int?, action: String? = nil) {
        if switches.eventsAreEnabled { events.put(subject, change, reference: reference, storeID: store, at: now) }
        guard let type = subject.webhookType, switches.webhookTriggers.contains(type) else { return }
        webhookNotes.append(
            WebhookNote(type: type, action: action ?? self.action(subject, change), id: reference, at: now))
    }

    private func action(_ subject: Subject, _ change: ChangeType) -> String {
        switch change {
        case .created: subject == .order ? switches.webhookOrderAction : "create"
        case .deleted: "delete"
        case .updated, .completed, .dependentDataChanged: "update"
        }
    }
}
