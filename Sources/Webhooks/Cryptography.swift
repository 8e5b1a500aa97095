// What is asked of libcrypto: HMAC-SHA256 with a kept key, SHA-256, comparison in constant time.
import COpenSSL
import Commerce

/// libcrypto could not do what it always can; out of memory, or a broken installation.
package struct CryptographyFailure: Error, Sendable {}

/// Octets that sign. They never print.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    fileprivate let octets: [UInt8]

    package init(_ text: String) {
        octets = Array(text.utf8)
    }

    package var isEmpty: Bool { octets.isEmpty }
    package var description: String { "[secret]" }
    package var debugDescription: String { "[secret]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// An HMAC-SHA256 context that keeps its key. A class for its `deinit`; used by one thread at a time.
final class HMACKey {
    private let context: OpaquePointer

    init(_ secret: Secret) throws(CryptographyFailure) {
        // The provider algorithm is reference counted by the context; ours can go at once.
        let mac = EVP_MAC_fetch(nil, "HMAC", nil)
        defer { EVP_MAC_free(mac) }
        guard let context = EVP_MAC_CTX_new(mac) else { throw CryptographyFailure() }
        self.context = context
        guard HMACKey.setKey(context, secret) else { throw CryptographyFailure() }
    }

    deinit { EVP_MAC_CTX_free(context) }

    /// Whether `digest` is the HMAC of `time + "." + body`. The comparison takes the same time wherever they differ.
    func authenticates(_ digest: Digest, _ time: Span<UInt8>, _ body: Span<UInt8>) -> Bool {
        var point = UInt8(ascii: ".")
        guard EVP_MAC_init(context, nil, 0, nil) == 1, update(time), EVP_MAC_update(context, &point, 1) == 1,
            update(body)
        else { return false }
        var computed = Digest()
        var length = 0
        let isDone = withUnsafeMutableBytes(of: &computed.octets) {
            EVP_MAC_final(context, $0.bindMemory(to: UInt8.self).baseAddress, &length, $0.count) == 1
        }
        guard isDone, length == Digest.octetCount else { return false }
        return computed.isEqualInConstantTime(to: digest)
    }

    private func update(_ octets: Span<UInt8>) -> Bool {
        octets.withUnsafeBufferPointer { EVP_MAC_update(context, $0.baseAddress, $0.count) == 1 }
    }

    private static func setKey(_ context: OpaquePointer, _ secret: Secret) -> Bool {
        // The parameter keeps both pointers until it is used, so name and value must outlive the call below: a `String`
        // that is passed for a pointer would be gone when the parameter is made.
        let name = Array(OSSL_MAC_PARAM_DIGEST.utf8CString)
        var digest = Array("SHA256".utf8CString)
        // An empty key would be taken as "no key"; libcrypto needs a pointer.
        var key = secret.octets + [0]
        defer { OPENSSL_cleanse(&key, key.count) }
        return name.withUnsafeBufferPointer { name in
            digest.withUnsafeMutableBufferPointer { digest in
                var parameters = [
                    OSSL_PARAM_construct_utf8_string(name.baseAddress, digest.baseAddress, 0),
                    OSSL_PARAM_construct_end(),
                ]
                return EVP_MAC_init(context, key, secret.octets.count, &parameters) == 1
            }
        }
    }
}

/// A SHA-256 or an HMAC with it. Held in place, so that reading one from a header allocates nothing.
struct Digest {
    static let octetCount = 32

    /// Four octets each, as they lie in memory.
    fileprivate var octets: InlineArray<8, UInt32> = InlineArray(repeating: 0)

    fileprivate init() {}

    /// Reads 64 digits, in either case, and passes them.
    init?(hexadecimal text: Span<UInt8>, at position: inout Int) {
        guard text.count - position >= 2 * Digest.octetCount else { return nil }
        for index in octets.indices {
            guard let four = text.hexadecimalOctets(at: position) else { return nil }
            octets[index] = four
            position += 8
        }
    }

    /// In a time that does not depend on where they differ.
    fileprivate func isEqualInConstantTime(to other: Digest) -> Bool {
        withUnsafeBytes(of: octets) { one in
            withUnsafeBytes(of: other.octets) { CRYPTO_memcmp(one.baseAddress, $0.baseAddress, Digest.octetCount) == 0 }
        }
    }
}

package enum SHA256 {
    package static func digest(of octets: ArraySlice<UInt8>) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: 32)
        let done = octets.withUnsafeBufferPointer {
            EVP_Q_digest(nil, "SHA256", nil, $0.baseAddress, $0.count, &digest, nil)
        }
        return done == 1 ? digest : nil
    }

    /// Of a text that comes in pieces. A class for its `deinit`; used by one thread at a time.
    package final class Running {
        private let context: OpaquePointer

        package init() throws(CryptographyFailure) {
            guard let context = EVP_MD_CTX_new() else { throw CryptographyFailure() }
            self.context = context
            guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { throw CryptographyFailure() }
        }

        deinit { EVP_MD_CTX_free(context) }

        package func add(_ text: String) {
            var text = text
            text.withUTF8 { _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        }

        /// Once, at the end.
        package func finish() -> [UInt8] {
            var digest = [UInt8](repeating: 0, count: 32)
            _ = EVP_DigestFinal_ex(context, &digest, nil)
            return digest
        }
    }
}

/// Whether two digests are equal, in a time that depends only on their length.
func isEqualInConstantTime(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    one.count == other.count && CRYPTO_memcmp(one, other, one.count) == 0
}

package enum Hexadecimal {
    package static func encode(_ octets: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for octet in octets { text += [digits[Int(octet >> 4)], digits[Int(octet & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil when a digit is wrong or one is missing; both cases of letters are read.
    package static func decode(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        var octets: [UInt8] = []
        octets.reserveCapacity(digits.count / 2)
        var index = digits.startIndex
        while index < digits.endIndex {
            guard let high = digits[index].hexadecimalValue, let low = digits[index + 1].hexadecimalValue else {
                return nil
            }
            octets.append(high << 4 | low)
            index += 2
        }
        return octets
    }
}
