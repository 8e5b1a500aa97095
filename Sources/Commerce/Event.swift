/// What happened in the trade, translated from a partner's delivery.
///
/// An event is a hint: it names subjects whose current state a workflow then reads. It carries no quantity and no
/// status, because signals arrive late, twice and out of order (architecture, section 3).
package struct Event: Hashable, Sendable, CustomStringConvertible {
    package enum Name: String, CaseIterable, Sendable {
        case stockChanged
        case orderChanged
        case shipmentChanged
        case despatchChanged
        case returnChanged
        case productChanged
    }

    package let name: Name
    /// The ordering keys, at least one, without repeats; the first is the event's own subject.
    package let subjects: Subjects

    package init(_ name: Name, _ subject: Subject, and others: Subject...) {
        self.init(name, subject, and: others)
    }

    package init(_ name: Name, _ subject: Subject, and others: [Subject]) {
        let distinct = others.reduce(into: [subject]) { if !$0.contains($1) { $0.append($1) } }
        self.init(name, subjects: Subjects(subject, and: Array(distinct.dropFirst())))
    }

    /// As read back from where an event was kept.
    package init(_ name: Name, subjects: Subjects) {
        self.name = name
        self.subjects = subjects
    }

    package var description: String {
        "\(name.rawValue) \(subjects.map(\.description).joined(separator: " "))"
    }
}
