// The commands that tell what led to what Centra shows.
import Application
import ArgumentParser

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell what led to what Centra shows, from what was journaled.", subcommands: [SKU.self])

    struct SKU: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sku",
            abstract: "Everything that led to a SKU's quantity, and why it is what it is; exit 1 when nothing is known."
        )

        @Argument(help: "The SKU.") var code: String

        @Option(help: "The configuration file; without it, the embedded default.") var config: String?
        @Option(help: "The journal's directory; without it, the configuration's.") var journal: String?
        @Option(help: "Which brand, where there are several.") var brand: String?
        // A value may begin with a minus.
        @Option(
            parsing: .unconditional,
            help:
                "As it was known then: a time in the tenant's zone, or UTC with a Z behind it, or '15 min ago', '-2 h'."
        )
        var at: String?
        @Flag(help: "Times in UTC instead of the tenant's zone.") var utc = false
        @Flag(help: "As one line of JSON.") var json = false

        func run() throws {
            let explanation: SKUExplanation
            do throws(ToolFailure) {
                let tool = try ExplainTool(configurationPath: config, journal: journal, brand: brand, inUTC: utc)
                explanation = try tool.sku(code, at: try moment(tool))
            } catch {
                Console.complain("lockstep: \(error)")
                throw ExitCode(2)
            }
            for line in json ? [explanation.jsonLine] : explanation.lines { Console.say(line) }
            if !json { for note in explanation.notes { Console.complain("note: \(note)") } }
            if !explanation.isKnown { throw ExitCode(1) }
        }

        private func moment(_ tool: ExplainTool) throws(ToolFailure) -> RecordFilter.Time? {
            guard let at else { return nil }
            return try tool.moment(at)
        }
    }
}
