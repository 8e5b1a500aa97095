// Genuine or not: Centra's published vector, every way for a signature to be wrong, rotation, both time directions.
import Testing

@testable import Webhooks

private let publishedBody = Array("payload=%7B%22x%22%3A%22test%22%7D".utf8)
private let publishedField = "t=12345678,v1=0b9cd84f5d583e5e1aadfb9f160aa8080b51d5b85ff85808d6b75bdac356c549"

private enum Expected: Equatable {
    case genuine
    case refused(Rejection)
}

private struct Case: CustomTestStringConvertible {
    let what: String
    var field: String? = publishedField
    var body = publishedBody
    var now = 12_345_679
    var secrets = ["test123"]
    let expected: Expected

    var testDescription: String { what }
}

private let digest = publishedField.split(separator: "=")[2]
private let mismatch = Rejection.signatureMismatch(signedAt: 12_345_678)
private let stale = Rejection.timestampOutsideTolerance(signedAt: 12_345_678)

private let cases = [
    Case(what: "Centra's published vector", expected: .genuine),
    Case(what: "white space after the comma", field: "t=12345678, v1=\(digest)", expected: .genuine),
    Case(what: "white space around", field: " \tt=12345678\t,\tv1=\(digest) ", expected: .genuine),
    Case(what: "capital hexadecimal digits", field: "t=12345678,v1=\(digest.uppercased())", expected: .genuine),
    Case(what: "300 s old", now: 12_345_978, expected: .genuine),
    Case(what: "301 s old", now: 12_345_979, expected: .refused(stale)),
    Case(what: "300 s in the future", now: 12_345_378, expected: .genuine),
    Case(what: "301 s in the future", now: 12_345_377, expected: .refused(stale)),
    Case(what: "a clock before 1970", now: .min, expected: .refused(stale)),
    Case(what: "the second live secret", secrets: ["new", "test123"], expected: .genuine),
    Case(what: "another secret", secrets: ["test124"], expected: .refused(mismatch)),
    Case(what: "no live secret", secrets: [], expected: .refused(mismatch)),
    Case(what: "an empty secret", secrets: [""], expected: .refused(mismatch)),
    Case(what: "another body", body: publishedBody + [0], expected: .refused(mismatch)),
    Case(what: "an empty body", body: [], expected: .refused(mismatch)),
    Case(what: "no field", field: nil, expected: .refused(.signatureMissing)),
    Case(what: "an empty field", field: "", expected: .refused(.signatureMalformed)),
    Case(what: "an empty v1", field: "t=12345678,v1=", expected: .refused(.signatureMalformed)),
    Case(
        what: "v1 one digit short", field: "t=12345678,v1=\(digest.dropLast())",
        expected: .refused(.signatureMalformed)),
    Case(
        what: "v1 one octet short", field: "t=12345678,v1=\(digest.dropLast(2))",
        expected: .refused(.signatureMalformed)),
    Case(what: "v1 one octet long", field: "t=12345678,v1=\(digest)00", expected: .refused(.signatureMalformed)),
    Case(
        what: "a digit that is none", field: "t=12345678,v1=\(digest.dropLast())g",
        expected: .refused(.signatureMalformed)),
    Case(what: "a time that is none", field: "t=abc,v1=\(digest)", expected: .refused(.signatureMalformed)),
    Case(what: "a signed time", field: "t=+12345678,v1=\(digest)", expected: .refused(.signatureMalformed)),
    Case(what: "a negative time", field: "t=-1,v1=\(digest)", expected: .refused(.signatureMalformed)),
    Case(what: "no time", field: "t=,v1=\(digest)", expected: .refused(.signatureMalformed)),
    Case(
        what: "a time that does not fit", field: "t=99999999999999999999,v1=\(digest)",
        expected: .refused(.signatureMalformed)),
    Case(what: "the parts swapped", field: "v1=\(digest),t=12345678", expected: .refused(.signatureMalformed)),
    Case(what: "a third part", field: publishedField + ",v0=00", expected: .refused(.signatureMalformed)),
    Case(what: "two times", field: "t=12345678,t=12345678,v1=\(digest)", expected: .refused(.signatureMalformed)),
    Case(
        what: "a leading zero changes what was signed", field: "t=012345678,v1=\(digest)",
        expected: .refused(mismatch)),
    Case(what: "digits of another script", field: "t=١٢٣,v1=\(digest)", expected: .refused(.signatureMalformed)),
]

private func verify(_ example: Case) throws -> Expected {
    let verifier = try SignatureVerifier(secrets: example.secrets.map { Secret($0) }, tolerance: 300)
    do throws(Rejection) {
        let delivery = try verifier.verify(
            field: example.field.map { Array($0.utf8)[...] }, body: example.body[...], now: example.now)
        #expect(Array(delivery.body) == example.body)
        #expect(delivery.source == .centra)
        return .genuine
    } catch {
        return .refused(error)
    }
}

@Test(arguments: cases)
private func judgesASignature(_ example: Case) throws {
    #expect(try verify(example) == example.expected)
}

@Test
func everyChangedOctetIsNoticed() throws {
    for index in publishedBody.indices {
        var body = publishedBody
        body[index] ^= 1
        #expect(try verify(Case(what: "", body: body, expected: .genuine)) == .refused(mismatch))
    }
    for index in publishedField.utf8.indices.map({
        publishedField.utf8.distance(from: publishedField.utf8.startIndex, to: $0)
    }) {
        var field = Array(publishedField.utf8)
        field[index] ^= 1
        let example = Case(what: "", field: String(decoding: field, as: UTF8.self), expected: .genuine)
        #expect(try verify(example) != .genuine, "octet \(index)")
    }
}

@Test
func oneVerifierJudgesManyDeliveriesInARow() throws {
    let verifier = try SignatureVerifier(secrets: [Secret("other"), Secret("test123")], tolerance: 300)
    for round in 0..<100 {
        let body = round.isMultiple(of: 2) ? publishedBody : publishedBody.reversed()
        let verdict = Result { () throws(Rejection) in
            try verifier.verify(field: Array(publishedField.utf8)[...], body: body[...], now: 12_345_678)
        }
        switch verdict {
        case .success: #expect(round.isMultiple(of: 2))
        case .failure(let rejection): #expect(!round.isMultiple(of: 2) && rejection == mismatch)
        }
    }
}

@Test
func aSecretDoesNotPrint() {
    let secret = Secret("fixture-endpoint-secret-1")
    var dumped = ""
    dump(secret, to: &dumped)
    for text in ["\(secret)", String(describing: secret), String(reflecting: [secret]), dumped] {
        #expect(!text.contains("fixture"))
    }
}
