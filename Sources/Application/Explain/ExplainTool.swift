// `lockstep explain`: what led to what Centra shows. Reads the ledger beside a running server, and what the ledger does not
// have yet from the journal; all of it from the journal when there is no ledger. Asks nobody and changes nothing.
import Journal
import Ledger
package import Operations
import POSIX
import Peoplevox
import Workflows

package struct ExplainTool {
    private let journal: String
    private let brand: Configuration.Brand
    private let zone: Zone
    private let zoneName: String
    private let clock: any Clock
    /// Nobody has said which configuration.
    private var isEmbedded = false

    /// - Parameters:
    ///   - brand: may be left out where there is one.
    ///   - inUTC: times in UTC instead of the tenant's zone.
    package init(
        configurationPath: String?, journal: String?, brand: String?, inUTC: Bool
    ) throws(ToolFailure) {
        let configuration: Configuration
        do throws(ConfigurationMistakes) {
            configuration = try Configuration.loadWithoutSecrets(path: configurationPath)
        } catch { throw ToolFailure("\(error)") }
        if configurationPath == nil, let brand, !configuration.brands.contains(where: { $0.name == brand }) {
            throw ToolFailure("say --config FILE: of brand \(brand) the embedded configuration knows nothing")
        }
        try self.init(configuration, journal: journal, brand: brand, inUTC: inUTC, clock: SystemClock())
        isEmbedded = configurationPath == nil
    }

    init(
        _ configuration: Configuration, journal: String?, brand name: String?, inUTC: Bool, clock: any Clock
    ) throws(ToolFailure) {
        let names = configuration.brands.map(\.name)
        let chosen = configuration.brands.filter { $0.name == name ?? $0.name }
        guard let brand = chosen.first else {
            throw ToolFailure("there is no brand \(name ?? "at all"); there are: \(names.joined(separator: ", "))")
        }
        guard chosen.count == 1 else {
            throw ToolFailure("say which --brand: \(names.joined(separator: ", "))")
        }
        self.journal = journal ?? configuration.journal.directory
        self.brand = brand
        self.clock = clock
        (zone, zoneName) = ExplainTool.zone(of: brand, inUTC: inUTC)
    }

    /// UTC where the tenant's zone is not known.
    private static func zone(of brand: Configuration.Brand, inUTC: Bool) -> (Zone, String) {
        guard !inUTC, let name = brand.partners.peoplevox?.zone,
            let octets = try? Files.contents(of: "/usr/share/zoneinfo/" + name, limit: Zone.fileLimit),
            let zone = try? Zone(reading: octets)
        else { return (.utc, "UTC") }
        return (zone, name)
    }

    /// A moment as a person writes it: in the tenant's zone where it names none.
    package func moment(_ text: String) throws(ToolFailure) -> Timestamp {
        let now = Timestamp(microseconds: clock.wallMicroseconds())
        guard let moment = moment(text, now: now) else {
            throw ToolFailure(
                "\(quoted(text)) is no time; write 2026-02-03 14:05 (\(zoneName)), 2026-02-03T14:05Z, 15 min ago or -15 min "
                    + "(\(Units.milliseconds.names))")
        }
        guard moment <= now else {
            throw ToolFailure("what will be known at \(text) nobody knows: that is still to come")
        }
        return moment
    }

    private func moment(_ text: String, now: Timestamp) -> Timestamp? {
        guard let written = Timestamp(text, now: now) else { return nil }
        guard !text.hasSuffix("Z"), Timestamp(text) != nil,
            let local = LocalTime(seconds: written.microseconds / 1_000_000)
        else { return written }
        let seconds = zone.moment(local).seconds
        return Timestamp(microseconds: seconds * 1_000_000 + written.microseconds % 1_000_000)
    }

    /// - Parameter at: as it was known then; nil for now.
    package func sku(_ code: String, at: Timestamp?) throws(ToolFailure) -> SKUExplanation {
        let source = HistorySource(journal: journal, brand: brand.name)
        let (found, notes) = try source.history(of: code)
        let history = at.map { found.until($0.microseconds) } ?? found
        let times = times(before: at ?? Timestamp(microseconds: clock.wallMicroseconds()))
        let story = SKUStory(
            history, since: try source.oldest(), source: brand.stock.source,
            planner: StockPlanner(StockSettings(StockFormula(warehouses: [:])).writing), times: times)
        return SKUExplanation(
            brand: brand.name, story: story, zone: zoneName, at: at, notes: notes + standing,
            near: found.isEmpty ? try source.namesNear(code) : [], times: times)
    }

    /// What a reader should know of the brand.
    private var standing: [String] {
        if isEmbedded { return ["without --config FILE this is brand \(brand.name) of the embedded configuration"] }
        return brand.mode == .observe
            ? ["\(brand.name) only observes: nothing is read or written until its mode says so"] : []
    }

    /// The day goes without saying when it is that of `reference`.
    private func times(before reference: Timestamp) -> StoryTimes {
        let zone = zone
        @Sendable func local(_ time: Int64) -> String {
            zone.local(at: time / 1_000_000).map { "\($0)" } ?? "\(Timestamp(microseconds: time))"
        }
        let today = local(reference.microseconds).prefix(10)
        return StoryTimes(
            full: { local($0) },
            brief: { time in
                let text = local(time)
                return text.hasPrefix(today) ? String(text.dropFirst(11)) : text
            })
    }
}
