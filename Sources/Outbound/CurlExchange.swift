// What libcurl calls while a request is under way: it takes the reply, within the limits, and keeps a request from being
// sent twice.
import CCurl

/// On the calling thread alone. A class, because libcurl holds its address during the call.
final class CurlExchange {
    /// Octets of all fields of a reply together.
    private static let headLimit = 64 << 10

    private let method: OutboundRequest.Method
    private let replyOctets: Int
    /// A connection stands, and the request is on its way.
    private(set) var isSending = false
    private(set) var failure: TransportFailure?
    private(set) var fields: [(name: String, value: String)] = []
    private(set) var octets: [UInt8] = []
    private var headOctets = 0
    private var isBody = false
    /// libcurl takes a head that ends in its middle for a whole one.
    private(set) var isHeadWhole = false

    init(_ request: OutboundRequest) {
        method = request.method
        replyOctets = request.limits.replyOctets
    }

    // MARK: called by libcurl

    static let head: @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
        take($0, $1, $2, $3) { $0.takeHead($1) }
    }

    static let body: @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
        take($0, $1, $2, $3) { $0.takeBody($1) }
    }

    static let sender:
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?, CInt, CInt
        ) -> CInt = { receiver, _, _, _, _ in
            guard let receiver else { return CInt(CURL_PREREQFUNC_ABORT) }
            let exchange = Unmanaged<CurlExchange>.fromOpaque(receiver).takeUnretainedValue()
            return CInt(exchange.maySend() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT)
        }

    private static func take(
        _ start: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ receiver: UnsafeMutableRawPointer?,
        _ taker: (CurlExchange, UnsafeRawBufferPointer) -> Bool
    ) -> Int {
        guard let receiver else { return 0 }
        let exchange = Unmanaged<CurlExchange>.fromOpaque(receiver).takeUnretainedValue()
        let octets = UnsafeRawBufferPointer(start: start, count: size * count)
        return taker(exchange, octets) ? octets.count : octets.isEmpty ? 1 : 0
    }

    // MARK: what they do

    /// When a connection that was open from before ends without an answer, libcurl sends the request again on a new one.
    /// The partner may have acted on it, so only a GET is repeated like that (RFC 9110, section 9.2.2).
    private func maySend() -> Bool {
        guard !isSending || method == .get else {
            failure = TransportFailure(.cut, mayHaveArrived: true, "the connection ended without an answer")
            return false
        }
        isSending = true
        return true
    }

    private func takeHead(_ line: UnsafeRawBufferPointer) -> Bool {
        headOctets += line.count
        guard headOctets <= CurlExchange.headLimit else { return refuse("the reply's head is too large") }
        guard !isBody else { return true }
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") { fields = [] }
        isHeadWhole = text.allSatisfy(\.isNewline)
        guard let colon = text.firstIndex(of: ":"), !text.hasPrefix("HTTP/") else { return true }
        fields.append((String(text[..<colon]), text[text.index(after: colon)...].trimmed))
        return true
    }

    private func takeBody(_ part: UnsafeRawBufferPointer) -> Bool {
        isBody = true
        guard octets.count + part.count <= replyOctets else { return refuse("the reply is too large") }
        octets.append(contentsOf: part)
        return true
    }

    private func refuse(_ text: String) -> Bool {
        failure = TransportFailure(.tooLarge, mayHaveArrived: true, text)
        return false
    }
}
