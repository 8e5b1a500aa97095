// How the value of a setting is written, one kind each; and why a text is none, in words that say what would be right.
import Workflows
import Operations
import POSIX
import Webhooks

/// Where a variable's value is looked up.
package typealias SecretLookup = (String) -> String?

/// Why a value is refused; continues "key: ".
struct Refusal: Error {
    let text: String

    init(_ text: String) {
        self.text = text
    }
}

struct SettingKind<Value> {
    /// Whether `key =` means something; for other kinds it is a forgotten value.
    var mayBeEmpty = false
    let read: (String) throws(Refusal) -> Value
}

extension SettingKind where Value == Int {
    static func octets(_ range: ClosedRange<Int>) -> SettingKind {
        .quantity(.octets, "size", example: "1 MiB", range)
    }

    /// Of things; a plain number.
    static func count(_ range: ClosedRange<Int>) -> SettingKind {
        SettingKind { text throws(Refusal) in
            guard text.utf8.allSatisfy(isDigit) else {
                throw Refusal("\(quoted(text)) is no number; write digits alone, such as \(range.upperBound)")
            }
            guard let number = Int(text), range.contains(number) else {
                throw Refusal("\(quoted(text)) is outside its limits, \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }

    static func wholeSeconds(_ range: ClosedRange<Int>) -> SettingKind {
        let milliseconds = SettingKind<Int64>.milliseconds(range.lowerBound * 1_000...range.upperBound * 1_000)
        return SettingKind { text throws(Refusal) in
            let (seconds, rest) = try milliseconds.read(text).quotientAndRemainder(dividingBy: 1_000)
            guard rest == 0 else { throw Refusal("\(quoted(text)) is not a whole number of seconds") }
            return Int(seconds)
        }
    }

    fileprivate static func quantity(
        _ units: Units, _ noun: String, example: String, _ range: ClosedRange<Int>
    ) -> SettingKind {
        SettingKind { text throws(Refusal) in
            let amount: Int
            do throws(QuantityMistake) {
                amount = try units.read(text)
            } catch {
                throw Refusal("\(quoted(text)) is no \(noun): \(error.advice(units, example))")
            }
            guard range.contains(amount) else {
                let (least, most) = (units.describe(range.lowerBound), units.describe(range.upperBound))
                throw Refusal("\(quoted(text)) is outside its limits, \(least) to \(most)")
            }
            return amount
        }
    }
}

extension QuantityMistake {
    fileprivate func advice(_ units: Units, _ example: String) -> String {
        switch self {
        case .notAWholeNumber: "write a whole number and its unit, such as \(example)"
        case .unitMissing: "the unit is missing; write \(units.names) after the number"
        case .unitUnknown: "the units are \(units.names)"
        case .tooLarge: "the number is too large"
        }
    }
}

extension SettingKind where Value == Int64 {
    static func milliseconds(_ range: ClosedRange<Int>) -> SettingKind {
        let quantity = SettingKind<Int>.quantity(.milliseconds, "duration", example: "10 s", range)
        return SettingKind { text throws(Refusal) in Int64(try quantity.read(text)) }
    }
}

extension SettingKind where Value == ListenAddress {
    static var listenAddress: SettingKind {
        SettingKind { text throws(Refusal) in
            guard let address = ListenAddress(text) else {
                throw Refusal(
                    "\(quoted(text)) is no address to listen on; "
                        + "write 127.0.0.1:8080, [::1]:8080 or unix:/run/lockstep/public.sock")
            }
            return address
        }
    }
}

extension SettingKind where Value == [IPNetwork] {
    /// Separated by blanks or commas.
    static func networks(mayBeEmpty: Bool) -> SettingKind {
        SettingKind(mayBeEmpty: mayBeEmpty) { text throws(Refusal) in
            var networks: [IPNetwork] = []
            var wrong: [String] = []
            for word in listed(text) {
                if let network = IPNetwork(word) { networks.append(network) } else { wrong.append(quoted(word)) }
            }
            guard !networks.isEmpty || mayBeEmpty || !wrong.isEmpty else {
                throw Refusal("has no address; write one, or remove the line")
            }
            guard wrong.isEmpty else {
                throw Refusal(
                    "\(wrong.joined(separator: " and ")) is no address and no network; write 203.0.113.7, ::1 or "
                        + "203.0.113.0/24, separated by blanks or commas")
            }
            return networks
        }
    }
}

extension SettingKind where Value == Mode {
    static var mode: SettingKind {
        SettingKind { text throws(Refusal) in
            guard let mode = Mode(rawValue: text) else {
                throw Refusal(
                    "\(quoted(text)) is no mode; write observe, in which nothing is sent to a partner, or live"
                )
            }
            return mode
        }
    }
}

extension SettingKind where Value == [TokenHash] {
    /// The text is never repeated: somebody may have written the token itself.
    static var hashes: SettingKind {
        SettingKind { text throws(Refusal) in
            let words = listed(text)
            guard words.count <= CallbackVerifier.tokenLimit else {
                throw Refusal("has \(words.count) hashes; one, or two while the token is rotated")
            }
            let hashes = words.compactMap { TokenHash($0) }
            guard hashes.count == words.count, !hashes.isEmpty else {
                throw Refusal(
                    "is not the SHA-256 of a token, 64 hexadecimal digits; `lockstep token` prints both")
            }
            guard hashes.count == 1 || hashes[0] != hashes[1] else { throw Refusal("has the same hash twice") }
            return hashes
        }
    }
}

extension SettingKind where Value == [String] {
    /// Names of environment variables; never repeated either, for somebody may have written the secret itself.
    static var variableNames: SettingKind {
        SettingKind { text throws(Refusal) in
            let names = listed(text)
            guard (1...SignatureVerifier.secretLimit).contains(names.count) else {
                throw Refusal("has \(names.count) names; one, or two while the secret is rotated")
            }
            guard names.allSatisfy(isVariableName) else {
                throw Refusal(
                    "is not the name of a variable (A-Z, 0-9 and _); if it is the secret itself, change the secret in "
                        + "Centra, put the new one into the secrets file and write its name here")
            }
            guard names.count == 1 || names[0] != names[1] else { throw Refusal("has the same name twice") }
            return names
        }
    }
}

extension SettingKind where Value == String {
    /// What stands before Centra's order number; printable ASCII without blanks.
    static func prefix(limit: Int) -> SettingKind {
        SettingKind(mayBeEmpty: true) { text throws(Refusal) in
            guard text.utf8.count <= limit, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw Refusal("\(quoted(text)) must be at most \(limit) letters, digits or signs of ASCII, no blanks")
            }
            return text
        }
    }

    /// A path; `$LOCKSTEP_JOURNAL` at its start is replaced. No other variable is, so that no secret ends in a path.
    static func directory(_ variables: @escaping SecretLookup) -> SettingKind {
        let name = "LOCKSTEP_JOURNAL"
        return SettingKind { text throws(Refusal) in
            guard text.hasPrefix("$") else { return text }
            let rest = text.dropFirst(1 + name.utf8.count)
            guard text.hasPrefix("$" + name), rest.isEmpty || rest.hasPrefix("/") else {
                throw Refusal("$\(name) is the only variable that is replaced; write a path")
            }
            guard let value = variables(name), !value.isEmpty else {
                throw Refusal("$\(name) is not set; set it to the journal's directory, or write a path here")
            }
            return value + rest
        }
    }
}

private func isDigit(_ octet: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) }

/// `[A-Z_][A-Z0-9_]*`
func isVariableName(_ text: String) -> Bool {
    func isLetter(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(octet) || octet == UInt8(ascii: "_")
    }
    guard let first = text.utf8.first, isLetter(first) else { return false }
    return text.utf8.allSatisfy { isLetter($0) || isDigit($0) }
}

/// The words of a list, separated by blanks or commas.
private func listed(_ text: String) -> [String] {
    text.split { $0 == " " || $0 == "\t" || $0 == "," }.map(String.init)
}
