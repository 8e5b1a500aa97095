/// Why a text is not JSON, in words that repeat nothing of it.
import Commerce

struct JSONFault: Error, Equatable, Sendable, CustomStringConvertible {
    enum Kind: String, Sendable {
        case cutOff = "it ends too early"
        case unexpected = "an octet is out of place"
        case badEscape = "an escape names no character"
        case notUTF8 = "it is not UTF-8"
        case tooDeep = "its brackets are nested too deeply"
        case notAnObject = "it is not an object"
        case tooManyLists = "it has too many lists"
        /// The form's own, before there is any text.
        case brokenEscape = "an escape of the form is broken"
    }

    let kind: Kind
    /// Octets before the place: of the form for who reads it, of the decoded text for who is told.
    let offset: Int

    init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    var description: String { "\(kind.rawValue), at octet \(offset + 1)" }

    /// The same fault in the decoded text. What keeps it from being decoded, or from being text, comes first, wherever
    /// the reader stopped.
    func inText(of form: Span<UInt8>) throws(BrokenEscape) -> JSONFault {
        let text = try FormEncoding.decode(form)
        do {
            _ = try UTF8Span(validating: text.span)
        } catch {
            return JSONFault(.notUTF8, at: error.byteOffsets.lowerBound)
        }
        return JSONFault(kind, at: try FormEncoding.decode(form.extracting(..<offset)).count)
    }
}
