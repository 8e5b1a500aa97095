// What the programs print, for people and for machines.
import JSON
import Journal
package import Operations
import POSIX
package import Queues
package import Webhooks

/// The programs name jobs as the queues do.
package typealias JobID = Queues.JobID

package enum Console {
    package static var arguments: [String] { Process.arguments }
    package static func say(_ text: String) { Process.write(text + "\n", to: 1) }
    package static func complain(_ text: String) { Process.write(text + "\n", to: 2) }
}

/// `1 brand`, `2 brands`.
package func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count) \(count == 1 ? one : many ?? one + "s")"
}

package enum ServerLog {
    /// JSON lines on standard error.
    package static func standard(verbose: Bool) -> Log {
        let clock = SystemClock()
        return Log(minimum: verbose ? .debug : .info, now: { clock.wallMicroseconds() }) { line in
            Process.write(String(decoding: line, as: UTF8.self), to: 2)
        }
    }
}

extension ServerFailure {
    /// sysexits.h: 78 configuration, 74 input and output, 71 operating system.
    package var exitStatus: Int32 {
        switch self {
        case .configuration: 78
        case .journal: 74
        case .listen, .system, .cryptography: 71
        }
    }
}

/// A callback token that nobody can guess, made by the kernel's generator.
package struct NewToken {
    package let text: String
    package let hash: String

    package init() throws(ToolFailure) {
        let octets: [UInt8]
        do throws(Errno) { octets = try Chance.octets(CallbackToken.chanceOctets) } catch {
            throw ToolFailure("the kernel gave no random octets: \(error)")
        }
        text = Hexadecimal.encode(octets)
        guard let hash = CallbackToken.hash(of: Array(text.utf8)[...]) else { throw ToolFailure("libcrypto refused") }
        self.hash = hash.text
    }
}

extension Route {
    /// One line for each method.
    package var lines: [String] {
        methods.map { method in
            "\(listener) \(method) \(template)"
                + (socketMethods.contains(method) ? "  (the operator's socket only)" : "")
        }
    }

    package var json: String {
        line { json in
            json.field("listener", listener)
            json.array("methods") { for method in methods { $0.value(method) } }
            json.field("path", template)
            json.array("onSocketOnly") { for method in socketMethods { $0.value(method) } }
        }
    }
}

extension JournalTool {
    package static func open(
        journal: String?, configurationPath: String?, secretsPath: String?
    ) throws(ToolFailure) -> JournalTool {
        if let journal, configurationPath == nil { return try JournalTool(directory: journal, configuration: nil) }
        guard journal != nil || configurationPath != nil else {
            throw ToolFailure("say which journal: --journal DIRECTORY or --config FILE")
        }
        let configured: String
        do throws(ConfigurationMistakes) {
            configured = try Configuration.loadWithoutSecrets(path: configurationPath).journal.directory
        } catch { throw ToolFailure("say --journal, or mend the configuration:\n\(error)") }
        // Without the secrets nothing can be released but through the server; all else works.
        let whole = try? Configuration.load(path: configurationPath, secretsPath: secretsPath).configuration
        return try JournalTool(directory: journal ?? configured, configuration: whole)
    }
}

extension RecordFilter {
    package typealias Time = Timestamp
    package static let timeForms = Timestamp.forms

    package static func time(_ text: String, now tool: JournalTool) -> Time? { Timestamp(text, now: tool.now) }
    package static func source(_ text: String) -> Source? { Source(text) }
    /// `delivery, quarantined, ... or checkpoint`.
    package static var kinds: String {
        let names = EntryKind.allCases.map(\.name)
        return names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
    }
    package static func kind(_ text: String) -> EntryKind? { EntryKind.allCases.first { $0.name == text } }
}

/// One JSON object on one line.
private func line(_ content: (inout JSONWriter) -> Void) -> String {
    String(decoding: JSONWriter.line(content).dropLast(), as: UTF8.self)
}

extension InspectedRecord {
    package var jsonLine: String { String(decoding: json.dropLast(), as: UTF8.self) }
}

