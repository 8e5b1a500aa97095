// What a record says of an exception, as far as the ledger keeps it.
package import Workflows

package struct ExceptionEvent: Hashable, Sendable {
    package enum Event: String, Sendable {
        case raised, restated, acknowledged, noted, cleared
    }

    package let event: Event
    package let exception: ExceptionID
    /// Class and subject, where it is raised or restated.
    package let kind: String?
    package let subject: String?
    package let note: String?
    /// Who has acknowledged it, and until when; where it is acknowledged, or restated since.
    package let acknowledgement: Acknowledgement?

    package struct Acknowledgement: Hashable, Sendable {
        package let user: UInt32
        /// Microseconds since 1970; nil for until it is cleared.
        package let until: Int64?
    }

    init(
        _ event: Event, _ exception: ExceptionID, kind: String? = nil, subject: String? = nil, note: String? = nil,
        acknowledgement: Acknowledgement? = nil
    ) {
        self.event = event
        self.exception = exception
        self.kind = kind
        self.subject = subject
        self.note = note
        self.acknowledgement = acknowledgement
    }

    /// - Parameter record: the entry's, which is the exception's name when it is raised.
    init(_ entry: ExceptionEntry, _ record: JournalPosition) {
        switch entry {
        case .raised(let kind, let subject, _, _, _):
            self.init(.raised, record, kind: kind.rawValue, subject: subject.text)
        case .restated(let open):
            self.init(
                .restated, open.id, kind: open.key.kind.rawValue, subject: open.key.subject.text,
                acknowledgement: open.acknowledgement.map { .init(user: $0.user, until: $0.until) })
        case .acknowledged(let exception, let user, let until):
            self.init(.acknowledged, exception, acknowledgement: .init(user: user, until: until))
        case .noted(let exception, _, let note): self.init(.noted, exception, note: note)
        case .cleared(let exception, _): self.init(.cleared, exception)
        }
    }

    /// The SKU that it is about: the subject is one, or one in a warehouse.
    var sku: String? {
        guard let subject, subject.hasPrefix("sku:") else { return nil }
        let code = subject.dropFirst(4)
        let words = code.split(separator: " ", omittingEmptySubsequences: false)
        let isShelf = words.count > 1 && words.last.map { $0.hasPrefix("warehouse:") } ?? false
        return isShelf ? words.dropLast().joined(separator: " ") : String(code)
    }
}
