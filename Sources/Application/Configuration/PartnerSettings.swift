// The settings of a [brand NAME] that concern its partners. Each partner is set whole or not at all.
import Operations
import POSIX
import Peoplevox

extension Configuration.Brand.Partners {
    init(_ reader: inout SectionReader, _ shared: SharedLimits) {
        let centraToken = Self.credential("centraToken", &reader, shared)
        let password = Self.credential("peoplevoxPassword", &reader, shared)
        centra = Self.centra(&reader, centraToken)
        peoplevox = Self.peoplevox(&reader, password)
        callbackBase = reader.optional("callbackBase", .webAddress(example: "https://webhooks.example.com"))
        privateCA = reader.optional("privateCA", .file)
        reader.require(
            ["callbackBase"], callbackBase?.path.hasSuffix("/") != true, "callbackBase ends without a slash")
    }

    /// The value of the variable that a setting names; nil when there is none, which is a mistake where it is named.
    private static func credential(
        _ key: String, _ reader: inout SectionReader, _ shared: SharedLimits
    ) -> Credential? {
        guard let name = reader.optional(key, .variableName) else { return nil }
        let value = shared.secrets(name) ?? ""
        // What has no underscore may be the secret itself, and is not repeated.
        let shown = name.contains("_") ? name : "the variable it names"
        reader.require([key], !value.isEmpty, "\(key): \(shown) is not set or empty; set it in the file of --secrets")
        reader.advise(
            [key], value == value.trimmed, "\(key): \(shown) begins or ends with white space; is that part of it?")
        return Credential(value)
    }

    private static func centra(
        _ reader: inout SectionReader, _ token: Credential?
    ) -> Configuration.Brand.Centra? {
        let address = reader.optional("centraURL", .webAddress(example: "https://ulvmark.centra.com/graphql"))
        let warehouse = reader.optional("centraWarehouse", .count(1...Int(Int32.max)))
        let share = reader.value("centraShare", .percent, standard: "50 %")
        let isWanted = ["centraURL", "centraToken", "centraWarehouse", "centraShare"].contains { reader.states($0) }
        guard isWanted else { return nil }
        requireAll(
            ["centraURL": "https://ulvmark.centra.com/graphql", "centraToken": "LOCKSTEP_ULVMARK_CENTRA_TOKEN"], &reader
        )
        guard let address, let token else { return nil }
        return Configuration.Brand.Centra(address: address, token: token, warehouse: warehouse, share: share)
    }

    private static let peoplevoxKeys: KeyValuePairs = [
        "peoplevoxURL": "https://wms.peoplevox.net/ulvmark/resources/integrationservicev4.asmx",
        "peoplevoxClient": "ulvmark", "peoplevoxUser": "centra-bridge",
        "peoplevoxPassword": "LOCKSTEP_ULVMARK_PEOPLEVOX_PASSWORD", "passwordMode": "base64",
        "timeZone": "Europe/London", "dateFormat": "d/m/Y",
    ]

    private static func peoplevox(
        _ reader: inout SectionReader, _ password: Credential?
    ) -> Configuration.Brand.Peoplevox? {
        let address = reader.optional("peoplevoxURL", .webAddress(example: peoplevoxKeys[0].value))
        let client = reader.optional("peoplevoxClient", .text(limit: 64))
        let user = reader.optional("peoplevoxUser", .text(limit: 128))
        let mode = reader.optional("passwordMode", .choice(PeoplevoxCredentials.PasswordMode.self))
        let zone = reader.optional("timeZone", .zone)
        let dates = reader.optional("dateFormat", .choice(DateFormat.self))
        let site = reader.value("site", .text(limit: 64), standard: "PrimarySite")
        let limit = reader.value("peoplevoxRequests", .count(1...14), standard: "12")
        let reports = reader.family("report", of: Configuration.Brand.ReportKey.names, "report", .text(limit: 128))
        let templates = reader.family(
            "template", of: Configuration.Brand.TemplateKey.names, "template", .text(limit: 128))
        let columns = reader.family("column", of: columnKeys, "column", .text(limit: 128))
        let isWanted =
            (peoplevoxKeys.map(\.key) + ["site", "peoplevoxRequests"]).contains { reader.states($0) }
            || !reports.isEmpty
            || !templates.isEmpty || !columns.isEmpty
        guard isWanted else { return nil }
        requireAll(peoplevoxKeys, &reader)
        guard let address, let client, let user, let password, let mode, let zone, let dates else { return nil }
        return Configuration.Brand.Peoplevox(
            address: address, clientName: client, user: user, password: password, passwordMode: mode, zone: zone,
            dates: dates, site: site, requestLimit: limit, reports: byKey(reports), templates: byKey(templates),
            columns: columns)
    }

