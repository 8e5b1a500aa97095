/// The events that Peoplevox can call back about, and the parameters that their callbacks carry.
///
/// The one thing to know: the names of the parameters are ours. We choose them when we subscribe (`item={ItemCode}`),
/// so one that is not listed here is nobody's, and its value is never kept.
import Commerce

/// Peoplevox's event types, spelled as the path of a callback spells them (event subscription API).
package enum CallbackEvent: String, CaseIterable, Sendable {
    case availabilityChanges = "AvailabilityChanges"
    case incrementalChanges = "IncrementalChanges"
    case goodsReceived = "GoodsReceived"
    case salesOrderStatusChanges = "SalesOrderStatusChanges"
    case trackingNumberReceived = "TrackingNumberReceived"
    case despatchPackageTrackingNumberReceived = "DespatchPackageTrackingNumberReceived"
    case despatchPackageDespatched = "DespatchPackageDespatched"
    case onDespatchOrderReceived = "OnDespatchOrderReceived"
    case returns = "Returns"
}

enum CallbackParameter: CaseIterable, Sendable {
    case item, order, despatch, `return`
    case available, qty, changed
    case time, at, reconciled
    case tracking, id, reference, carrier, service, code, status

    /// Every accepted name; the first of a parameter is the one that is kept.
    private static let names: [(StaticString, CallbackParameter)] = [
        ("item", .item), ("sku", .item), ("itemcode", .item), ("order", .order), ("salesorder", .order),
        ("despatch", .despatch), ("return", .return), ("available", .available), ("qty", .qty), ("changed", .changed),
        ("time", .time), ("at", .at), ("reconciled", .reconciled), ("tracking", .tracking), ("id", .id),
        ("reference", .reference), ("carrier", .carrier), ("service", .service), ("code", .code), ("status", .status),
    ]

    /// The words that stay readable in the shape of a callback that could not be read.
    static let vocabulary = names.map(\.0)

    /// Reads a name as a form has it, in whatever case.
    init?(name: ArraySlice<UInt8>) {
        let isEscaped = name.contains(UInt8(ascii: "%"))
        guard let name = isEscaped ? try? FormEncoding.decode(name)[...] : name,
            let known = Self.names.first(where: { name.span.isSpelledInAnyCase($0.0) })
        else { return nil }
        self = known.1
    }

    var name: StaticString { Self.names.first { $0.1 == self }?.0 ?? "" }

    /// Whether a value looks like one of this parameter's. Peoplevox fills some of them from fields that people type.
    func accepts(_ value: Span<UInt8>) -> Bool {
        switch self {
        case .item: Shape.isItemCode(value)
        case .order, .despatch, .return, .tracking, .id, .reference: Shape.isNumbered(value)
        case .available, .qty, .changed: Shape.isQuantity(value)
        case .time, .at, .reconciled: Shape.isDate(value)
        case .carrier, .service, .code: Shape.isAbbreviation(value)
        case .status: Self.isStatus(value)
        }
    }

    /// The full list of status names is not published, and a tenant can have its own. A name of these words is one.
    private static func isStatus(_ value: Span<UInt8>) -> Bool {
        guard value.count <= Shape.limit else { return false }
        let text = value.indices.map { value[$0] }
        return text.split(separator: UInt8(ascii: " ")).allSatisfy { word in
            statusWords.contains { word.span.isSpelledInAnyCase($0) }
        }
    }

    private static let statusWords: [StaticString] = [
        "new", "on", "hold", "held", "allocated", "unallocated", "part", "partially", "partly", "ready", "released",
        "in", "to", "for", "of", "pick", "picking", "picked", "pack", "packing", "packed", "despatch", "despatching",
        "despatched", "awaiting", "pending", "progress", "processing", "processed", "complete", "completed",
        "cancelled",
        "canceled", "returned", "backorder", "back", "order", "import", "imported", "error", "stopped", "closed",
        "open",
    ]
}
