// The signature's field: read exactly as a second, simple reading reads it, and nothing but the published digest is
// genuine for the published body.
@testable import Webhooks

enum SignatureProperty {
    private static let body = Array("payload=%7B%22x%22%3A%22test%22%7D".utf8)
    private static let time = "12345678"
    private static let digest = "0b9cd84f5d583e5e1aadfb9f160aa8080b51d5b85ff85808d6b75bdac356c549"

    static func check(_ field: [UInt8]) throws(Violation) {
        let signature = Signature(field.span)
        let simple = SimpleSignature(field)
        try require((signature == nil) == (simple == nil), "read by one reading alone")
        if let signature, let simple {
            try require(Int(simple.time) == signature.time, "the time is \(signature.time), not \(simple.time)")
            try require(Array(simple.time.utf8)[...] == field[signature.timeText], "the time's text is another")
            let digest = withUnsafeBytes(of: signature.digest) { Hexadecimal.encode($0) }
            try require(digest == simple.digest, "the digest is another")
        }
        let isPublished = simple?.time == time && simple?.digest == digest
        try require(isGenuine(field) == isPublished, "genuine: \(!isPublished)")
    }

    private static func isGenuine(_ field: [UInt8]) -> Bool {
        guard let verifier = try? SignatureVerifier(secrets: [Secret("test123")], tolerance: 300) else { return false }
        return (try? verifier.verify(field: field[...], body: body[...], now: 12_345_678)) != nil
    }
}

private struct SimpleSignature {
    let time: String
    let digest: String

    init?(_ field: [UInt8]) {
        guard let text = String(validating: field, as: UTF8.self) else { return nil }
        let parts = text.unicodeScalars.split(separator: ",", omittingEmptySubsequences: false).map(Self.trimmed)
        guard parts.count == 2, parts[0].hasPrefix("t="), parts[1].hasPrefix("v1=") else { return nil }
        let (time, digest) = (String(parts[0].dropFirst(2)), String(parts[1].dropFirst(3)))
        guard (1...15).contains(time.utf8.count), time.utf8.allSatisfy({ 48...57 ~= $0 }), digest.utf8.count == 64,
            digest.utf8.allSatisfy({ "0123456789abcdefABCDEF".utf8.contains($0) })
        else { return nil }
        (self.time, self.digest) = (time, digest.lowercased())
    }

    private static func trimmed(_ part: Substring.UnicodeScalarView) -> String {
        let front = part.drop { $0 == " " || $0 == "\t" }
        return String(String.UnicodeScalarView(front.reversed().drop { $0 == " " || $0 == "\t" }.reversed()))
    }
}
