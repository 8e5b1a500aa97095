// The classes of what does not agree: who owns each, how long it may last before anybody is told, and what may be done.
//
// A class is a row of the table below and a heading of the runbook; a test holds the two together. A new one (of orders,
// despatches or returns) is a case, a row and a heading.

package enum ExceptionClass: String, CaseIterable, Sendable {
    case stockMismatch = "stock-mismatch"
    case unexplainedDifference = "unexplained-difference"
    case skuUnknownInPeoplevox = "sku-unknown-in-peoplevox"
    case skuUnknownInCentra = "sku-unknown-in-centra"
    case skuAmbiguousInCentra = "sku-ambiguous-in-centra"
    case valueUnknown = "value-unknown"
    case stockNotRead = "stock-not-read"
    case stockRefused = "stock-refused"
    case eventsSilent = "events-silent"
    case budgetExhausted = "budget-exhausted"
    case credentialsFailing = "credentials-failing"
    case partnerUnreachable = "partner-unreachable"
    case deadLetterPresent = "dead-letter-present"
    case journalBacklog = "journal-backlog"
    case reconciliationNeedsConfirmation = "reconciliation-needs-confirmation"
    case reconciliationIncomplete = "reconciliation-incomplete"

    /// Who sees to it, by role; which person that is, the business says.
    package enum Owner: String, CaseIterable, Sendable {
        case operations
        case warehouse
        case eCommerce = "e-commerce"
        case finance
        case administrator
    }

    /// How long the condition must have held before it is raised.
    package enum Threshold: Hashable, Sendable {
        /// Milliseconds.
        case fixed(Int64)
        /// The same, unless the brand's `exceptionAfter` says otherwise.
        case setting(Int64)

        package var milliseconds: Int64 {
            switch self {
            case .fixed(let time), .setting(let time): time
            }
        }
    }

    /// What comes first when several are open (mission: disruptions of the warehouse).
    package enum Priority: Int, Comparable, Sendable {
        /// Orders cannot be picked, or nothing moves between the systems.
        case first = 1
        /// The shop can sell what is not there, or shows what it should not.
        case second
        /// It will be one of these if nobody looks.
        case third

        package static func < (one: Priority, other: Priority) -> Bool { one.rawValue < other.rawValue }
    }

    package var priority: Priority {
        switch self {
        case .skuUnknownInPeoplevox, .stockRefused, .credentialsFailing, .partnerUnreachable: .first
        case .stockMismatch, .unexplainedDifference, .skuAmbiguousInCentra, .valueUnknown, .stockNotRead,
            .reconciliationNeedsConfirmation, .deadLetterPresent, .budgetExhausted:
            .second
        case .skuUnknownInCentra, .eventsSilent, .journalBacklog, .reconciliationIncomplete: .third
        }
    }

    package var owner: Owner { definition.owner }
    package var threshold: Threshold { definition.threshold }
    package var hasSetting: Bool {
        if case .setting = threshold { true } else { false }
    }

    /// As the runbook has it, after `Exception: `.
    package var heading: String { definition.heading }
    /// What it means for the business, in one sentence.
    package var impact: String { definition.impact }
    /// What anybody may do who is told of it, without making anything worse.
    package var nextAction: String { definition.nextAction }

    /// Classes that explain this one: while one of them is open for the brand, no further ones of this are raised.
    package var causes: [ExceptionClass] {
        switch self {
        case .stockMismatch: [.stockRefused, .credentialsFailing, .partnerUnreachable, .budgetExhausted]
        case .valueUnknown, .stockNotRead: [.credentialsFailing, .partnerUnreachable, .budgetExhausted]
        case .budgetExhausted, .reconciliationIncomplete: [.credentialsFailing, .partnerUnreachable]
        case .unexplainedDifference, .skuUnknownInPeoplevox, .skuUnknownInCentra, .skuAmbiguousInCentra, .stockRefused,
            .eventsSilent, .credentialsFailing, .partnerUnreachable, .deadLetterPresent, .journalBacklog,
            .reconciliationNeedsConfirmation:
            []
        }
    }
}

private let minute: Int64 = 60_000

extension ExceptionClass {
    private struct Definition {
        let owner: Owner
        let threshold: Threshold
        let heading: String
        let impact: String
        let nextAction: String
    }

