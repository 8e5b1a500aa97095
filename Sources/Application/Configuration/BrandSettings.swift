// The settings of a [brand NAME], and where its secrets come from. No message here repeats a secret, a token, or what
// stands in the place of one.
import Operations
import POSIX
import Webhooks
import Workflows

extension Configuration.Brand {
    /// Octets; shorter secrets can be guessed, but Centra lets a person choose them.
    private static let usualSecretOctets = 16
    private static let nameLimit = 32
    private static let prefixLimit = 32

    init(_ reader: inout SectionReader, _ shared: inout SharedLimits) {
        name = Self.name(&reader)
        mode = reader.required("mode", .mode, example: "observe") ?? .observe
        centraSecrets = Self.centraSecrets(&reader, of: name, &shared)
        centraToleranceInSeconds = reader.value("centraTolerance", .wholeSeconds(1...86_400), standard: "300 s")
        salesOrderPrefix = reader.value("salesOrderPrefix", .prefix(limit: Self.prefixLimit), standard: "C-")
        callbackLimit = reader.value("callbackLimit", .octets(Configuration.Server.bodyLimits), standard: "64 KiB")
        callbackAddresses = reader.optional("callbackAddresses", .networks(mayBeEmpty: false)) ?? []
        tokens = reader.family("token", of: Configuration.peoplevoxEventTypes, "event type", .hashes)
        exceptionAfter = Self.thresholds(&reader)
        partners = Partners(&reader, shared)
        stock = Stock(&reader, partners)
        fitCallbackLimit(&reader, shared)
        checkTolerance(&reader, shared)
        adviseAboutTokens(&reader, &shared)
        checkMode(&reader)
    }

    private static func name(_ reader: inout SectionReader) -> String {
        let name = reader.words.dropFirst().joined(separator: " ")
        let isName = (1...nameLimit).contains(name.utf8.count) && name.utf8.allSatisfy(isNameOctet)
        if !isName {
            reader.mistake(
                at: reader.line,
                "\(quoted(name)) is no name of a brand; write [brand NAME] with 1 to \(nameLimit) of a-z, 0-9 and -")
        }
        return name
    }

    private static func isNameOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }

    private static func thresholds(_ reader: inout SectionReader) -> [ExceptionClass: Int64] {
        let names = ExceptionClass.allCases.filter(\.hasSetting).map(\.rawValue)
        let day = 24 * 3_600_000
        let times = reader.family("exceptionAfter", of: names, "class of exceptions", .milliseconds(0...7 * day))
        return Dictionary(
            uniqueKeysWithValues: times.compactMap { name, time in ExceptionClass(rawValue: name).map { ($0, time) } })
    }

    /// What is left out follows the server's limit; what is stated must fit it.
    private mutating func fitCallbackLimit(_ reader: inout SectionReader, _ shared: SharedLimits) {
        guard let bodyLimit = shared.bodyLimit else { return }
        if !reader.states("callbackLimit") { callbackLimit = min(callbackLimit, bodyLimit) }
        reader.require(
            ["callbackLimit"], callbackLimit <= bodyLimit,
            "callbackLimit must not be above the server's bodyLimit (\(Units.octets.describe(bodyLimit)))")
    }

    /// A signature is good from `centraTolerance` before its time to as long after. Were deliveries forgotten sooner,
    /// one that was overheard could be sent again.
    private func checkTolerance(_ reader: inout SectionReader, _ shared: SharedLimits) {
        guard let window = shared.redeliveryWindow else { return }
        reader.require(
            ["centraTolerance"], Int64(centraToleranceInSeconds) * 2_000 <= window,
            "centraTolerance must be at most half of the journal's redeliveryWindow "
                + "(\(Units.milliseconds.describe(Int(window)))), or an overheard delivery could be sent again")
    }

    private func adviseAboutTokens(_ reader: inout SectionReader, _ shared: inout SharedLimits) {
        for (event, hashes) in tokens.sorted(by: { $0.key < $1.key }) {
            for hash in hashes {
                let owner = shared.hashOwners[hash.text]
                reader.advise(
                    ["token \(event)"], owner == nil,
                    "token \(event) is the token of \(owner ?? "another"); every subscription should have its own")
                shared.hashOwners[hash.text] = owner ?? "\(name), \(event)"
            }
        }
        reader.advise(
            [], reader.states("centraSecrets") || !tokens.isEmpty,
            "brand \(name) has neither centraSecrets nor a token, so it takes no delivery")
    }
}

// Secrets.
extension Configuration.Brand {
    private static func centraSecrets(
        _ reader: inout SectionReader, of brand: String, _ shared: inout SharedLimits
    ) -> [Secret] {
        let names = reader.optional("centraSecrets", .variableNames) ?? []
        let values = names.map { shared.secrets($0) ?? "" }
        reader.require(["centraSecrets"], values.first != "", isNotSet(names.first ?? ""))
        for (name, value) in zip(names, values) where !value.isEmpty {
            adviseAboutSecret(value, in: name, &reader)
            let owner = shared.variableOwners[name]
            reader.advise(
                ["centraSecrets"], owner == nil,
                "centraSecrets is also the secret of brand \(owner ?? ""); every brand should have its own")
            shared.variableOwners[name] = owner ?? brand
        }
        reader.advise(
            ["centraSecrets"], values.count < 2 || values[0] != values[1], "centraSecrets are two equal secrets")
        return values.filter { !$0.isEmpty }.map { Secret($0) }
    }

    private static func isNotSet(_ name: String) -> String {
        // A secret can be all capitals and digits. Most names have an underscore; what has none is not repeated.
        let shown = name.contains("_") ? name : "the variable it names first"
        return "centraSecrets: \(shown) is not set or empty; set it in the file of --secrets or the environment"
    }

    private static func adviseAboutSecret(_ value: String, in name: String, _ reader: inout SectionReader) {
        reader.advise(
            ["centraSecrets"], value.utf8.count >= usualSecretOctets,
            "centraSecrets: the secret in \(name) is shorter than \(usualSecretOctets) octets and could be guessed")
        reader.advise(
            ["centraSecrets"], value == value.trimmed,
            "centraSecrets: the secret in \(name) begins or ends with white space; is that part of it?")
    }
}
