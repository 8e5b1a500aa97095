// The commands that talk to partners: doctor and subscriptions.
import Application
import ArgumentParser

struct PartnerOptions: ParsableArguments {
    @OptionGroup var files: ConfigurationOptions

    @Option(help: "One brand only; without it, all that have partners.")
    var brand: String?

    @Option(help: "Where what is known of the partners is kept; without it, `partners` beside the journal.")
    var state: String?

    /// Exits as for any wrong configuration.
    func tool() throws -> PartnerTool {
        do throws(ConfigurationMistakes) {
            return try PartnerTool(
                configurationPath: files.config, secretsPath: files.secrets, brand: brand, state: state)
        } catch {
            Console.complain("\(error)")
            throw ExitCode(78)
        }
    }
}

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the partners, reading only; exit 0: all is well, 1: look, 2: something cannot work.")

    @OptionGroup var partners: PartnerOptions

    @Flag(help: "As JSON lines.")
    var json = false

    func run() throws {
        let tool = try partners.tool()
        if !json {
            Console.complain("Asking the partners; about half a minute, and some minutes beside a running server.")
        }
        let report = tool.examine { if !json { Console.complain($0) } }
        for line in json ? report.jsonLines : report.lines { Console.say(line) }
        if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
    }
}

struct Subscriptions: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What Peoplevox calls us about.",
        discussion: """
            Exit 0: done, or nothing to do; 1: it could not be found out; 2: a step of apply came to nothing; 78: the \
            configuration is wrong.
            """, subcommands: [List.self, Plan.self, Apply.self, Rotate.self])

    struct Overlap: ParsableArguments {
        @Option(help: "Minutes for which an old subscription lives on beside the new one.")
        var overlap = 60

        func validate() throws {
            guard (0...10_080).contains(overlap) else { throw ValidationError("--overlap is 0 to 10080 minutes") }
        }

        var microseconds: Int64 { Int64(overlap) * 60_000_000 }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all that were ever made; asks nobody.")

        @OptionGroup var partners: PartnerOptions

        func run() throws { try say { tool throws(ToolFailure) in try tool.list() } }
    }

    struct Plan: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say what apply would do.")

        @OptionGroup var partners: PartnerOptions
        @OptionGroup var overlap: Overlap

        func run() throws { try say { tool throws(ToolFailure) in try tool.plan(overlap: overlap.microseconds) } }
    }

    struct Apply: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Subscribe to what is missing, and unsubscribe what is ours and not wanted any more.")

        @OptionGroup var partners: PartnerOptions
        @OptionGroup var overlap: Overlap

        func run() throws {
            var isDone = true
            try say { tool throws(ToolFailure) in
                let done = try tool.apply(overlap: overlap.microseconds)
                isDone = done.isDone
                return done.lines
            }
            if !isDone { throw ExitCode(2) }
        }
    }

    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make new tokens, and say what to write into the configuration and the secrets file.")

        @OptionGroup var partners: PartnerOptions

        func run() throws { try say { tool throws(ToolFailure) in try tool.rotation() } }
    }
}

private protocol PartnerCommand {
    var partners: PartnerOptions { get }
}

extension Subscriptions.List: PartnerCommand {}
extension Subscriptions.Plan: PartnerCommand {}
extension Subscriptions.Apply: PartnerCommand {}
extension Subscriptions.Rotate: PartnerCommand {}

extension PartnerCommand {
    /// What a tool has to say, or why it has nothing.
    fileprivate func say(_ lines: (PartnerTool) throws(ToolFailure) -> [String]) throws {
        let tool = try partners.tool()
        do throws(ToolFailure) {
            for line in try lines(tool) { Console.say(line) }
        } catch {
            Console.complain("lockstep: \(error)")
            throw ExitCode(1)
        }
    }
}
