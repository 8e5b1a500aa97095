// One line to a partner: libcurl's handles and the connections that they keep open. Used by one call at a time.
import CCurl

/// A class, because whoever cancels a call may hold it a little longer than the call lasts.
final class CurlLine: Sendable {
    /// Seconds for which a connection without a call is kept: less than what common servers give one.
    private static let idleSeconds: Int64 = 30

    private nonisolated(unsafe) let multi: UnsafeMutableRawPointer
    private nonisolated(unsafe) let handle: UnsafeMutableRawPointer

    init() throws(TransportFailure) {
        guard let multi = lockstep_curl_new_multi() else { throw .noMemory }
        guard let handle = lockstep_curl_new() else {
            lockstep_curl_free_multi(multi)
            throw .noMemory
        }
        self.multi = multi
        self.handle = handle
    }

    deinit {
        lockstep_curl_free(handle)
        lockstep_curl_free_multi(multi)
    }

    func send(
        _ request: OutboundRequest, _ settings: CurlTransport.Settings, _ cancellation: Cancellation
    ) throws(TransportFailure) -> OutboundReply {
        let exchange = CurlExchange(request)
        let fields = try CurlFields(request)
        defer { lockstep_curl_reset(handle) }
        try configure(request, settings)
        try set(CURLOPT_HTTPHEADER, pointer: fields.list)
        try check(
            lockstep_curl_set_receiver(
                handle, CurlExchange.head, CurlExchange.body, CurlExchange.sender,
                Unmanaged.passUnretained(exchange).toOpaque()))
        return try withExtendedLifetime((exchange, fields)) { () throws(TransportFailure) in
            let code = try request.body.withUnsafeBytes { body in
                Result { () throws(TransportFailure) in try perform(request.method == .post ? body : nil, cancellation)
                }
            }.get()
            return try reply(code, exchange, request)
        }
    }

    /// nil when it was cancelled before it came to an end.
    private func perform(
        _ body: UnsafeRawBufferPointer?, _ cancellation: Cancellation
    ) throws(TransportFailure) -> CURLcode? {
        if let body { try set(body) }
        guard lockstep_curl_add(multi, handle) == CURLM_OK else { throw .noMemory }
        defer { lockstep_curl_remove(multi, handle) }
        var code = CURLE_OK
        return cancellation.whileWaiting({ lockstep_curl_wake(self.multi) }) {
            while lockstep_curl_go_on(multi, &code) {
                if cancellation.isCancelled { return nil }
                lockstep_curl_wait(multi, 1_000)
            }
            return code
        }
    }

    private func reply(
        _ code: CURLcode?, _ exchange: CurlExchange, _ request: OutboundRequest
    ) throws(TransportFailure) -> OutboundReply {
        let mayHaveArrived = exchange.isSending && lockstep_curl_sent(handle) >= request.body.count
        guard let code else { throw .cancelled(mayHaveArrived: mayHaveArrived) }
        if let failure = exchange.failure { throw failure }
        guard code == CURLE_OK else { throw TransportFailure(code, mayHaveArrived: mayHaveArrived) }
        guard exchange.isHeadWhole else { throw TransportFailure(CURLE_PARTIAL_FILE, mayHaveArrived: true) }
        return OutboundReply(
            status: lockstep_curl_status(handle), fields: exchange.fields, body: exchange.octets)
    }

    // MARK: options

    private func configure(_ request: OutboundRequest, _ settings: CurlTransport.Settings) throws(TransportFailure) {
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_QUICK_EXIT, 1), (CURLOPT_FOLLOWLOCATION, 0),
            (CURLOPT_TIMEOUT_MS, max(1, request.limits.timeout)),
            (CURLOPT_CONNECTTIMEOUT_MS, max(1, request.limits.connectTimeout)),
            (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)), (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
            (CURLOPT_HTTP09_ALLOWED, 0), (CURLOPT_MAXFILESIZE_LARGE, request.limits.replyOctets),
            (CURLOPT_MAXAGE_CONN, Int(CurlLine.idleSeconds)), (CURLOPT_MAXCONNECTS, 4),
            // A report can take minutes in which nothing passes; a firewall between would forget the connection.
            (CURLOPT_TCP_KEEPALIVE, 1), (CURLOPT_TCP_KEEPIDLE, 30), (CURLOPT_TCP_KEEPINTVL, 15),
        ]
        for (option, value) in numbers { try check(lockstep_curl_set_number(handle, option, Int64(value))) }
        let texts: [(CURLoption, String)] = [
            (CURLOPT_URL, request.url), (CURLOPT_PROTOCOLS_STR, "http,https"), (CURLOPT_PROXY, ""),
            (CURLOPT_USERAGENT, settings.userAgent), (CURLOPT_ACCEPT_ENCODING, "gzip"),
        ]
        for (option, value) in texts { try check(lockstep_curl_set_text(handle, option, value)) }
        if let authorities = settings.authorities {
            try check(lockstep_curl_set_text(handle, CURLOPT_CAINFO, authorities))
        }
    }

    /// The octets are not copied, and stay where they are until the call has ended.
    private func set(_ body: UnsafeRawBufferPointer) throws(TransportFailure) {
        try check(lockstep_curl_set_number(handle, CURLOPT_POST, 1))
        try check(lockstep_curl_set_number(handle, CURLOPT_POSTFIELDSIZE_LARGE, Int64(body.count)))
        try set(CURLOPT_POSTFIELDS, pointer: body.baseAddress.map { UnsafeRawPointer($0) } ?? UnsafeRawPointer(handle))
    }

    private func set(_ option: CURLoption, pointer: UnsafeRawPointer?) throws(TransportFailure) {
        try check(lockstep_curl_set_pointer(handle, option, pointer))
    }

    private func check(_ code: CURLcode) throws(TransportFailure) {
        if code == CURLE_UNKNOWN_OPTION { throw .unsendable("libcurl is too old: 7.87 is needed") }
        if code != CURLE_OK { throw TransportFailure(code, mayHaveArrived: false) }
    }
}

/// The request's fields in libcurl's form. A class, because libcurl holds their address during the call.
private final class CurlFields {
    let list: UnsafeMutablePointer<curl_slist>?

    init(_ request: OutboundRequest) throws(TransportFailure) {
        // libcurl adds none of these on its own: a wait for "100 Continue", and a content type that nobody stated.
        var lines = ["Expect:", "Content-Type:"]
        for (name, value) in request.fields {
            guard CurlFields.isSendable(name, value) else { throw .unsendable("a field cannot be sent as it is") }
            if name.lowercased() == "content-type" { lines.removeAll { $0 == "Content-Type:" } }
            lines.append(value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = lockstep_curl_append(list, line) else {
                lockstep_curl_free_list(list)
                throw .noMemory
            }
            list = longer
        }
        self.list = list
    }

    deinit { lockstep_curl_free_list(list) }

    /// RFC 9110, section 5: a name is a token, a value has no control character.
    private static func isSendable(_ name: String, _ value: String) -> Bool {
        let marks = Set("!#$%&'*+-.^_`|~".utf8)
        let isToken = name.utf8.allSatisfy { octet in
            (0x30...0x39).contains(octet) || (0x41...0x5A).contains(octet & 0xDF) || marks.contains(octet)
        }
        return isToken && !name.isEmpty && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}
