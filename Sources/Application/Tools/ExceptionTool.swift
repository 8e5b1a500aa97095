// What `lockstep exceptions` does: asks the running server of this machine, over its socket, and says it in lines.
import JSON
import Operations
import POSIX
import Workflows

package struct ExceptionTool: Sendable {
    private let client: OperatorClient
    private let directory: String
    /// Of the configuration; nil when only the journal is known.
    private let brands: [String]?

    /// - Parameter journal: its directory; nil for the one that the configuration names.
    package init(journal: String?, configurationPath: String?) throws(ToolFailure) {
        if let journal {
            (directory, brands) = (journal, nil)
        } else {
            do throws(ConfigurationMistakes) {
                let configuration = try Configuration.loadWithoutSecrets(path: configurationPath)
                (directory, brands) = (configuration.journal.directory, configuration.brands.map(\.name))
            } catch { throw ToolFailure("say --journal, or mend the configuration:\n\(error)") }
        }
        client = OperatorClient(journal: directory)
    }

    /// What was answered; `isQuiet` when nothing is open that nobody has acknowledged.
    package struct Answer: Sendable {
        package let lines: [String]
        package let isQuiet: Bool
    }

    package func list(brand: String?, kind: String?, all: Bool, asJSON: Bool) throws(ToolFailure) -> Answer {
        var query = ["limit=1000", "all=\(all ? 1 : 0)"]
        if let brand { query.append("brand=\(PercentCoding.encode(brand))") }
        if let kind { query.append("class=\(PercentCoding.encode(kind))") }
        let json = try ask("GET", "/v1/exceptions?" + query.joined(separator: "&"))
        let rows = json["exceptions"]?.array ?? []
        // A brand that was taken out of the configuration may still have some.
        if rows.isEmpty, let brand, let brands, !brands.contains(brand) {
            throw ToolFailure(
                "there is no brand \(printable(brand, limit: 64)); there are: \(brands.joined(separator: ", "))")
        }
        let isQuiet = json["unacknowledged"]?.integer == 0
        if asJSON { return Answer(lines: rows.map(ExceptionTool.line), isQuiet: isQuiet) }
        let open = json["open"]?.integer ?? 0
        let more = open > rows.count ? ["and \(open - rows.count) more; say --brand or --class"] : []
        let lines = rows.isEmpty ? ["No exception is open."] : [ExceptionTool.head] + rows.map(ExceptionTool.row)
        return Answer(lines: lines + more, isQuiet: isQuiet)
    }

    package func show(_ id: UInt64, asJSON: Bool) throws(ToolFailure) -> [String] {
        try say(ask("GET", about: id), asJSON)
    }

    /// - Parameter time: such as `4 h`; nil until it is cleared.
    package func acknowledge(_ id: UInt64, for time: String?, asJSON: Bool) throws(ToolFailure) -> [String] {
        var body: [UInt8] = []
        if let time {
            let milliseconds: Int
            do throws(QuantityMistake) { milliseconds = try Units.milliseconds.read(time) } catch {
                throw ToolFailure("--for is a whole number of \(Units.milliseconds.names), such as \"4 h\"")
            }
            guard (1...ExceptionActions.longest).contains(milliseconds) else {
                throw ToolFailure(
                    "--for is more than nothing and at most \(ExceptionActions.longest / 86_400_000) days")
            }
            body = JSONWriter.line { $0.field("milliseconds", milliseconds) }
        }
        return try say(ask("POST", about: id, "/acknowledge", body), asJSON)
    }

    package func note(_ id: UInt64, _ text: String, asJSON: Bool) throws(ToolFailure) -> [String] {
        if let mistake = ExceptionNote.mistake(in: text) { throw ToolFailure(mistake) }
        return try say(ask("POST", about: id, "/note", JSONWriter.line { $0.field("text", text) }), asJSON)
    }

    private func say(_ json: JSONValue, _ asJSON: Bool) throws(ToolFailure) -> [String] {
        guard let exception = json["exception"] else { throw ToolFailure("the server's answer is not understood") }
        return asJSON ? [ExceptionTool.line(exception)] : ExceptionTool.details(exception)
    }

    private func ask(
        _ method: String, about id: UInt64, _ action: String = "", _ body: [UInt8] = []
    ) throws(ToolFailure) -> JSONValue {
        let reply = try reply(method, "/v1/exceptions/\(id)\(action)", body)
        if reply.status == 404 { throw ToolFailure("there is no exception \(id)") }
        return try read(reply)
    }

    private func ask(_ method: String, _ target: String) throws(ToolFailure) -> JSONValue {
        try read(try reply(method, target, []))
    }

    private func reply(_ method: String, _ target: String, _ body: [UInt8]) throws(ToolFailure) -> OperatorClient.Reply
    {
        let reply: OperatorClient.Reply?
        do throws(Errno) { reply = try client.ask(method, target, body: body) } catch {
            throw ToolFailure("the running server cannot be reached: \(error)")
        }
        guard let reply else { throw ToolFailure("no server runs on \(directory)") }
        return reply
    }

    private func read(_ reply: OperatorClient.Reply) throws(ToolFailure) -> JSONValue {
        guard reply.status == 200 else {
            let words = reply.body.split(separator: "\n").first.map(String.init) ?? ""
            throw ToolFailure("the server answered \(reply.status): \(printable(words, limit: 400))")
        }
        do throws(JSONMistake) {
            return try JSONValue(Array(reply.body.utf8), octetLimit: OperatorClient.replyLimit)
        } catch { throw ToolFailure("the server's answer is not understood: \(error)") }
    }
}

