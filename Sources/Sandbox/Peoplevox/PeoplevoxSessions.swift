// Who is logged in. A session dies after half an hour without use, and says so with HTTP 200 (peoplevox.md, 1.4).

struct PeoplevoxSessions: Sendable {
    static let invalid = "System : Security - Invalid Session"
    static let expired = "System : Security - Session Expired"
    private static let wrong = "System : Security - Invalid username or password"
    private static let locked = "System : Security - User is locked"

    /// When each was last used, in monotonic milliseconds.
    private var lastUsed: [String: Int64] = [:]
    private var failures: [String: Int] = [:]

    var count: Int { lastUsed.count }

    /// - Returns: the session, or what to say instead.
    mutating func open(
        user: String, password: String, _ tenant: PeoplevoxTenant, _ switches: PeoplevoxSwitches, now: Int64,
        _ chance: inout SeededChance
    ) -> Result<String, WarehouseRefusal> {
        if switches.lockOutAfter > 0, failures[user, default: 0] >= switches.lockOutAfter {
            return .failure(WarehouseRefusal(PeoplevoxSessions.locked))
        }
        guard let right = tenant.passwords[user], isRight(password, right, tenant.passwordMode) else {
            failures[user, default: 0] += 1
            return .failure(WarehouseRefusal(refusal(password, tenant.passwords[user], tenant.passwordMode)))
        }
        failures[user] = nil
        if switches.hasOneSession { lastUsed = [:] }
        let session = PeoplevoxSessions.identifier(&chance)
        lastUsed[session] = now
        return .success(session)
    }

    private func isRight(_ sent: String, _ right: String, _ mode: PasswordMode) -> Bool {
        switch mode {
        case .plain: sent == right
        // White space is tolerated (peoplevox.md, 1.3).
        case .base64: sent.filter { !$0.isWhitespace } == Base64.text(of: right)
        }
    }

    /// The right password in the wrong encoding looks like a lost session (peoplevox.md, 1.3).
    private func refusal(_ sent: String, _ right: String?, _ mode: PasswordMode) -> String {
        guard let right else { return PeoplevoxSessions.wrong }
        let isOtherwiseRight = isRight(sent, right, mode == .plain ? .base64 : .plain)
        return isOtherwiseRight ? PeoplevoxSessions.invalid : PeoplevoxSessions.wrong
    }

    /// Nil when the session lives, and is used by that; else what to say.
    mutating func use(_ session: String?, lifetime: Int, now: Int64) -> String? {
        guard let session, let used = lastUsed[session] else { return PeoplevoxSessions.invalid }
        guard now - used < Int64(lifetime) else {
            lastUsed[session] = nil
            return PeoplevoxSessions.expired
        }
        lastUsed[session] = now
        return nil
    }

    /// A session that is known from elsewhere.
    mutating func adopt(_ session: String, now: Int64) { lastUsed[session] = now }

    mutating func endAll() { lastUsed = [:] }

    mutating func unlock() { failures = [:] }

    private static func identifier(_ chance: inout SeededChance) -> String {
        let digits = (0..<32).map { _ in String(chance.number(upTo: 15), radix: 16) }
        let ends = [8, 12, 16, 20]
        return digits.enumerated().map { ends.contains($0.offset) ? "-" + $0.element : $0.element }.joined()
    }
}

/// RFC 4648, section 4; only what a password needs.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

    static func text(of text: String) -> String {
        let octets = Array(text.utf8)
        return stride(from: 0, to: octets.count, by: 3).map { start in
            let three = octets[start..<min(start + 3, octets.count)]
            let bits = three.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - three.count))
            let characters = [18, 12, 6, 0].prefix(three.count + 1).map { alphabet[bits >> $0 & 63] }
            return String(characters) + String(repeating: "=", count: 3 - three.count)
        }.joined()
    }
}
