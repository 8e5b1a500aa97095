// What Centra's messages mean for whoever asked. It has no codes for them, so one table of texts decides, and this is it.
//
// Most texts are read in no public source: a new one costs a row here, and until then it means that a person has to look.

/// What a refusal or warning of a mutation means for its repetition.
package enum CentraVerdict: Sendable, Hashable, CaseIterable {
    /// The same call can succeed later.
    case retryable
    /// What was asked for seems to be so already: read it back, and go on if it is.
    case alreadyDone
    /// The same call would be refused again.
    case needsPerson
}

/// One of `userErrors` or `userWarnings`.
package struct CentraMessage: Sendable, Hashable, CustomStringConvertible {
    package let verdict: CentraVerdict
    /// Harmless: as much of Centra's text as the table knows, else a text of ours.
    package let text: String
    /// The part of the input that it is about: `input`, `productSizes`, `3`, `productSize`.
    package let path: [String]

    package var description: String { path.isEmpty ? text : "\(text) (at \(path.joined(separator: ".")))" }

    init(_ message: String, path: [String]) {
        let known = CentraMessages.ofMutations.lazy.compactMap { row in
            row.pattern.quotation(of: message).map { (row.meaning, $0) }
        }.first
        verdict = known?.0 ?? .needsPerson
        text = known?.1 ?? "Centra says something that is not known to be harmless"
        self.path = path.prefix(12).map { $0.isCode && $0.utf8.count <= 64 ? $0 : "?" }
    }
}

/// What a top-level error means.
enum CentraError: Sendable, Hashable, CaseIterable {
    /// Token or permission.
    case authorization
    case throttled
    /// Our document and their schema have parted.
    case schemaDrift
    /// The server could not; also whatever is not known.
    case `internal`
}

enum CentraMessages {
    struct Row<Meaning: Sendable>: Sendable {
        let pattern: MessagePattern
        let meaning: Meaning

        init(_ pattern: String, _ meaning: Meaning) {
            self.pattern = MessagePattern(pattern)
            self.meaning = meaning
        }
    }

    /// The first that matches decides.
    static let ofMutations: [Row<CentraVerdict>] = [
        Row("Shipment is already completed", .alreadyDone),
        Row("Shipment is already {captured|paid|shipped}", .alreadyDone),
        Row("Return is already completed", .alreadyDone),
        Row("Order is already {confirmed|cancelled|captured}", .alreadyDone),
        Row("Only pending orders can be confirmed", .alreadyDone),
        Row("Could not find Event with ID {number}", .alreadyDone),
        Row("Could not find {code} with {ID|id|SKU|EAN|UPC|number|externalId} {code}", .needsPerson),
        Row("Could not find {code} with {ID|id|SKU|EAN|UPC|number|externalId} {code} skipped", .needsPerson),
        Row("Could not find {code} with {ID|id|SKU|EAN|UPC|number|externalId} {code}, skipped", .needsPerson),
        Row("Exactly one input field should be provided", .needsPerson),
        Row("Quantity raised to the allocated quantity {number}", .needsPerson),
        Row("Quantity to cancel exceeds the unshipped quantity of line {number}", .needsPerson),
        Row("Quantity {number} of order line {number} exceeds the quantity left to ship ({number})", .needsPerson),
        Row("Quantity {number} of shipment line {number} exceeds the quantity left to return ({number})", .needsPerson),
        Row("Requested quantity {number} exceeds the allocated quantity {number} of line {number}", .needsPerson),
        Row("Order {number} is on hold", .needsPerson),
        Row("Order {number} is waiting for payment", .needsPerson),
        Row("Completed orders cannot be cancelled", .needsPerson),
        Row("Authorization could not be cancelled with the payment provider", .needsPerson),
        Row("Shipment must be paid before it can be completed", .needsPerson),
        Row("Capture failed", .needsPerson),
        Row("Capture failed: …", .needsPerson),
        Row("Refund failed", .needsPerson),
        Row("Refund failed: …", .needsPerson),
        Row("… try again …", .retryable),
        Row("… try again", .retryable),
        Row("… temporarily unavailable …", .retryable),
        Row("Deadlock …", .retryable),
        Row("Lock wait timeout …", .retryable),
    ]

    static let ofRequests: [Row<CentraError>] = [
        Row("You need {code} permission to access {code}", .authorization),
        Row("Unauthenticated", .authorization),
        Row("Unauthenticated.", .authorization),
        Row("Unauthorized", .authorization),
        Row("Forbidden", .authorization),
        Row("Too many requests …", .throttled),
        Row("Rate limit …", .throttled),
        Row("Internal server error", .internal),
        Row(#"Field "{code}" is not defined by type "{code}""#, .schemaDrift),
        Row(#"Field "{code}" is not defined by type "{code}"."#, .schemaDrift),
        Row(#"Field "{code}" of required type …"#, .schemaDrift),
        Row(#"Cannot query field "{code}" on type "{code}" …"#, .schemaDrift),
        Row(#"Cannot query field "{code}" on type "{code}"."#, .schemaDrift),
        Row(#"Unknown argument "{code}" on field "{code}" …"#, .schemaDrift),
        Row(#"Unknown argument "{code}" on field "{code}"."#, .schemaDrift),
        Row(#"Unknown type "{code}" …"#, .schemaDrift),
        Row(#"Unknown type "{code}"."#, .schemaDrift),
        Row(#"Variable "${code}" …"#, .schemaDrift),
        Row(#"Value "{code}" does not exist in "{code}" enum …"#, .schemaDrift),
    ]

    /// `extensions.category` where the text is not known. `graphql` is what the server's library says of a document or
    /// of variables that do not fit its schema.
    static let ofCategories: [String: CentraError] = [
        "authorization": .authorization, "authentication": .authorization, "graphql": .schemaDrift,
        "validation": .schemaDrift, "rate_limit": .throttled, "internal": .internal,
    ]
}
