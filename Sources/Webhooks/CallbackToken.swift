// Is this Peoplevox callback genuine? Peoplevox signs nothing, so each subscription's URL holds a token that nobody
// can guess (peoplevox.md, section 10, item 15). Only its SHA-256 is configured; two are live while one is rotated.

package enum CallbackToken {
    /// Octets of chance in a token made by `lockstep token`: 256 bit.
    package static let chanceOctets = 32
    /// Shorter ones are not looked at: 128 bit need 22 characters of base 64.
    package static let lengths = 22...128

    package static func hash(of token: ArraySlice<UInt8>) -> TokenHash? {
        SHA256.digest(of: token).map(TokenHash.init(octets:))
    }
}

/// The SHA-256 of a token; not a secret, and no way back to one.
package struct TokenHash: Equatable, Sendable {
    fileprivate let octets: [UInt8]

    fileprivate init(octets: [UInt8]) {
        self.octets = octets
    }

    /// 64 hexadecimal digits.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 64, let octets = Hexadecimal.decode(Array(text.utf8)[...]) else { return nil }
        self.octets = octets
    }

    package var text: String { Hexadecimal.encode(octets) }
}

package struct CallbackVerifier: Sendable {
    /// At most this many tokens are live for a subscription.
    package static let tokenLimit = 2

    private let tokens: [String: [TokenHash]]

    /// `tokens` by event type, as in the callback's path.
    package init(tokens: [String: [TokenHash]]) {
        self.tokens = tokens
    }

    /// Throws `unknownToken` alike for a wrong token and for an event without a subscription: the answer must not
    /// tell which paths exist.
    package func verify(
        event: ArraySlice<UInt8>, token: ArraySlice<UInt8>, query: ArraySlice<UInt8>?, body: ArraySlice<UInt8>
    ) throws(Rejection) -> VerifiedDelivery {
        let name = String(decoding: event, as: UTF8.self)
        guard isLive(token, for: name) else { throw .unknownToken }
        return VerifiedDelivery(.peoplevox, event: name, signedAt: 0, query: query, body: body)
    }

    package func isLive(_ token: ArraySlice<UInt8>, for event: String) -> Bool {
        guard CallbackToken.lengths.contains(token.count), let hash = CallbackToken.hash(of: token) else {
            return false
        }
        var isLive = false
        for known in tokens[event] ?? [] {
            let matches = isEqualInConstantTime(hash.octets, known.octets)
            isLive = isLive || matches
        }
        return isLive
    }
}
