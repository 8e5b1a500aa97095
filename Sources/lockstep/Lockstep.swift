// The server program: parses arguments, calls in, exits.
import Application
import ArgumentParser

@main
enum Program {
    static func main() { Lockstep.main(Console.arguments) }
}

struct Lockstep: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lockstep",
        abstract: "Keeps a Centra shop and a Peoplevox warehouse in lockstep.",
        version: Server.version,
        subcommands: [
            Serve.self, Check.self, Doctor.self, Subscriptions.self, Explain.self, Exceptions.self, Reconcile.self,
            Token.self,
            Routes.self,
            DefaultConfiguration.self,
        ])
}

struct ConfigurationOptions: ParsableArguments {
    @Option(help: "The configuration file; without it, the embedded default.")
    var config: String?

    @Option(help: "A file of KEY=VALUE lines (mode 0600) in which secrets are looked up before the environment.")
    var secrets: String?
}

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Receive webhooks until SIGTERM; SIGHUP reloads brands and secrets.")

    @OptionGroup var files: ConfigurationOptions

    @Flag(help: "Log more.")
    var verbose = false

    func run() throws {
        let log = ServerLog.standard(verbose: verbose)
        do throws(ServerFailure) {
            try Server.run(configurationPath: files.config, secretsPath: files.secrets, log: log)
        } catch {
            Console.complain("lockstep: \(error)")
            throw ExitCode(error.exitStatus)
        }
    }
}

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read the configuration and list every mistake in it; exit 0: it is right, 1: it is not.")

    @OptionGroup var files: ConfigurationOptions

    func run() throws {
        do throws(ConfigurationMistakes) {
            let (configuration, warnings) = try Configuration.load(path: files.config, secretsPath: files.secrets)
            for warning in warnings { Console.complain("warning: \(warning)") }
            Console.say("The configuration is right: \(counted(configuration.brands.count, "brand")).")
        } catch {
            Console.complain("\(error)")
            throw ExitCode(1)
        }
    }
}

struct Token: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a callback token, and the hash of it for the configuration.")

    func run() throws {
        let token = try NewToken()
        Console.say("token  \(token.text)")
        Console.say("sha256 \(token.hash)")
    }
}

struct Routes: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List every route of both listeners.")

    @Flag(help: "As JSON lines.")
    var json = false

    func run() {
        for route in Route.all {
            if json { Console.say(route.json) } else { for line in route.lines { Console.say(line) } }
        }
    }
}

struct DefaultConfiguration: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "default-configuration", abstract: "Print the embedded default configuration.")

    func run() {
        Console.say(Configuration.defaultText)
    }
}
