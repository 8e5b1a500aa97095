// The one seam for calling out: a request goes in, a whole reply or a failure comes out. libcurl stands behind it in the
// product, the sandbox itself in tests and simulations.

/// Calls out. Blocks the calling thread until there is a whole reply or a failure, never longer than the request's
/// `timeout`. A 4xx or 5xx is a reply: what it means is for the partner's client to say.
package protocol HTTPTransport: Sendable {
    func send(_ request: OutboundRequest, _ cancellation: Cancellation) throws(TransportFailure) -> OutboundReply
}

/// A request to a partner. It can hold tokens, passwords and addresses of shoppers (P9), so it does not print itself.
package struct OutboundRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    package var method: Method
    /// Absolute, `https` or, for a sandbox on loopback, `http`.
    package var url: String
    package var fields: [(name: String, value: String)]
    package var body: [UInt8]
    package var limits: Limits

    package struct Limits: Equatable, Sendable {
        /// Milliseconds for everything, and for the connection alone.
        package var timeout: Int
        package var connectTimeout: Int
        /// Octets of a reply's body; a larger one is a failure.
        package var replyOctets: Int

        package init(timeout: Int, connectTimeout: Int = 10_000, replyOctets: Int = 32 << 20) {
            self.timeout = timeout
            self.connectTimeout = connectTimeout
            self.replyOctets = replyOctets
        }
    }

    package init(
        _ method: Method, _ url: String, fields: [(name: String, value: String)] = [], body: [UInt8] = [],
        limits: Limits
    ) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
        self.limits = limits
    }
}

extension OutboundRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(method.rawValue) with \(body.count) octets" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A whole reply, whatever its status.
package struct OutboundReply: Sendable {
    package var status: Int
    /// In the order in which they came.
    package var fields: [(name: String, value: String)]
    package var body: [UInt8]

    package init(status: Int, fields: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// The first field of that name, in any case (RFC 9110, section 5.1).
    package subscript(name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

extension OutboundReply: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(status) with \(body.count) octets" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension StringProtocol {
    /// Without white space at both ends.
    package var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
