// Compressed deliveries at the door: the content is what is verified, limited, recognised again and kept.
import HTTP
import Testing
import Webhooks

@testable import Application

/// Gzip without compression, so that the tests need no library: one stored block (RFC 1951 section 3.2.4).
private func gzip(_ text: String) -> [UInt8] {
    let content = Array(text.utf8)
    func littleEndian(_ number: UInt32, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    let length = UInt32(content.count)
    precondition(length <= 0xFFFF)
    return [31, 139, 8, 0, 0, 0, 0, 0, 0, 255, 1] + littleEndian(length, 2) + littleEndian(~length, 2) + content
        + littleEndian(crc32(content), 4) + littleEndian(length, 4)
}

private func crc32(_ octets: [UInt8]) -> UInt32 {
    ~octets.reduce(0xFFFF_FFFF as UInt32) { crc, octet in
        (0..<8).reduce(crc ^ UInt32(octet)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
}

extension Sent {
    /// The same delivery with another body under `Content-Encoding`, its signature as it was.
    fileprivate static func coded(
        _ written: WrittenRequest, _ body: [UInt8], as coding: String
    ) throws -> WrittenRequest {
        let request = try written.read()
        let target = String(decoding: request.path, as: UTF8.self)
        let signatures = request.values(of: .centraSignature).map {
            "X-Centra-Signature: \(String(decoding: $0, as: UTF8.self))"
        }
        let lines =
            ["POST \(target) HTTP/1.1", "Host: lockstep.example", "Content-Length: \(body.count)"] + signatures
            + ["Content-Encoding: \(coding)"]
        let octets = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
        // Stored blocks make no body smaller, so there must be room for one that inflates past the limit.
        return WrittenRequest(target: target, octets: octets, limits: Limits(bodyOctets: 2 << 20))
    }
}

private struct Coded: CustomTestStringConvertible {
    let testDescription: String
    var coding = "gzip"
    var body: @Sendable (String) -> [UInt8] = gzip
    let status: Int
    var reason: String?
}

private let coded = [
    Coded(testDescription: "gzip", status: 200),
    Coded(testDescription: "x-gzip", coding: "X-GZip", status: 200),
    Coded(testDescription: "identity", coding: "identity", body: { Array($0.utf8) }, status: 200),
    Coded(testDescription: "text that says gzip", body: { Array($0.utf8) }, status: 400, reason: "content_malformed"),
    Coded(testDescription: "cut short", body: { gzip($0).dropLast() }, status: 400, reason: "content_malformed"),
    Coded(testDescription: "octets behind", body: { gzip($0) + [0] }, status: 400, reason: "content_malformed"),
    Coded(
        testDescription: "a bomb", body: { _ in Array(repeatElement(gzip(bulk), count: 18).joined()) }, status: 413,
        reason: "content_too_large"),
    Coded(testDescription: "brotli", coding: "br", status: 415, reason: "content_coding_unknown"),
    Coded(testDescription: "gzip twice", coding: "gzip, gzip", status: 415, reason: "content_coding_unknown"),
    Coded(
        testDescription: "other content than was signed", body: { gzip($0 + " ") }, status: 401,
        reason: "signature_mismatch"),
    Coded(
        testDescription: "gzip that says identity", coding: "identity", body: gzip, status: 401,
        reason: "signature_mismatch"),
]

private let bulk = String(repeating: "a", count: 60_000)

@Test(arguments: coded)
private func theContentOfACentraDeliveryIsWhatCounts(_ example: Coded) throws {
    let intake = try TestIntake()
    let plain = try Sent.centra(Sent.dated(1), t: intake.time)
    let told = try intake.say(try Sent.coded(plain, example.body(Sent.dated(1)), as: example.coding))
    #expect(told.status == example.status)
    #expect(told.field("Accept-Encoding") == (example.status == 415 ? "gzip" : nil))
    #expect(
        intake.brand("acme").rejected.filter { $0.value.count > 0 }.map(\.key) == (example.reason.map { [$0] } ?? []))
    // The same text without a coding repeats it.
    #expect(try intake.say(plain) == .accepted)
    #expect(intake.redelivered == (example.status == 200 ? 1 : 0))
    #expect(intake.accepted == 1)
}

/// A signature that could be ours but is not: the content is kept, so that a release can check it.
@Test
func aQuarantinedDeliveryIsKeptWithoutItsCoding() throws {
    let intake = try TestIntake()
    let plain = try Sent.centra(Sent.dated(1), t: intake.time, secret: "wrong")
    #expect(try intake.say(try Sent.coded(plain, gzip(Sent.dated(1)), as: "gzip")).status == 401)
    try intake.flush()
    #expect(try intake.journal.quarantined().map(\.body) == [Array(Sent.dated(1).utf8)])
}

/// Cheap refusals come first: nothing is inflated for a sender who shows no signature and no token.
@Test(arguments: ["gzip", "br"])
func nothingIsInflatedForStrangers(coding: String) throws {
    let intake = try TestIntake()
    let unsigned = try Sent.request("POST", "/v1/acme/centra", body: "a")
    #expect(try intake.say(try Sent.coded(unsigned, [1, 2], as: coding)) == Told(Answers.unauthorized))
    let guessed = try Sent.peoplevox("item=A", token: "00000000000000000000000000000000", method: "POST")
    #expect(try intake.say(try Sent.coded(guessed, [1, 2], as: coding)) == Told(Answers.notFound))
    #expect(intake.brand("acme").rejected["signature_missing"]?.count == 1)
    #expect(intake.brand("acme").rejected["unknown_token"]?.count == 1)
}

@Test(
    arguments: [
        ("gzip", gzip("item=A"), 200), ("gzip", gzip("item=A&x=" + String(repeating: "A", count: 991)), 200),
        ("gzip", gzip("item=A&x=" + String(repeating: "A", count: 992)), 413), ("gzip", [1, 2], 400),
        ("br", [1, 2], 415),
    ] as [(String, [UInt8], Int)])
func theContentOfACallbackIsWhatCounts(coding: String, body: [UInt8], status: Int) throws {
    let intake = try TestIntake()
    let request = try Sent.coded(try Sent.peoplevox("", method: "POST"), body, as: coding)
    #expect(try intake.say(request).status == status)
    #expect(intake.brand("acme").accepted(from: .peoplevox).count == (status == 200 ? 1 : 0))
    #expect(intake.brand("acme").notUnderstood.count == 0, "the form was read")
}
