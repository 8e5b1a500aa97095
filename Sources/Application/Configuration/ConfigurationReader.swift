// From the file's sections to a configuration. Every section is read to its end whatever is wrong with it, so that an
// operator sees all mistakes at once.
import Operations
import POSIX
import Webhooks

extension Configuration {
    /// - Parameters:
    ///   - fileName: how the file is called in messages.
    ///   - secrets: the value of a variable, from the secrets file or the environment.
    /// - Returns: the configuration, and warnings about what is allowed and rarely meant, one text each.
    package static func read(
        text: [UInt8], fileName: String, secrets: @escaping SecretLookup
    ) throws(ConfigurationMistakes) -> (configuration: Configuration, warnings: [String]) {
        var reader = ConfigurationReader(file: fileName, secrets: secrets)
        let configuration = reader.read(text)
        let mistakes = Findings.sorted(reader.findings.mistakes)
        guard mistakes.isEmpty else { throw ConfigurationMistakes(mistakes: mistakes) }
        return (configuration, Findings.sorted(reader.findings.warnings).map(\.description))
    }
}

struct ConfigurationReader {
    private(set) var findings: Findings
    private let secrets: SecretLookup
    private var sections: [ConfigurationText.Section] = []

    init(file: String, secrets: @escaping SecretLookup) {
        findings = Findings(file: file)
        self.secrets = secrets
    }

    mutating func read(_ octets: [UInt8]) -> Configuration {
        sections = ConfigurationText(octets, &findings).sections
        refuseUnknownSections()

        var shared = SharedLimits(secrets: secrets)
        let server = single("server") { reader in
            let server = Configuration.Server(&reader)
            shared.bodyLimit = reader.isSound("bodyLimit") ? server.bodyLimit : nil
            return server
        }
        let journal = single("journal") { [secrets] reader in
            let journal = Configuration.Journal(&reader, secrets)
            shared.redeliveryWindow = reader.isSound("redeliveryWindow") ? journal.redeliveryWindow : nil
            return journal
        }
        let queues = single("queues") { Configuration.Queues(&$0) }
        return Configuration(server: server, journal: journal, queues: queues, brands: brands(&shared))
    }

    /// A section that may stand once or not at all. A second one is a mistake, and still looked through for others.
    private mutating func single<Part>(_ title: String, _ read: (inout SectionReader) -> Part) -> Part {
        let found = sections.filter { $0.title == title }
        for again in found.dropFirst() {
            findings.mistake(at: again.line, "[\(title)] stands on line \(found[0].line ?? 0) already; join the two")
            _ = part(again, read)
        }
        return part(found.first ?? ConfigurationText.Section(title: title, line: nil), read)
    }

    private mutating func brands(_ shared: inout SharedLimits) -> [Configuration.Brand] {
        var brands: [Configuration.Brand] = []
        var lines: [String: Int] = [:]
        for section in sections where section.words.first == "brand" {
            let brand = part(section) { Configuration.Brand(&$0, &shared) }
            if let line = lines[brand.name] {
                findings.mistake(at: section.line, "[brand \(brand.name)] stands on line \(line) already; join the two")
            } else {
                lines[brand.name] = section.line
                brands.append(brand)
            }
        }
        if brands.isEmpty { findings.warn(at: nil, "has no brand, so no delivery can be accepted; add [brand NAME]") }
        return brands
    }

    private mutating func part<Part>(
        _ section: ConfigurationText.Section, _ read: (inout SectionReader) -> Part
    ) -> Part {
        var reader = SectionReader(section, file: findings.file)
        let part = read(&reader)
        reader.refuseTheRest(elsewhere: ConfigurationReader.knownKeys)
        findings.add(reader.findings)
        return part
    }

    private mutating func refuseUnknownSections() {
        let known = ["server", "journal", "queues"]
        for section in sections where !known.contains(section.title) && section.words.first != "brand" {
            let right = nearest(to: section.words.first ?? "", among: known + ["brand"])
            let advice = right.map { $0 == "brand" ? "did you mean [brand NAME]?" : "did you mean [\($0)]?" }
            findings.mistake(
                at: section.line,
                "[\(printable(section.title, limit: 60))] is no section; "
                    + (advice ?? "there are [server], [journal], [queues] and [brand NAME]"))
        }
    }

    /// Which keys each kind of section asks for.
    static let knownKeys: KeyValuePairs<String, [String]> = [
        "[server]": keys { _ = Configuration.Server(&$0) },
        "[journal]": keys { _ = Configuration.Journal(&$0) { _ in nil } },
        "[queues]": keys { _ = Configuration.Queues(&$0) },
        "[brand NAME]": keys {
            var shared = SharedLimits { _ in nil }
            _ = Configuration.Brand(&$0, &shared)
        },
    ]

    private static func keys(_ read: (inout SectionReader) -> Void) -> [String] {
        var reader = SectionReader(ConfigurationText.Section(title: "", line: nil), file: "")
        read(&reader)
        return reader.knownKeys
    }
}

/// What a brand's settings must fit; nil when that is a mistake itself.
struct SharedLimits {
    let secrets: SecretLookup
    /// Octets.
    var bodyLimit: Int?
    /// Milliseconds.
    var redeliveryWindow: Int64?
    /// Which brand named a variable, and which subscription a hash, first.
    var variableOwners: [String: String] = [:]
    var hashOwners: [String: String] = [:]

    init(secrets: @escaping SecretLookup) {
        self.secrets = secrets
    }
}