// MARK: As lines

extension ExceptionTool {
    private static let head = "EXCEPTION  P  OWNER          SINCE                        STATE         WHAT"

    private static func line(_ json: JSONValue) -> String {
        var writer = JSONWriter()
        writer.value(json)
        return String(decoding: writer.octets, as: UTF8.self)
    }

    private static func row(_ json: JSONValue) -> String {
        let what = ["class", "brand", "subject"].compactMap { json[$0]?.string }.joined(separator: " ")
        return [
            padded(json["id"]?.integer.map(String.init), 9), padded(json["priority"]?.integer.map(String.init), 1),
            padded(json["owner"]?.string, 13), padded(json["since"]?.string, 27), padded(state(json), 12),
            printable(what, limit: 200),
        ].joined(separator: "  ")
    }

    private static func state(_ json: JSONValue) -> String {
        if json["cleared"]?.string != nil { return "cleared" }
        return json["isAcknowledged"]?.bool == true ? "acknowledged" : "open"
    }

    private static func padded(_ text: String?, _ width: Int) -> String {
        let text = text ?? ""
        return text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func details(_ json: JSONValue) -> [String] {
        func line(_ name: String, _ text: String?) -> [String] {
            text.map { [padded(name, 14) + printable($0, limit: 600)] } ?? []
        }
        let fields = [
            "class", "owner", "brand", "subject", "impact", "nextAction", "since", "raised", "lastSeen", "cleared",
        ]
        var lines = line("exception", json["id"]?.integer.map(String.init)) + line("state", state(json))
        for name in fields { lines += line(name == "nextAction" ? "next" : name, json[name]?.string) }
        lines += line("runbook", json["heading"]?.string.map { "Exception: \($0)" })
        lines += line("times", json["times"]?.integer.map(String.init))
        lines += line("previous", json["previous"]?.integer.map(String.init))
        if case .object(let evidence)? = json["evidence"] {
            for (name, value) in evidence.sorted(by: { $0.key < $1.key }) {
                lines += line("evidence", "\(name): \(value.string ?? value.integer.map(String.init) ?? "")")
            }
        }
        if let one = json["acknowledgement"], let user = one["user"]?.integer, let time = one["time"]?.string {
            lines += line(
                "acknowledged", "by user \(user) at \(time)" + (one["until"]?.string.map { ", until \($0)" } ?? ""))
        }
        for note in json["notes"]?.array ?? [] {
            guard let user = note["user"]?.integer, let time = note["time"]?.string, let text = note["text"]?.string
            else { continue }
            lines += line("note", "\(time) user \(user): \(text)")
        }
        return lines
    }
}

/// What a query may not hold as it is.
enum PercentCoding {
    static func encode(_ text: String) -> String {
        text.utf8.map { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                String(UnicodeScalar(octet))
            default: "%" + (octet < 16 ? "0" : "") + String(octet, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
