// Requests as partners send them, made by the one reader of requests.
import HTTP
import Testing
import Webhooks

enum Sent {
    static let secret = "fixture-endpoint-secret-1"
    static let token = "3f9c5a7e1b2d4c6f8a0e9d7c5b3a1f2e"

    static func hash(_ token: String) -> TokenHash {
        guard let hash = CallbackToken.hash(of: Array(token.utf8)[...]) else {
            preconditionFailure("libcrypto has SHA-256")
        }
        return hash
    }

    /// A Centra webhook, signed at `t` (Unix seconds).
    static func centra(
        _ body: String, t: Int, secret: String = secret, brand: String = "acme", method: String = "POST"
    ) throws -> WrittenRequest {
        let digest = hmac(Array(secret.utf8), Array("\(t).\(body)".utf8))
        return try request(
            method, "/v1/\(brand)/centra", ["X-Centra-Signature: t=\(t),v1=\(Hexadecimal.encode(digest))"], body: body)
    }

    /// A Peoplevox callback.
    static func peoplevox(
        _ form: String, event: String = "AvailabilityChanges", token: String = token, brand: String = "acme",
        method: String = "GET", fields: [String] = []
    ) throws -> WrittenRequest {
        let path = "/v1/\(brand)/peoplevox/\(event)/\(token)"
        return method == "GET" || method == "HEAD"
            ? try request(method, path + "?" + form, fields)
            : try request(method, path, fields, body: form)
    }

    static func request(
        _ method: String, _ target: String, _ fields: [String] = [], body: String? = nil
    ) throws -> WrittenRequest {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: lockstep.example"] + fields
        if let body { lines.append("Content-Length: \(body.utf8.count)") }
        let octets = Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")).utf8)
        return WrittenRequest(target: target, octets: octets)
    }

    /// An event of Centra's that says its date, so that its body identifies it.
    static func dated(_ order: Int, type: String = "order", second: Int = 11) -> String {
        payload(
            """
            {"events":[{"type":"\(type)","action":"update","date":"2026-02-03 14:05:\(second)","id":\(order)}]}
            """)
    }

    /// The shape of ids alone: the same body can be news.
    static func products(_ ids: String...) -> String {
        payload(#"{"products":["# + ids.map { "\"\($0)\"" }.joined(separator: ",") + "]}")
    }

    static func payload(_ json: String) -> String {
        var form = "payload="
        for octet in json.utf8 {
            let isPlain = octet < 0x80 && (Character(UnicodeScalar(octet)).isLetter || (48...57).contains(octet))
            form += isPlain ? String(UnicodeScalar(octet)) : "%" + Hexadecimal.encode([octet]).uppercased()
        }
        return form
    }

    /// RFC 2104 over SHA-256, for keys of at most 64 octets.
    private static func hmac(_ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        let key = key + [UInt8](repeating: 0, count: 64 - key.count)
        func digest(_ octets: [UInt8]) -> [UInt8] { SHA256.digest(of: octets[...]) ?? [] }
        return digest(key.map { $0 ^ 0x5C } + digest(key.map { $0 ^ 0x36 } + message))
    }
}

/// A request as it goes over the wire: what is read from it is for one use.
struct WrittenRequest: Sendable {
    let target: String
    let octets: [UInt8]
    var limits = Limits()

    func read() throws -> Request {
        var reader = RequestReader(limits: limits)
        octets.withUnsafeBytes { _ = reader.receive($0) }
        guard case .request(let request) = reader.next() else { throw NotARequest(target: target) }
        return request
    }

    struct NotARequest: Error {
        let target: String
    }
}
