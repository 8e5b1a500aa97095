// The command that compares both systems in full.
import Application
import ArgumentParser

struct Reconcile: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare both systems in full.", subcommands: [Stock.self])

    struct Stock: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compare stock; exit 0: both sides agree, 1: they differ, 2: they could not be compared.",
            discussion: """
                The running server reads all of Peoplevox and Centra, explains every difference and puts right what it \
                can, unless too much at once would show less: then it asks. This waits for the end and shows the report.
                """)

        @Option(help: "The configuration file; without it, the embedded default.")
        var config: String?

        @Option(help: "The journal's directory, instead of the one that the configuration names.")
        var journal: String?

        @Option(help: "One brand only; without it, all that have both partners.")
        var brand: String?

        @Flag(help: "Only look; put nothing right.")
        var dryRun = false

        @Flag(help: "As JSON, one line for each brand.")
        var json = false

        @Flag(help: "The differences as CSV.")
        var csv = false

        @Option(help: "Let what this run held back go on.")
        var confirm: UInt64?

        func validate() throws {
            guard !(json && csv) else { throw ValidationError("--json or --csv, not both") }
            guard confirm == nil || !dryRun else { throw ValidationError("--confirm does not go with --dry-run") }
        }

        func run() throws {
            let answer: SweepTool.Answer
            do throws(ToolFailure) {
                let tool = try SweepTool(journal: journal, configurationPath: config, brand: brand) {
                    Console.complain($0)
                }
                if let confirm {
                    answer = try tool.confirm(confirm)
                } else {
                    answer = try tool.run(isDryRun: dryRun, json ? .json : csv ? .csv : .table)
                }
            } catch {
                Console.complain("lockstep: \(error)")
                throw ExitCode(2)
            }
            for line in answer.lines { Console.say(line) }
            if answer.exitStatus != 0 { throw ExitCode(answer.exitStatus) }
        }
    }
}
