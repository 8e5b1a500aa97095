// The secrets file: `KEY=VALUE` lines, as systemd reads an EnvironmentFile. Where systemd would quietly understand
// something else than most people, a line is refused, so that a file means the same to both:
//
//     # a comment, alone on its line (; too)
//     LOCKSTEP_DEMO_CENTRA_SECRET=0123456789abcdef
//     LOCKSTEP_OTHER_SECRET="with # or \"quotes\" or a \\ in it"
//
// An empty value means: not set. No message repeats a value, nor a key that does not look like one.

struct SecretsFile {
    private(set) var values: [String: String] = [:]
    private(set) var findings: Findings
    private var lines: [String: Int] = [:]

    static let octetLimit = 256 << 10

    /// - Parameter mode: the file's permission bits; anybody else's access is a mistake.
    init(_ octets: [UInt8], fileName: String, mode: UInt32) {
        findings = Findings(file: fileName)
        if mode & 0o077 != 0 {
            let bits = String(mode & 0o777, radix: 8)
            findings.mistake(at: nil, "is open to other users (mode 0\(bits)); run chmod 600 on it")
        }
        guard octets.count <= SecretsFile.octetLimit else {
            findings.mistake(at: nil, "is larger than \(SecretsFile.octetLimit >> 10) KiB")
            return
        }
        let lines = octets.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() { read(line, index + 1) }
    }

    /// A file of which nothing is known but that it cannot be read.
    init(unreadable fileName: String, because reason: String) {
        findings = Findings(file: fileName)
        findings.mistake(at: nil, "cannot be read: \(reason)")
    }

    private mutating func read(_ octets: ArraySlice<UInt8>, _ line: Int) {
        let octets = octets.last == UInt8(ascii: "\r") ? octets.dropLast() : octets
        if let problem = ConfigurationText.problem(octets) { return findings.mistake(at: line, problem) }
        let text = String(decoding: octets, as: UTF8.self).trimmed
        if text.isEmpty || text.hasPrefix("#") || text.hasPrefix(";") { return }
        guard let sign = text.firstIndex(of: "="), isVariableName(String(text[..<sign]).trimmed) else {
            return findings.mistake(at: line, "is not KEY=VALUE with a key of A-Z, 0-9 and _ (and without export)")
        }
        let key = String(text[..<sign]).trimmed
        if let first = lines[key] { return findings.mistake(at: line, "\(key) stands on line \(first) already") }
        lines[key] = line
        do throws(Refusal) {
            values[key] = try SecretsFile.value(String(text[text.index(after: sign)...]).trimmed)
        } catch {
            findings.mistake(at: line, "\(key): \(error.text)")
        }
    }

    private static func value(_ text: String) throws(Refusal) -> String {
        if text.hasPrefix("\"") { return try quotedValue(text.dropFirst()) }
        let isPlain = !text.hasPrefix("'") && !text.contains("\\") && !text.contains(" #") && !text.contains("\t#")
        guard isPlain else {
            throw Refusal("a value with a backslash, a # after white space or a ' at its start stands in double quotes")
        }
        return text
    }

    /// After the opening quotation mark. A backslash takes away the meaning of `"`, `\`, `$` and a backtick.
    private static func quotedValue(_ text: Substring) throws(Refusal) -> String {
        var value = ""
        var rest = text.unicodeScalars
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"":
                guard rest.isEmpty else { throw Refusal("something follows the closing quotation mark") }
                return value
            case "\\":
                let isEscape = rest.first.map { "\"\\$`".unicodeScalars.contains($0) } ?? false
                value.unicodeScalars.append(isEscape ? rest.removeFirst() : scalar)
            default: value.unicodeScalars.append(scalar)
            }
        }
        throw Refusal("the closing quotation mark is missing")
    }
}