extension JournalTool.Verdict {
    package var lines: [String] {
        var lines = checks.flatMap { check in
            check.holds
                ? ["\(check.promise): holds for \(check.holdsFor): \(check.statement)"]
                : ["\(check.promise): DOES NOT HOLD: \(check.statement)"] + check.counterExamples.map { "    \($0)" }
        }
        lines += findings.filter { !$0.isDamage }.map { "note: \($0)" }
        return lines + [
            holds ? "verified: \(counted(records, "record"))" : "NOT VERIFIED: \(counted(records, "record")) read"
        ]
    }

    package var jsonLines: [String] {
        checks.map { check in
            line { json in
                json.field("promise", check.promise)
                json.field("statement", check.statement)
                json.field("holds", check.holds)
                json.field("holdsFor", check.holdsFor)
                json.array("counterExamples") { for example in check.counterExamples { $0.value(example) } }
            }
        } + findings.map { finding in line { $0.field("finding", finding.description) } }
    }
}

extension RebuiltState {
    package var textLines: [String] {
        lines + records.map { "records of kind \($0.kind): \($0.count)" } + [
            "open jobs: \(openJobs)", "dead letters: \(deadLetters)",
            "remembered fingerprints: \(recognisedRedeliveries)", "sha256 of open jobs and dead letters: \(digest)",
        ] + findings.map { "note: \($0)" }
    }

    package var jsonLines: [String] {
        [
            line { json in
                json.field("openJobs", openJobs)
                json.field("deadLetters", deadLetters)
                json.field("recognisedRedeliveries", recognisedRedeliveries)
                json.object("records") { for record in records { $0.field(record.kind, record.count) } }
                json.field("sha256", digest)
                json.array("lines") { for text in lines { $0.value(text) } }
            }
        ]
    }
}

extension JournalTool.QuarantinedRow {
    package var line: String {
        "\(sequence)  \(time)  \(brand)  \(reason)  \(counted(octets, "octet"))\(canBeReleased ? "" : "  (minimised: cannot be checked)")"
    }

    package var jsonLine: String {
        Application.line { json in
            json.field("sequence", sequence)
            json.field("time", time.description)
            json.field("brand", brand)
            json.field("reason", reason)
            json.field("octets", octets)
            json.field("bodyKept", canBeReleased)
        }
    }
}

extension JournalTool.DeadLetterRow {
    package var line: String { "\(job)  \(time)  \(brand)  \(source)  \(event)  \(reason)" }

    package var details: [String] {
        [
            "job       \(job)", "time      \(time)", "brand     \(brand)", "source    \(source)", "event     \(event)",
            "attempts  \(attempts)", "reason    \(reason)", "kept      \(kept)",
        ]
    }

    package var jsonLine: String {
        Application.line { json in
            json.field("job", job.description)
            json.field("time", time.description)
            json.field("brand", brand)
            json.field("source", source)
            json.field("event", event.isEmpty ? nil : event)
            json.field("attempts", attempts)
            json.field("reason", reason)
            json.field("kept", kept)
        }
    }
}

extension PartnerTool.Report {
    /// A line for each check, and one for what to change.
    package var lines: [String] {
        diagnoses.flatMap { one in
            let name = "\(one.brand)  \(one.check)"
            let padding = String(repeating: " ", count: max(1, 42 - name.utf8.count))
            let line = "\(one.verdict.word)  \(name)\(padding)\(printable(one.verdict.seen, limit: 400))"
            return [line] + (one.verdict.change.map { ["      -> \(printable($0, limit: 400))"] } ?? [])
        } + notes + [summary]
    }

    private var summary: String {
        let counts = ["fail", "warn", "pass", "skip"].map { word in
            "\(word) \(diagnoses.count { $0.verdict.word == word })"
        }
        return counts.joined(separator: ", ")
    }

    package var jsonLines: [String] {
        diagnoses.map { one in
            line { json in
                json.field("brand", one.brand)
                json.field("check", one.check)
                json.field("verdict", one.verdict.word)
                json.field("seen", one.verdict.seen)
                json.field("change", one.verdict.change)
            }
        } + notes.map { note in line { $0.field("note", note) } }
    }
}
