// What the operator's commands about partners share: the configuration, one brand after the other, its files and its way
// to its partners.
import Outbound
import POSIX
import Peoplevox

package struct PartnerTool: Sendable {
    /// Where the files of all brands are; each has a directory of its own.
    let directory: String
    let brands: [Configuration.Brand]
    /// Whatever may be a token, from the secrets file and the environment.
    let secrets: [String]
    let clock: any Clock
    private let transport: @Sendable (Configuration.Brand) -> any HTTPTransport

    /// - Parameters:
    ///   - brand: nil for all that have partners.
    ///   - state: nil for `partners` beside the journal's directory.
    package init(
        configurationPath: String?, secretsPath: String?, brand: String?, state: String?
    ) throws(ConfigurationMistakes) {
        let configuration = try Configuration.load(path: configurationPath, secretsPath: secretsPath).configuration
        let chosen = configuration.brands.filter { $0.name == brand ?? $0.name }
        let brands = chosen.filter { !$0.partners.isEmpty }
        guard !brands.isEmpty else {
            let text =
                chosen.isEmpty
                ? "there is no brand \(brand ?? ""); there are \(sample(configuration.brands.map(\.name)))"
                : "\(sample(chosen.map(\.name))) has no partner: set centraURL or peoplevoxURL"
            let file = configurationPath ?? "embedded configuration"
            throw ConfigurationMistakes(mistakes: [ConfigurationMistake(file: file, line: nil, text: text)])
        }
        self.init(
            directory: state ?? Self.directory(beside: configuration.journal.directory), brands: brands,
            secrets: SecretsFile.values(of: secretsPath) + Process.environmentValues, clock: SystemClock()
        ) { brand in CurlTransport(CurlTransport.Settings(authorities: brand.partners.privateCA)) }
    }

    init(
        directory: String, brands: [Configuration.Brand], secrets: [String] = [], clock: any Clock,
        transport: @escaping @Sendable (Configuration.Brand) -> any HTTPTransport
    ) {
        self.directory = directory
        self.brands = brands
        self.secrets = secrets
        self.clock = clock
        self.transport = transport
    }

    /// The journal's own directory holds nothing but the journal.
    static func directory(beside journal: String) -> String {
        let path = journal.hasSuffix("/") ? String(journal.dropLast()) : journal
        guard let slash = path.lastIndex(of: "/") else { return "partners" }
        return path[..<slash] + "/partners"
    }

    func directory(of brand: Configuration.Brand) -> String { "\(directory)/\(brand.name)" }

    func transport(of brand: Configuration.Brand) -> any HTTPTransport { transport(brand) }

    /// A part of the brand's limits, for as long as `body` runs, and what somebody should know about it.
    struct Turn {
        var part: PartnerLock.Part
        var notes: [String] = []
    }

    func calling<Value>(
        _ brand: Configuration.Brand, _ body: (Turn) throws(ToolFailure) -> Value
    ) throws(ToolFailure) -> Value {
        let taken: PartnerLock?
        do throws(Errno) {
            taken = try PartnerLock.takeAny(of: brand.name, in: directory)
        } catch {
            // Somebody else's directory, and so perhaps somebody else's server.
            return try body(turn(brand, .small, because: "\(directory(of: brand)) cannot be locked (\(error))"))
        }
        guard let lock = taken else {
            throw ToolFailure("two processes call the partners of \(brand.name) already")
        }
        let value = try body(turn(brand, lock.part, because: "another process calls the same partners"))
        lock.release()
        return value
    }

    private func turn(_ brand: Configuration.Brand, _ part: PartnerLock.Part, because reason: String) -> Turn {
        guard part == .small else { return Turn(part: part) }
        let login = brand.partners.peoplevox == nil ? "" : "; its login may have ended another session at Peoplevox"
        return Turn(part: part, notes: ["\(brand.name): \(reason), so this one took a fifth of the limits\(login)"])
    }
}

// The doctor.
extension PartnerTool {
    package struct Report: Sendable {
        package var diagnoses: [Diagnosis] = []
        /// About what was done with it.
        package var notes: [String] = []

        /// 0 when nothing is to be done, 1 when somebody should look, 2 when something cannot work.
        package var exitStatus: Int32 {
            if diagnoses.contains(where: { $0.verdict.word == "fail" }) { return 2 }
            return diagnoses.contains { $0.verdict.word == "warn" } ? 1 : 0
        }
    }

    /// Examines each brand, and keeps what its partners can do in its file.
    ///
    /// - Parameter say: gets a line every few seconds on how far it has come.
    package func examine(saying say: @escaping @Sendable (String) -> Void = { _ in }) -> Report {
        let progress = ExaminationProgress(clock: clock, say: say)
        var report = Report()
        for brand in brands {
            do throws(ToolFailure) {
                try calling(brand) { turn in examine(brand, turn, progress, into: &report) }
            } catch {
                let change = "run it again when the other tool has ended"
                let verdict = Verdict.fail(error.description, change: change)
                report.diagnoses.append(Diagnosis(brand: brand.name, check: "calls", verdict: verdict))
            }
        }
        return report
    }

    private func examine(
        _ brand: Configuration.Brand, _ turn: Turn, _ progress: ExaminationProgress, into report: inout Report
    ) {
        let examination = Examination(
            brand: brand, part: turn.part, transport: transport(of: brand), clock: clock, cancellation: Cancellation(),
            progress: progress
        ) { name throws(Errno) in
            try Files.contents(of: "/usr/share/zoneinfo/" + name, limit: Zone.fileLimit)
        }
        let evidence = examination.evidence(subscriptions: registered(by: brand))
        report.diagnoses += Diagnosis.of(evidence)
        report.notes.append(keep(evidence))
        report.notes += turn.notes
    }

    private func keep(_ evidence: Evidence) -> String {
        let path = directory(of: evidence.brand)
        guard let text = Capabilities.text(evidence) else {
            return "\(path)/\(Capabilities.name) stays as it is: too little was seen"
        }
        do throws(Errno) {
            try Capabilities.replace(in: path, with: text)
            return "\(path)/\(Capabilities.name) has what the partners can do"
        } catch { return "\(path)/\(Capabilities.name) could not be written: \(error)" }
    }

    /// No file means no subscriptions; none is made for looking.
    private func registered(by brand: Configuration.Brand) -> Finding<[Subscription]> {
        let path = directory(of: brand)
        guard (try? Files.names(in: path))?.contains("subscriptions") == true else { return .success([]) }
        do throws(RegistryFailure) {
            return .success(try SubscriptionRegistry.open(in: path, clock: clock).subscriptions)
        } catch { return .failure(Setback(text: "\(error)", isConfiguration: error != .inUse)) }
    }
}
