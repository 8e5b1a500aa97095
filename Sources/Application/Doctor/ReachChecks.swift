// What holds of any partner: it is reached, it is believed, and its clock is ours. And what concerns both at once.

extension Verdict {
    static func reach(_ sighting: Sighting, _ address: WebAddress) -> Verdict {
        switch sighting.failure {
        case .unreachable(let text)?:
            .fail(
                "\(address.host) was not reached: \(text)",
                change: "look at the address, at DNS and at the way out of this network")
        case .untrusted?, nil: .pass("\(address.host) was reached")
        }
    }

    static func tls(_ sighting: Sighting, _ address: WebAddress) -> Verdict {
        switch sighting.failure {
        case .untrusted(let text)?:
            .fail(
                "\(address.host) is not believed: \(text)",
                change: "if a private authority vouches for it, set privateCA to its certificate")
        case .unreachable?: .skipped("it was not reached")
        case nil: .pass(address.isSecure ? "the certificate is good" : "no TLS, which never leaves this machine")
        }
    }

    /// Centra signs its webhooks with its clock, and sweeps ask for what changed since a moment of ours.
    static func clock(_ sighting: Sighting) -> Verdict {
        guard sighting.failure == nil else { return .skipped("it was not reached") }
        guard let offset = sighting.clockOffset else { return .pass("its replies carry no date") }
        let seconds = Int(offset / 1_000_000)
        let words = "its clock is \(abs(seconds)) s \(seconds < 0 ? "behind" : "ahead of") ours"
        switch abs(seconds) {
        case 0...5: return .pass(words)
        case 6...60: return .warn(words, change: "let this machine's clock follow NTP")
        default:
            return .fail(words, change: "let this machine's clock follow NTP; signatures are refused by their time")
        }
    }
}

extension Check {
    static let both = [
        Check("skus.match") { evidence in
            guard let centra = evidence.centra, let peoplevox = evidence.peoplevox else { return nil }
            guard case .success(let sizes)? = centra.sizes, case .success(let items)? = peoplevox.items else {
                return .skipped("not both catalogues could be read")
            }
            let skus = Set(sizes.compactMap(\.codes.sku).filter { !$0.isEmpty })
            let codes = Set(items.rows.map(\.itemCode.text))
            let unknown = skus.subtracting(codes).sorted()
            guard items.completeness == .proven || items.completeness == .counted else {
                return .skipped("Peoplevox has more items than were looked at")
            }
            if skus.isEmpty { return .skipped("Centra has no SKUs") }
            guard unknown.count < skus.count else {
                return .fail(
                    "none of \(counted(skus.count, "SKU")) in Centra is an item code in Peoplevox",
                    change: "SKU and ItemCode must be the same text; is this the right tenant?")
            }
            return unknown.isEmpty
                ? .pass("every SKU of Centra is an item code in Peoplevox: \(skus.count)")
                : .warn(
                    "\(unknown.count) of \(counted(skus.count, "SKU")) unknown in Peoplevox as item codes: \(sample(unknown))",
                    change: "import these items, or Peoplevox drops their lines from orders")
        }
    ]
}
