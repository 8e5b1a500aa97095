// `lockstep subscriptions`: what Peoplevox is to call us about, what it was asked to, and what is to be done. Peoplevox
// cannot list subscriptions, so all of it stands in the registry.
import Outbound
import POSIX
import Peoplevox
import Webhooks

extension PartnerTool {
    /// Every subscription that was ever wanted, in order.
    package func list() throws(ToolFailure) -> [String] {
        var lines: [String] = []
        for brand in peoplevoxBrands {
            for one in try registry(of: brand).subscriptions { lines.append("\(brand.name)  \(one.line)") }
        }
        return lines
    }

    /// - Parameter overlap: microseconds for which the subscription before lives on beside its successor.
    package func plan(overlap: Int64) throws(ToolFailure) -> [String] {
        var lines: [String] = []
        for brand in peoplevoxBrands {
            try calling(brand) { turn throws(ToolFailure) in
                let client = try client(brand, turn.part)
                let plan = try plan(brand, client, try registry(of: brand).subscriptions, overlap)
                lines += plan.lines.map { "\(brand.name)  \($0)" } + turn.notes
            }
        }
        return lines
    }

    /// Does what the plan says. False when a step came to nothing.
    package func apply(overlap: Int64) throws(ToolFailure) -> (lines: [String], isDone: Bool) {
        var lines: [String] = []
        var isDone = true
        for brand in peoplevoxBrands {
            try calling(brand) { turn throws(ToolFailure) in
                let (results, isAll) = try apply(brand, turn.part, overlap)
                lines +=
                    results.isEmpty ? ["\(brand.name)  nothing to do"] : results.map { "\(brand.name)  \($0.line)" }
                lines += turn.notes
                isDone = isDone && isAll
            }
        }
        return (lines, isDone)
    }

    /// For the running server, whose client this is: subscribes anew to the events about stock, which stay away, and ends
    /// those that had a successor for long enough. Says in a few words what came of it.
    func renew(_ brand: Configuration.Brand, with client: PeoplevoxClient, _ cancellation: Cancellation) -> String {
        do throws(ToolFailure) {
            let (results, isAll) = try apply(
                brand, client, Self.renewalOverlap, silent: Self.stockEvents, cancellation)
            let done = results.filter { $0.outcome == .done }.count
            if results.isEmpty { return "nothing is to be subscribed to: no event about stock has a token" }
            return isAll ? "subscribed anew" : "\(done) of \(results.count) subscriptions were made anew"
        } catch { return "not subscribed anew: \(error)" }
    }

    private static let stockEvents: Set<CallbackEvent> = [.availabilityChanges, .incrementalChanges, .goodsReceived]
    /// Microseconds.
    private static let renewalOverlap: Int64 = 3_600_000_000

    /// New tokens for all events that have one: what to write into the two files. Nothing is changed by it.
    package func rotation() throws(ToolFailure) -> [String] {
        var lines: [String] = []
        for brand in peoplevoxBrands {
            var secrets: [String] = []
            lines.append(
                "# In [brand \(brand.name)] of the configuration, the new one first and the one before second:")
            for (event, hashes) in brand.tokens.sorted(by: { $0.key < $1.key }) {
                let token = try NewToken()
                lines.append("token \(event) = \(token.hash) \(hashes.first?.text ?? "")")
                secrets.append("\(brand.tokenVariable(of: event))=\(token.text)")
            }
            lines += ["# In the secrets file:"] + secrets
        }
        return lines + [
            "# Then reload (SIGHUP), run lockstep subscriptions apply, and once more when the overlap is over."
        ]
    }
}

extension PartnerTool {
    private var peoplevoxBrands: [Configuration.Brand] { brands.filter { $0.partners.peoplevox != nil } }

    private func registry(of brand: Configuration.Brand) throws(ToolFailure) -> SubscriptionRegistry {
        let path = directory(of: brand)
        do {
            try Files.createDirectories(path)
            return try SubscriptionRegistry.open(in: path, clock: clock)
        } catch { throw ToolFailure("\(path): \(error)") }
    }

    private func apply(
        _ brand: Configuration.Brand, _ part: PartnerLock.Part, _ overlap: Int64
    ) throws(ToolFailure) -> (results: [SubscriptionResult], isAll: Bool) {
        try apply(brand, try client(brand, part), overlap, silent: [], Cancellation())
    }

