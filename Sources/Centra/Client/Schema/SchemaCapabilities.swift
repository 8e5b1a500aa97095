// What a server's schema has, as far as what we send depends on it: Centra renames fields, and no two environments need
// be on the same version.

/// Members are written `Type.field`, `Type.field(argument)` and `Enum.VALUE`. An introspection answers for all of them;
/// before there was one, the assumptions stand: the newest spelling of what was renamed, and nothing of what is unsure.
package struct SchemaCapabilities: Sendable, Equatable {
    /// What an introspection said; a member that is not here was never asked about.
    package var members: [String: Bool]

    package init(members: [String: Bool] = [:]) {
        self.members = members
    }

    package static let assumed = SchemaCapabilities()

    package func has(_ member: String) -> Bool {
        members[member] ?? SchemaCapabilities.assumedPresent.contains(member)
    }

    /// Whether an introspection said that it is there; what must not be tried otherwise asks this. Of `One.a|One.b` either
    /// will do.
    package func surelyHas(_ member: String) -> Bool {
        SchemaCapabilities.alternatives(member).contains { members[$0] == true }
    }

    static func alternatives(_ member: String) -> [String] { member.split(separator: "|").map { String($0) } }

    /// Whether a nested list may be cut off, because nobody knows whether it takes a limit (its default is 20).
    func mayBeCut(_ member: String, count: Int) -> Bool {
        switch members[member] {
        case nil: count == SchemaCapabilities.usualListLimit
        case true?: count >= SchemaCapabilities.listLimit
        case false?: false
        }
    }

    /// The default and the largest `limit` of a list (Centra, generated reference of `Order`).
    static let usualListLimit = 20
    package static let listLimit = 200

    private static let assumedPresent: Set<String> = [
        "ProductSize.EAN", "ProductSize.UPC", "ProductSizeFilter.EAN", "ProductSizeInput.EAN", "Return.returnStatus",
        "ShipmentUpdateInput.externalId",
        "OrderLineCancelInput.stockActionPolicy", "ReturnCreateInput.externalId", "Query.stocks",
    ]

    /// The members of inputs on which variables depend; those on which documents depend stand in the documents.
    static let membersOfVariables: Set<String> = [
        "ProductSizeFilter.EAN", "ProductSizeInput.EAN", "OrderLineCancelInput.stockActionPolicy",
        "ShipmentCreateInput.externalId", "ShipmentUpdateInput.externalId", "ReturnCreateInput.externalId",
        "ReturnCreateInput.shippingCost",
        "ReturnCreateInput.handlingCost", "ReturnCreateInput.voucherValue", "ReturnCreateInput.returnCost",
        "Mutation.refundReturn(id)", "Mutation.refundReturn(input)",
    ]
}
