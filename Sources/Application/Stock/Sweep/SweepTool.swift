// `lockstep reconcile stock`: asks the running server for a run, waits for its end and shows what it came to. Nothing is read
// here that the server has not read.
import CSV
import JSON
import POSIX

package struct SweepTool: Sendable {
    package enum Form: Sendable {
        case table, json, csv
    }

    package struct Answer: Sendable {
        package fileprivate(set) var lines: [String] = []
        /// 0: both sides agree, 1: they differ, 2: they could not be compared.
        package fileprivate(set) var exitStatus: Int32 = 0
    }

    private let client: OperatorClient
    private let brands: [String]
    private let clock = SystemClock()
    /// Told how far it is.
    private let progress: @Sendable (String) -> Void

    /// - Parameters:
    ///   - journal: its directory, instead of the one that the configuration names.
    ///   - brand: nil for all that have both partners.
    package init(
        journal: String?, configurationPath: String?, brand: String?, progress: @escaping @Sendable (String) -> Void
    ) throws(ToolFailure) {
        let configuration: Configuration
        do throws(ConfigurationMistakes) {
            configuration = try Configuration.loadWithoutSecrets(path: configurationPath)
        } catch { throw ToolFailure("\(error)") }
        let able = configuration.brands.filter { $0.partners.centra != nil && $0.partners.peoplevox != nil }
        brands = brand.map { [$0] } ?? able.map(\.name)
        client = OperatorClient(journal: journal ?? configuration.journal.directory)
        self.progress = progress
        guard !brands.isEmpty else {
            guard let path = configurationPath else {
                throw ToolFailure(
                    "say --config FILE or --brand NAME: without them it is not known which brands there are")
            }
            throw ToolFailure("no brand of \(path) has both partners")
        }
    }

    /// A run of each brand, one after the other.
    package func run(isDryRun: Bool, _ form: Form) throws(ToolFailure) -> Answer {
        var answer = Answer()
        for brand in brands {
            let begun = try ask("POST", path(brand), SweepRequest.body(isDryRun: isDryRun))
            guard let run = begun["run"]?.integer else { throw ToolFailure("the server gave the run no number") }
            try answer.add(try follow(brand, run), of: brand, form)
        }
        return answer
    }

    /// What a run of the one brand held back goes on.
    package func confirm(_ run: UInt64) throws(ToolFailure) -> Answer {
        guard let brand = brands.first, brands.count == 1 else { throw ToolFailure("say which brand: --brand") }
        _ = try ask("POST", "\(path(brand))/\(run)/confirm", [])
        var answer = Answer()
        answer.lines = ["\(brand): what run \(run) held back goes on"]
        return answer
    }

    private func path(_ brand: String) -> String { "/v1/reconciliations/\(brand)" }

    // MARK: Following

    /// Milliseconds from one look to the next, and how many there are at most.
    private static let step = 500
    private static let looks = 6 * 3_600_000 / step

    private func follow(_ brand: String, _ run: Int) throws(ToolFailure) -> JSONValue {
        for _ in 0..<SweepTool.looks {
            let status = try ask("GET", path(brand) + "?limit=1000", [])
            if let last = status["last"], last["run"]?.integer == run { return last }
            guard let underway = status["underway"], underway["run"]?.integer == run else {
                throw ToolFailure(
                    "run \(run) of \(brand) was cut off; the server begins it anew a quarter of an hour after it began")
            }
            let calls = ["callsToCentra", "callsToPeoplevox"].map { underway[$0]?.integer ?? 0 }
            progress("\(brand): comparing; so far \(counted(calls[0], "call")) to Centra, \(calls[1]) to Peoplevox")
            Thread.sleep(milliseconds: SweepTool.step)
        }
        throw ToolFailure("run \(run) of \(brand) takes too long to wait for")
    }

    private func ask(_ method: String, _ target: String, _ body: [UInt8]) throws(ToolFailure) -> JSONValue {
        let reply: OperatorClient.Reply?
        do throws(Errno) {
            reply = try client.ask(method, target, body: body)
        } catch { throw ToolFailure("the server cannot be asked: \(error)") }
        guard let reply else { throw ToolFailure("no server runs on this journal; start lockstep serve") }
        guard reply.status == 200 else { throw ToolFailure(reply.body.trimmed) }
        guard let json = try? JSONValue(reply.body.utf8, octetLimit: SweepTool.replyLimit) else {
            throw ToolFailure("the server's answer cannot be read")
        }
        return json
    }

    private static let replyLimit = 4 << 20
}

extension SweepTool.Answer {
    fileprivate mutating func add(
        _ report: JSONValue, of brand: String, _ form: SweepTool.Form
    ) throws(ToolFailure) {
        guard case .object(let fields) = report, let verdict = report["verdict"]?.string else {
            throw ToolFailure("the server's report cannot be read")
        }
        exitStatus = max(exitStatus, verdict == "agree" ? 0 : verdict == "differ" ? 1 : 2)
        switch form {
        case .table: lines += SweepTable(report, brand).lines
        case .json:
            var json = JSONWriter()
            json.value(JSONValue.object(fields.merging(["brand": .string(brand)]) { $1 }))
            lines.append(String(decoding: json.octets, as: UTF8.self))
        case .csv: lines += SweepSheet.lines(report, brand, withHeader: lines.isEmpty)
        }
    }
}

extension JSONValue {
    /// A report's differences and, as rows like them, what neither side has any more.
    fileprivate var rowsAndGone: [JSONValue] {
        (self["rows"]?.array ?? [])
            + (self["gone"]?.array ?? []).map { sku in
                .object([
                    "sku": sku, "explanation": .string("gone"), "detail": .string("neither side has it any more"),
                ])
            }
    }
}

