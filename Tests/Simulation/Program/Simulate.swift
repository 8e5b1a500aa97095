// Runs seeds and says what they found.
//
//     simulate                     1,000 seeds from 1
//     simulate --seeds 200 --from 5000
//     simulate --seed 42           one, with its story
//     simulate --canaries 40       the program with a rule broken, for each rule: within so many seeds it is caught
//     simulate --storm 5000        what a storm costs, and how soon a change is in Centra
import POSIX
import Simulation

@main
enum Simulate {
    static func main() throws {
        let arguments = Arguments(Process.arguments)
        if let seed = arguments["--seed"] { return try tell(UInt64(seed), arguments) }
        if let seeds = arguments["--canaries"] { return try canaries(UInt64(seeds)) }
        if let changes = arguments["--storm"] { return try storm(changes) }
        let (first, count) = (arguments["--from"] ?? 1, arguments["--seeds"] ?? 1_000)
        var failed: [Int] = []
        let clock = ContinuousClock()
        let start = clock.now
        for seed in first..<first + count {
            let simulation = Simulation(Plan(seed: UInt64(seed)))
            simulation.judge()
            guard let violation = simulation.trace.violations.first else { continue }
            failed.append(seed)
            say("seed \(seed): \(violation)")
        }
        say("\(count) seeds, \(failed.count) failed, \(clock.now - start)")
        if !failed.isEmpty { Process.exitNow(1) }
    }

    private static func tell(_ seed: UInt64, _ arguments: Arguments) throws {
        let simulation = Simulation(Plan(seed: seed), keepsLines: true)
        try simulation.run()
        let violation = simulation.trace.violations.first
        if arguments["--all"] != nil { simulation.trace.lines.forEach(say) }
        for line in violation == nil
            ? simulation.trace.lines.suffix(40) : simulation.trace.story(of: violation?.sku)[...]
        {
            say(line)
        }
        say("seed \(seed): \(violation.map { "\($0)" } ?? "holds"), digest \(simulation.trace.digest)")
    }

    private static func canaries(_ seeds: UInt64) throws {
        for canary in Canary.all {
            let caught = try canary.caught(within: seeds)
            say("\(canary.name): \(caught.map { "caught by seed \($0.seed): \($0.violation)" } ?? "NOT CAUGHT")")
        }
    }

    private static func storm(_ changes: Int) throws {
        let storm = try Simulation(.calm(skus: 2_000)).storm(of: changes)
        say("\(storm.callbacks) callbacks over 2,000 SKUs: \(storm.reads) reads, \(storm.calls) calls to Centra")
        say("all of it is in Centra after \(Int(storm.seconds)) s of the sandbox's time")
        let latencies = try Simulation(.calm(skus: 200)).latencies(of: 500)
        say("from a change to Centra: median \(latencies[latencies.count / 2]) ms, longest \(latencies.last ?? 0) ms")
    }

    private static func say(_ text: some StringProtocol) { Process.write("\(text)\n", to: 1) }

    private struct Arguments {
        let words: [String]
        init(_ words: [String]) { self.words = words }
        subscript(name: String) -> Int? {
            words.firstIndex(of: name).flatMap { words.indices.contains($0 + 1) ? Int(words[$0 + 1]) : nil }
        }
    }
}
