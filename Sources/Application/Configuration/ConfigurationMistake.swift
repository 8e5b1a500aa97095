// What is wrong with a configuration, in words that say what would be right. A mistake names a line and a key; it never
// repeats what could be a secret.
import Operations

package struct ConfigurationMistake: Equatable, Sendable, CustomStringConvertible {
    package let file: String
    /// From 1; nil when the mistake is one of the whole file.
    package let line: Int?
    package let text: String

    package init(file: String, line: Int?, text: String) {
        self.file = file
        self.line = line
        self.text = text
    }

    package var description: String {
        line.map { "\(file):\($0): \(text)" } ?? "\(file): \(text)"
    }
}

/// Every mistake there is; a configuration with one is refused whole.
package struct ConfigurationMistakes: Error, Equatable, Sendable, CustomStringConvertible {
    package let mistakes: [ConfigurationMistake]

    package init(mistakes: [ConfigurationMistake]) {
        self.mistakes = mistakes
    }

    /// One a line: `lockstep.conf:12: ...`.
    package var description: String {
        mistakes.map(\.description).joined(separator: "\n")
    }
}

/// Collects while a file is read: mistakes, which refuse it, and warnings, which do not.
struct Findings {
    let file: String
    private(set) var mistakes: [ConfigurationMistake] = []
    private(set) var warnings: [ConfigurationMistake] = []

    init(file: String) {
        self.file = file
    }

    mutating func mistake(at line: Int?, _ text: String) {
        mistakes.append(ConfigurationMistake(file: file, line: line, text: text))
    }

    mutating func warn(at line: Int?, _ text: String) {
        warnings.append(ConfigurationMistake(file: file, line: line, text: text))
    }

    mutating func add(_ others: Findings) {
        mistakes += others.mistakes
        warnings += others.warnings
    }

    /// In the order of the lines, as a person goes through a file; what concerns the whole file stands first.
    static func sorted(_ findings: [ConfigurationMistake]) -> [ConfigurationMistake] {
        findings.enumerated()
            .sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }
            .map(\.element)
    }
}

/// Text of the file in a message; what is long or could move a cursor is cut or replaced.
func quoted(_ text: String) -> String {
    "`\(printable(text, limit: 60))`"
}