    private func apply(
        _ brand: Configuration.Brand, _ client: PeoplevoxClient, _ overlap: Int64, silent: Set<CallbackEvent>,
        _ cancellation: Cancellation
    ) throws(ToolFailure) -> (results: [SubscriptionResult], isAll: Bool) {
        var registry = try registry(of: brand)
        let plan = try plan(brand, client, registry.subscriptions, overlap, silent)
        do throws(RegistryFailure) {
            let results = try registry.apply(plan, with: client, secrets: tokens(of: brand), cancellation)
            return (results, results.count == plan.steps.count && results.allSatisfy { $0.outcome == .done })
        } catch { throw ToolFailure("\(error)") }
    }

    /// Of a tool that has a part of the limits.
    private func client(
        _ brand: Configuration.Brand, _ part: PartnerLock.Part
    ) throws(ToolFailure) -> PeoplevoxClient {
        guard let settings = brand.partners.peoplevox else { throw ToolFailure("\(brand.name) has no Peoplevox") }
        let governor = Governor(settings.governor.having(part), clock: clock) { 0 }
        return PeoplevoxClient(Caller(transport(of: brand), governor, clock: clock), settings.client)
    }

    private func plan(
        _ brand: Configuration.Brand, _ client: PeoplevoxClient, _ subscriptions: [Subscription], _ overlap: Int64,
        _ silent: Set<CallbackEvent> = []
    ) throws(ToolFailure) -> SubscriptionPlan {
        let description: ServiceDescription
        do throws(CallFailure) {
            description = try client.describe(.catalogue, Cancellation())
        } catch {
            throw ToolFailure(
                "\(brand.name): Peoplevox at \(brand.partners.peoplevox?.address.description ?? ""): \(error.text)")
        }
        guard let wanted = brand.wantedSubscriptions(encodes: description.asksForEncoding) else {
            throw ToolFailure("\(brand.name): set callbackBase to where the world reaches publicListen")
        }
        return SubscriptionPlan(
            wanted, has: subscriptions, known: description.events, now: clock.wallMicroseconds(), overlap: overlap,
            silent: silent)
    }

    /// Whatever in the secrets file or in the environment is a token of the configuration.
    private func tokens(of brand: Configuration.Brand) -> [String: CallbackSecret] {
        let hashes = Set(brand.tokens.values.joined().map(\.text))
        var tokens: [String: CallbackSecret] = [:]
        for value in secrets where CallbackToken.lengths.contains(value.utf8.count) {
            guard let hash = CallbackToken.hash(of: Array(value.utf8)[...])?.text, hashes.contains(hash) else {
                continue
            }
            tokens[hash] = CallbackSecret(value)
        }
        return tokens
    }
}

extension Configuration.Brand {
    /// One name for each brand and event, as variables are named.
    fileprivate func tokenVariable(of event: String) -> String {
        "LOCKSTEP_\(name)_TOKEN_\(event)".uppercased().replacing("-", with: "_")
    }
}

extension Subscription {
    fileprivate var line: String {
        let words =
            switch state {
            case .orphaned: "orphaned: may exist, its id is not known"
            case .active(let id): "active as \(id)"
            case .ending(let id): "ending as \(id)"
            case .ended: "ended"
            case .refused: "refused"
            }
        return "\(number)  \(wanted.event.rawValue)  \(wanted.tokenHash.prefix(8))…  \(words)"
    }
}

extension SubscriptionPlan {
    fileprivate var lines: [String] {
        let lines =
            steps.map(\.line)
            + leaving.map { "later: unsubscribe \($0.subscription.wanted.event.rawValue), when the overlap is over" }
            + unsupported.map { "\($0.event.rawValue) is unknown to this server: remove its token" }
            + orphans.map { "\($0.wanted.event.rawValue) may exist twice: rotate its token" }
            + kept.map { "keep \($0.wanted.event.rawValue)" }
        return lines.isEmpty ? ["nothing is wanted: no event has a token"] : lines
    }
}

extension SubscriptionStep {
    fileprivate var line: String {
        switch self {
        case .subscribe(let wanted): "subscribe \(wanted.event.rawValue)"
        case .unsubscribe(let number, let id): "unsubscribe \(id) (number \(number))"
        }
    }
}

extension SubscriptionResult {
    fileprivate var line: String {
        switch outcome {
        case .done: "\(step.line): done"
        case .tokenUnknown:
            "\(step.line): its token is in no variable of the secrets file or the environment; rotate it"
        case .failed(let failure): "\(step.line): \(failure.text)"
        }
    }
}
