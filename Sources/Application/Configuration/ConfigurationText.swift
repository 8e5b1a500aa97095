// The shape of the file, before anything in it is understood:
//
//     # a comment                     at the start of a line or after white space
//     [section]                       or [brand ulvmark]
//     key = value                     the value is taken as it stands, without quotes or escapes
//
// UTF-8; a byte order mark and CR LF are tolerated.

struct ConfigurationText {
    struct Entry: Equatable {
        /// Words separated by one blank.
        let key: String
        let value: String
        let line: Int
    }

    struct Section: Equatable {
        /// What stands between the brackets, words separated by one blank.
        let title: String
        /// Nil for a section that the file does not have.
        let line: Int?
        /// In the order of the file; a key can stand twice.
        fileprivate(set) var entries: [Entry] = []

        var words: [String] { title.split(separator: " ").map(String.init) }

        init(title: String, line: Int?) {
            self.title = title
            self.line = line
        }
    }

    /// Octets; the largest file that anybody could mean.
    static let octetLimit = 1 << 20

    private(set) var sections: [Section] = []
    /// Lines whose section cannot be known are passed over: they would only repeat the mistake of their heading.
    private var isInKnownSection = true

    init(_ octets: [UInt8], _ findings: inout Findings) {
        guard octets.count <= ConfigurationText.octetLimit else {
            findings.mistake(at: nil, "is larger than 1 MiB; a configuration has a few kilobytes")
            return
        }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = octets.starts(with: mark) ? octets[mark.count...] : octets[...]
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, octets) in lines.enumerated() { read(octets, line: index + 1, &findings) }
    }

    private mutating func read(_ octets: ArraySlice<UInt8>, line: Int, _ findings: inout Findings) {
        let octets = octets.last == UInt8(ascii: "\r") ? octets.dropLast() : octets
        if let problem = ConfigurationText.problem(octets) { return findings.mistake(at: line, problem) }
        let text = String(decoding: ConfigurationText.withoutComment(octets), as: UTF8.self).trimmed
        if text.isEmpty { return }
        if text.hasPrefix("[") {
            readHeading(text, line, &findings)
        } else {
            readEntry(text, line, &findings)
        }
    }

    private mutating func readHeading(_ text: String, _ line: Int, _ findings: inout Findings) {
        let inside = text.dropFirst().dropLast()
        isInKnownSection = text.hasSuffix("]") && !inside.contains("]") && !inside.contains("[")
        guard isInKnownSection else {
            return findings.mistake(at: line, "a section is written [name], alone on its line")
        }
        sections.append(Section(title: String(inside).singleSpaced, line: line))
    }

    private mutating func readEntry(_ text: String, _ line: Int, _ findings: inout Findings) {
        guard isInKnownSection else { return }
        guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
            // Not repeated: it could be a secret that a line break has torn off.
            return findings.mistake(at: line, "is neither `[section]` nor `key = value` nor a comment after #")
        }
        let key = String(text[..<sign]).singleSpaced
        let value = String(text[text.index(after: sign)...]).trimmed
        guard !sections.isEmpty else {
            return findings.mistake(at: line, "stands before the first section; begin with [server]")
        }
        sections[sections.count - 1].entries.append(Entry(key: key, value: value, line: line))
    }
}

// Lines.
extension ConfigurationText {
    /// Why a line cannot be text.
    static func problem(_ line: ArraySlice<UInt8>) -> String? {
        if line.contains(0) { return "contains a NUL; the file must be UTF-8 text" }
        if String(validating: line, as: UTF8.self) == nil { return "is not UTF-8; save the file in that encoding" }
        let control = line.first { $0 < 0x20 && $0 != UInt8(ascii: "\t") || $0 == 0x7F }
        return control.map { "contains the control character \($0); remove it" }
    }

    private static func withoutComment(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var isAfterBlank = true
        for index in line.indices {
            if line[index] == UInt8(ascii: "#") && isAfterBlank { return line[..<index] }
            isAfterBlank = isBlank(line[index])
        }
        return line
    }
}

func isBlank(_ octet: UInt8) -> Bool { octet == UInt8(ascii: " ") || octet == UInt8(ascii: "\t") }

extension String {
    /// Without blanks and tabs at both ends.
    var trimmed: String {
        let start = utf8.drop(while: isBlank)
        guard let last = start.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(decoding: start[...last], as: UTF8.self)
    }

    /// Its words with one blank between them.
    var singleSpaced: String {
        split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    }
}
