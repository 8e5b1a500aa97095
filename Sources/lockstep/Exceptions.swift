// The commands about exceptions: what does not agree, and who sees to it.
import Application
import ArgumentParser

struct Exceptions: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What does not agree, who owns it, and what is safe to do; of the server that runs on this machine.",
        discussion: """
            An exception closes by itself when its condition no longer holds, and never otherwise. Acknowledging one says \
            that somebody sees to it, and silences alerts.
            """,
        subcommands: [List.self, Show.self, Acknowledge.self, Note.self], defaultSubcommand: List.self)

    struct Place: ParsableArguments {
        @Option(help: "The configuration file; without it, the embedded default.")
        var config: String?

        @Option(help: "The journal's directory, instead of the one that the configuration names.")
        var journal: String?

        @Flag(help: "As JSON lines.")
        var json = false

        /// Exit 2 is "could not".
        func say(_ lines: (ExceptionTool) throws(ToolFailure) -> [String]) throws {
            do throws(ToolFailure) {
                let tool = try ExceptionTool(journal: journal, configurationPath: config)
                for line in try lines(tool) { Console.say(line) }
            } catch {
                Console.complain("lockstep: \(error)")
                throw ExitCode(2)
            }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List those that are open; exit 0: none that nobody has acknowledged, 1: some, 2: could not ask.")

        @OptionGroup var place: Place

        @Option(help: "One brand only.")
        var brand: String?

        @Option(name: .customLong("class"), help: "One class only, such as stock-mismatch.")
        var kind: String?

        @Flag(help: "Also those that are cleared, as far as they are remembered; the newest first.")
        var all = false

        func run() throws {
            var isQuiet = true
            try place.say { tool throws(ToolFailure) in
                let answer = try tool.list(brand: brand, kind: kind, all: all, asJSON: place.json)
                isQuiet = answer.isQuiet
                return answer.lines
            }
            if !isQuiet { throw ExitCode(1) }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one, open or cleared, with its evidence and next action; exit 0, or 2: could not.")

        @OptionGroup var place: Place

        @Argument(help: "Its number in the list.")
        var id: UInt64

        func run() throws {
            try place.say { tool throws(ToolFailure) in try tool.show(id, asJSON: place.json) }
        }
    }

    struct Acknowledge: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Say that somebody sees to it: no alerts until it is cleared, or for a time. Exit 0, or 2: could not.")

        @OptionGroup var place: Place

        @Argument(help: "Its number in the list.")
        var id: UInt64

        @Option(name: .customLong("for"), help: "For how long, such as 4h or \"30 min\".")
        var time: String?

        func run() throws {
            try place.say { tool throws(ToolFailure) in try tool.acknowledge(id, for: time, asJSON: place.json) }
        }
    }

    struct Note: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a line to it for others: no names or addresses of shoppers. Exit 0, or 2: could not.")

        @OptionGroup var place: Place

        @Argument(help: "Its number in the list.")
        var id: UInt64

        @Argument(help: "One line, at most 500 octets.")
        var text: String

        func run() throws {
            try place.say { tool throws(ToolFailure) in try tool.note(id, text, asJSON: place.json) }
        }
    }
}
