// What one brand's partners can do, as a file: written by the doctor, read by the server, so that neither the spelling of
// a schema nor the columns of a template is assumed. JSON, one object, replaced as a whole.
import Centra
import JSON
import Operations
import POSIX
import Peoplevox

enum Capabilities {
    static let name = "capabilities.json"
    static let version = 1

    /// Nil when a partner of the brand told us too little: then what was found before is better.
    static func text(_ evidence: Evidence) -> [UInt8]? {
        if evidence.brand.partners.centra != nil {
            guard case .success? = evidence.centra?.missing else { return nil }
        }
        if evidence.brand.partners.peoplevox != nil {
            guard case .success? = evidence.peoplevox?.login else { return nil }
        }
        return JSONWriter.line { json in
            json.field("version", version)
            json.field("brand", evidence.brand.name)
            json.field("time", Timestamp(microseconds: evidence.now).description)
            if let centra = evidence.centra { json.object("centra") { write(centra, evidence.brand, &$0) } }
            if let peoplevox = evidence.peoplevox { json.object("peoplevox") { write(peoplevox, evidence.brand, &$0) } }
        }
    }

    private static func write(_ centra: CentraEvidence, _ brand: Configuration.Brand, _ json: inout JSONWriter) {
        json.field("url", brand.partners.centra?.address.description)
        json.field("appVersion", centra.version?.description)
        json.object("schema") { json in
            for (member, isThere) in centra.capabilities.members.sorted(by: { $0.key < $1.key }) {
                json.field(member, isThere)
            }
        }
    }

    private static func write(
        _ peoplevox: PeoplevoxEvidence, _ brand: Configuration.Brand, _ json: inout JSONWriter
    ) {
        json.field("url", brand.partners.peoplevox?.address.description)
        if case .success(let description)? = peoplevox.description {
            json.array("operations") { for name in description.operations.keys.sorted() { $0.value(name) } }
            json.array("eventTypes") { for name in description.eventTypes { $0.value(name) } }
            json.field("encodesParameters", description.asksForEncoding)
        }
        json.object("templates") { json in
            for key in Configuration.Brand.TemplateKey.allCases { write(peoplevox.templates[key], "\(key)", &json) }
        }
        json.object("reports") { json in
            for key in Configuration.Brand.ReportKey.allCases { write(peoplevox.reports[key], "\(key)", &json) }
        }
    }

    private static func write(_ columns: Finding<[String]>?, _ key: String, _ json: inout JSONWriter) {
        guard case .success(let columns)? = columns else { return }
        json.array(key) { for column in columns { $0.value(column) } }
    }

    /// In place of what was there, durably, or not at all.
    static func replace(in directory: String, with text: [UInt8]) throws(Errno) {
        try Files.createDirectories(directory)
        let draft = "\(directory)/\(name).new"
        try? Files.remove(draft)
        let file = try Files.open(draft, .createNew)
        try file.writeAll(text, at: 0)
        try file.synchronizeData()
        try Files.rename(draft, to: "\(directory)/\(name)")
        try Files.synchronizeDirectory(directory)
    }
}
