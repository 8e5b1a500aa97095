// Which workflow does what an event asks for. In `observe`, Lockstep runs beside an existing integration, translates every
// delivery and settles it, and changes neither system; in `live`, the workflows that are switched on do their work.
package import Commerce

/// What a brand lets its workflows do.
package enum Mode: String, CaseIterable, Sendable {
    /// Nothing is asked of the partners.
    case observe
    /// The workflows that are switched on read and write.
    case live
}

/// What a workflow decided about an event.
package enum Decision: Equatable, Sendable {
    /// Nothing is to be done; the reason is for people.
    case settle(reason: String)
    /// These SKUs' stock is to be read, decided and written.
    case synchroniseStock([String])
}

package enum Workflow {
    /// Pure: the same event in the same mode always gives the same decision.
    ///
    /// - Parameter stock: whether the stock workflow is switched on. Then every event that names SKUs wakes them: their
    ///   stock may have changed, whatever happened.
    package static func decide(_ event: Event, in mode: Mode, stock: Bool = false) -> Decision {
        switch mode {
        case .observe: return .settle(reason: "observed")
        case .live:
            let skus = event.subjects.filter { $0.kind == .sku }.map(\.code)
            guard stock, !skus.isEmpty else { return .settle(reason: "no workflow of this is switched on") }
            return .synchroniseStock(skus)
        }
    }
}
