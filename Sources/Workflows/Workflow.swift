// Which workflow does what an event asks for. So far there is one mode, `observe`: Lockstep runs beside an existing
// integration, translates every delivery and settles it, and changes neither system.
package import Commerce

/// What a brand lets its workflows do.
package enum Mode: String, CaseIterable, Sendable {
    /// Nothing is asked of the partners.
    case observe
}

/// What a workflow decided about an event.
package enum Decision: Equatable, Sendable {
    /// Nothing is to be done; the reason is for people.
    case settle(reason: String)
}

package enum Workflow {
    /// Pure: the same event in the same mode always gives the same decision.
    package static func decide(_ event: Event, in mode: Mode) -> Decision {
        switch mode {
        case .observe: .settle(reason: "observed")
        }
    }
}
