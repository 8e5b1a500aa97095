// The transport of the product: libcurl.
//
// Each call has a line of its own, with its own connections, while it lasts; a line that is free is used again, the last
// one first, so that calls in sequence find their connection still open. Nothing is shared between calls under way.
//
// Proxies that the environment names are not used: which way a shop's data goes is not for a variable to decide.
import CCurl
import Synchronization

package final class CurlTransport: HTTPTransport {
    package struct Settings: Hashable, Sendable {
        /// A file of certificates (PEM) that is believed instead of the system's, for a partner with a private authority.
        package var authorities: String?
        /// `http` to any host. Without it, only to loopback.
        package var allowsPlain: Bool
        package var userAgent: String

        package init(authorities: String? = nil, allowsPlain: Bool = false, userAgent: String = "lockstep") {
            self.authorities = authorities
            self.allowsPlain = allowsPlain
            self.userAgent = userAgent
        }
    }

    /// Lines that are kept while they are free; more than calls are made at once.
    private static let freeLimit = 16

    private let settings: Settings
    private let free = Mutex<[CurlLine]>([])

    package init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    package func send(
        _ request: OutboundRequest, _ cancellation: Cancellation
    ) throws(TransportFailure) -> OutboundReply {
        guard lockstep_curl_load() else { throw .unsendable("libcurl (libcurl.so.4) cannot be loaded") }
        guard !cancellation.isCancelled else { throw .cancelled(mayHaveArrived: false) }
        try CurlAddress.check(request.url, allowsPlain: settings.allowsPlain)
        let line = try freeLine()
        defer { free.withLock { if $0.count < CurlTransport.freeLimit { $0.append(line) } } }
        return try line.send(request, settings, cancellation)
    }

    private func freeLine() throws(TransportFailure) -> CurlLine {
        if let line = free.withLock({ $0.popLast() }) { return line }
        return try CurlLine()
    }
}

extension TransportFailure {
    static func unsendable(_ text: String) -> TransportFailure {
        TransportFailure(.unsendable, mayHaveArrived: false, text)
    }

    static func cancelled(mayHaveArrived: Bool) -> TransportFailure {
        TransportFailure(.cancelled, mayHaveArrived: mayHaveArrived, "the call was cancelled")
    }
}

/// What an address has to be, by libcurl's own reading of it: two readings could differ.
private enum CurlAddress {
    static func check(_ address: String, allowsPlain: Bool) throws(TransportFailure) {
        guard !address.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
            throw .unsendable("the address has a blank or a control character")
        }
        var parts: (scheme: UnsafeMutablePointer<CChar>?, host: UnsafeMutablePointer<CChar>?) = (nil, nil)
        let isAddress = lockstep_curl_parse(address, &parts.scheme, &parts.host)
        defer {
            lockstep_curl_free_text(parts.scheme)
            lockstep_curl_free_text(parts.host)
        }
        guard isAddress, let scheme = parts.scheme, let host = parts.host else {
            throw .unsendable("the address is none, or has a user's name in it")
        }
        switch String(cString: scheme) {
        case "https": return
        case "http" where allowsPlain || isLoopback(String(cString: host)): return
        case "http": throw .unsendable("the address is http, which only a host on loopback may have")
        default: throw .unsendable("the address is neither https nor http")
        }
    }

    /// libcurl has made four numbers of whatever form an IPv4 address had, and never asks anybody for `localhost`.
    private static func isLoopback(_ host: String) -> Bool {
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return host == "localhost" || host == "[::1]"
            || numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
    }
}
