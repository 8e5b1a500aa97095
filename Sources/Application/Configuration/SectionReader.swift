// One section, setting by setting. What is asked for is what is known: a key that nobody has asked for at the end is a
// mistake, with the nearest known one beside it.
import Operations

struct SectionReader {
    private let section: ConfigurationText.Section
    private(set) var findings: Findings
    private(set) var knownKeys: [String] = []
    /// Keys whose value is a mistake. What is compared with them would only repeat it.
    private var unsound: Set<String> = []

    init(_ section: ConfigurationText.Section, file: String) {
        self.section = section
        findings = Findings(file: file)
    }

    var words: [String] { section.words }
    var line: Int? { section.line }

    /// The setting's value, or what `standard` reads as when the file does not have it or has it wrong.
    mutating func value<Value>(_ key: String, _ kind: SettingKind<Value>, standard: String) -> Value {
        if let value = optional(key, kind) { return value }
        do throws(Refusal) {
            return try kind.read(standard)
        } catch {
            preconditionFailure("the standard value of \(key) is sound")
        }
    }

    /// The setting's value; nil when the file does not have it or has it wrong.
    mutating func optional<Value>(_ key: String, _ kind: SettingKind<Value>) -> Value? {
        knownKeys.append(key)
        return entry(key).flatMap { read($0, kind) }
    }

    /// The same; a mistake when the file does not have it.
    mutating func required<Value>(_ key: String, _ kind: SettingKind<Value>, example: String) -> Value? {
        let value = optional(key, kind)
        if entry(key) == nil { mistake(at: section.line, "\(key) is missing; write \(key) = \(example)") }
        return value
    }

    /// The settings whose key is `word` and one word more, by that word. A key `word` alone is a mistake.
    mutating func family<Value>(
        _ word: String, of names: [String], _ noun: String, _ kind: SettingKind<Value>
    ) -> [String: Value] {
        var values: [String: Value] = [:]
        for entry in section.entries where entry.key.split(separator: " ").first == word[...] {
            let name = String(entry.key.dropFirst(word.utf8.count + 1))
            if names.contains(name) {
                if !knownKeys.contains(entry.key) { knownKeys.append(entry.key) }
                guard values[name] == nil, let value = read(entry, kind) else { continue }
                values[name] = value
            } else {
                let right = nearest(to: name, among: names).map { "did you mean \(word) \($0)?" }
                let all = "write \(word) and one of " + names.joined(separator: ", ")
                mistake(at: entry.line, "\(word) names no known \(noun); " + (right ?? all))
                unsound.insert(entry.key)
            }
        }
        knownKeys.append(word)
        return values
    }

    /// The settings whose key is `word` and whatever more, by that; the key `word` alone is another setting.
    mutating func openFamily<Value>(_ word: String, _ kind: SettingKind<Value>) -> [String: Value] {
        var values: [String: Value] = [:]
        for entry in section.entries where entry.key.hasPrefix(word + " ") {
            knownKeys.append(entry.key)
            guard let value = read(entry, kind) else { continue }
            values[String(entry.key.dropFirst(word.utf8.count + 1))] = value
        }
        return values
    }

    private mutating func read<Value>(_ entry: ConfigurationText.Entry, _ kind: SettingKind<Value>) -> Value? {
        do throws(Refusal) {
            guard !entry.value.isEmpty || kind.mayBeEmpty else {
                throw Refusal("has no value; write one, or remove the line")
            }
            guard entry.value.first != "\"", entry.value.first != "'" else {
                throw Refusal("is written without quotation marks")
            }
            return try kind.read(entry.value)
        } catch {
            mistake(at: entry.line, "\(entry.key): \(error.text)")
            unsound.insert(entry.key)
            return nil
        }
    }
}

// How settings fit each other.
extension SectionReader {
    func isSound(_ key: String) -> Bool { !unsound.contains(key) }

    /// Whether the file says it, rightly or wrongly.
    func states(_ key: String) -> Bool { entry(key) != nil }

    /// A mistake at the last of the lines that have these keys, unless one of them is a mistake already.
    mutating func require(_ keys: [String], _ fits: Bool, _ otherwise: @autoclosure () -> String) {
        guard !fits, keys.allSatisfy(isSound) else { return }
        mistake(at: line(of: keys), otherwise())
    }

    /// The commonest of these: one amount holds another, `times` over.
    mutating func require(
        _ larger: (key: String, amount: Int), atLeast times: Int = 1, _ smaller: (key: String, amount: Int),
        in units: Units, because reason: String = ""
    ) {
        let count = times == 1 ? "" : "\(times) times "
        let text = "\(named(larger, units)) must be at least \(count)\(named(smaller, units))\(reason)"
        require([larger.key, smaller.key], larger.amount / times >= smaller.amount, text)
    }

    /// `sizeLimit (16 GiB, as it is not set)`.
    private func named(_ setting: (key: String, amount: Int), _ units: Units) -> String {
        let amount = units.describe(setting.amount)
        return states(setting.key) ? "\(setting.key) (\(amount))" : "\(setting.key) (\(amount), as it is not set)"
    }

    /// A warning instead of a mistake.
    mutating func advise(_ keys: [String], _ isUsual: Bool, _ otherwise: @autoclosure () -> String) {
        guard !isUsual, keys.allSatisfy(isSound) else { return }
        findings.warn(at: line(of: keys), otherwise())
    }

    mutating func mistake(at line: Int?, _ text: String) {
        findings.mistake(at: line, text)
    }

    private func line(of keys: [String]) -> Int? {
        keys.compactMap { entry($0)?.line }.max() ?? section.line
    }

    private func entry(_ key: String) -> ConfigurationText.Entry? {
        section.entries.first { $0.key == key }
    }
}

// What nobody asked for.
extension SectionReader {
    /// - Parameter elsewhere: the keys of other sections, by heading.
    mutating func refuseTheRest(elsewhere: KeyValuePairs<String, [String]>) {
        var firstLines: [String: Int] = [:]
        for entry in section.entries {
            if !knownKeys.contains(entry.key) {
                if isSound(entry.key) { mistake(at: entry.line, unknown(entry.key, elsewhere)) }
            } else if let first = firstLines[entry.key] {
                mistake(at: entry.line, "\(entry.key) stands on line \(first) already; keep one of them")
            } else {
                firstLines[entry.key] = entry.line
            }
        }
    }

    /// Repeats a key only when it looks like one: a line break inside a secret makes it look like a key.
    private func unknown(_ key: String, _ elsewhere: KeyValuePairs<String, [String]>) -> String {
        if let home = elsewhere.first(where: { $0.value.contains(key) }) { return "\(key) belongs under \(home.key)" }
        let own = knownKeys.filter { !$0.contains(" ") }
        for said in [key, key.split(separator: " ").first.map(String.init) ?? ""] {
            if let name = nearest(to: said, among: own) { return "\(quoted(said)) is no key; did you mean \(name)?" }
        }
        let isWord = key.utf8.count <= 24 && key.utf8.allSatisfy { (0x61...0x7A).contains($0 | 0x20) }
        return "\(isWord ? quoted(key) : "this") is no key; the keys here are " + own.joined(separator: ", ")
    }
}