    private static func byKey<Key: CaseIterable & Hashable>(_ names: [String: String]) -> [Key: String] {
        var byKey: [Key: String] = [:]
        for key in Key.allCases { byKey[key] = names["\(key)"] }
        return byKey
    }

    private static func requireAll(_ keys: KeyValuePairs<String, String>, _ reader: inout SectionReader) {
        for (key, example) in keys where !reader.states(key) {
            reader.mistake(at: reader.line, "\(key) is missing; write \(key) = \(example)")
        }
    }

    /// `inventory.onHand` and all others.
    static let columnKeys =
        keys(InventoryLayout.self, .inventory) + keys(DespatchLayout.self, .despatches)
        + keys(ReturnLayout.self, .returns) + keys(OrderStatusLayout.self, .orderStatus)

    private static func keys<Layout: RowLayout>(_: Layout.Type, _ key: Configuration.Brand.ReportKey) -> [String] {
        Layout.allCases.map { "\(key).\($0)" }
    }
}

extension CaseIterable {
    /// The cases' own names.
    fileprivate static var names: [String] { allCases.map { "\($0)" } }
}

extension SettingKind where Value == WebAddress {
    /// Without TLS only on this machine, where a sandbox is.
    static func webAddress(example: String) -> SettingKind {
        SettingKind { text throws(Refusal) in
            guard let address = WebAddress(text) else {
                throw Refusal("\(quoted(text)) is no address; write it whole and without a query, such as \(example)")
            }
            guard address.isSecure || address.isLoopback else {
                throw Refusal("\(quoted(text)) would send secrets without TLS; write https://")
            }
            return address
        }
    }
}

extension SettingKind where Value == String {
    /// One line of what people name things.
    static func text(limit: Int) -> SettingKind {
        SettingKind { text throws(Refusal) in
            guard text.utf8.count <= limit else { throw Refusal("\(quoted(text)) is longer than \(limit) octets") }
            return text
        }
    }

    static var file: SettingKind {
        SettingKind { text throws(Refusal) in
            guard text.hasPrefix("/") else { throw Refusal("\(quoted(text)) is no path from /") }
            do throws(Errno) {
                _ = try Files.open(text, .read)
            } catch { throw Refusal("\(quoted(text)) cannot be read: \(error)") }
            return text
        }
    }

    static var zone: SettingKind {
        SettingKind { text throws(Refusal) in
            guard Zone.isName(text) else {
                throw Refusal("\(quoted(text)) is no name of a time zone; write one such as Europe/London")
            }
            // Where the machine has zones at all, it has this one.
            let zones = "/usr/share/zoneinfo/"
            if (try? Files.open(zones, .directory)) != nil, (try? Files.open(zones + text, .read)) == nil {
                throw Refusal("\(quoted(text)) is no time zone of this machine; write one such as Europe/London")
            }
            return text
        }
    }

    /// The name of one variable; never repeated, for somebody may have written the secret itself.
    static var variableName: SettingKind {
        SettingKind { text throws(Refusal) in
            guard isVariableName(text) else {
                throw Refusal(
                    "is not the name of a variable (A-Z, 0-9 and _); if it is the secret itself, change it at the partner, "
                        + "put the new one into the secrets file and write its name here")
            }
            return text
        }
    }
}

extension SettingKind where Value: RawRepresentable<String> & CaseIterable {
    static func choice(_: Value.Type) -> SettingKind {
        SettingKind { text throws(Refusal) in
            guard let value = Value(rawValue: text) else {
                throw Refusal("\(quoted(text)) is none of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return value
        }
    }
}

extension SettingKind where Value == Int {
    static var percent: SettingKind {
        SettingKind { text throws(Refusal) in
            let digits = text.hasSuffix("%") ? String(text.dropLast()).trimmed : ""
            guard let percent = Int(digits), (1...100).contains(percent) else {
                throw Refusal("\(quoted(text)) is no share; write 1 % to 100 %")
            }
            return percent
        }
    }
}
