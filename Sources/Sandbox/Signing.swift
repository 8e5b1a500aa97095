// What is asked of libcrypto: the signature of a webhook, and MD5, with which the seed's ids are made.
import COpenSSL

enum Signing {
    /// Empty when libcrypto cannot: then nothing it signs is believed, and every test says so.
    static func hmacSHA256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var length = 0
        // A pointer of its own: an empty array has none to give, and that would mean "no key".
        let done = (key + [0]).withUnsafeBufferPointer { padded in
            EVP_Q_mac(
                nil, "HMAC", nil, "SHA256", nil, padded.baseAddress, key.count, message, message.count, &digest, 32,
                &length)
        }
        return done == nil ? [] : digest
    }

    static func md5(_ text: String) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 16)
        let octets = Array(text.utf8)
        return EVP_Q_digest(nil, "MD5", nil, octets, octets.count, &digest, nil) == 1 ? digest : []
    }

    static func hexadecimal(_ octets: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: octets.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