    private var definition: Definition {
        switch self {
        case .stockMismatch:
            Definition(
                owner: .operations, threshold: .setting(15 * minute), heading: "stock mismatch",
                impact: "The shop shows another quantity than the warehouse has, so it can sell what is not there.",
                nextAction: "Run `lockstep explain sku`; if the item sells fast, take it off sale until it agrees.")
        case .unexplainedDifference:
            Definition(
                owner: .operations, threshold: .fixed(0), heading: "unexplained difference",
                impact: "Both systems differ for no reason that the journal knows.",
                nextAction: "Run `lockstep explain sku`, and look who else writes stock of the item in Centra.")
        case .skuUnknownInPeoplevox:
            Definition(
                owner: .warehouse, threshold: .setting(0), heading: "SKU unknown in Peoplevox",
                impact: "Its stock cannot be known and is not written, and an order that contains it cannot be picked.",
                nextAction: "Compare the code letter by letter; create or correct the item type in Peoplevox.")
        case .skuUnknownInCentra:
            Definition(
                owner: .eCommerce, threshold: .setting(0), heading: "SKU unknown in Centra",
                impact: "The warehouse has stock of it that the shop cannot sell.",
                nextAction: "Compare the code letter by letter; create or correct the product size in Centra.")
        case .skuAmbiguousInCentra:
            Definition(
                owner: .eCommerce, threshold: .fixed(0), heading: "SKU ambiguous in Centra",
                impact: "Several sizes in Centra share the SKU, so nothing is written and each shows what it did.",
                nextAction: "Give each size in Centra its own SKU, then run `lockstep reconcile stock`.")
        case .valueUnknown:
            Definition(
                owner: .warehouse, threshold: .setting(10 * minute), heading: "value unknown",
                impact: "The shop keeps showing the last quantity that was known, which grows older.",
                nextAction: "Look the item up in Peoplevox's inventory report, in every site that is mapped.")
        case .stockNotRead:
            Definition(
                owner: .administrator, threshold: .setting(10 * minute), heading: "stock not read",
                impact: "What has changed in Peoplevox is not known here, and the shop may sell what is gone.",
                nextAction: "Look at `/v1/stock` and the log; let tools that call Peoplevox finish.")
        case .stockRefused:
            Definition(
                owner: .administrator, threshold: .setting(minute), heading: "stock refused",
                impact:
                    "Centra takes no quantity for a warehouse, whichever item it is of, so the shop shows what it did.",
                nextAction:
                    "Compare `stockSites` and `centraWarehouse` with Centra's warehouses; run `lockstep doctor`.")
        case .eventsSilent:
            Definition(
                owner: .administrator, threshold: .fixed(0), heading: "events silent",
                impact: "Changes are found by comparisons only, so stock is late by hours rather than seconds.",
                nextAction: "Run `lockstep subscriptions plan` and `lockstep doctor`; both change nothing.")
        case .budgetExhausted:
            Definition(
                owner: .administrator, threshold: .setting(5 * minute), heading: "budget exhausted",
                impact: "Changes wait because the partner's limits leave no room; what matters most goes first.",
                nextAction: "Look which other integrations call the same partner, and let those wait.")
        case .credentialsFailing:
            Definition(
                owner: .administrator, threshold: .setting(minute), heading: "credentials failing",
                impact: "A partner refuses our token, password or permission: nothing moves until a person changes it.",
                nextAction: "Run `lockstep doctor`; do not try passwords, Peoplevox may lock the user out.")
        case .partnerUnreachable:
            Definition(
                owner: .administrator, threshold: .setting(5 * minute), heading: "partner unreachable",
                impact: "A partner does not answer; what is to be done waits and is done when it does.",
                nextAction: "Look at the partner's status page and at this machine's network; nothing is lost.")
        case .deadLetterPresent:
            Definition(
                owner: .operations, threshold: .fixed(0), heading: "dead letter present",
                impact: "Something a partner sent was given up, so what it told of is not done.",
                nextAction: "Run `journal-replay dead-letters list`, and retry what failed once its cause is gone.")
        case .journalBacklog:
            Definition(
                owner: .administrator, threshold: .fixed(minute), heading: "journal backlog",
                impact: "Work arrives faster than it is done; at the limit senders are answered 503.",
                nextAction: "Look at `/v1/queues` for what waits longest, and at the disk's free space.")
        case .reconciliationNeedsConfirmation:
            Definition(
                owner: .operations, threshold: .fixed(0), heading: "reconciliation needs confirmation",
                impact: "A comparison would change so much stock at once that it stopped; the shop stays as it is.",
                nextAction: "Read the report and confirm only when a sample of it is right in the warehouse.")
        case .reconciliationIncomplete:
            Definition(
                owner: .warehouse, threshold: .fixed(0), heading: "reconciliation incomplete",
                impact: "Both systems could not be compared several times in a row: what differs is not found.",
                nextAction: "Where several rows have one item code in Peoplevox's report, clean the item codes there.")
        }
    }
}