/// Rows for a spreadsheet (RFC 4180). A text that begins like a formula would be one there, so a quotation mark stands before
/// it; figures are what they are.
enum SweepSheet {
    static let columns = [
        "brand", "sku", "warehouse", "explanation", "should", "shouldAt", "shows", "showsAt", "believed", "believedAt",
        "detail",
    ]

    static func lines(_ report: JSONValue, _ brand: String, withHeader: Bool) -> [String] {
        var table = CSVTable(columns: columns)
        for row in report.rowsAndGone {
            table.append([brand] + columns.dropFirst().map { cell(row[$0]) })
        }
        let text = String(decoding: table.encoded(), as: UTF8.self)
        let lines = text.hasSuffix("\n") ? String(text.dropLast()) : text
        return withHeader ? [lines] : lines.split(separator: "\n", maxSplits: 1).dropFirst().map(String.init)
    }

    static func cell(_ value: JSONValue?) -> String {
        switch value {
        case .integer(let number)?: "\(number)"
        case .string(let text)?: harmless(text)
        default: ""
        }
    }

    /// (OWASP, CSV injection.)
    static func harmless(_ text: String) -> String {
        guard let first = text.utf8.first, Array("=+-@\t\r".utf8).contains(first) else { return text }
        return "'" + text
    }
}

/// A report for people.
struct SweepTable {
    private let report: JSONValue
    private let brand: String

    init(_ report: JSONValue, _ brand: String) {
        (self.report, self.brand) = (report, brand)
    }

    var lines: [String] { head + counts + notes + rows + [verdict] }

    private func number(_ name: String) -> Int { report[name]?.integer ?? 0 }
    private func text(_ name: String) -> String? { report[name]?.string }

    private var head: [String] {
        let isDry = report["dryRun"]?.bool == true ? ", looking only" : ""
        return [
            "\(brand)  run \(number("run"))\(isDry), \(text("began") ?? "") to \(text("ended") ?? ""); times are UTC",
            "  " + side("peoplevox", "Peoplevox") + "; " + side("centra", "Centra"),
            "  \(number("agreed")) of \(number("compared")) agree, \(counted(number("notCompared"), "SKU")) not compared",
        ]
    }

    /// The last line, so that it is what stands above the prompt.
    private var verdict: String {
        let said =
            switch text("verdict") {
            case "agree": "both sides agree"
            case "differ": "both sides differ"
            default: "the two sides could not be compared in full"
            }
        return "\(brand)  " + said + (report["dryRun"]?.bool == true ? "; this only looked, nothing was changed" : "")
    }

    private func side(_ key: String, _ name: String) -> String {
        let (skus, calls) = (report[key]?["skus"]?.integer ?? 0, report[key]?["calls"]?.integer ?? 0)
        let trouble = report[key]?["trouble"]?.string.map { ", not all of it: \($0)" } ?? ""
        return "\(name): \(counted(skus, "SKU")) in \(counted(calls, "call"))\(trouble)"
    }

    private var counts: [String] {
        guard case .object(let counts)? = report["differences"] else { return [] }
        let gone = report["gone"]?.array?.count ?? 0
        return counts.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value.integer ?? 0)" }
            + (gone > 0 ? ["  gone: \(gone), as neither side has them any more"] : [])
    }

    private var notes: [String] {
        var notes: [String] = []
        for site in report["otherSites"]?.array ?? [] {
            let figures = ["skus", "pieces"].map { site[$0]?.integer ?? 0 }
            notes.append(
                "  site \(site["site"]?.string ?? "") is mapped to no warehouse: \(counted(figures[0], "SKU")), "
                    + counted(figures[1], "piece")
            )
        }
        if let silence = text("silence") {
            let heard =
                counted(number("missedEvents"), "change") + " without an event, "
                + counted(number("eventsHeard"), "event")
            notes.append("  events stay away: \(heard)" + (silence.isEmpty ? "" : "; \(silence)"))
        }
        if let question = text("asks") {
            notes.append("  nothing is put right: \(question)")
            notes.append("  to go on: lockstep reconcile stock --brand \(brand) --confirm \(number("run"))")
        }
        if number("corrected") > 0 { notes.append("  " + skus("corrected", "is", "are") + " read and written anew") }
        if number("deferred") > 0 { notes.append("  " + skus("deferred", "waits", "wait") + " for a quiet hour") }
        return notes
    }

    private func skus(_ name: String, _ one: String, _ many: String) -> String {
        "\(counted(number(name), "SKU")) \(number(name) == 1 ? one : many)"
    }

    private static let titles = ["SKU", "warehouse", "Peoplevox", "Centra", "read at", "explanation"]

    private var rows: [String] {
        let rows = report.rowsAndGone.map(cells)
        guard !rows.isEmpty else { return [] }
        let widths = SweepTable.titles.indices.map { column in
            ([SweepTable.titles] + rows).map { $0[column].count }.max() ?? 0
        }
        let lines = ([SweepTable.titles] + rows).map { row in
            "  "
                + zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
                .trimmed
        }
        let rest = number("unlisted")
        return lines + (rest > 0 ? ["  and \(rest) more"] : [])
    }

    private func cells(_ row: JSONValue) -> [String] {
        func figure(_ name: String) -> String { row[name]?.integer.map { "\($0)" } ?? "-" }
        let words = [row["explanation"]?.string ?? "", row["detail"]?.string ?? ""].filter { !$0.isEmpty }
        return [
            row["sku"]?.string ?? "", figure("warehouse"), figure("should"), figure("shows"),
            row["showsAt"]?.string ?? row["shouldAt"]?.string ?? "", words.joined(separator: ": "),
        ]
    }
}
