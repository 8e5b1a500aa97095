// What the journal keeps of exceptions: raised, cleared, and what people said of them. Which are open is a fold over these
// entries (`ExceptionBook`); the number of the record that raised one is its name.
//
//     raised -> acknowledged, noted, restated ... -> cleared
import Commerce

/// The number of the record that raised it.
package typealias ExceptionID = UInt64

/// What an exception is about, within its class and brand: a word or a code, never anything about a shopper (P9).
package struct ExceptionSubject: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    private init(_ text: String) { self.text = text }

    /// The brand, or the whole of what the class is about.
    package static let whole = ExceptionSubject("")
    /// Those of a class that are not raised one by one, because there are too many.
    package static let others = ExceptionSubject("others")
    package static func sku(_ code: String) -> ExceptionSubject { of(.sku, code) }
    package static func shelf(_ shelf: Shelf) -> ExceptionSubject {
        ExceptionSubject("\(of(.sku, shelf.sku)) warehouse:\(shelf.warehouse)")
    }
    package static func partner(_ partner: Partner) -> ExceptionSubject { ExceptionSubject(partner.rawValue) }
    /// One kind of Peoplevox's callbacks, or of Centra's events.
    package static func events(_ name: String) -> ExceptionSubject { ExceptionSubject("events:\(name)") }
    package static let queues = ExceptionSubject("queues")
    package static let journal = ExceptionSubject("journal")

    package static func read(_ text: String) -> ExceptionSubject { ExceptionSubject(text) }

    private static func of(_ kind: Subject.Kind, _ code: String) -> ExceptionSubject {
        ExceptionSubject(Subject(kind, code).description)
    }

    package static func < (one: ExceptionSubject, other: ExceptionSubject) -> Bool { one.text < other.text }
    package var description: String { text }

    package enum Partner: String, CaseIterable, Sendable {
        case centra, peoplevox
    }
}

/// At most one of each is open.
package struct ExceptionKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let kind: ExceptionClass
    /// Empty for what is about all of them.
    package let brand: String
    package let subject: ExceptionSubject

    package init(_ kind: ExceptionClass, brand: String, _ subject: ExceptionSubject = .whole) {
        self.kind = kind
        self.brand = brand
        self.subject = subject
    }

    package static func < (one: ExceptionKey, other: ExceptionKey) -> Bool {
        (one.brand, one.kind.rawValue, one.subject) < (other.brand, other.kind.rawValue, other.subject)
    }

    package var description: String {
        [kind.rawValue, brand, subject.text].filter { !$0.isEmpty }.joined(separator: " ")
    }
}

/// Figures and times that show the condition, and what a partner said where that is known to be harmless.
package struct ExceptionEvidence: Hashable, Sendable {
    package enum Figure: Hashable, Sendable {
        case number(Int)
        /// Microseconds since 1970.
        case time(Int64)
        case text(String)
    }

    package struct Item: Hashable, Sendable {
        package let name: String
        package let figure: Figure
    }

    package static let itemLimit = 12
    /// Octets.
    package static let textLimit = 200

    package private(set) var items: [Item] = []

    package init() {}

    package init(_ items: KeyValuePairs<String, Figure?>) {
        for (name, figure) in items { add(name, figure) }
    }

    /// What is more than there is room for is left out, and a longer text is cut.
    package mutating func add(_ name: String, _ figure: Figure?) {
        guard let figure, items.count < ExceptionEvidence.itemLimit else { return }
        items.append(Item(name: name, figure: figure.bounded))
    }

    package subscript(name: String) -> Figure? { items.first { $0.name == name }?.figure }
}

extension ExceptionEvidence.Figure {
    fileprivate var bounded: Self {
        guard case .text(let text) = self, text.utf8.count > ExceptionEvidence.textLimit else { return self }
        var kept = ""
        for character in text {
            guard kept.utf8.count + character.utf8.count <= ExceptionEvidence.textLimit else { break }
            kept.append(character)
        }
        return .text(kept)
    }
}

package enum ExceptionEntry: Hashable, Sendable {
    /// The condition has held since `since` (microseconds since 1970). `previous` is the last one of the same key.
    case raised(ExceptionClass, ExceptionSubject, ExceptionEvidence, since: Int64, previous: ExceptionID?)
    /// It does not hold any more; `seen` is when it was last known to (microseconds since 1970).
    case cleared(ExceptionID, seen: Int64)
    /// Somebody sees to it: no alerts until then (microseconds since 1970), or until it is cleared.
    case acknowledged(ExceptionID, by: UInt32, until: Int64?)
    case noted(ExceptionID, by: UInt32, String)
    /// An open one, once more and whole, so that the segment that raised it may go.
    case restated(OpenException)
}

/// What a person writes is one line for other people.
package enum ExceptionNote {
    /// Octets.
    package static let limit = 500
    /// Notes kept of one exception.
    package static let count = 20

    /// Why a text is no note; nil when it is one.
    package static func mistake(in text: String) -> String? {
        if text.allSatisfy(\.isWhitespace) { return "a note needs a text" }
        if text.utf8.count > limit { return "a note has at most \(limit) octets" }
        if !text.unicodeScalars.allSatisfy(isPlain) { return "a note is one line without control characters" }
        if text.contains("@") { return "a note holds no address: it is kept in the journal (P9)" }
        return nil
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: false
        default: true
        }
    }
}
