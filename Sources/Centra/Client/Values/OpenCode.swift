/// A code of Centra's that may be newer than we are: an enum's value that we know, or the text of one that we do not.
package enum OpenCode<Code: RawRepresentable & Hashable & Sendable>: Hashable, Sendable where Code.RawValue == String {
    case known(Code)
    case unknown(String)

    package init(_ text: String) {
        self = Code(rawValue: text).map(OpenCode.known) ?? .unknown(text)
    }

    package var known: Code? {
        if case .known(let code) = self { code } else { nil }
    }

    package var text: String {
        switch self {
        case .known(let code): code.rawValue
        case .unknown(let text): text
        }
    }
}
