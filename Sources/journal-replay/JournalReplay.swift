// The operators' program: verifies, inspects and replays a journal. Parses arguments, calls in, exits.
import Application
import ArgumentParser

@main
enum Program {
    static func main() { JournalReplay.main(Console.arguments) }
}

struct JournalReplay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal-replay",
        abstract: "Verify, inspect and replay a Lockstep journal, also beside a running server.",
        discussion:
            "Exit status: 0 done, 1 a promise does not hold or the journal is damaged, 2 it could not be done, 64 wrong arguments.",
        version: Server.version,
        subcommands: [
            Verify.self, Inspect.self, Replay.self, Rebuild.self, LedgerCommand.self, Quarantine.self, DeadLetters.self,
        ])
}

struct JournalOptions: ParsableArguments {
    @Option(help: "The journal's directory.")
    var journal: String?

    @Option(help: "The server's configuration file, for the directory and for checking signatures.")
    var config: String?

    @Option(help: "The server's secrets file.")
    var secrets: String?

    @Flag(help: "JSON lines for machines instead of a table for people.")
    var json = false

    func open() throws -> JournalTool {
        try attempt { () throws(ToolFailure) in
            try JournalTool.open(journal: journal, configurationPath: config, secretsPath: secrets)
        }
    }
}

/// Runs a command's work; a failure is told in one line.
func attempt<Result>(_ body: () throws(ToolFailure) -> Result) throws -> Result {
    do throws(ToolFailure) { return try body() } catch {
        Console.complain("journal-replay: \(error)")
        throw ExitCode(2)
    }
}

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check checksums, chain and promises; print a counter-example or how much each holds for.")

    @OptionGroup var journal: JournalOptions

    func run() throws {
        let tool = try journal.open()
        let verdict = try attempt { () throws(ToolFailure) in try tool.verify() }
        for line in journal.json ? verdict.jsonLines : verdict.lines { Console.say(line) }
        if !verdict.holds { throw ExitCode(1) }
    }
}

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show records. Secrets, signatures and bodies are never shown.")

    @OptionGroup var journal: JournalOptions
    @OptionGroup var filter: FilterOptions

    @Option(help: "Show at most so many, the first ones.")
    var limit: Int?

    func run() throws {
        let tool = try journal.open()
        let filter = try filter.filter(now: tool)
        if !journal.json { Console.say(InspectedRecord.tableHead) }
        let (matched, findings) = try attempt { () throws(ToolFailure) in
            try tool.inspect(filter, limit: limit) { row in Console.say(journal.json ? row.jsonLine : row.tableRow) }
        }
        for finding in findings { Console.complain("\(finding)") }
        if !journal.json { Console.complain(shown(matched)) }
        if findings.contains(where: \.isDamage) { throw ExitCode(1) }
    }
}

extension Inspect {
    fileprivate func shown(_ matched: Int) -> String {
        let records = counted(matched, "record")
        return limit.map { $0 < matched ? "the first \(max(0, $0)) of \(records)" : records } ?? records
    }
}

struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Queue deliveries again. Without --yes it only says what it would do.")

    @OptionGroup var journal: JournalOptions
    @OptionGroup var filter: FilterOptions

    @Flag(name: .customLong("dry-run"), help: "Only say what would be queued; this is the default.")
    var dryRun = false

    @Flag(help: "Do it.")
    var yes = false

    @Flag(help: "With --yes and without a filter: every delivery of the journal.")
    var all = false

    @Option(
        name: .customLong("to-copy"), help: "Leave the journal alone; queue again in a copy made in this directory.")
    var copy: String?

    func validate() throws {
        if dryRun && yes { throw ValidationError("--dry-run and --yes exclude each other") }
        if filter.kind != nil { throw ValidationError("only deliveries can be queued again; leave --kind out") }
        if yes && !all && filter.isEmpty {
            throw ValidationError("say which deliveries, by a filter, or --all of them")
        }
    }

    func run() throws {
        let tool = try journal.open()
        let filter = try filter.filter(now: tool)
        let rows = try attempt { () throws(ToolFailure) in try tool.replayable(filter) }
        for row in rows { Console.say(journal.json ? row.jsonLine : row.tableRow) }
        let jobs = rows.reduce(0) { $0 + $1.events.count }
        let deliveries = counted(rows.count, "delivery", "deliveries")
        Console.complain(
            "\(deliveries), \(counted(jobs, "job")); a delivery is queued again with all its events")
        guard !rows.isEmpty else { return Console.complain("Nothing matches, so nothing is to be done.") }
        guard yes else { return Console.complain("Nothing was done. Say --yes to queue them again.") }
        let done = try attempt { () throws(ToolFailure) in
            if let copy { return try tool.replay(rows.map(\.sequence), toCopy: copy) }
            return try tool.replay(rows.map(\.sequence))
        }
        Console.complain(done)
    }
}

