// Is this Centra webhook genuine? The only maker of a verified Centra delivery.
//
// Centra signs `"<t>." + raw body` with HMAC-SHA256 and sends `X-Centra-Signature: t=<unix seconds>,v1=<hex>`
// (centra.dev, Centra webhooks). The raw octets are signed, so nothing may be decoded before the check. While a
// secret is rotated two are live; both are always tried, so that the time taken does not tell which one matched.

/// Checks the signatures of one brand. Owned by one thread: the contexts keep state between calls.
package struct SignatureVerifier: ~Copyable {
    /// At most this many secrets are live at a time.
    package static let secretLimit = 2

    private var keys: [HMACKey]
    private let tolerance: Int

    /// `tolerance` in seconds, in both directions. Throws when libcrypto refuses a key.
    package init(secrets: [Secret], tolerance: Int) throws(CryptographyFailure) {
        precondition(secrets.count <= SignatureVerifier.secretLimit, "the configuration limits the secrets")
        var keys: [HMACKey] = []
        for secret in secrets { keys.append(try HMACKey(secret)) }
        self.keys = keys
        self.tolerance = tolerance
    }

    /// - Parameters:
    ///   - fields: every `X-Centra-Signature` of the request; two are ambiguous and refused.
    ///   - now: Unix seconds.
    package mutating func verify(
        fields: [ArraySlice<UInt8>], body: ArraySlice<UInt8>, now: Int
    ) throws(Rejection) -> VerifiedDelivery {
        guard let field = fields.first else { throw .signatureMissing }
        guard fields.count == 1, let signature = Signature(field) else { throw .signatureMalformed }
        guard isSigned(signature, body) else { throw .signatureMismatch(signedAt: signature.time) }
        let (age, overflows) = now.subtractingReportingOverflow(signature.time)
        guard !overflows, age.magnitude <= tolerance.magnitude else {
            throw .timestampOutsideTolerance(signedAt: signature.time)
        }
        return VerifiedDelivery(.centra, event: "", signedAt: signature.time, query: nil, body: body)
    }

    /// For the release of a quarantined delivery: its age was judged by the person who releases it.
    package mutating func verifyIgnoringTime(
        signature field: ArraySlice<UInt8>, body: ArraySlice<UInt8>
    ) throws(Rejection) -> VerifiedDelivery {
        guard let signature = Signature(field) else { throw .signatureMalformed }
        guard isSigned(signature, body) else { throw .signatureMismatch(signedAt: signature.time) }
        return VerifiedDelivery(.centra, event: "", signedAt: signature.time, query: nil, body: body)
    }

    private mutating func isSigned(_ signature: Signature, _ body: ArraySlice<UInt8>) -> Bool {
        var isSigned = false
        for key in keys {
            let matches = key.authenticates(signature.digest, signature.timeText, body)
            isSigned = isSigned || matches
        }
        return isSigned
    }
}

/// `t=<decimal>,v1=<64 hex digits>`; white space around the comma is tolerated, as the published example has it.
struct Signature: Equatable {
    let time: Int
    /// The octets of `t` as they were sent: they are what was signed.
    let timeText: ArraySlice<UInt8>
    let digest: [UInt8]

    /// Nil for anything else: another order, a part more or less, a sign, or a number that does not fit.
    init?(_ field: ArraySlice<UInt8>) {
        guard let comma = field.firstIndex(of: UInt8(ascii: ",")) else { return nil }
        let first = Signature.trim(field[..<comma])
        let second = Signature.trim(field[(comma + 1)...])
        guard first.starts(with: [UInt8(ascii: "t"), UInt8(ascii: "=")]),
            second.starts(with: [UInt8(ascii: "v"), UInt8(ascii: "1"), UInt8(ascii: "=")]),
            let time = Signature.decimal(first.dropFirst(2)),
            let digest = Hexadecimal.decode(second.dropFirst(3)), digest.count == HMACKey.digestOctets
        else { return nil }
        self.time = time
        self.timeText = first.dropFirst(2)
        self.digest = digest
    }

    private static func trim(_ slice: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var slice = slice
        while let first = slice.first, first == 0x20 || first == 0x09 { slice = slice.dropFirst() }
        while let last = slice.last, last == 0x20 || last == 0x09 { slice = slice.dropLast() }
        return slice
    }

    private static func decimal(_ digits: ArraySlice<UInt8>) -> Int? {
        guard (1...15).contains(digits.count) else { return nil }
        var number = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return number
    }
}
