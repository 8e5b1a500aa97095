/// What a piece of work is about, and so what must stay in order together: the ordering key.
///
/// Written `sku:UM1001REDS`, `order:10001`, `despatch:DES10234`; queues scope it by brand. A code is kept exactly
/// as the partner wrote it: case and spaces can be part of a SKU.
package struct Subject: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: String, CaseIterable, Sendable {
        /// A Centra SKU; the same code as Peoplevox's item code.
        case sku
        /// A Centra order number. Peoplevox's sales order number is this with the brand's prefix.
        case order
        /// A Centra shipment id.
        case shipment
        /// A Peoplevox despatch number.
        case despatch
        /// A return: `centra-315` for Centra's id, the return code itself for Peoplevox's.
        case `return`
        /// A Centra product (or display) id.
        case product
    }

    package let kind: Kind
    package let code: String

    package init(_ kind: Kind, _ code: String) {
        self.kind = kind
        self.code = code
    }

    /// Reads the written form; nil when the kind is not known or the code is empty.
    package init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), let kind = Kind(rawValue: String(text[..<colon])) else {
            return nil
        }
        let code = text[text.index(after: colon)...]
        guard !code.isEmpty else { return nil }
        self.init(kind, String(code))
    }

    package var description: String { "\(kind.rawValue):\(code)" }
}