struct Rebuild: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Fold the journal into the queues as a server would start with, and print them; make the ledger anew, also beside a running server."
    )

    @OptionGroup var journal: JournalOptions

    @Flag(help: "Print the new ledger instead, row by row.")
    var dump = false

    func run() throws {
        let tool = try journal.open()
        let state = try attempt { () throws(ToolFailure) in try tool.rebuild() }
        let say = dump ? Console.complain : Console.say
        for line in journal.json ? state.jsonLines : state.textLines { say(line) }
        let ledger = try attempt { () throws(ToolFailure) in try tool.rebuildLedger { if dump { Console.say($0) } } }
        say(journal.json ? ledger.jsonLine : ledger.line)
        if state.findings.contains(where: \.isDamage) { throw ExitCode(1) }
    }
}

struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Say how far the ledger has come, and what is in it.")

    @OptionGroup var journal: JournalOptions

    @Flag(help: "Print it, row by row.")
    var dump = false

    func run() throws {
        let tool = try journal.open()
        let ledger = try attempt { () throws(ToolFailure) in try tool.ledger { if dump { Console.say($0) } } }
        let say = dump ? Console.complain : Console.say
        say(journal.json ? ledger.jsonLine : ledger.line)
    }
}

struct Quarantine: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Deliveries that were refused for a reason that may be ours.",
        subcommands: [List.self, Release.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what was not released.")
        @OptionGroup var journal: JournalOptions

        func run() throws {
            let tool = try journal.open()
            let rows = try attempt { () throws(ToolFailure) in try tool.quarantined() }
            for row in rows { Console.say(journal.json ? row.jsonLine : row.line) }
            if !journal.json { Console.complain("\(rows.count) quarantined") }
        }
    }

    struct Release: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Admit deliveries whose signature is right under today's secrets.")
        @OptionGroup var journal: JournalOptions
        @Argument(help: "Sequence numbers.") var sequences: [UInt64]

        func run() throws {
            try forEach(sequences, journal) { tool, sequence throws(ToolFailure) in try tool.release(sequence) }
        }
    }
}

struct DeadLetters: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters", abstract: "Jobs that were given up and need a person.",
        subcommands: [List.self, Show.self, Retry.self, Discard.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all of them.")
        @OptionGroup var journal: JournalOptions

        func run() throws {
            let tool = try journal.open()
            let rows = try attempt { () throws(ToolFailure) in try tool.deadLetters() }
            for row in rows { Console.say(journal.json ? row.jsonLine : row.line) }
            if !journal.json { Console.complain(counted(rows.count, "dead letter")) }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one, with what the journal kept of its delivery.")
        @OptionGroup var journal: JournalOptions
        @Argument(help: "The job, such as 1234.0.") var job: String

        func run() throws {
            let tool = try journal.open()
            let id = try jobID(job)
            let rows = try attempt { () throws(ToolFailure) in try tool.deadLetters() }
            guard let row = rows.first(where: { $0.job == id }) else {
                Console.complain("journal-replay: there is no dead letter \(id)")
                throw ExitCode(2)
            }
            for line in journal.json ? [row.jsonLine] : row.details { Console.say(line) }
        }
    }

    struct Retry: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Queue their jobs again.")
        @OptionGroup var journal: JournalOptions
        @Argument(help: "The jobs, such as 1234.0.") var jobs: [String]

        func run() throws {
            try forEach(jobs.map(jobID), journal) { tool, id throws(ToolFailure) in try tool.retryDeadLetter(id) }
        }
    }

    struct Discard: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Decide that they need not be done.")
        @OptionGroup var journal: JournalOptions
        @Argument(help: "The jobs, such as 1234.0.") var jobs: [String]

        func run() throws {
            try forEach(jobs.map(jobID), journal) { tool, id throws(ToolFailure) in try tool.discardDeadLetter(id) }
        }
    }
}

/// Acts on each; goes on behind a failure, and exits with 2 when there was one.
private func forEach<Target>(
    _ targets: [Target], _ options: JournalOptions, _ act: (JournalTool, Target) throws(ToolFailure) -> String
) throws {
    let tool = try options.open()
    var hasFailed = false
    for target in targets {
        do throws(ToolFailure) { Console.say(try act(tool, target)) } catch {
            Console.complain("journal-replay: \(error)")
            hasFailed = true
        }
    }
    if hasFailed { throw ExitCode(2) }
}
