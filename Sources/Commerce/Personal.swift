/// A shopper's name, address, e-mail or telephone number (promise P9): a text that shows itself to nobody by accident.
///
/// The one thing to know: printing, debug-printing, dumping, mirroring and interpolating give `[personal]`, also from
/// within another value, so a log line or an error text cannot quote it. `reveal()` is the only way to the text, and so
/// whoever searches for that word finds every place that uses it.
package struct Personal: Sendable, Hashable {
    private let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// The text itself, to be sent to a partner, and for nothing else.
    package func reveal() -> String { text }

    package var isEmpty: Bool { text.isEmpty }
}

extension Personal: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[personal]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
