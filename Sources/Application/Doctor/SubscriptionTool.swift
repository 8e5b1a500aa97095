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
                let plan = try plan(brand, turn.part, try registry(of: brand).subscriptions, overlap).plan
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
        var registry = try registry(of: brand)
        let (plan, client) = try plan(brand, part, registry.subscriptions, overlap)
        do throws(RegistryFailure) {
            let results = try registry.apply(plan, with: client, secrets: tokens(of: brand), Cancellation())
            return (results, results.count == plan.steps.count && results.allSatisfy { $0.outcome == .done })
        } catch { throw ToolFailure("\(error)") }
    }

    private func plan(
        _ brand: Configuration.Brand, _ part: PartnerLock.Part, _ subscriptions: [Subscription], _ overlap: Int64
    ) throws(ToolFailure) -> (plan: SubscriptionPlan, client: PeoplevoxClient) {
        guard let settings = brand.partners.peoplevox else { throw ToolFailure("\(brand.name) has no Peoplevox") }
        let caller = Caller(
            transport(of: brand), Governor(settings.governor.having(part), clock: clock) { 0 }, clock: clock)
        let client = PeoplevoxClient(caller, settings.client)
        let description: ServiceDescription
        do throws(CallFailure) {
            description = try client.describe(.catalogue, Cancellation())
        } catch { throw ToolFailure("\(brand.name): Peoplevox at \(settings.address): \(error.text)") }
        guard let wanted = brand.wantedSubscriptions(encodes: description.asksForEncoding) else {
            throw ToolFailure("\(brand.name): set callbackBase to where the world reaches publicListen")
        }
        let plan = SubscriptionPlan(
            wanted, has: subscriptions, known: description.events, now: clock.wallMicroseconds(), overlap: overlap)
        return (plan, client)
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
