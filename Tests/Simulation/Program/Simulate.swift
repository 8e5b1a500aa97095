// Runs seeds and says what they found. A seed that failed is run alone, with its story, to see why.
import ArgumentParser
import POSIX
import Simulation

@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Runs the whole program in a made-up world; exit 0: it kept its promises from every seed, 1: it did not.",
        subcommands: [Seeds.self, Seed.self, Canaries.self, Storm.self], defaultSubcommand: Seeds.self)
}

struct Seeds: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Many seeds, one after another.")

    @Option(help: "How many.") var count: UInt64 = 1_000
    @Option(help: "The first one.") var from: UInt64 = 1
    @Flag(help: "The digest of each one's story; the same again in every run.") var digests = false

    func validate() throws {
        if from.addingReportingOverflow(count).overflow { throw ValidationError("there are not that many seeds") }
    }

    func run() throws {
        let clock = ContinuousClock()
        let start = clock.now
        var failed = 0
        for seed in from..<from + count {
            let simulation = Simulation(Plan(seed: seed))
            simulation.judge()
            if digests { say("seed \(seed): digest \(simulation.trace.digest)") }
            guard let violation = simulation.trace.violations.first else { continue }
            failed += 1
            say("seed \(seed): \(violation)")
        }
        say("\(count) seeds, \(failed) failed, \(clock.now - start)")
        if failed > 0 { throw ExitCode.failure }
    }
}

struct Seed: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "One seed, with the story of the SKU that it fails on.")

    @Argument var seed: UInt64
    @Flag(help: "Every line, not only the last ones.") var all = false

    func run() throws {
        let simulation = Simulation(Plan(seed: seed), keepsLines: true)
        try simulation.run()
        let (lines, violation) = (simulation.trace.lines, simulation.trace.violations.first)
        if all {
            lines.forEach(say)
        } else if let violation {
            simulation.trace.story(of: violation.sku).forEach(say)
        } else {
            lines.suffix(40).forEach(say)
        }
        say("seed \(seed): \(violation.map { "\($0)" } ?? "holds"), digest \(simulation.trace.digest)")
        if violation != nil { throw ExitCode.failure }
    }
}

struct Canaries: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The program with a rule broken, for each rule: within so many seeds it must be caught.")

    @Option(help: "How many seeds each may need.") var within: UInt64 = 40

    func run() throws {
        var missed = 0
        for canary in Canary.all {
            let caught = try canary.caught(within: within)
            if caught == nil { missed += 1 }
            say("\(canary.name): \(caught.map { "caught by seed \($0.seed): \($0.violation)" } ?? "NOT CAUGHT")")
        }
        if missed > 0 { throw ExitCode.failure }
    }
}

struct Storm: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What a storm over 2,000 SKUs costs, and how soon a change is in Centra; in the sandbox's time.")

    @Option(help: "How many changes; each has two callbacks.") var changes = 5_000

    func validate() throws {
        if changes < 400 { throw ValidationError("a storm has 400 changes or more") }
    }

    func run() throws {
        let storm = try Simulation(.calm(skus: 2_000)).storm(of: changes)
        say("\(storm.callbacks) callbacks over 2,000 SKUs: \(storm.reads) reads, \(storm.calls) calls to Centra")
        say("all of it is in Centra after \(Int(storm.seconds)) s of the sandbox's time")
        let latencies = try Simulation(.calm(skus: 200)).latencies(of: 500)
        say("from a change to Centra: median \(latencies[latencies.count / 2]) ms, longest \(latencies.last ?? 0) ms")
    }
}

private func say(_ text: some StringProtocol) { Process.write("\(text)\n", to: 1) }
