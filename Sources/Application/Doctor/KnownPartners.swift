// What the doctor found out about a brand's partners, read back. The server starts with it: a partner that was never examined,
// or whose address has changed since, is named in the log before anything depends on it.
import Centra
import JSON
import Operations
import POSIX

struct KnownPartners: Equatable, Sendable {
    let examined: Timestamp
    let centra: Centra?
    let peoplevox: Peoplevox?

    struct Centra: Equatable, Sendable {
        let url: String
        /// Which spelling of everything that was renamed this server has.
        let schema: SchemaCapabilities
    }

    struct Peoplevox: Equatable, Sendable {
        let url: String
        let eventTypes: [String]
        /// Columns as the tenant spells them, by `TemplateKey` and `ReportKey`.
        let templates: [String: [String]]
        let reports: [String: [String]]
    }

    /// Of the file; the doctor's is a few thousand.
    static let octetLimit = 1 << 20

    /// - Throws: why it is not what `Capabilities` writes.
    init(reading octets: [UInt8]) throws(CapabilityMistake) {
        let json: JSONValue
        do throws(JSONMistake) {
            json = try JSONValue(octets, octetLimit: Self.octetLimit)
        } catch { throw CapabilityMistake("\(error)") }
        guard json["version"]?.integer == Capabilities.version else {
            throw CapabilityMistake("it is of another version than \(Capabilities.version)")
        }
        guard let time = json["time"]?.string.flatMap({ Timestamp($0) }) else {
            throw CapabilityMistake("it does not say when it was written")
        }
        examined = time
        centra = try json["centra"].map { json throws(CapabilityMistake) in try Centra(json) }
        peoplevox = try json["peoplevox"].map { json throws(CapabilityMistake) in try Peoplevox(json) }
    }
}

/// Why a capability file cannot be used.
struct CapabilityMistake: Error, Equatable, Sendable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension KnownPartners.Centra {
    fileprivate init(_ json: JSONValue) throws(CapabilityMistake) {
        guard let url = json["url"]?.string, case .object(let schema)? = json["schema"] else {
            throw CapabilityMistake("centra lacks its url or schema")
        }
        var members: [String: Bool] = [:]
        for (member, value) in schema {
            guard let isThere = value.bool else { throw CapabilityMistake("a member of the schema is no yes or no") }
            members[member] = isThere
        }
        self.init(url: url, schema: SchemaCapabilities(members: members))
    }
}

extension KnownPartners.Peoplevox {
    fileprivate init(_ json: JSONValue) throws(CapabilityMistake) {
        guard let url = json["url"]?.string else { throw CapabilityMistake("peoplevox lacks its url") }
        self.init(
            url: url, eventTypes: try Self.names(json["eventTypes"]), templates: try Self.columns(json["templates"]),
            reports: try Self.columns(json["reports"]))
    }

    private static func columns(_ json: JSONValue?) throws(CapabilityMistake) -> [String: [String]] {
        guard case .object(let tables)? = json else { throw CapabilityMistake("peoplevox lacks templates or reports") }
        var columns: [String: [String]] = [:]
        for (name, value) in tables { columns[name] = try names(value) }
        return columns
    }

    /// What was not seen is not there.
    private static func names(_ json: JSONValue?) throws(CapabilityMistake) -> [String] {
        guard let json else { return [] }
        let names = json.array?.map(\.string)
        guard let names, !names.contains(nil) else { throw CapabilityMistake("a list of names is none") }
        return names.compactMap { $0 }
    }
}

/// How well a configured brand's partners are known.
enum Acquaintance: Equatable, Sendable {
    case known(KnownPartners)
    case neverExamined
    /// Another one is configured now: `Centra`, `Peoplevox`.
    case changed(partner: String)
    case unreadable(String)

    /// - Parameter directory: the brand's own.
    init(_ partners: Configuration.Brand.Partners, in directory: String) {
        let path = "\(directory)/\(Capabilities.name)"
        let octets: [UInt8]
        do throws(Errno) {
            octets = try Files.contents(of: path, limit: KnownPartners.octetLimit)
        } catch {
            self = error == .notFound ? .neverExamined : .unreadable("\(error)")
            return
        }
        do throws(CapabilityMistake) {
            self = Self.judge(partners, try KnownPartners(reading: octets))
        } catch { self = .unreadable(error.description) }
    }

    private static func judge(_ partners: Configuration.Brand.Partners, _ known: KnownPartners) -> Acquaintance {
        if let centra = partners.centra, known.centra?.url != centra.address.description {
            return .changed(partner: "Centra")
        }
        if let peoplevox = partners.peoplevox, known.peoplevox?.url != peoplevox.address.description {
            return .changed(partner: "Peoplevox")
        }
        return .known(known)
    }
}

extension Log {
    /// Of each brand that has partners; at the start and after a reload.
    func acquaintance(of configuration: Configuration) {
        let directory = PartnerTool.directory(beside: configuration.journal.directory)
        for brand in configuration.brands where !brand.partners.isEmpty {
            switch Acquaintance(brand.partners, in: "\(directory)/\(brand.name)") {
            case .known(let known):
                notice("partners are known", ["brand": .string(brand.name), "examined": .string("\(known.examined)")])
            case .neverExamined:
                warning("partners were never examined, run lockstep doctor", ["brand": .string(brand.name)])
            case .changed(let partner):
                warning(
                    "a partner has changed since it was examined, run lockstep doctor",
                    ["brand": .string(brand.name), "partner": .string(partner)])
            case .unreadable(let text):
                warning(
                    "what is known of the partners cannot be read, run lockstep doctor",
                    ["brand": .string(brand.name), "text": .string(text)])
            }
        }
    }
}
