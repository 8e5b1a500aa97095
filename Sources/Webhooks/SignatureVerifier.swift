// Is this Centra webhook genuine? The only maker of a verified Centra delivery.
//
// Centra signs `"<t>." + raw body` with HMAC-SHA256 and sends `X-Centra-Signature: t=<unix seconds>,v1=<hex>`
// (centra.dev, Centra webhooks). The raw octets are signed, so nothing may be decoded before the check. While a
// secret is rotated two are live; both are always tried, so that the time taken does not tell which one matched.
import Commerce

/// Checks the signatures of one brand. Owned by one thread: the contexts keep state between calls.
package struct SignatureVerifier: ~Copyable {
    /// At most this many secrets are live at a time.
    package static let secretLimit = 2

    private let keys: [HMACKey]
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
    ///   - field: the one `X-Centra-Signature` of the request; two are ambiguous, and the caller refuses them.
    ///   - now: Unix seconds.
    package func verify(
        field: ArraySlice<UInt8>?, body: ArraySlice<UInt8>, now: Int
    ) throws(Rejection) -> VerifiedDelivery {
        guard let field else { throw .signatureMissing }
        guard let signature = Signature(field.span) else { throw .signatureMalformed }
        guard isSigned(signature, field.span.extracting(signature.timeText), body.span) else {
            throw .signatureMismatch(signedAt: signature.time)
        }
        let (age, overflows) = now.subtractingReportingOverflow(signature.time)
        guard !overflows, age.magnitude <= tolerance.magnitude else {
            throw .timestampOutsideTolerance(signedAt: signature.time)
        }
        return VerifiedDelivery(.centra, event: "", signedAt: signature.time, query: nil, body: body)
    }

    /// For the release of a quarantined delivery: its age was judged by the person who releases it.
    package func verifyIgnoringTime(
        signature field: ArraySlice<UInt8>, body: ArraySlice<UInt8>
    ) throws(Rejection) -> VerifiedDelivery {
        guard let signature = Signature(field.span) else { throw .signatureMalformed }
        guard isSigned(signature, field.span.extracting(signature.timeText), body.span) else {
            throw .signatureMismatch(signedAt: signature.time)
        }
        return VerifiedDelivery(.centra, event: "", signedAt: signature.time, query: nil, body: body)
    }

    /// `time` is the text of it.
    private func isSigned(_ signature: Signature, _ time: Span<UInt8>, _ body: Span<UInt8>) -> Bool {
        var isSigned = false
        for key in keys {
            let matches = key.authenticates(signature.digest, time, body)
            isSigned = isSigned || matches
        }
        return isSigned
    }
}

/// `t=<decimal>,v1=<64 hex digits>`; white space around the comma is tolerated, as the published example has it.
struct Signature {
    let time: Int
    /// Where the octets of `t` stand: as they were sent, they are what was signed.
    let timeText: Range<Int>
    let digest: Digest

    /// Nil for anything else: another order, a part more or less, a sign, or a number that does not fit.
    init?(_ text: Span<UInt8>) {
        var position = text.endOfSpace(from: 0)
        guard text.passes("t=", at: &position) else { return nil }
        let timeStart = position
        guard let time = text.decimal(at: &position) else { return nil }
        let timeEnd = position
        position = text.endOfSpace(from: position)
        guard text.passes(",", at: &position) else { return nil }
        position = text.endOfSpace(from: position)
        guard text.passes("v1=", at: &position), let digest = Digest(hexadecimal: text, at: &position),
            text.endOfSpace(from: position) == text.count
        else { return nil }
        self.time = time
        timeText = timeStart..<timeEnd
        self.digest = digest
    }
}

extension Span<UInt8> {
    fileprivate func endOfSpace(from start: Int) -> Int {
        var position = start
        while position < count, self[position] == 0x20 || self[position] == 0x09 { position += 1 }
        return position
    }

    /// Passes the word if it stands here.
    fileprivate func passes(_ word: StaticString, at position: inout Int) -> Bool {
        let end = position + word.utf8CodeUnitCount
        guard end <= count, extracting(position..<end).isSpelled(word) else { return false }
        position = end
        return true
    }

    /// One to fifteen digits, which cannot overflow.
    fileprivate func decimal(at position: inout Int) -> Int? {
        let start = position
        var number = 0
        while position < count, position - start <= 15, self[position].isDigit {
            number = number * 10 + Int(self[position] - UInt8(ascii: "0"))
            position += 1
        }
        return (1...15).contains(position - start) ? number : nil
    }
}
